"""Pages of org as a person uses them: log-in, forms with their errors, lists."""

from __future__ import annotations

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.models import AuditEvent
from lantian.site.org import login_guard
from lantian.site.org.models import FailedLogins, Person, Unit
from tests.site.conftest import PASSWORD


def text(response) -> str:
    return response.content.decode()


def log_in(site, username, password=PASSWORD, **extra):
    return site.post("/login", {"username": username, "password": password, **extra})


def test_login_leads_to_where_one_wanted_to_go(district, site):
    asked = site.get("/units?kind=town")
    assert asked["Location"] == "/login?next=%2Funits%3Fkind%3Dtown"
    assert log_in(site, "leader", next="/units?kind=town")["Location"] == "/units?kind=town"


@pytest.mark.parametrize("evil", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_login_leads_to_no_other_host(district, site, evil):
    assert log_in(site, "leader", next=evil)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_look_the_same(district, site):
    wrong, unknown = log_in(site, "leader", "wrong"), log_in(site, "stranger", "wrong")
    assert wrong.status_code == unknown.status_code == 400
    sentence = "登录名或口令不正确"
    assert sentence in text(wrong)
    assert sentence in text(unknown)


def test_after_many_failures_even_the_right_password_waits(district, site, settings):
    for _number in range(settings.LANTIAN_LOGIN_TRIES):
        log_in(site, "leader", "wrong")
    assert "暂停登录" in text(log_in(site, "leader"))
    assert log_in(site, "office").status_code == 302  # others of the office still get in
    FailedLogins.objects.update(since=clock.real_now() - login_guard.FIRST_WAIT - dt.timedelta(seconds=1))
    assert log_in(site, "leader").status_code == 302


def test_a_reset_password_ends_the_waiting(district, site, settings):
    for _number in range(settings.LANTIAN_LOGIN_TRIES):
        log_in(site, "leader", "wrong")
    site.log_in(district.security)
    page = site.post(f"/people/{district.leader.pk}/password")
    site.logout()
    assert log_in(site, "leader", page.context["password"]).status_code == 302


def test_a_session_changes_its_key_at_login(district, site):
    site.get("/login")
    log_in(site, "leader")
    first = site.session.session_key
    site.post("/logout")
    log_in(site, "leader")
    assert site.session.session_key != first


def test_a_changed_password_ends_other_sessions_and_keeps_this_one(district, site):
    from tests.site.conftest import Browser

    other = Browser()
    log_in(other, "leader")
    log_in(site, "leader")
    site.post("/me/password", {"old": PASSWORD, "new": "another-Word-77", "again": "another-Word-77"})
    assert site.get("/units").status_code == 200
    assert other.get("/units").status_code == 302


def test_a_new_unit_from_the_form(district, site):
    site.log_in(district.air_office)
    response = site.post("/units/new", {"name": "区教委", "kind": "department", "area": district.area.pk})
    unit = Unit.objects.get(name="区教委")
    assert response["Location"] == f"/units/{unit.pk}"
    assert "已新增单位" in text(site.get(response["Location"]))


def test_errors_stand_at_their_fields_and_what_was_typed_stays(district, site):
    site.log_in(district.air_office)
    response = site.post("/units/new", {"name": "区水务局", "kind": "department", "valid_to": "明天"})
    form = response.context["form"]
    assert set(form.errors) == {"valid_to"}
    assert 'value="区水务局"' in text(response)
    response = site.post("/units/new", {"name": "区水务局", "kind": "department"})
    assert "已有这个名称的单位" in str(response.context["form"].errors["name"])
    assert 'aria-invalid="true"' in text(response)


def test_every_form_of_people_does_its_work(district, site):
    site.log_in(district.administrator)
    made = {"username": "neu", "name": "演示新", "unit": district.water.pk, "phone": ""}
    site.post("/people/new", made)
    person = Person.objects.get(username="neu")
    at = f"/people/{person.pk}"
    site.log_in(district.security).post(f"{at}/roles", {"role": "liaison", "unit": district.water.pk})
    site.log_in(district.administrator).post(
        f"{at}/edit", {"name": "演示改", "unit": district.water.pk, "phone": "010"}
    )
    site.post(f"{at}/disable", {"reason": "调离"})
    site.post(f"{at}/enable")
    grant = person.grants.get()
    site.log_in(district.security).post(f"/roles/{grant.pk}/revoke")
    done = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))[-6:]
    assert done == [
        "org.add_person",
        "org.grant_role",
        "org.change_person",
        "org.disable_person",
        "org.enable_person",
        "org.revoke_role",
    ]


def test_every_form_of_areas_and_names_does_its_work(district, site):
    site.log_in(district.air_office)
    site.post(
        "/areas/new", {"name": "溪口村", "kind": "village", "parent": district.songxi.pk, "aliases": "溪口、老溪口"}
    )
    village = district.songxi.children.get()
    assert village.aliases == ["溪口", "老溪口"]
    site.post(f"/areas/{village.pk}/edit", {"name": "溪口社区", "kind": "village", "parent": district.songxi.pk})
    village.refresh_from_db()
    assert (village.name, village.aliases) == ("溪口社区", [])
    site.post(f"/units/{district.water.pk}/names", {"name": "水务局"})
    alias = district.water.names.get()
    site.post(f"/units/names/{alias.pk}/remove")
    assert not district.water.names.exists()


def test_a_liaison_does_not_reach_another_town(district, site):
    site.log_in(district.songxi_liaison)
    assert site.get(f"/areas/{district.songxi.pk}").status_code == 200
    assert site.get(f"/areas/{district.liuwan.pk}").status_code == 404


def test_closed_units_are_shown_when_asked_for(district, site):
    Unit.objects.filter(pk=district.water.pk).update(valid_to=dt.date(2018, 12, 31))
    site.log_in(district.leader)
    assert "区水务局" not in text(site.get("/units"))
    assert "区水务局" in text(site.get("/units?closed=on"))


def test_search_finds_a_unit_by_its_old_name(district, site):
    site.log_in(district.air_office)
    site.post(f"/units/{district.water.pk}/names", {"name": "水利站"})
    assert "区水务局" in text(site.get("/units?q=水利"))
