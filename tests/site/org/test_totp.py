"""One-time codes: the vectors of RFC 6238, and a log-in with them."""

from __future__ import annotations

import base64
import time

import pytest

from lantian.site.core.faults import Invalid, WrongState
from lantian.site.org import actions, totp
from lantian.site.org.models import Person
from tests.site.conftest import PASSWORD

SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B, SHA-1
VECTORS = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


@pytest.mark.parametrize("at", VECTORS)
def test_codes_are_those_of_the_rfc(at):
    assert totp.code(SECRET, at // totp.STEP_S, digits=8) == VECTORS[at]
    assert totp.matching_step(SECRET, VECTORS[at][2:], at=at) == at // totp.STEP_S


def test_a_phone_may_be_half_a_minute_off_and_no_more():
    now, step = 1111111109, 1111111109 // 30
    found = {drift: totp.matching_step(SECRET, totp.code(SECRET, step + drift), at=now) for drift in range(-3, 4)}
    assert {drift for drift, at in found.items() if at} == {-1, 0, 1}


def test_no_code_is_taken_twice():
    now = 1111111109
    given = totp.code(SECRET, now // 30)
    assert totp.matching_step(SECRET, given, after=now // 30, at=now) is None


@pytest.fixture
def with_codes(district, settings):
    settings.LANTIAN_TOTP = "administrators"
    secret = totp.new_secret()
    actions.set_up_codes(district.security, secret=secret, code=totp.code(secret, int(time.time() // 30) - 1))
    return Person.objects.get(pk=district.security.pk)


def log_in(site):
    return site.post("/login", {"username": "security", "password": PASSWORD, "next": "/people"})


def test_an_administrator_must_set_codes_up_first(district, site, settings):
    settings.LANTIAN_TOTP = "administrators"
    assert site.log_in(district.security).get("/people")["Location"] == "/me/codes"
    assert site.get("/me/codes").status_code == 200
    assert site.log_in(district.leader).get("/units").status_code == 200


def test_the_password_alone_opens_nothing(with_codes, site):
    assert log_in(site)["Location"] == "/login/code"
    assert site.get("/people")["Location"].startswith("/login")
    wrong = site.post("/login/code", {"code": "000000"})
    assert wrong.status_code == 400
    right = totp.code(with_codes.totp_secret, int(time.time() // 30))
    assert site.post("/login/code", {"code": right})["Location"] == "/people"
    assert site.get("/people").status_code == 200


def test_a_code_opens_once(with_codes, site):
    right = totp.code(with_codes.totp_secret, int(time.time() // 30))
    assert actions.take_code(with_codes, right)
    assert not actions.take_code(with_codes, right)


def test_codes_are_guessed_no_more_often_than_passwords(with_codes, site, settings):
    log_in(site)
    for _number in range(settings.LANTIAN_LOGIN_TRIES):
        site.post("/login/code", {"code": "000000"})
    assert "暂停登录" in site.post("/login/code", {"code": "000000"}).content.decode()


def test_a_wrong_first_code_sets_nothing_up(district):
    with pytest.raises(Invalid):
        actions.set_up_codes(district.leader, secret=totp.new_secret(), code="000000")
    assert not Person.objects.get(pk=district.leader.pk).totp_secret


def test_only_the_security_administrator_forgets_a_phone(with_codes, district):
    from lantian.site.core.faults import Refused

    with pytest.raises(Refused):
        actions.remove_codes(district.administrator, with_codes)
    assert actions.remove_codes(district.security, with_codes).totp_secret == ""
    with pytest.raises(WrongState):
        actions.remove_codes(district.security, with_codes)
