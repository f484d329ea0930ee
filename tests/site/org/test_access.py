"""Log-in under attack, sessions that end, accounts that firms declare. On SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from django.db import connection

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.org import actions, credit_code, login_guard, sessions
from lantian.site.org.models import FailedLogins, FirmDeclaration, LoginSession, Person, Unit
from tests.site.conftest import PASSWORD, Browser, person

TRIES = 5


@pytest.fixture(autouse=True)
def tries(settings):
    settings.LANTIAN_LOGIN_TRIES = TRIES


def log_in(site, username, password=PASSWORD, **headers):
    return site.post("/login", {"username": username, "password": password}, **headers)


def later(wait: dt.timedelta) -> None:
    """As if the failures had been so long ago."""
    for row in FailedLogins.objects.all():
        FailedLogins.objects.filter(pk=row.pk).update(since=row.since - wait)


# Waiting after failures


def test_every_wait_is_twice_as_long(db):
    waits = []
    for _number in range(TRIES):
        login_guard.attempt("x", "10.0.0.1")
    for _number in range(8):
        row = FailedLogins.objects.get(key="from:x@10.0.0.1")
        waits.append(login_guard.locked_until("x") - row.since)
        with pytest.raises(Refused):
            login_guard.attempt("x", "10.0.0.1")
        later(waits[-1] + dt.timedelta(seconds=1))
        login_guard.attempt("x", "10.0.0.1")
    assert [int(wait.total_seconds() // 60) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_name_waits_over_many_addresses_too(db):
    for number in range(TRIES * login_guard.NAME_ANYWHERE):
        login_guard.attempt("x", f"10.0.0.{number}")
    with pytest.raises(Refused):
        login_guard.attempt("x", "10.9.9.9")
    login_guard.attempt("y", "10.9.9.9")


def test_an_address_waits_over_many_names(db):
    for number in range(TRIES * login_guard.ADDRESS):
        login_guard.attempt(f"n{number}", "10.0.0.1")
    with pytest.raises(Refused):
        login_guard.attempt("somebody", "10.0.0.1")
    login_guard.attempt("somebody", "10.0.0.2")


def test_a_stranger_elsewhere_keeps_nobody_out(district, site):
    for _number in range(TRIES + 3):
        log_in(site, "leader", "wrong", REMOTE_ADDR="10.6.6.6")
    assert log_in(site, "leader").status_code == 302


def test_unknown_names_wait_alike(district, site):
    for _number in range(TRIES):
        log_in(site, "leader", "wrong")
        log_in(site, "nobody-here", "wrong")
    assert "暂停登录" in log_in(site, "leader").content.decode()
    assert "暂停登录" in log_in(site, "nobody-here").content.decode()


def test_failures_are_forgotten_after_quiet(db):
    for _number in range(TRIES - 1):
        login_guard.attempt("x", "10.0.0.1")
    later(login_guard.QUIET + login_guard.LONGEST_WAIT + dt.timedelta(seconds=1))
    login_guard.attempt("x", "10.0.0.1")
    assert FailedLogins.objects.get(key="name:x").count == 1


def test_a_right_password_takes_its_own_count_back(district, site):
    for _number in range(TRIES * 3):
        assert log_in(site, "leader").status_code == 302
        site.post("/logout")
    assert all(row.count == 0 for row in FailedLogins.objects.all())


def test_a_lock_stands_in_the_trail_without_what_was_typed(district, site):
    for _number in range(TRIES):
        log_in(site, "my-Secret-typed-here", "wrong")
    event = AuditEvent.objects.filter(action="org.lock_out").get()
    assert "my-secret" not in str(AuditEvent.objects.filter(pk=event.pk).values()).lower()


def test_the_security_administrator_lifts_a_lock(district, site):
    for _number in range(TRIES):
        log_in(site, "leader", "wrong")
    page = site.log_in(district.security).get(f"/people/{district.leader.pk}").content.decode()
    assert "已锁定" in page
    site.post(f"/people/{district.leader.pk}/unlock")
    assert log_in(Browser(), "leader").status_code == 302
    with pytest.raises(WrongState):
        actions.unlock(district.security, district.nobody)
    with pytest.raises(Refused):
        actions.unlock(district.administrator, district.leader)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_are_all_counted():
    opened = []

    def guess() -> None:
        try:
            login_guard.attempt("x", "10.0.0.1")
            opened.append(1)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == TRIES
    assert FailedLogins.objects.get(key="from:x@10.0.0.1").count == TRIES


# Sessions


def back(site, **ago) -> None:
    """As if the session had begun, or had last been used, so long ago."""
    session = site.session
    for key, wait in ago.items():
        session[f"lantian_{key}"] -= int(wait.total_seconds())
    session.save()


def test_a_session_ends_without_use(district, site, settings):
    site.log_in(district.leader)
    idle = dt.timedelta(minutes=settings.LANTIAN_SESSION_IDLE_MINUTES)
    back(site, seen=idle - dt.timedelta(seconds=90))
    assert site.get("/units").status_code == 200
    back(site, seen=idle + dt.timedelta(seconds=1))
    assert site.get("/units")["Location"].startswith("/login")
    assert "已到时" in site.get("/login").content.decode()


def test_what_the_page_asks_by_itself_is_no_use(district, site, settings):
    site.log_in(district.leader)
    back(site, seen=dt.timedelta(minutes=30))
    before = site.session["lantian_seen"]
    site.get("/inbox/bell")
    assert site.session["lantian_seen"] == before
    site.post("/me/sessions/stay")
    assert site.session["lantian_seen"] > before


def test_a_session_ends_however_much_it_is_used(district, site, settings):
    site.log_in(district.leader)
    back(site, began=dt.timedelta(hours=settings.LANTIAN_SESSION_HOURS))
    assert site.get("/units")["Location"].startswith("/login")


def test_the_page_tells_how_long_it_has_left(district, site, settings):
    page = site.log_in(district.leader).get("/units").content.decode()
    idle = int(re.search(r'data-idle="(\d+)"', page)[1])
    assert 3590 <= idle <= 3600, "less what the page itself took"
    assert f'data-absolute="{settings.LANTIAN_SESSION_HOURS * 3600}"' in page
    assert 3590 <= site.post("/me/sessions/stay").json()["idle"] <= 3600


def test_one_browser_too_many_ends_the_oldest(district, settings):
    settings.LANTIAN_SESSIONS = 2
    browsers = [Browser() for _number in range(3)]
    for browser in browsers:
        log_in(browser, "leader")
    assert [browser.get("/units").status_code for browser in browsers] == [302, 200, 200]


def test_other_browsers_are_logged_out_from_here(district, site):
    other = Browser(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537")
    log_in(other, "leader")
    log_in(site, "leader")
    page = site.get("/me/sessions").content.decode()
    assert "Chrome · Windows" in page
    assert "本机" in page
    site.post("/me/sessions/end")
    assert (site.get("/units").status_code, other.get("/units").status_code) == (200, 302)


def test_the_security_administrator_logs_somebody_out_everywhere(district, site):
    log_in(site, "leader")
    admin = Browser().log_in(district.security)
    assert admin.post(f"/people/{district.leader.pk}/sessions/end").status_code == 302
    assert site.get("/units").status_code == 302
    assert (
        Browser().log_in(district.administrator).post(f"/people/{district.leader.pk}/sessions/end").status_code == 403
    )


def test_a_disabled_person_is_out_everywhere_for_good(district, site):
    log_in(site, "leader")
    actions.disable_person(district.administrator, district.leader)
    assert site.get("/units").status_code == 302
    actions.enable_person(district.administrator, Person.objects.get(pk=district.leader.pk))
    assert site.get("/units").status_code == 302, "the old session does not come back to life"
    assert sessions.open_sessions(district.leader) == []


def test_log_in_and_log_out_stand_in_the_trail(district, site):
    log_in(site, "leader")
    site.post("/logout")
    done = list(AuditEvent.objects.order_by("seq").values_list("action", "person__username"))[-2:]
    assert done == [("org.log_in", "leader"), ("org.log_out", "leader")]
    assert LoginSession.objects.get().ended_at


# Accounts that firms declare

CODE = "91350100M000100Y43"


def declare(site, district, **other):
    given = {
        "role": "firm", "unit_name": "演示甲企业", "code": CODE, "area": district.songxi.pk,
        "person_name": "演示甲", "phone": "0100-5550", "password": "moyu-Gelou-37",
    }  # fmt: skip
    return site.post("/declare", given | other)


@pytest.mark.parametrize(
    ("code", "valid"), [(CODE, True), ("91350100M000100Y44", False), ("", False), ("9" * 18, False), ("I" * 18, False)]
)
def test_a_credit_code_has_its_check_sign(code, valid):
    assert credit_code.is_valid(code) is valid


def test_a_firm_declares_its_town_verifies_it_logs_in(district, site):
    assert "已收到申报" in declare(site, district).content.decode()
    declaration = FirmDeclaration.objects.get()
    assert log_in(site, CODE, "moyu-Gelou-37").status_code == 400
    assert [notice.person for notice in Notice.objects.all()] == [district.songxi_liaison]
    liaison = Browser().log_in(district.songxi_liaison)
    assert "演示甲企业" in liaison.get("/declarations").content.decode()
    assert liaison.post(f"/declarations/{declaration.pk}/verify").status_code == 302
    assert log_in(site, CODE, "moyu-Gelou-37").status_code == 302
    firm = Person.objects.get(username=CODE)
    assert (firm.roles, firm.unit.name, firm.unit.area) == ({"firm"}, "演示甲企业", district.songxi)
    assert "moyu" not in str(list(AuditEvent.objects.values_list("after", "facts")))
    with pytest.raises(WrongState):
        actions.verify_declaration(district.songxi_liaison, declaration)


def test_only_its_own_town_verifies_a_firm(district, site):
    declare(site, district)
    declaration = FirmDeclaration.objects.get()
    liuwan = person("liuwan", "liaison", district.liuwan_town)
    for who in (liuwan, district.water_liaison):
        assert "演示甲企业" not in Browser().log_in(who).get("/declarations").content.decode()
        assert Browser().log_in(who).post(f"/declarations/{declaration.pk}/verify").status_code == 404
        with pytest.raises(Refused):
            actions.verify_declaration(who, declaration)
    for who in (district.administrator, district.security, district.leader):
        with pytest.raises(Refused):
            actions.verify_declaration(who, declaration)
    with pytest.raises(Invalid):
        actions.refuse_declaration(district.songxi_liaison, declaration, reason="")
    assert actions.refuse_declaration(district.songxi_liaison, declaration, reason="不是本镇企业").state == "refused"
    assert not Person.objects.filter(username=CODE).exists()


def test_declaring_twice_tells_the_outside_nothing(district, site):
    first, again = declare(site, district), declare(site, district, unit_name="演示乙企业")
    assert first.content == again.content or "已收到申报" in again.content.decode()
    assert FirmDeclaration.objects.get().unit_name == "演示甲企业"


@pytest.mark.parametrize(
    ("field", "bad"), [("code", "123"), ("password", "woaini5201314"), ("phone", "<b>"), ("role", "air_office")]
)
def test_what_is_wrong_stands_at_its_field(district, site, field, bad):
    response = declare(site, district, **{field: bad})
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not FirmDeclaration.objects.exists()


def test_a_firm_cannot_take_the_name_of_an_office(district, site):
    declare(site, district, unit_name="区水务局")
    with pytest.raises(Invalid):
        actions.verify_declaration(district.songxi_liaison, FirmDeclaration.objects.get())
    assert Unit.objects.get(name="区水务局").kind == "department"


def test_an_address_declares_some_and_no_more(district, site):
    for _number in range(login_guard.DECLARATIONS):
        declare(site, district)
    assert "申报过多" in declare(site, district).content.decode()
    later(login_guard.QUIET + dt.timedelta(seconds=1))
    assert "已收到申报" in declare(site, district).content.decode()


def test_the_wall_clock_counts_not_the_replay(district, site, monkeypatch):
    for _number in range(TRIES):
        log_in(site, "leader", "wrong")
    monkeypatch.setattr(clock, "now", lambda: clock.real_now() + dt.timedelta(days=9))
    assert "暂停登录" in log_in(site, "leader").content.decode()
