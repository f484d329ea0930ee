"""Progress of tasks: who may write, submit, accept, return, correct; what counts; extensions and closing."""

from __future__ import annotations

import datetime as dt
import io
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person, Unit
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import ProgressReport, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import EXTENSION, REPORT, TASK

TODAY = dt.date(2026, 4, 20)
ZONE = ZoneInfo("Asia/Shanghai")


def photo(name: str = "现场.jpg") -> tuple[str, SimpleUploadedFile]:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "steelblue").save(content, "JPEG")
    return "photo", SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def paper(kind: str = "acceptance") -> tuple[str, SimpleUploadedFile]:
    return kind, SimpleUploadedFile("验收单.txt", "验收合格".encode(), "text/plain")


@pytest.fixture(autouse=True)
def april(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day that counts is 20 April 2026."""
    now = dt.datetime(2026, 4, 20, 9, 0, tzinfo=ZONE)
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def people(district: Any) -> SimpleNamespace:
    """Those who write, judge, consent and only look on; passwords do not matter here."""
    street = org.add_unit(System(), name="北桥街道办事处", kind="town", area=district.children.get(name="北桥街道"))
    return SimpleNamespace(
        office=person("office", "air_office"),
        liaison=person("north", "liaison", street),
        leader=person("leader", "leader"),
        auditor=person("auditor", "auditor"),
    )


def person(name: str, role: str, unit: Any = None) -> Any:
    made = Person.objects.create(username=name, name=f"演示{name}", unit=unit)
    org.grant_role(System(), made, role=role, unit=unit)
    return made


@pytest.fixture
def campaign(people: Any, plan: Any, district: Any) -> SimpleNamespace:
    """The confirmed plan with a monthly cycle due on the 25th, two streets with a liaison each, and a bureau's."""
    cycle = actions.add_cycle(
        people.office,
        plan,
        name="月调度",
        every="month",
        due_day=25,
        first=dt.date(2026, 3, 1),
        reporters=["lead", "responsible"],
    )
    north = people.liaison.unit
    south_area = Area.objects.get(name="南桥街道")
    south = Unit.objects.get(name="南桥街道办事处")  # as the plan names it
    south = org.change_unit(System(), south, name=south.name, kind="town", area=south_area)
    group = next(r.unit for t in plan.tasks.all() for r in t.roles.all() if r.name == "各街道办事处")
    org.change_unit(System(), group, name=group.name, kind="group", area=district)
    org.change_group(System(), group, places=[org.Place(north), org.Place(south)])
    trucks = plan.tasks.get(title__startswith="加快淘汰")
    bureau = next(r.unit for r in trucks.roles.all() if r.role == "lead")

    return SimpleNamespace(
        plan=plan,
        cycle=cycle,
        trucks=trucks,
        north=north,
        south=south,
        bureau=bureau,
        north_liaison=people.liaison,
        south_liaison=person("south", "liaison", south),
        bureau_liaison=person("bureau", "liaison", bureau),
        office=people.office,
        leader=people.leader,
        auditor=people.auditor,
        april=dt.date(2026, 4, 1),
        march=dt.date(2026, 3, 1),
    )


def written(c: Any, who: Any = None, unit: Any = None, start: Any = None, value: float | None = 12) -> ProgressReport:
    who, unit = who or c.north_liaison, unit or c.north
    report = actions.begin_report(who, c.trucks, unit, c.cycle, start or c.april)
    blank = queries.blanks(Task.objects.get(pk=c.trucks.pk), unit, Register())[0]
    numbers = {} if value is None else {blank.key: value}
    return actions.save_draft(who, report, text="已淘汰一批老旧货车。", percent=20, numbers=numbers)


def submitted(c: Any, **given: Any) -> ProgressReport:
    return actions.submit_report(given.get("who") or c.north_liaison, written(c, **given))


def accepted(c: Any, **given: Any) -> ProgressReport:
    return actions.accept_report(c.office, submitted(c, **given))


# The tables


@pytest.mark.parametrize("table", [REPORT, EXTENSION, TASK], ids=lambda t: t.name)
def test_every_cell_of_the_tables_holds(table: Any, people: Any) -> None:
    class Thing:
        def __str__(self) -> str:
            return "样例"

    for state, name, step in table.cells():
        thing = Thing()
        setattr(thing, table.attribute, state)
        given = dict.fromkeys(step.needs, "有") if step else {}
        if step is None:
            with pytest.raises(WrongState):
                table.step(thing, name)
            assert getattr(thing, table.attribute) == state
        else:
            table.step(thing, name, **given)
            assert getattr(thing, table.attribute) == step.target


# Writing


def test_a_report_goes_from_draft_to_accepted_and_counts_only_then(campaign: Any) -> None:
    report = written(campaign)
    assert report.state == "draft"
    report = actions.submit_report(campaign.north_liaison, report)
    assert Task.objects.get(pk=campaign.trucks.pk).percent is None
    report = actions.accept_report(campaign.office, report)
    assert (report.state, report.reviewed_by) == ("accepted", campaign.office)
    assert Task.objects.get(pk=campaign.trucks.pk).percent == 1, "12 of 620"
    assert AuditEvent.objects.get(action="plans.report.submit").facts["content"]["text"] == report.text


@pytest.mark.parametrize("who", ["south_liaison", "office", "leader", "auditor"])
def test_only_the_units_own_liaison_writes_and_submits(campaign: Any, who: str) -> None:
    stranger = getattr(campaign, who)
    with pytest.raises(Refused):
        actions.begin_report(stranger, campaign.trucks, campaign.north, campaign.cycle, campaign.april)
    report = written(campaign)
    for act in (
        lambda: actions.save_draft(stranger, report, text="改"),
        lambda: actions.submit_report(stranger, report),
        lambda: actions.attach(stranger, report, [photo()]),
    ):
        with pytest.raises(Refused):
            act()
    report.refresh_from_db()
    assert (report.state, report.text) == ("draft", "已淘汰一批老旧货车。")


@pytest.mark.parametrize("who", ["north_liaison", "leader", "auditor"])
def test_only_the_air_office_judges(campaign: Any, who: str) -> None:
    report = submitted(campaign)
    with pytest.raises(Refused):
        actions.accept_report(getattr(campaign, who), report)
    with pytest.raises(Refused):
        actions.return_report(getattr(campaign, who), report, reason="不行")


def test_a_unit_without_a_role_is_not_asked(campaign: Any, people: Any) -> None:
    other = org.add_unit(System(), name="区体育局", kind="department", area=campaign.plan.area)
    with pytest.raises(Invalid):
        actions.begin_report(System(), campaign.trucks, other, campaign.cycle, campaign.april)


def test_a_window_that_has_not_begun_cannot_be_reported_on(campaign: Any) -> None:
    with pytest.raises(Invalid):
        actions.begin_report(
            campaign.north_liaison, campaign.trucks, campaign.north, campaign.cycle, dt.date(2026, 5, 1)
        )


def test_beginning_twice_gives_the_same_draft(campaign: Any) -> None:
    assert written(campaign).pk == written(campaign).pk
    assert ProgressReport.objects.count() == 1


def test_a_colleagues_words_are_not_overwritten(campaign: Any) -> None:
    report = written(campaign)
    actions.save_draft(campaign.north_liaison, report, text="同事写的", revision=report.revision)
    with pytest.raises(WrongState, match="同事"):
        actions.save_draft(campaign.north_liaison, report, text="我写的", revision=report.revision)
    report.refresh_from_db()
    assert report.text == "同事写的"


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), 1e13])
def test_a_number_that_is_none_is_refused(campaign: Any, value: float) -> None:
    with pytest.raises(Invalid):
        written(campaign, value=value)
    report = ProgressReport.objects.get()
    assert (report.text, report.numbers.count()) == ("", 0), "nothing is half-written"


def test_a_street_cannot_write_another_streets_number(campaign: Any) -> None:
    report = written(campaign)
    other = campaign.trucks.quantities.get(town_name="南桥街道")
    with pytest.raises(Invalid):
        actions.save_draft(campaign.north_liaison, report, text="x", numbers={(other.pk, other.town_id): 3})


def test_an_empty_report_is_not_submitted(campaign: Any) -> None:
    report = actions.begin_report(
        campaign.north_liaison, campaign.trucks, campaign.north, campaign.cycle, campaign.april
    )
    with pytest.raises(Invalid) as caught:
        actions.submit_report(campaign.north_liaison, report)
    assert "text" in caught.value.fields


def test_a_report_on_an_earlier_window_is_late_and_stays_so(campaign: Any) -> None:
    late, punctual = submitted(campaign, start=campaign.march), submitted(campaign)
    assert (late.late, punctual.late) == (True, False)
    late = actions.return_report(campaign.office, late, reason="请补充")
    assert actions.submit_report(campaign.north_liaison, late).late


# Judging


def test_a_return_needs_a_reason_and_tells_the_unit(campaign: Any) -> None:
    report = submitted(campaign)
    with pytest.raises(Invalid):
        actions.return_report(campaign.office, report, reason="  ")
    report = actions.return_report(campaign.office, report, reason="请补充照片")
    assert (report.state, report.reason) == ("returned", "请补充照片")
    notice = Notice.objects.get(kind="plans.report_returned")
    assert (notice.person, notice.body) == (campaign.north_liaison, "请补充照片")
    assert actions.submit_report(campaign.north_liaison, report).state == "submitted"


def test_of_two_reviewers_one_wins_and_the_other_is_told(campaign: Any) -> None:
    report = submitted(campaign)
    actions.accept_report(campaign.office, report)
    with pytest.raises(WrongState, match="已通过"):
        actions.return_report(campaign.office, report, reason="不行")
    assert ProgressReport.objects.get(pk=report.pk).state == "accepted"


def test_a_correction_is_a_version_and_the_accepted_one_counts_until_it_is_accepted(campaign: Any) -> None:
    first = accepted(campaign, value=31)
    second = actions.correct_report(campaign.north_liaison, first)
    assert (second.version, second.state, second.text) == (2, "draft", first.text)
    blank = queries.blanks(campaign.trucks, campaign.north, Register())[0]
    second = actions.save_draft(campaign.north_liaison, second, text="更正：62 辆。", numbers={blank.key: 62})
    second = actions.submit_report(campaign.north_liaison, second)
    assert Task.objects.get(pk=campaign.trucks.pk).percent == 5, "31 of 620"
    second = actions.accept_report(campaign.office, second)
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "accepted")
    assert Task.objects.get(pk=campaign.trucks.pk).percent == 10
    assert [v.numbers.all()[0].value for v in queries.versions(second)] == [31, 62]


def test_a_second_correction_waits_for_the_first(campaign: Any) -> None:
    first = accepted(campaign)
    second = actions.correct_report(campaign.north_liaison, first)
    with pytest.raises(WrongState):
        actions.correct_report(campaign.north_liaison, first)
    actions.drop_correction(campaign.north_liaison, second)
    assert actions.correct_report(campaign.north_liaison, first).version == 3


def test_the_first_version_cannot_be_dropped(campaign: Any) -> None:
    with pytest.raises(WrongState):
        actions.drop_correction(campaign.north_liaison, written(campaign))


def test_many_are_accepted_as_one_event_with_their_differences(campaign: Any) -> None:
    one, two = submitted(campaign), submitted(campaign, who=campaign.south_liaison, unit=campaign.south)
    before = AuditEvent.objects.count()
    actions.accept_reports(campaign.office, campaign.cycle, [one, two])
    assert AuditEvent.objects.count() == before + 1
    assert Task.objects.get(pk=campaign.trucks.pk).percent == 3, "24 of 620"


def test_many_are_accepted_together_or_not_at_all(campaign: Any) -> None:
    one, two = submitted(campaign), submitted(campaign, who=campaign.south_liaison, unit=campaign.south)
    actions.withdraw_report(campaign.south_liaison, two)
    with pytest.raises(WrongState):
        actions.accept_reports(campaign.office, campaign.cycle, [one, two])
    one.refresh_from_db()
    assert one.state == "submitted"


# Who has not reported


def test_reminding_tells_each_unit_once_a_day(campaign: Any) -> None:
    accepted(campaign)
    told = actions.remind(campaign.office, campaign.cycle, campaign.april)
    assert campaign.south in told
    count = Notice.objects.filter(kind="plans.report_due").count()
    assert Notice.objects.filter(kind="plans.report_due", person=campaign.south_liaison).count() == 1
    actions.remind(campaign.office, campaign.cycle, campaign.april)
    assert Notice.objects.filter(kind="plans.report_due").count() == count


@pytest.mark.parametrize("who", ["north_liaison", "leader", "auditor"])
def test_only_the_air_office_reminds(campaign: Any, who: str) -> None:
    with pytest.raises(Refused):
        actions.remind(getattr(campaign, who), campaign.cycle, campaign.april)


def test_groups_are_asked_member_by_member(campaign: Any) -> None:
    register = Register()
    window = queries.current(campaign.cycle, TODAY)
    assert window is not None
    found = [c for c in queries.cells(campaign.cycle, window, register) if c.task == campaign.trucks]
    assert {c.unit for c in found} == {campaign.bureau.pk, campaign.north.pk, campaign.south.pk}
    assert {c.state for c in found} == {"waiting"}


def test_the_day_after_the_25th_a_missing_report_is_overdue(campaign: Any, monkeypatch: Any) -> None:
    submitted(campaign)
    window = queries.current(campaign.cycle, TODAY)
    assert window is not None
    for day, state in ((25, "waiting"), (26, "missing")):
        monkeypatch.setattr(clock, "now", lambda day=day: dt.datetime(2026, 4, day, 12, tzinfo=ZONE))
        found = [c for c in queries.cells(campaign.cycle, window, Register()) if c.task == campaign.trucks]
        assert {c.unit: c.state for c in found}[campaign.south.pk] == state
        assert {c.unit: c.state for c in found}[campaign.north.pk] == "submitted"


def test_a_campaign_day_asks_every_street_for_a_photo_twelve_times_a_year(campaign: Any) -> None:
    cycle = actions.add_cycle(
        campaign.office,
        campaign.plan,
        name="全城清洁日",
        every="month",
        due_day=31,
        first=dt.date(2026, 1, 1),
        last=dt.date(2026, 12, 31),
        reporters=["responsible"],
        needs=["photo"],
        tasks=[campaign.trucks],
    )
    from lantian.site.plans.windows import year_of_windows

    months = year_of_windows(cycle, 2026)
    assert len(months) == 12
    found = queries.cells_of(cycle, months[:4], Register())
    assert {c.unit for c in found} == {campaign.north.pk, campaign.south.pk}
    assert [c.state for c in found if c.unit == campaign.north.pk] == ["missing", "missing", "missing", "waiting"]
    report = actions.begin_report(campaign.north_liaison, campaign.trucks, campaign.north, cycle, campaign.april)
    report = actions.save_draft(campaign.north_liaison, report, text="清理卫生死角三处。")
    with pytest.raises(Invalid, match="现场照片"):
        actions.submit_report(campaign.north_liaison, report)
    actions.attach(campaign.north_liaison, report, [photo()])
    assert actions.submit_report(campaign.north_liaison, report).state == "submitted"


def test_a_photo_is_a_picture_by_its_content(campaign: Any) -> None:
    report = written(campaign)
    with pytest.raises(Invalid):
        actions.attach(
            campaign.north_liaison, report, [("photo", SimpleUploadedFile("a.jpg", b"not a picture", "image/jpeg"))]
        )
    assert report.evidence.count() == 0


# Later dates, exemptions


def asked(c: Any, **given: Any) -> Any:
    until = given.pop("until", c.trucks.due + dt.timedelta(days=20))
    values = {"kind": "extension", "text": "设备到货推迟", "until": until} | given
    return actions.ask_extension(c.bureau_liaison, c.trucks, c.bureau, **values)


def test_a_granted_extension_moves_the_date_and_not_the_words(campaign: Any) -> None:
    due, words = campaign.trucks.due, campaign.trucks.deadline_text
    request = actions.grant_extension(campaign.office, asked(campaign))
    task = Task.objects.get(pk=campaign.trucks.pk)
    assert (task.due, request.old_due) == (due + dt.timedelta(days=20), due)
    assert task.deadline_text == words
    assert Notice.objects.filter(kind="plans.extension_decided", person=campaign.bureau_liaison).exists()


def test_a_long_extension_needs_the_leaders_consent(campaign: Any) -> None:
    request = asked(campaign, until=campaign.trucks.due + dt.timedelta(days=60))
    with pytest.raises(WrongState, match="领导同意"):
        actions.grant_extension(campaign.office, request)
    request = actions.forward_extension(campaign.office, request)
    with pytest.raises(Refused):
        actions.consent_extension(campaign.office, request)
    request = actions.consent_extension(campaign.leader, request)
    assert actions.grant_extension(campaign.office, request).state == "granted"


def test_an_exemption_takes_the_unit_from_the_list(campaign: Any) -> None:
    request = actions.ask_extension(
        campaign.south_liaison, campaign.trucks, campaign.south, kind="exemption", text="辖区无老旧货车", until=None
    )
    request = actions.forward_extension(campaign.office, request)
    request = actions.consent_extension(campaign.leader, request)
    actions.grant_extension(campaign.office, request)
    window = queries.current(campaign.cycle, TODAY)
    assert window is not None
    found = queries.cells(campaign.cycle, window, Register())
    assert [c.state for c in found if c.task == campaign.trucks and c.unit == campaign.south.pk] == ["exempt"]


def test_requests_are_checked(campaign: Any) -> None:
    with pytest.raises(Invalid):
        asked(campaign, text=" ")
    with pytest.raises(Invalid):
        asked(campaign, until=campaign.trucks.due)
    asked(campaign)
    with pytest.raises(Invalid, match="同类申请"):
        asked(campaign)
    with pytest.raises(Refused):
        actions.ask_extension(
            campaign.north_liaison, campaign.trucks, campaign.bureau, kind="extension", text="x", until=TODAY
        )


# 对账销号


def closing(c: Any, files: Any = None) -> Any:
    files = [photo(), paper()] if files is None else files
    return actions.ask_closing(c.bureau_liaison, c.trucks, c.bureau, text="全部完成。", files=files)


def test_closing_needs_the_evidence_that_the_rule_names(campaign: Any) -> None:
    assert actions.needed(campaign.trucks) == ("photo", "acceptance")
    with pytest.raises(Invalid, match="验收材料"):
        closing(campaign, [photo()])
    assert Task.objects.get(pk=campaign.trucks.pk).state == "open"
    assert closing(campaign).evidence.count() == 2
    assert Task.objects.get(pk=campaign.trucks.pk).state == "closing"


def test_a_task_is_closed_with_a_signature_and_can_be_reopened(campaign: Any) -> None:
    request = closing(campaign)
    with pytest.raises(Invalid):
        actions.close_task(campaign.office, request, signer="")
    request = actions.close_task(campaign.office, request, signer="演示科长")
    task = Task.objects.get(pk=campaign.trucks.pk)
    assert (task.state, task.closed_on, request.signer) == ("closed", TODAY, "演示科长")
    event = AuditEvent.objects.get(action="plans.task.close")
    assert event.after["signer"] == "演示科长"
    with pytest.raises(Invalid):
        actions.reopen_task(campaign.office, request, reason="")
    actions.reopen_task(campaign.office, request, reason="复查发现未拆除")
    task.refresh_from_db()
    assert (task.state, task.closed_on) == ("open", None)


def test_a_returned_closing_opens_the_task_again(campaign: Any) -> None:
    request = actions.return_closing(campaign.office, closing(campaign), reason="照片看不清")
    assert request.outcome == "returned"
    assert Task.objects.get(pk=campaign.trucks.pk).state == "open"
    with pytest.raises(WrongState):
        actions.close_task(campaign.office, request, signer="演示科长")


@pytest.mark.parametrize("who", ["bureau_liaison", "leader", "auditor"])
def test_only_the_air_office_closes(campaign: Any, who: str) -> None:
    request = closing(campaign)
    with pytest.raises(Refused):
        actions.close_task(getattr(campaign, who), request, signer="演示科长")


def test_a_closed_task_is_not_asked_about(campaign: Any) -> None:
    actions.close_task(campaign.office, closing(campaign), signer="演示科长")
    Task.objects.filter(pk=campaign.trucks.pk).update(closed_on=dt.date(2026, 3, 31))
    window = queries.current(campaign.cycle, TODAY)
    assert window is not None
    assert not [c for c in queries.cells(campaign.cycle, window, Register()) if c.task == campaign.trucks]


# Cycles


def test_a_confirmed_plan_brings_its_cycle_as_a_suggestion(campaign: Any) -> None:
    campaign.plan.cycles.all().delete()
    (made,) = actions.suggest_cycles(campaign.office, campaign.plan)
    assert (made.state, made.first) == ("suggested", campaign.plan.issued_on)
    assert actions.suggest_cycles(campaign.office, campaign.plan) == []
    assert actions.confirm_cycle(campaign.office, made).state == "active"


@pytest.mark.parametrize("who", ["north_liaison", "leader", "auditor"])
def test_only_the_air_office_sets_cycles(campaign: Any, who: str) -> None:
    with pytest.raises(Refused):
        actions.change_cycle(getattr(campaign, who), campaign.cycle, due_day=10)
    with pytest.raises(Refused):
        actions.stop_cycle(getattr(campaign, who), campaign.cycle, reason="停")


@pytest.mark.parametrize(
    "values", [{"due_day": 32}, {"due_day": 0}, {"every": "week", "due_day": 8}, {"reporters": ["king"]}]
)
def test_a_cycle_that_cannot_be_is_refused(campaign: Any, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        actions.change_cycle(campaign.office, campaign.cycle, **values)


# Who sees what


def test_two_streets_do_not_see_each_others_reports(campaign: Any) -> None:
    mine, theirs = submitted(campaign), submitted(campaign, who=campaign.south_liaison, unit=campaign.south)
    draft = written(campaign, start=campaign.march)
    assert list(queries.reports(campaign.south_liaison)) == [theirs]
    assert set(queries.reports(campaign.north_liaison)) == {mine, draft}
    assert set(queries.reports(campaign.bureau_liaison)) == {mine, theirs}, "the lead unit, but no drafts"
    for reader in (campaign.office, campaign.leader):
        assert set(queries.reports(reader)) == {mine, theirs}
