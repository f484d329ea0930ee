"""A month's progress by Excel: downloaded with what is asked, filled in, brought back as drafts."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from lantian.site.core.faults import WrongState
from lantian.site.core.models import AuditEvent, SheetImport
from lantian.site.core.sheets import actions as sheets
from lantian.site.plans import actions
from lantian.site.plans.models import ProgressReport
from tests.site.conftest import Browser
from tests.site.plans.progress.world import submitted, written


@pytest.fixture(autouse=True)
def at_once(settings: Any) -> None:
    settings.LANTIAN_JOBS = "inline"


def address(c: Any, part: str = "") -> str:
    return f"/sheets/plans.reports{part}?cycle={c.cycle.pk}&start={c.april.isoformat()}"


def filled(content: bytes, text: str = "", number: Any = None, percent: Any = None) -> SimpleUploadedFile:
    """The template with something in the rows of the lorries."""
    book = load_workbook(io.BytesIO(content))
    heads = {title: [str(cell.value).rstrip("*") for cell in book[title][1]] for title in ("进展", "数字")}
    for title, column, value in (
        ("进展", "进展情况", text),
        ("进展", "完成率（%）", percent),
        ("数字", "本次累计完成", number),
    ):
        if value not in ("", None):
            row = next(r for r in book[title].iter_rows(min_row=2) if "淘汰" in str(r[1].value))
            row[heads[title].index(column)].value = value
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("进展.xlsx", out.getvalue())


def uploaded(site: Browser, c: Any, **given: Any) -> SheetImport:
    content = site.get(address(c, "/template")).content
    answer = site.post(address(c), {"file": filled(content, **given)})
    assert answer.status_code == 302, answer.content.decode()
    return SheetImport.objects.latest("pk")


def test_a_liaison_fills_in_the_template_and_finds_her_drafts(campaign: Any, site: Browser) -> None:
    site.log_in(campaign.north_liaison)
    assert "/sheets/plans.reports" in site.get(f"/plans/reports?cycle={campaign.cycle.pk}").content.decode()
    one = uploaded(site, campaign, text="本月淘汰 12 辆。", number="１２", percent="20%")
    assert {row.title for row in one.rows.filter(kind="changed")} >= {campaign.trucks.name}
    assert one.counts["bad"] == 0
    assert not ProgressReport.objects.exists(), "nothing is written before it is confirmed"
    events = AuditEvent.objects.count()
    done = sheets.confirm(campaign.north_liaison, one, revision=one.revision)
    assert (done.state, done.counts["bad"]) == ("done", 0)
    report = ProgressReport.objects.get()
    assert (report.state, report.text, report.percent) == ("draft", "本月淘汰 12 辆。", 20)
    assert [(n.value) for n in report.numbers.all()] == [12.0]
    assert AuditEvent.objects.count() == events + 1
    actions.submit_report(campaign.north_liaison, report)

    again = site.get(address(campaign, "/template")).content
    names = [row[1].value for row in load_workbook(io.BytesIO(again))["进展"].iter_rows(min_row=2)]
    assert campaign.trucks.name not in names, "what is handed in is not asked for again"


def test_bad_numbers_are_named_and_the_rest_comes_in(campaign: Any, site: Browser) -> None:
    site.log_in(campaign.north_liaison)
    one = uploaded(site, campaign, text="有进展。", number="约十辆")
    page = site.get(one.get_absolute_url()).content.decode()
    assert "第 2 张表“数字”" in page
    assert "“约十辆”不是数字" in page
    done = sheets.confirm(campaign.north_liaison, one, revision=one.revision)
    assert (done.counts["changed"], done.counts["bad"]) == (1, 1)
    assert ProgressReport.objects.get().text == "有进展。"


def test_what_a_colleague_wrote_meanwhile_is_not_lost(campaign: Any, site: Browser) -> None:
    site.log_in(campaign.north_liaison)
    one = uploaded(site, campaign, text="表里的话。")
    written(campaign)
    again = sheets.confirm(campaign.north_liaison, one, revision=one.revision)
    assert (again.state, again.moved > 0) == ("preview", True)
    assert ProgressReport.objects.get().text == "已淘汰一批老旧货车。"
    sheets.confirm(campaign.north_liaison, again, revision=again.revision)
    report = ProgressReport.objects.get()
    assert (report.text, report.numbers.count()) == ("表里的话。", 1), "numbers that the file does not name stay"


def test_what_was_handed_in_meanwhile_is_refused(campaign: Any, site: Browser) -> None:
    site.log_in(campaign.north_liaison)
    one = uploaded(site, campaign, text="表里的话。")
    submitted(campaign)
    again = sheets.confirm(campaign.north_liaison, one, revision=one.revision)
    assert again.state == "preview"
    row = again.rows.filter(kind="bad").first()
    assert row is not None
    assert "不归您办理" in row.problems[0]["zh-hans"]
    with pytest.raises(WrongState):
        sheets.confirm(campaign.north_liaison, again, revision=one.revision)


def test_a_file_of_one_unit_is_nothing_to_another(campaign: Any, site: Browser) -> None:
    content = site.log_in(campaign.south_liaison).get(address(campaign, "/template")).content
    site.log_in(campaign.north_liaison)
    site.post(address(campaign), {"file": filled(content, text="别的单位的话。")})
    one = SheetImport.objects.get()
    assert one.counts["changed"] == 0
    assert one.counts["bad"] > 0


@pytest.mark.parametrize("who", ["office", "leader", "auditor"])
def test_others_have_no_template(campaign: Any, site: Browser, who: str) -> None:
    site.log_in(getattr(campaign, who))
    for part in ("", "/template", "/export"):
        assert site.get(address(campaign, part)).status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?cycle=x&start=2026-04-01", "?cycle=1&start=x", "?cycle=999999&start=2026-04-01"]
)
def test_a_window_that_is_not_there_is_not_found(campaign: Any, site: Browser, query: str) -> None:
    assert site.log_in(campaign.north_liaison).get(f"/sheets/plans.reports{query}").status_code == 404


def test_the_template_asks_few_queries(campaign: Any, site: Browser, django_assert_max_num_queries: Any) -> None:
    site.log_in(campaign.north_liaison).get("/")
    with django_assert_max_num_queries(22):
        site.get(address(campaign, "/template"))
