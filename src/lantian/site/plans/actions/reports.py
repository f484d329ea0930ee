"""Progress reports: written and submitted by a unit, accepted or returned by the air office, corrected afterwards."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.plans.actions import evidence
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.models import Evidence, ProgressReport, ReportCycle, ReportedNumber, Task, TaskQuantity
from lantian.site.plans.models.progress import OPEN
from lantian.site.plans.queries import counted
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import REPORT
from lantian.site.plans.windows import window_of

notify.declare("plans.report_returned", _("进展被退回"))

Numbers = Mapping[tuple[int, int | None], float]  # done in all, by quantity and town (None: the whole)
LARGEST = 1e12


def begin_report(actor: Actor, task: Task, unit: Unit, cycle: ReportCycle, start: dt.date) -> ProgressReport:
    """The report of a unit on a task in a window, to write in: the one in hand, or a new draft.

    Raises
    ------
    Refused : not a liaison of the unit
    Invalid : the cycle has no such window yet, or does not ask this unit about this task
    WrongState : it is with the air office, or accepted (then it can be corrected)
    """
    register = Register()
    with transaction.atomic():
        made = ProgressReport(task=task, unit=unit, cycle=cycle)
        policy.require(actor, "plans.report.save", made)
        there = queries.open_report(task, unit, cycle, start)
        if there is not None:
            REPORT.find(there, "save")
            return there
        window = window_of(cycle, start, clock.today())
        if window is None or cycle.state != "active":
            raise Invalid(_("这一期还没有开始，或调度已经停止。"), remedy=_("请从“我的进展”选择。"))
        tasks = list(queries.tasks_of(cycle).filter(Q(pk=task.pk) | Q(parent=task)))
        asked = next((one for one in tasks if one.pk == task.pk), None)
        today, parts = register.today(unit.pk), queries.parts_among(tasks)
        if asked is None or not set(today) & set(queries.reporters(cycle, asked, parts, register)):
            raise Invalid(_("这项任务不由这个单位报送。"))
        made.start, made.end, made.due = window.start, window.end, window.due
        made.version = 1 + ProgressReport.objects.filter(task=task, unit=unit, cycle=cycle, start=start).count()
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError:  # somebody of the same unit has just begun it
            there = queries.open_report(task, unit, cycle, start)
            if there is None:
                raise
            return there
    return made


def save_draft(
    actor: Actor,
    report: ProgressReport,
    *,
    text: str,
    percent: int | None = None,
    numbers: Numbers | None = None,
    revision: int | None = None,
) -> ProgressReport:
    """Keep what was written so far; `revision` is the one that was read. No audit event: until it is submitted it is
    the writer's own paper.

    Raises
    ------
    WrongState : a colleague has saved in between, or the report is no draft any more
    Invalid : a number is negative or none of this unit's
    """
    with transaction.atomic():
        current = _draft(actor, report)
        if revision is not None and revision != current.revision:
            raise WrongState(
                _("同事刚刚保存过这份进展，为免覆盖没有保存您的内容。"),
                remedy=_("请复制您写的文字，刷新页面后再改。"),
            )
        current.text, current.percent = text.strip(), percent
        current.revision += 1
        current.clean_fields(exclude=["task", "unit", "cycle", "submitted_by", "reviewed_by"])
        current.save()
        if numbers is not None:
            _keep_numbers(current, numbers)
    return current


def attach(actor: Actor, report: ProgressReport, files: evidence.Files) -> list[Evidence]:
    """Add photos and files to a draft."""
    now = ProgressReport.objects.get(pk=report.pk)  # asked first, as looking files over takes time; again under lock
    policy.require(actor, "plans.report.save", now)
    REPORT.find(now, "save")
    files = evidence.looked_over(files)
    with transaction.atomic():
        current = _draft(actor, report)
        return evidence.keep(actor, current, files)


def detach(actor: Actor, report: ProgressReport, one: Evidence) -> None:
    """Take a file out of a draft. The file itself stays where an earlier version holds it."""
    with transaction.atomic():
        current = _draft(actor, report)
        current.evidence.filter(pk=one.pk).delete()


def submit_report(actor: Actor, report: ProgressReport, *, revision: int | None = None) -> ProgressReport:
    """Hand a report in. After the window's day it is marked as late, once and for all.

    Raises
    ------
    Invalid : nothing is written, or evidence that the cycle asks for is missing
    WrongState : it was handed in already, or a colleague has changed it since it was read
    """
    told: dict[str, Any] = {}
    with change(actor, report, "plans.report.submit", content=told) as current:
        first = current.submitted_at is None and current.version == 1
        REPORT.step(current, "submit")
        if revision is not None and revision != current.revision:
            raise WrongState(_("同事刚刚改过这份进展。"), remedy=_("请刷新页面核对后再提交。"))
        if not current.text:
            raise Invalid(_("请写明本期进展。"), fields={"text": _("请写明本期做了什么；没有进展也请说明原因。")})
        evidence.require(current, current.cycle.needs)
        told.update(content(current))
        if first:
            current.late = current.window.is_over(clock.today())
        current.submitted_by, current.submitted_at = person_of(actor), clock.now()
        current.reviewed_by = current.reviewed_at = None
    return current


def withdraw_report(actor: Actor, report: ProgressReport) -> ProgressReport:
    """Take a report back that nobody has judged yet."""
    with change(actor, report, "plans.report.withdraw") as current:
        REPORT.step(current, "withdraw")
    return current


def accept_report(actor: Actor, report: ProgressReport) -> ProgressReport:
    """Accept a report; its numbers count from now, in the place of the version before it."""
    with change(actor, report, "plans.report.accept") as current:
        _accept(actor, current)
    return current


def accept_reports(actor: Actor, cycle: ReportCycle, reports: Iterable[ProgressReport]) -> list[ProgressReport]:
    """Accept several reports of a cycle as one action with one audit event. All of them or none.

    Raises
    ------
    WrongState : one of them has been judged meanwhile
    """
    keys = sorted({report.pk for report in reports})
    if not keys:
        raise Invalid(_("请先勾选要通过的进展。"))
    differences: list[dict[str, Any]] = []
    with change(actor, cycle, "plans.report.accept_many", differences=differences) as current:
        rows = list(locked(ProgressReport.objects.filter(pk__in=keys, cycle=current).select_related("task")))
        if len(rows) != len(keys):
            raise Invalid(_("有的进展不属于这个调度周期。"), remedy=_("请刷新页面后重新勾选。"))
        # All their tasks at once: another desk that accepts reports on the same tasks takes them in the same order.
        tasks = {key for row in rows for key in _upwards(row.task)}
        list(locked(Task.objects.only("pk").filter(pk__in=tasks)))
        for row in rows:
            policy.require(actor, "plans.report.accept", row)
            before = row.state
            _accept(actor, row)
            row.save()
            differences.append({"report": row.pk, "what": str(row), "state": [before, row.state], **content(row)})
    return rows


def return_report(actor: Actor, report: ProgressReport, *, reason: str) -> ProgressReport:
    """Give a report back with a reason; its unit is told."""
    with change(actor, report, "plans.report.return", note=reason) as current:
        REPORT.step(current, "return", reason=reason.strip())
        current.reason = reason.strip()[:500]
        current.reviewed_by, current.reviewed_at = person_of(actor), clock.now()
        people = Liaisons(clock.today()).of([current.unit])
        notify.notify(
            people,
            "plans.report_returned",
            title=format_lazy(_("进展被退回：{task}"), task=str(current.task)),
            body=current.reason,
            url=current.get_absolute_url(),
            key=f"plans.returned:{current.pk}:{current.reviewed_at:%Y%m%d%H%M%S}",
        )
    return current


def correct_report(actor: Actor, report: ProgressReport) -> ProgressReport:
    """Begin a correction of an accepted report: a new version with the same content. The accepted one counts until
    the new one is accepted, and stays to be read."""
    with change(actor, report, "plans.report.correct") as current:
        REPORT.step(current, "correct")
        same = ProgressReport.objects.filter(
            task=current.task, unit=current.unit, cycle=current.cycle, start=current.start
        )
        if same.filter(state__in=OPEN).exists():
            raise WrongState(_("这份进展已有一份更正在办理。"), remedy=_("请在“我的进展”中继续。"))
        made = ProgressReport.objects.create(
            task=current.task,
            unit=current.unit,
            cycle=current.cycle,
            start=current.start,
            end=current.end,
            due=current.due,
            version=max(same.values_list("version", flat=True)) + 1,
            text=current.text,
            percent=current.percent,
            late=current.late,
        )
        ReportedNumber.objects.bulk_create(
            ReportedNumber(report=made, quantity_id=n.quantity_id, town_id=n.town_id, value=n.value, unit=n.unit)
            for n in current.numbers.all()
        )
        evidence.copy(current, made)
    return made


def drop_correction(actor: Actor, report: ProgressReport) -> ProgressReport:
    """Give a correction up before it is submitted; the accepted version goes on to count."""
    with change(actor, report, "plans.report.drop") as current:
        REPORT.step(current, "drop")
        if current.version == 1:
            raise WrongState(_("这是本期的第一份进展，不能放弃。"), remedy=_("可以留作草稿。"))
    return current


def content(report: ProgressReport) -> dict[str, Any]:
    """What a report says, for the audit trail."""
    numbers = report.numbers.select_related("quantity", "town")
    return {
        "text": report.text,
        "percent": report.percent,
        "numbers": {f"{n.quantity.what or n.quantity.text}{n.town or ''}": n.value for n in numbers},
        "evidence": [one.attachment.sha256 for one in report.evidence.select_related("attachment")],
    }


def refresh_percent(task: Task) -> None:
    """Bring the percent of a task, and of what it is a part of, in line with accepted reports. Inside the action that
    changed one of them."""
    keys = _upwards(task)
    rows = locked(Task.objects.filter(pk__in=keys).prefetch_related("roles", counted.QUANTITIES))
    held = {row.pk: row for row in rows}
    register = Register()
    for key in keys:
        percent = counted.percent_of(held[key], register)
        if percent != held[key].percent:
            Task.objects.filter(pk=key).update(percent=percent)
            if key == task.pk:
                task.percent = percent


def _upwards(task: Task) -> list[int]:
    """Keys of a task and of what it is a part of, from the part to the whole."""
    keys = [task.pk]
    above = task.parent_id
    while above is not None:
        keys.append(above)
        above = Task.objects.values_list("parent", flat=True).get(pk=above)
    return keys


def _accept(actor: Actor, current: ProgressReport) -> None:
    REPORT.step(current, "accept")
    current.reviewed_by, current.reviewed_at, current.reason = person_of(actor), clock.now(), ""
    earlier = ProgressReport.objects.filter(
        task=current.task_id, unit=current.unit_id, cycle=current.cycle_id, start=current.start, state="accepted"
    )
    for one in locked(earlier):
        REPORT.step(one, "supersede")
        one.save(update_fields=["state"])
    current.save(update_fields=["state"])  # the percent below counts it
    refresh_percent(current.task)


def _draft(actor: Actor, report: ProgressReport) -> ProgressReport:
    """The report under lock, if the actor may write in it."""
    current: ProgressReport = locked(ProgressReport.objects.filter(pk=report.pk)).get()
    policy.require(actor, "plans.report.save", current)
    REPORT.step(current, "save")
    return current


def _keep_numbers(report: ProgressReport, numbers: Numbers) -> None:
    task = Task.objects.prefetch_related("roles", "quantities").get(pk=report.task_id)
    allowed = {blank.key: blank.quantity for blank in queries.blanks(task, report.unit, Register())}
    wrong: dict[str, Any] = {}
    for key, value in numbers.items():
        quantity: TaskQuantity | None = allowed.get(key)
        if quantity is None:
            raise Invalid(_("有的数字不由这个单位填报。"), remedy=_("请刷新页面后重新填写。"))
        if not (math.isfinite(value) and 0 <= value <= LARGEST):
            wrong[f"number-{key[0]}-{key[1] or ''}"] = _("请填写不小于 0 的数。")
    if wrong:
        raise Invalid(_("有的数字填写不正确，没有保存。"), fields=wrong)
    report.numbers.all().delete()
    ReportedNumber.objects.bulk_create(
        ReportedNumber(report=report, quantity=allowed[key], town_id=key[1], value=value, unit=allowed[key].unit)
        for key, value in numbers.items()
    )
