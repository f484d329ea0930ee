"""Lists made public: drafted, released as they stand, corrected, withdrawn; late ones are found."""

import datetime as dt
import io

import pytest
from docx import Document

from lantian.rulebook.loader import forget
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.sources import actions, reading
from lantian.site.sources.models import Finding, Release
from lantian.site.sources.queries import publishing as queries
from tests.site.conftest import person
from tests.site.kept import kept

SYSTEM = System()
ON = "2018-10-20"
WHOLE = """
id = "ledger-retained-coal-boiler"
schema = "ledger"
extends = true

[[publish]]
name = "list"
each = ""
"""


@pytest.fixture(autouse=True)
def of_the_district(tmp_path_factory, monkeypatch):
    """A district that makes the list of all its towns public itself, by its own directory of rules."""
    rules = tmp_path_factory.mktemp("rules")
    (rules / "boilers.toml").write_text(WHOLE, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(rules))
    forget()
    yield
    monkeypatch.undo()
    forget()


def noon(day):
    return dt.datetime.fromisoformat(f"{day}T12:00:00+08:00")


@pytest.fixture
@kept
def boilers(district):
    """Three retained boilers, kept by the office."""
    with clock.as_of(noon("2018-09-01")):
        return [
            actions.add_listing(
                SYSTEM,
                "retained_coal_boiler",
                source={"name": f"松溪热力站{k}号锅炉", "area": district.songxi},
                attributes={"capacity": 20 + k, "person": "赵某某"},
            )
            for k in (1, 2, 3)
        ]


def drafted(district):
    with clock.as_of(noon(ON)):
        return actions.draft_release(district.air_office, "retained_coal_boiler", "list")


def released(district):
    draft = drafted(district)
    with clock.as_of(noon(ON)):
        return actions.release_list(district.air_office, draft, medium="区政府网站", link="https://example.test/list")


def line(on, ledger="retained_coal_boiler", name="list"):
    rule = reading.ledger_of(ledger)
    return queries.line(rule, next(one for one in rule.publish if one.name == name), dt.date.fromisoformat(on))


def test_a_release_keeps_what_was_told_without_personal_values(boilers, district):
    out = released(district)
    heads, rows = out.table("zh")
    assert heads == ["名称", "所在镇街", "蒸吨数（蒸吨/小时）", *heads[3:]]
    assert [row[0] for row in rows] == [f"松溪热力站{k}号锅炉" for k in (1, 2, 3)]
    assert rows[0][2] == 21
    assert "赵" not in str(out.rows)
    assert out.table("en")[1][0][-1] == "Found"
    assert (out.period, out.due_on, out.count, out.version) == ("2018", dt.date(2018, 10, 31), 3, 1)
    actions.change_listing(SYSTEM, boilers[0], source={"name": "改名的锅炉"})
    assert Release.objects.get().table("zh")[1][0][0] == "松溪热力站1号锅炉"


def test_who_may_draft_and_release(boilers, district):
    with pytest.raises(Refused):
        actions.draft_release(district.songxi_liaison, "retained_coal_boiler", "list")
    draft = drafted(district)
    with pytest.raises(Refused):
        actions.release_list(district.songxi_liaison, draft, medium="网站")
    with pytest.raises(Invalid):
        drafted(district)  # one draft at a time
    with pytest.raises(Invalid):
        actions.draft_release(district.air_office, "retained_coal_boiler", "nothing")
    assert actions.release_list(person("boss", "leader"), draft, medium="网站").state == "released"
    with pytest.raises(WrongState):
        actions.release_list(district.air_office, draft, medium="网站")
    with pytest.raises(WrongState):
        actions.discard_release(district.air_office, draft)


@pytest.mark.parametrize(("medium", "link"), [(" ", ""), ("网站", "javascript:alert(1)"), ("网站", "gov")])
def test_a_release_says_where(medium, link, boilers, district):
    with pytest.raises(Invalid):
        actions.release_list(district.air_office, drafted(district), medium=medium, link=link)
    assert Release.objects.get().state == "drafted"


def test_nothing_is_released_that_was_not_seen(boilers, district):
    draft = drafted(district)
    with pytest.raises(WrongState, match="变化"):
        actions.release_list(district.air_office, draft, medium="网站", seen="of another list")
    assert Release.objects.get().rows == []


def test_a_correction_is_a_new_version_and_takes_the_place_of_the_old(boilers, district):
    out = released(district)
    with pytest.raises(Invalid):
        actions.correct_release(district.air_office, out, reason=" ")
    better = actions.correct_release(district.air_office, out, reason="漏列一台")
    assert Release.objects.get(pk=out.pk).state == "released"
    actions.release_list(district.air_office, better, medium="区政府网站")
    assert [(one.version, one.state) for one in Release.objects.order_by("pk")] == [(1, "corrected"), (2, "released")]
    actions.withdraw_release(district.air_office, better, reason="误发")
    assert line("2018-11-01").stands == "late"


def test_a_list_that_is_not_out_on_its_day_is_late_and_found(boilers, district):
    assert line("2018-10-31").stands == "due"
    assert line("2018-11-01").stands == "late"
    drafted(district)
    assert (line("2018-11-01").stands, line("2018-11-01").overdue) == ("drafted", True)
    with clock.as_of(noon("2018-11-01")):
        actions.run_checks(SYSTEM, ["sources.publications"])
        assert [str(one) for one in Finding.objects.all()] == [
            "“予以保留的燃煤锅炉清单”应在 2018-10-31 前公开，至今没有发布。"
        ]
        actions.release_list(district.air_office, Release.objects.get(), medium="网站")
        actions.run_checks(SYSTEM, ["sources.publications"])
    assert Finding.objects.get().state == "over"
    assert line("2018-11-01").period == "2019"


def test_a_ledger_that_had_nothing_by_then_owes_nothing(district):
    assert line("2018-11-01").stands == "empty"


def test_a_listing_that_waits_for_its_publication(district):
    with clock.as_of(noon("2018-09-03")):
        one = actions.add_listing(
            SYSTEM, "scattered_polluter", source={"name": "松溪木器厂", "area": district.songxi},
            attributes={"class": "upgrade"},
        )  # fmt: skip
        one.enter("accepted", "done")
        one.save()
    assert line("2018-09-10", "scattered_polluter", "accepted").due == dt.date(2018, 9, 30)  # a Sunday that is worked
    assert line("2018-10-08", "scattered_polluter", "accepted").overdue
    with clock.as_of(noon("2018-10-08")):
        draft = actions.draft_release(district.air_office, "scattered_polluter", "accepted")
        actions.release_list(district.air_office, draft, medium="网站")
    assert line("2018-12-08", "scattered_polluter", "accepted").stands == "released"


def test_the_pages(boilers, district, site, django_assert_max_num_queries):
    out = released(district)
    actions.change_listing(SYSTEM, boilers[0], source={"name": "改名的锅炉"})
    actions.add_listing(
        SYSTEM, "retained_coal_boiler", source={"name": "新来的锅炉", "area": district.songxi},
        attributes={"capacity": 9},
    )  # fmt: skip
    browser = site.log_in(district.air_office)
    of_list = "/sources/publications/retained_coal_boiler/list"
    for address, texts in {
        "/sources/publications": ("予以保留的燃煤锅炉清单", "发布时 3"),
        of_list: ("发布时 3 条，现在 4 条", "新来的锅炉", "改名的锅炉", "10-31"),
        out.get_absolute_url(): ("区政府网站", "松溪热力站1号锅炉", "发布时 3 条，现在 4 条"),
    }.items():
        with django_assert_max_num_queries(15):
            shown = browser.get(address).content.decode()
        for text in texts:
            assert text in shown
        assert site.log_in(district.nobody).get(address).status_code == 403
        browser = site.log_in(district.air_office)
    paper = Document(io.BytesIO(browser.get(f"{out.get_absolute_url()}/docx").content))
    assert len(paper.tables[0].rows) == 4
    assert browser.get(f"{out.get_absolute_url()}?export=xlsx").status_code == 200
    assert browser.get("/sources/publications/coal_boiler/nothing").status_code == 404


def test_drafting_and_releasing_by_page(boilers, district, site):
    browser = site.log_in(district.air_office)
    browser.post("/sources/publications/retained_coal_boiler/list/draft")
    draft = Release.objects.get()
    shown = browser.get(draft.get_absolute_url()).content.decode()
    assert "这是草稿" in shown
    seen = shown.split("release?seen=")[1].split('"')[0]
    form = f"{draft.get_absolute_url()}/release"
    assert seen in browser.get(f"{form}?seen={seen}").content.decode()
    assert browser.post(form, {"medium": "", "seen": seen}).status_code == 200
    actions.change_listing(SYSTEM, boilers[0], source={"name": "改名的锅炉"})
    assert browser.post(form, {"medium": "网站", "seen": seen}).status_code == 409
    assert browser.post(form, {"medium": "网站"}).status_code == 302
    step = f"{draft.get_absolute_url()}/steps"
    browser.post(f"{step}/correct", {"reason": "改名"})
    browser.post(Release.objects.first().get_absolute_url() + "/steps/discard")
    browser.post(f"{step}/withdraw", {"reason": "误发"})
    draft.refresh_from_db()
    assert (Release.objects.count(), draft.state) == (1, "withdrawn")
