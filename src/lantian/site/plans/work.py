"""Lines of "my work": what is overdue or due soon, what is to be reported, what names a leader, what was returned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.faults import Text
from lantian.site.core.registries import TourStep, WorkItems, WorkLine, WorkRow, tour_steps, work_items, work_lines
from lantian.site.plans import duties, lights, standing
from lantian.site.plans.models import ProgressReport, Task, TaskRole
from lantian.site.plans.queries import board
from lantian.site.plans.standing import Standing

SHOWN = 5
MANY = 500  # rows read for one person's lists; a count over it is said as it is found in the ledger


def lines(person: Any) -> Iterable[WorkLine]:
    """Tasks of the person's units that are or soon fall due, reports owed, tasks that name a leader."""
    if not policy.may(person, "plans.see"):
        return
    if person.visible_unit_ids:
        yield from _of_units(person)
    if person.holds("leader"):
        yield from _of_leader(person)


def _of_units(person: Any) -> Iterable[WorkLine]:
    units = set(person.visible_unit_ids)
    until = clock.today() + lights.SOON
    stood = _stood(person, Q(due__lte=until) & duties.own(person.register, units) & lights.UNDER_WAY)
    unit = person.unit_id or min(units)
    evidence = f"{reverse('plans:percent')}?plan=all&unit={unit}&role=duty"
    for state, title, icon, tone in (
        ("overdue", _("已过期的任务"), "alert-triangle", "red"),
        ("soon", _("30 天内到期的任务"), "clock", "amber"),
    ):
        rows = [row for row in stood if (row.standing.state == "overdue") == (state == "overdue")]
        shown = tuple(row.drawn() for row in rows[:SHOWN])
        yield WorkLine(title, len(rows), f"{evidence}&state={state}", icon, 1, tone, shown)
    if policy.may(person, "plans.report.fill"):
        owed, due = board.owed(person, units)
        note = format_lazy("{}{}", _("截止日 "), due.isoformat()) if due else ""
        late = due is not None and due < clock.today()
        row = WorkRow(_("填报本期进展"), reverse("plans:reports"), note)
        yield WorkLine(
            _("待报的进展"),
            owed,
            reverse("plans:reports"),
            "report",
            5,
            "red" if late else "amber",
            (row,) if owed else (),
        )


def _of_leader(person: Any) -> Iterable[WorkLine]:
    named = TaskRole.objects.filter(_names(person.name), role="leaders").values("task")
    stood = _stood(person, Q(pk__in=named) & lights.UNDER_WAY)
    shown = tuple(row.drawn() for row in stood[:SHOWN])
    yield WorkLine(_("我牵头的任务"), len(stood), reverse("plans:minute"), "user-star", 3, "blue", shown)


def _names(name: str) -> Q:
    """A person's name as plans write it: a name of two characters also with a space between them."""
    written = {name, *(f"{name[0]}{gap}{name[1:]}" for gap in (" ", "　", "  ") if len(name) == 2)}
    return Q(name__in=written)


class _Stood(NamedTuple):
    """A task and how it stands: what is counted by the hundred, and drawn for the first few alone."""

    pk: int
    number: str
    title: str
    text: str
    standing: Standing

    def drawn(self) -> WorkRow:
        task = Task(pk=self.pk, number=self.number, title=self.title, text=self.text)
        return WorkRow(str(task), task.get_absolute_url(), _days(self.standing), self.standing)


def _stood(person: Any, where: Q) -> list[_Stood]:
    """Tasks with how they stand, those due first on top: one SQL query."""
    rows = Task.objects.visible_to(person).filter(where).order_by("due", "pk")
    fields = ("pk", "number", "title", "text", "due", "state", "percent", "plan__period_start", "plan__issued_on")
    today, found = clock.today(), []
    for pk, number, title, text, due, state, percent, start, issued in rows.values_list(*fields)[:MANY]:
        one = standing.task_standing(due=due, state=state, percent=percent, begun=start or issued, today=today)
        found.append(_Stood(pk, number, title, text, one))
    return found


def _days(one: Standing) -> Text:
    if one.state == "overdue":
        return format_lazy(_("过期 {n} 天"), n=one.days_off)
    if one.days is not None and one.state == "soon":
        return format_lazy(_("还有 {n} 天"), n=one.days_off)
    return one.words


def returned(person: Any) -> QuerySet[ProgressReport]:
    """Reports of the person's units that came back and wait to be mended."""
    if not policy.may(person, "plans.report.fill"):
        return ProgressReport.objects.none()
    return ProgressReport.objects.filter(unit__in=person.visible_unit_ids, state="returned")


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    work_lines.register("plans.tasks", lines)
    to: Any = reverse_lazy("plans:reports")
    work_items.register("plans.returned", WorkItems(_("被退回的进展"), returned, to, "arrow-back-up", 2, "red"))
    for name, title, text, order in (
        ("minute", _("一分钟概览"), _("红黄绿灯、本周新增红灯、红灯最多的单位，一屏看完。"), 15),
        ("ledger", _("任务台账"), _("方案里的每一项任务，可按单位、章节、时限筛选和导出。"), 20),
        ("wallchart", _("挂图作战"), _("各单位各章节完成多少，一张图看全；可全屏、可打印 A3。"), 25),
    ):
        target = f'.lt-side a[href$="/plans/{"tasks" if name == "ledger" else name}"]'
        tour_steps.register(f"plans.{name}", TourStep(target, title, text, order, "plans.see"))
