"""Pages of progress: open to the right people, within their number of SQL queries, and shut between two streets."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from lantian.site.plans import actions
from lantian.site.plans.models import ProgressReport, Task
from tests.site.kept import kept
from tests.site.plans.progress.world import asked, closing, paper, photo, submitted, written

BUDGET = 15


@pytest.fixture
@kept
def full(campaign: Any) -> Any:
    """Something of everything: a returned, a submitted and an accepted report, an extension, a closing."""
    campaign.accepted = actions.accept_report(campaign.office, submitted(campaign, start=campaign.march))
    campaign.submitted = submitted(campaign)
    campaign.draft = written(campaign, who=campaign.south_liaison, unit=campaign.south)
    actions.attach(campaign.south_liaison, campaign.draft, [photo()])
    campaign.extension = asked(campaign)
    campaign.closing = closing(campaign)
    return campaign


def address(name: str, c: Any) -> str:
    args = {
        "report": lambda: [c.submitted.pk],
        "desk_report": lambda: [c.submitted.pk],
        "missing": lambda: [c.cycle.pk],
        "cycle_year": lambda: [c.cycle.pk],
        "cycle_edit": lambda: [c.cycle.pk],
        "cycles": lambda: [c.plan.pk],
        "extension": lambda: [c.extension.pk],
        "closing": lambda: [c.closing.pk],
        "task": lambda: [c.trucks.pk],
        "task_progress": lambda: [c.trucks.pk],
    }.get(name, list)()
    return reverse(f"plans:{name}", args=args)


OFFICE = ["all_reports", "desk", "desk_report", "report", "missing", "cycle_year", "cycles", "cycle_edit"]
OFFICE += ["extensions", "extension", "closings", "closing", "task", "task_progress"]


@pytest.mark.parametrize("name", OFFICE)
def test_a_page_opens_for_the_office_within_its_budget(
    full: Any, as_person: Any, name: str, django_assert_max_num_queries: Any
) -> None:
    client = as_person(full.office)
    client.get("/")
    with django_assert_max_num_queries(BUDGET):
        # the part of the task's page is asked for by script, without a frame
        response = client.get(address(name, full), headers={"HX-Request": "true"} if name == "task_progress" else {})
    assert response.status_code == 200


def test_the_liaisons_pages_open_within_their_budget(
    full: Any, as_person: Any, django_assert_max_num_queries: Any
) -> None:
    client = as_person(full.south_liaison)
    edit = reverse("plans:report_edit", args=[full.draft.pk])
    for path in (reverse("plans:reports"), edit):
        with django_assert_max_num_queries(BUDGET):
            assert client.get(path).status_code == 200
    page = client.get(edit).text
    assert "45 辆" not in page or "南桥" in page
    assert 'capture="environment"' in page


@pytest.mark.parametrize("name", ["desk", "desk_report", "cycle_edit"])
@pytest.mark.parametrize("who", ["north_liaison", "leader"])
def test_the_offices_pages_are_closed_to_others(full: Any, as_person: Any, name: str, who: str) -> None:
    assert as_person(getattr(full, who)).get(address(name, full)).status_code == 403


def test_one_street_finds_nothing_of_another(full: Any, as_person: Any) -> None:
    """The north's reports, files and drafts, asked for by the south; and the other way round."""
    actions.withdraw_report(full.north_liaison, full.submitted)
    (one,) = actions.attach(full.north_liaison, full.submitted, [photo()])
    south = as_person(full.south_liaison)
    for path in (
        reverse("plans:report", args=[full.accepted.pk]),
        reverse("plans:report", args=[full.submitted.pk]),
        reverse("plans:report_edit", args=[full.submitted.pk]),
        reverse("plans:evidence", args=[one.pk]),
        reverse("plans:evidence_small", args=[one.pk]),
        address("extension", full),
        address("closing", full),
    ):
        assert south.get(path).status_code == 404, path
    for name in ("reports", "all_reports", "extensions", "closings", "task", "task_progress"):
        page = south.get(address(name, full)).text
        assert "已淘汰一批老旧货车" not in page or name == "reports"
        assert reverse("plans:report", args=[full.accepted.pk]) not in page
    for path in (
        reverse("plans:report_files", args=[full.submitted.pk]),
        reverse("plans:report_step", args=[full.submitted.pk, "withdraw"]),
        reverse("plans:report_begin", args=[full.cycle.pk, full.trucks.pk, full.north.pk, "2026-04-01"]),
    ):
        assert south.post(path).status_code in (403, 404), path
    assert as_person(full.office).get(reverse("plans:report", args=[full.draft.pk])).status_code == 404, "a draft"


def test_a_liaison_writes_submits_and_the_office_returns_and_accepts(campaign: Any, as_person: Any) -> None:
    c = campaign
    north, office = as_person(c.north_liaison), as_person(c.office)
    begun = north.post(reverse("plans:report_begin", args=[c.cycle.pk, c.trucks.pk, c.north.pk, "2026-04-01"]))
    report = ProgressReport.objects.get()
    assert begun.url == reverse("plans:report_edit", args=[report.pk])
    quantity = c.trucks.quantities.get(town_name="北桥街道")
    content = {"text": "本月淘汰 12 辆", "percent": "20", f"number-{quantity.pk}-{quantity.town_id}": "12"}
    kept = north.post(begun.url, content | {"revision": "0"}, headers={"HX-Request": "true"})
    assert "已自动保存" in kept.text
    assert 'value="1"' in kept.text
    stale = north.post(begun.url, content | {"revision": "0"}, headers={"HX-Request": "true"})
    assert "同事刚刚保存过" in stale.text
    sent = north.post(begun.url, content | {"revision": "0", "submit": ""})
    assert sent.status_code == 409, "the form with what was typed, and that a colleague was quicker"
    assert "本月淘汰 12 辆" in sent.text
    assert north.post(begun.url, content | {"revision": "1", "submit": "1"}).status_code == 302
    desk = office.get(reverse("plans:desk_report", args=[report.pk])).text
    assert "本月淘汰 12 辆" in desk
    back = reverse("plans:desk_step", args=[report.pk, "return"])
    assert office.post(back, {"reason": ""}).status_code == 400
    assert office.post(back, {"reason": "请补充照片"}).status_code == 302
    assert "请补充照片" in north.get(reverse("plans:reports")).text
    again = {"text": "本月淘汰 12 辆，已附照片", "revision": "2", "submit": "1"}
    assert north.post(begun.url, content | again).status_code == 302
    assert office.post(reverse("plans:desk_step", args=[report.pk, "accept"])).status_code == 302
    assert Task.objects.get(pk=c.trucks.pk).percent == 1
    assert office.post(reverse("plans:desk_step", args=[report.pk, "accept"])).status_code == 409


def test_odd_numbers_are_asked_about_and_not_refused(campaign: Any, as_person: Any) -> None:
    report = written(campaign, value=5000)
    page = as_person(campaign.north_liaison).get(reverse("plans:report_edit", args=[report.pk])).text
    assert "远多于目标" in page
    assert actions.submit_report(campaign.north_liaison, report).state == "submitted"


def test_who_has_not_reported_can_be_cut_exported_and_reminded(full: Any, as_person: Any) -> None:
    office = as_person(full.office)
    path = address("missing", full)
    page = office.get(path).text
    assert "南桥街道办事处" in page
    book = office.get(f"{path}?start=2026-04-01&export=xlsx")
    import io

    rows = list(load_workbook(io.BytesIO(book.content)).active.iter_rows(values_only=True))
    mine = [r for r in rows if r[0] == "北桥街道办事处" and r[2] == full.trucks.name]
    assert mine[0][3] == "待审核"
    told = office.post(reverse("plans:remind", args=[full.cycle.pk]), {"start": "2026-04-01"})
    assert told.status_code == 302
    assert as_person(full.north_liaison).post(reverse("plans:remind", args=[full.cycle.pk])).status_code == 403


def test_ticked_reports_are_accepted_together(full: Any, as_person: Any) -> None:
    office = as_person(full.office)
    done = office.post(reverse("plans:desk_accept", args=[full.cycle.pk]), {"report": [str(full.submitted.pk)]})
    assert done.status_code == 302
    full.submitted.refresh_from_db()
    assert full.submitted.state == "accepted"


def test_requests_go_through_their_pages(campaign: Any, as_person: Any) -> None:
    c = campaign
    bureau, office = as_person(c.bureau_liaison), as_person(c.office)
    ask = reverse("plans:extension_ask", args=[c.trucks.pk])
    wrong = bureau.post(ask, {"kind": "extension", "unit": c.bureau.pk, "text": "设备推迟"})
    assert wrong.status_code == 200
    assert "请填写申请延至的日期" in wrong.text
    until = (c.trucks.due + dt.timedelta(days=10)).isoformat()
    made = bureau.post(ask, {"kind": "extension", "unit": c.bureau.pk, "text": "设备推迟", "until": until})
    assert made.status_code == 302, made.text
    assert office.post(f"{made.url}/grant").status_code == 302
    assert Task.objects.get(pk=c.trucks.pk).due.isoformat() == until

    ask = reverse("plans:closing_ask", args=[c.trucks.pk])
    assert "请选择文件" in bureau.post(ask, {"unit": c.bureau.pk, "text": "完成"}).text
    files = {"files-photo": photo()[1], "files-acceptance": paper()[1]}
    made = bureau.post(ask, {"unit": c.bureau.pk, "text": "完成"} | files)
    assert made.status_code == 302, made.text
    assert office.post(f"{made.url}/close", {"signer": "演示科长"}).status_code == 302
    assert "演示科长" in office.get(made.url).text
    assert "已销号" in bureau.get(c.trucks.get_absolute_url()).text


def test_a_campaign_day_shows_its_missing_months_in_red(campaign: Any, as_person: Any) -> None:
    c = campaign
    cycle = actions.add_cycle(
        c.office,
        c.plan,
        name="全城清洁日",
        every="month",
        due_day=31,
        first=dt.date(2026, 1, 1),
        reporters=["responsible"],
        needs=["photo"],
        tasks=[c.trucks],
    )
    page = as_person(c.office).get(reverse("plans:cycle_year", args=[cycle.pk])).text
    assert page.count('<th scope="col" title=') == 12
    assert len(re.findall(r'class="is-missing"', page)) == 6, "three months gone, two streets"


def test_empty_pages_say_what_to_do(people: Any, as_person: Any) -> None:
    office, liaison = as_person(people.office), as_person(people.liaison)
    for client, name in (
        (liaison, "reports"),
        (office, "desk"),
        (office, "all_reports"),
        (office, "missing_first"),
        (office, "extensions"),
        (office, "closings"),
    ):
        assert "lt-empty" in client.get(reverse(f"plans:{name}")).text, name


def test_the_cycle_of_a_plan_is_suggested_and_confirmed_on_its_page(plan: Any, people: Any, as_person: Any) -> None:
    office = as_person(people.office)
    cycle = plan.cycles.get()
    page = office.get(reverse("plans:cycles", args=[plan.pk])).text
    assert "待确认" in page
    assert office.post(reverse("plans:cycle_step", args=[cycle.pk, "confirm"])).status_code == 302
    cycle.refresh_from_db()
    assert cycle.state == "active"
    liaison = as_person(people.liaison)
    assert liaison.post(reverse("plans:cycle_step", args=[cycle.pk, "stop"]), {"reason": "x"}).status_code == 403


def test_what_is_sent_after_a_colleague_handed_the_report_in_is_told_not_passed_over(full: Any, as_person: Any) -> None:
    north = as_person(full.north_liaison)
    place = reverse("plans:report_edit", args=[full.submitted.pk])
    assert north.get(place).url == reverse("plans:report", args=[full.submitted.pk])
    answer = north.post(place, {"text": "第二个人写的", "revision": "0", "submit": ""})
    assert answer.status_code == 409
    assert "待审核" in answer.text
