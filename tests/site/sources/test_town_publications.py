"""Lists that every town makes public by itself: who may, what is on them, who is late."""

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.sources import actions, reading
from lantian.site.sources.models import Finding, Release
from lantian.site.sources.queries import publishing as queries
from tests.site.conftest import person
from tests.site.kept import kept

SYSTEM = System()
LEDGER = "retained_coal_boiler"
PAGE = f"/sources/publications/{LEDGER}/list"


def on(day):
    return clock.as_of(dt.datetime.fromisoformat(f"{day}T12:00:00+08:00"))


@pytest.fixture
@kept
def boilers(district):
    """Two boilers in 松溪镇, one of them in its village; one in 柳湾镇."""
    village = org.add_area(SYSTEM, name="松上村", kind="village", parent=district.songxi, code="990101101201")
    with on("2018-09-01"):
        return [
            actions.add_listing(
                SYSTEM, LEDGER, source={"name": f"{area.name}锅炉", "area": area},
                attributes={"capacity": 20, "person": "赵某某"},
            )
            for area in (district.songxi, village, district.liuwan)
        ]  # fmt: skip


def stand(day, name="list", ledger=LEDGER):
    lines = queries.lines(dt.date.fromisoformat(day))
    return {str(one.area): one for one in lines if (one.ledger.name, one.publication.name) == (ledger, name)}


def drafted(district):
    with on("2018-10-20"):
        return actions.draft_release(district.songxi_liaison, LEDGER, "list", town=district.songxi)


def released(district):
    draft = drafted(district)
    with on("2018-10-20"):
        return actions.release_list(district.songxi_liaison, draft, medium="镇政府公示栏")


def test_a_town_makes_its_own_list_public(boilers, district):
    out = released(district)
    assert [row[0] for row in out.table("zh")[1]] == ["松溪镇锅炉", "松上村锅炉"]
    assert "赵" not in str(out.rows)
    assert (out.area, out.period, out.version, str(out)) == (
        district.songxi, "2018", 1, "松溪镇 予以保留的燃煤锅炉清单 2018",
    )  # fmt: skip
    actions.change_listing(SYSTEM, boilers[0], source={"name": "改名的锅炉"})
    assert Release.objects.get().table("zh")[1][0][0] == "松溪镇锅炉"
    lines = stand("2018-10-31")
    assert {name: (one.stands, one.now) for name, one in lines.items()} == {
        "松溪镇": ("released", 2), "柳湾镇": ("due", 1),
    }  # fmt: skip
    assert stand("2018-11-01")["松溪镇"].period == "2019"


def test_only_the_town_itself_releases_and_the_office_may_withdraw(boilers, district):
    for stranger in (district.air_office, district.leader, district.water_liaison):
        with pytest.raises(Refused):
            actions.draft_release(stranger, LEDGER, "list", town=district.songxi)
    with pytest.raises(Refused):
        actions.draft_release(district.songxi_liaison, LEDGER, "list", town=district.liuwan)
    draft = drafted(district)
    for stranger in (district.air_office, person("liuwan", "liaison", district.liuwan_town)):
        with pytest.raises(Refused):
            actions.release_list(stranger, draft, medium="网站")
        with pytest.raises(Refused):
            actions.discard_release(stranger, draft)
    mayor = person("mayor")
    org.grant_role(SYSTEM, mayor, role="leader", area=district.songxi)
    with on("2018-10-20"):
        out = actions.release_list(type(mayor).objects.get(pk=mayor.pk), draft, medium="网站")
    with pytest.raises(Refused):
        actions.correct_release(district.air_office, out, reason="漏列")
    with pytest.raises(Refused):
        actions.withdraw_release(person("liuwan2", "liaison", district.liuwan_town), out, reason="误发")
    better = actions.correct_release(district.songxi_liaison, out, reason="漏列")
    assert (better.version, better.area) == (2, district.songxi)
    assert actions.withdraw_release(district.air_office, out, reason="误发").state == "withdrawn"
    with pytest.raises(WrongState):
        actions.withdraw_release(district.air_office, out, reason="误发")


def test_it_is_said_whose_list_it_is(boilers, district):
    for town in (None, district.area, boilers[1].source.area):
        with pytest.raises(Invalid, match="分别公开"):
            actions.draft_release(SYSTEM, LEDGER, "list", town=town)
    with pytest.raises(Invalid, match="统一公开"):
        actions.draft_release(SYSTEM, "scattered_polluter", "list", town=district.songxi)


def test_a_town_that_is_late_is_found_in_the_town(boilers, district):
    released(district)
    with on("2018-11-01"):
        actions.run_checks(SYSTEM, ["sources.publications"])
        found = Finding.objects.get()
        assert str(found) == "柳湾镇的“予以保留的燃煤锅炉清单”应在 2018-10-31 前公开，至今没有发布。"
        assert found.area == district.liuwan
        draft = actions.draft_release(SYSTEM, LEDGER, "list", town=district.liuwan)
        actions.release_list(SYSTEM, draft, medium="网站")
        actions.run_checks(SYSTEM, ["sources.publications"])
    found.refresh_from_db()
    assert found.state == "over"


def test_days_that_count_from_each_listing_count_by_town(boilers, district, monkeypatch):
    rule = reading.ledger_of(LEDGER)
    each = rule.publish[0].model_copy(update={"due": "", "days": 20})
    changed = rule.model_copy(update={"publish": (each,)})
    monkeypatch.setattr(reading, "all_ledgers", lambda: (changed,))
    monkeypatch.setattr(reading, "ledger_of", lambda name: changed)
    assert {name: one.due for name, one in stand("2018-09-10").items()} == dict.fromkeys(
        ("松溪镇", "柳湾镇"), dt.date(2018, 9, 29)
    )
    released(district)
    with on("2018-10-22"):
        actions.add_listing(
            SYSTEM, LEDGER, source={"name": "松溪镇新锅炉", "area": district.songxi}, attributes={"capacity": 9}
        )
    after = stand("2018-10-23")
    assert (after["松溪镇"].stands, after["松溪镇"].overdue) == ("due", False)
    assert after["柳湾镇"].overdue


def test_the_pages_of_district_and_town(boilers, district, site, django_assert_max_num_queries):
    out = released(district)
    other = person("liuwan", "liaison", district.liuwan_town)
    actions.add_listing(
        SYSTEM, LEDGER, source={"name": "区里的锅炉", "area": district.area}, attributes={"capacity": 9}
    )
    of_town = f"{PAGE}/{district.songxi.pk}"
    office = site.log_in(district.air_office)
    for address, texts in {
        "/sources/publications": ("2 个镇街，已公开", "予以保留的燃煤锅炉清单"),
        f"{PAGE}/towns": ("松溪镇", "柳湾镇", "镇政府公示栏", "另有 1 条没有落到现有镇街"),
        of_town: ("松上村锅炉", "镇政府公示栏", "松溪镇 予以保留的燃煤锅炉清单"),
        out.get_absolute_url(): ("松上村锅炉", "松溪镇"),
    }.items():
        with django_assert_max_num_queries(15):
            shown = office.get(address).content.decode()
        for text in texts:
            assert text in shown
        assert "柳湾镇锅炉" not in shown
        assert "起草公开" not in shown
    assert office.get(PAGE).url == f"{PAGE}/towns"
    assert office.get(f"{PAGE}/towns?export=xlsx").status_code == 200
    for nothing in (f"{PAGE}/{district.area.pk}", "/sources/publications/mine/list/towns", f"{PAGE}/99999"):
        assert office.get(nothing).status_code == 404
    town = site.log_in(other)
    assert "松溪" not in town.get(f"{PAGE}/towns").content.decode()
    assert "镇街，已公开" not in town.get("/sources/publications").content.decode()
    for hidden in (of_town, out.get_absolute_url()):
        assert town.get(hidden).status_code == 404


def test_a_town_drafts_and_releases_by_page(boilers, district, site):
    browser, of_town = site.log_in(district.songxi_liaison), f"{PAGE}/{district.songxi.pk}"
    assert "起草公开" in browser.get(of_town).content.decode()
    assert browser.post(f"{PAGE}/draft").status_code == 404
    assert browser.post(f"{PAGE}/{district.liuwan.pk}/draft").status_code == 404
    browser.post(f"{of_town}/draft")
    draft = Release.objects.get()
    shown = browser.get(draft.get_absolute_url()).content.decode()
    assert "柳湾镇锅炉" not in shown
    seen = shown.split("release?seen=")[1].split('"')[0]
    assert browser.post(f"{draft.get_absolute_url()}/release", {"medium": "公示栏", "seen": seen}).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.released_by, draft.count) == ("released", district.songxi_liaison, 2)
    assert browser.get(f"{draft.get_absolute_url()}/docx").status_code == 200
