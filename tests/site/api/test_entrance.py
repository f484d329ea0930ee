"""The way in: tokens, sessions, scopes, policies; and every route says what it needs."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from lantian.site.core import audit, clock, policy
from lantian.site.core.api import gate, tokens
from lantian.site.core.api.routing import ROUTES
from lantian.site.core.api.scopes import SCOPES
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import ApiToken
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from tests.site.programs import Program


def test_every_address_leads_to_declared_routes():
    served = {route.name for address in gate.addresses() for route in address.callback.routes}
    assert served == set(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
def test_every_route_declares_its_policy_and_its_scope(name):
    route = ROUTES[name]
    assert route.policy in policy.POLICIES
    if route.scope is None:
        assert name in {"core_me", "core_openapi"}, "only these two are for every token"
    else:
        assert route.scope in SCOPES
        assert route.scope.endswith(":write" if route.writes else ":read")


def test_a_token_is_shown_once_and_kept_as_a_hash(district):
    token, secret = tokens.make_token(district.air_office, name="月报脚本", scopes=["plans:read"], days=30)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(row)
    assert secret.startswith(row["prefix"])
    event = audit.events_of(token).get()
    assert secret not in str(event.after)
    assert row["hash"] not in str(event.after)


def test_a_token_opens_for_its_person(district, program):
    answer = program(district.air_office, "plans:read").read("me").json()
    assert answer["username"] == "office"
    assert answer["scopes"] == ["plans:read"]
    assert answer["now"].endswith("+08:00")


@pytest.mark.parametrize("header", ["Bearer ", "Bearer lantian_wrong", "Basic YTpi", "lantian_x", "Bearer \x7f"])
def test_what_is_no_token_does_not_open(db, header):
    answer = Client(headers={"Authorization": header}).get("/api/v1/me")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_token_does_not_fall_back_to_the_session(district):
    browser = Client(headers={"Authorization": "Bearer lantian_wrong"})
    browser.force_login(district.administrator)
    assert browser.get("/api/v1/me").status_code == 401


def test_a_revoked_token_is_closed_at_once(district, program):
    asks = program(district.air_office)
    assert asks.read("me").status_code == 200
    tokens.revoke_token(district.air_office, ApiToken.objects.get())
    assert asks.read("me").status_code == 401
    with pytest.raises(WrongState):
        tokens.revoke_token(district.air_office, ApiToken.objects.get())


def test_a_token_ends_on_its_day(district, program):
    asks = program(district.air_office)
    ApiToken.objects.update(expires_at=clock.real_now() - dt.timedelta(seconds=1))
    assert asks.read("me").status_code == 401


def test_a_disabled_person_has_no_tokens(district, program):
    asks = program(district.water_liaison)
    org.disable_person(System(), district.water_liaison)
    assert asks.read("me").status_code == 401


def test_who_must_change_the_password_does_so_first(district, program):
    asks = program(district.water_liaison)
    Person.objects.filter(pk=district.water_liaison.pk).update(must_change_password=True)
    assert asks.read("me").status_code == 403


def test_nobody_makes_or_closes_tokens_of_others(district):
    token, _secret = tokens.make_token(district.leader, name="x", scopes=["org:read"], days=1)
    with pytest.raises(Refused):
        tokens.revoke_token(district.water_liaison, token)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [(" ", ["org:read"], 30), ("x", [], 30), ("x", ["all"], 30), ("x", ["org:read"], 0), ("x", ["org:read"], 367)],
)
def test_a_token_needs_purpose_scope_and_end(district, name, scopes, days):
    with pytest.raises(Invalid):
        tokens.make_token(district.leader, name=name, scopes=scopes, days=days)
    assert not ApiToken.objects.exists()


def test_a_person_has_at_most_twenty_live_tokens(district):
    for _number in range(tokens.MANY):
        tokens.make_token(district.leader, name="x", scopes=["org:read"], days=1)
    with pytest.raises(Invalid, match="20"):
        tokens.make_token(district.leader, name="x", scopes=["org:read"], days=1)


def test_a_token_reaches_as_far_as_its_scopes(district, program):
    asks = program(district.air_office, "org:read")
    assert asks.read("org/units").status_code == 200
    refused = asks.read("plans/tasks")
    assert refused.status_code == 403
    assert "plans:read" in refused.json()["detail"]


def test_a_scope_gives_nobody_more_than_the_person_may(district, program):
    refused = program(district.songxi_liaison, "people:read", "audit:read")
    assert refused.read("org/people").status_code == 403
    assert refused.read("audit").status_code == 403


def test_a_page_of_ours_may_ask_by_its_session(district):
    browser = Client()
    browser.force_login(district.songxi_liaison)
    assert browser.get("/api/v1/me").json()["scopes"] is None
    assert browser.get("/api/v1/plans/tasks").status_code == 200


def test_a_write_by_session_needs_the_form_token(district):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(district.songxi_liaison)
    asked = {"data": "{}", "content_type": "application/json"}
    assert browser.post("/api/v1/notices/read", **asked).status_code == 403
    browser.get("/me")  # a page with a form sets the cookie
    form_token = browser.cookies["csrftoken"].value
    taken = browser.post("/api/v1/notices/read", **asked, headers={"X-CSRFToken": form_token})
    assert taken.status_code == 200


def test_a_token_needs_no_form_token(district, program):
    asks = program(district.songxi_liaison)
    asks.handler.enforce_csrf_checks = True
    assert asks.write("notices/read").status_code == 200


def test_without_anything_every_route_says_401(db):
    stranger = Program("")
    for address in gate.addresses():
        path = str(address.pattern)
        for name in address.pattern.converters:
            path = path.replace(f"<int:{name}>", "1")
            path = path.replace(f"<slug:{name}>", "json").replace(f"<{name}>", "json")
        for route in address.callback.routes:
            answer = stranger.ask(route.method, path)
            assert answer.status_code == 401, (route.method, path)
            assert answer["Content-Type"] == "application/problem+json"


def test_when_a_token_was_used_is_remembered(district, program):
    program(district.leader).read("me")
    assert ApiToken.objects.get().last_used_at is not None


def test_what_is_done_by_a_token_is_told_with_its_request(district, program):
    token, _secret = tokens.make_token(district.leader, name="x", scopes=["org:read"], days=1)
    assert audit.events_of(token).get().person == district.leader
