"""Progress of tasks: who may write, submit, accept, return, correct; what counts; extensions and closing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import ProgressReport, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import EXTENSION, REPORT, TASK
from tests.site.plans.progress.world import TODAY, ZONE, accepted, photo, submitted, written

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
    found = queries.counts(cycle, months[:4], Register())
    assert set(found) == {campaign.north.pk, campaign.south.pk}
    assert [dict(of) for of in found[campaign.north.pk].values()] == [*3 * [{"missing": 1}], {"waiting": 1}]
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
