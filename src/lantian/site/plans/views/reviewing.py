"""The air office's desk: reports that wait, one after the other, beside the last one; and who has not reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Self

from django.contrib import messages
from django.db.models import Q, prefetch_related_objects
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.progress import ProgressReview
from lantian.site.core import clock, filters, policy
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Bound, Column, Table, list_page
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Unit
from lantian.site.org.register import Register, register_of
from lantian.site.plans import actions, words
from lantian.site.plans.doubts import doubts
from lantian.site.plans.models import ProgressReport, ReportCycle
from lantian.site.plans.queries import counted
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.standing import NumberStanding
from lantian.site.plans.states import REPORT
from lantian.site.plans.views.reports import _day, report_or_404
from lantian.site.plans.windows import Window, windows, year_of_windows

COLUMNS = [
    Column("task", _("任务"), value=lambda r: r.task.name, link=lambda r: r.get_absolute_url(), css="wide"),
    Column("unit", _("单位"), sort="unit__name", css="nowrap"),
    Column("period", _("期次"), sort="start", css="nowrap"),
    Column("percent", _("完成率（%）"), sort="percent", css="number"),
    Column(
        "state",
        _("状态"),
        sort="state",
        template="plans/progress/parts/state.html",
        css="nowrap",
        exported=lambda r: r.get_state_display(),
    ),
    Column("late", _("逾期报送"), sort="late", css="nowrap minor"),
    Column("submitted_at", _("报送时间"), sort="submitted_at", css="nowrap minor"),
    Column("reviewed_by", _("审核人"), css="nowrap minor"),
    Column("text", _("进展情况"), css="wide minor"),
]
ALL = Table(
    columns=[c for c in COLUMNS if c.name != "text"],
    sort="-submitted_at",
    empty=_("还没有进展。"),
    empty_hint=_("联络员提交进展后，就列在这里。"),
    file_name=_("进展"),
)


class ReportFilter(filters.Filter):
    """Reports by plan, unit, state and text."""

    q = filters.text(_("搜索"), placeholder=_("任务、进展内容"))
    cycle = filters.choice(_("调度周期"), ())
    unit = filters.choice(_("单位"), ())
    state = filters.choice(_("状态"), REPORT.choices)
    late = filters.yes(_("只看逾期报送"))

    @classmethod
    def for_person(cls, request: Request) -> Self:
        form = cls.from_query(request.GET)
        rows = ProgressReport.objects.visible_to(request.person)
        units = list(rows.order_by("unit__name").values_list("unit", "unit__name").distinct())
        cycles = [(c.pk, f"{c.name} · {c.plan.title}") for c in queries.active_cycles(request.person)]
        for name, choices in (("unit", units), ("cycle", cycles)):
            form.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["q"]:
            where &= Q(task__title__icontains=asked["q"]) | Q(text__icontains=asked["q"])
        for name in ("cycle", "unit", "state"):
            if asked[name]:
                where &= Q(**{name: asked[name]})
        if asked["late"]:
            where &= Q(late=True)
        return where


@room(
    "plans",
    "all_reports",
    policy="plans.report.see",
    menu=_("全部进展"),
    icon="list-check",
    order=16,
    section="progress",
)
def all_reports(request: Request) -> HttpResponseBase:
    """Every report that the person may read."""
    asked = ReportFilter.for_person(request)
    rows = queries.reports(request.person).filter(asked.where()).exclude(state__in=("draft", "dropped"))
    return list_page(request, "plans/progress/all.html", table=ALL, rows=rows, asked=asked, title=_("全部进展"))


@room("plans", "desk", policy="plans.report.review", menu=_("审核进展"), icon="checklist", order=13, section="progress")
def desk(request: Request) -> HttpResponseBase:
    """Reports that wait for review, with boxes to accept several at once."""
    waiting = list(queries.waiting(request.person)[:200])
    by_cycle: dict[int, tuple[ReportCycle, list[ProgressReport]]] = {}
    for report in waiting:
        by_cycle.setdefault(report.cycle_id, (report.cycle, []))[1].append(report)
    return page(
        request, "plans/progress/desk.html", title=_("审核进展"), groups=list(by_cycle.values()), count=len(waiting)
    )


@room("plans", "desk_accept", policy="plans.report.accept_many", methods=("POST",))
def accept_many(request: Request, cycle: int) -> HttpResponseBase:
    """Accept the reports that were ticked."""
    found = queries.cycles(request.person).filter(pk=cycle).first()
    if found is None:
        raise Http404
    chosen = [int(pk) for pk in request.POST.getlist("report") if pk.isdigit()]
    reports = list(queries.reports(request.person).filter(pk__in=chosen, cycle=found))
    done = actions.accept_reports(request.person, found, reports)
    messages.success(request, ngettext("已通过 {n} 项。", "已通过 {n} 项。", len(done)).format(n=len(done)))
    return see_other("plans:desk")


@room("plans", "desk_report", policy="plans.report.review")
def desk_report(request: Request, pk: int) -> HttpResponseBase:
    """One report beside the one before, its numbers against target and sum, and the buttons."""
    report = report_or_404(request, pk)
    task = report.task
    prefetch_related_objects([task], "roles", counted.QUANTITIES)
    counting = list(counted.accepted(task))
    below = counted.parts_below(task) if report.of_parts else []  # type: ignore[attr-defined]
    last = queries.before_among(counting, report)
    queue = list(queries.waiting(request.person).values_list("pk", flat=True))
    place = queue.index(pk) if pk in queue else -1
    earlier = queries.values_of(last)
    return page(
        request,
        "plans/progress/desk_report.html",
        title=report.task.name,
        crumbs=[(_("审核进展"), reverse("plans:desk"))],
        report=report,
        last=last,
        numbers=[(n, earlier.get((n.quantity_id, n.town_id))) for n in report.numbers.all()],
        standings=_flat(counted.number_standings(task, register_of(request.person), counting, below)),
        doubts=doubts(
            task.quantities.all(),
            queries.values_of(report),
            earlier,
            percent=report.percent,
            earlier_percent=last.percent if last else None,
        ),
        files=list(report.evidence.all()),
        previous=queue[place - 1] if place > 0 else None,
        following=queue[place + 1] if 0 <= place < len(queue) - 1 else None,
        place=place + 1,
        total=len(queue),
        reasons=[
            r.en if get_language() == "en" else r.zh
            for r in rulebook.get("progress-review", as_=ProgressReview).return_reasons
        ],
        waits=report.state == "submitted",
    )


def _flat(found: list[NumberStanding]) -> list[NumberStanding]:
    return [n for n in found if n.wanted.counts]


@room("plans", "desk_step", policy="plans.report.review", methods=("POST",))
def desk_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Accept or return, then on to the next one that waits."""
    report = report_or_404(request, pk)
    queue = list(queries.waiting(request.person).values_list("pk", flat=True))
    if step == "accept":
        actions.accept_report(request.person, report)
        messages.success(request, _("已通过。"))
    elif step == "return":
        actions.return_report(request.person, report, reason=request.POST.get("reason", ""))
        messages.success(request, _("已退回，并已通知报送单位。"))
    else:
        raise Http404
    later = [key for key in queue[queue.index(pk) + 1 :] if key != pk] if pk in queue else []
    others = later or [key for key in queue if key != pk]
    return see_other("plans:desk_report", pk=others[0]) if others else see_other("plans:desk")


# Who has not reported


@room(
    "plans",
    "missing_first",
    policy="plans.see",
    menu=_("报送情况"),
    icon="calendar-check",
    order=14,
    section="progress",
)
def missing_first(request: Request) -> HttpResponseBase:
    """The cycle that is looked at first; or what to do where there is none."""
    active = queries.active_cycles(request.person)
    if active:
        return see_other("plans:missing", pk=active[0].pk)
    return page(request, "plans/progress/no_cycle.html", title=_("报送情况"))


@room("plans", "missing", policy="plans.see")
def missing(request: Request, pk: int) -> HttpResponseBase:
    """One window: units by tasks, who has handed in what, reminder, export."""
    active = queries.active_cycles(request.person)
    cycle = next((c for c in active if c.pk == pk), None) or _cycle(request, pk)
    register = register_of(request.person)
    begun = windows(cycle, clock.today())
    window = next((w for w in begun if w.start == _day(request.GET.get("start", ""))), None)
    window = window or queries.current(cycle, clock.today())
    found = queries.cells(cycle, window, register) if window else []
    lines = queries.by_unit(found, register)
    if request.GET.get("export") == "xlsx" and window:
        return _export(cycle, window, found, register)
    only = request.GET.get("only", "")
    can_remind = policy.may(request.person, "plans.report.remind", cycle)
    return page(
        request,
        "plans/progress/missing.html",
        title=_("报送情况"),
        cycle=cycle,
        cycles=active,
        window=window,
        windows=[(w, words.period(cycle.every, w.start)) for w in reversed(begun[-12:])],
        period=words.period(cycle.every, window.start) if window else "",
        over=bool(window and window.is_over(clock.today())),
        lines=[line for line in lines if not only or line.missing],
        only=only,
        totals=_totals(found),
        can_remind=can_remind and any(line.missing for line in lines),
        nobody=_without_liaison(lines, register) if can_remind else (),
    )


def _without_liaison(lines: list[queries.UnitLine], register: Register) -> set[int]:
    """Units whom nobody speaks for."""
    liaisons = Liaisons(clock.today())
    liaisons.register = register  # the request has read it already
    return {line.unit.pk for line in lines if not liaisons.of([line.unit])}


CELL_LABELS = {
    "accepted": _("已通过"),
    "submitted": _("待审核"),
    "returned": _("已退回"),
    "draft": _("草稿"),
    "waiting": _("未报"),
    "missing": _("逾期未报"),
    "exempt": _("免报"),
}


def _totals(found: list[queries.Cell]) -> list[tuple[str, Any, int]]:
    counts = dict.fromkeys(CELL_LABELS, 0)
    for cell in found:
        counts[cell.state] += 1
    return [(state, CELL_LABELS[state], n) for state, n in counts.items()]


class Lines(Bound):
    """Rows that are computed, not read, for an export."""

    def __init__(self, table: Table, rows: list[Any]) -> None:
        self.table, self.file_name = table, table.file_name
        self._lines = rows

    def _all_rows(self) -> Iterator[Any]:
        return iter(self._lines)


def _export(cycle: ReportCycle, window: Window, found: list[queries.Cell], register: Any) -> HttpResponseBase:
    """The window as a workbook, a row for every unit and task."""
    table = Table(
        columns=[
            Column("unit", _("单位"), value=lambda c: register.units[c.unit].name),
            Column("number", _("编号"), value=lambda c: c.task.number),
            Column("task", _("任务"), value=lambda c: c.task.name, css="wide"),
            Column("state", _("状态"), value=lambda c: CELL_LABELS[c.state]),
            Column("due", _("截止日期"), value=lambda c: c.window.due),
            Column("at", _("报送时间"), value=lambda c: c.report.submitted_at if c.report else None),
            Column("late", _("逾期报送"), value=lambda c: c.report.late if c.report else None),
            Column("percent", _("完成率（%）"), value=lambda c: c.report.percent if c.report else None),
        ],
        file_name=f"{cycle.name}-{words.period(cycle.every, window.start)}",
    )
    ordered = sorted(found, key=lambda c: (register.units[c.unit].name, c.task.position))
    return Lines(table, ordered).export("xlsx")


@room("plans", "cycle_year", policy="plans.see")
def cycle_year(request: Request, pk: int) -> HttpResponseBase:
    """A year of a cycle: units by windows, a window with anything missing after its day in red."""
    cycle = _cycle(request, pk)
    register = register_of(request.person)
    today = clock.today()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and 1990 < int(asked) < 2200 else today.year
    several = year_of_windows(cycle, year)
    begun = [w for w in several if w.start <= today]
    counts = queries.counts(cycle, begun, register) if begun else {}
    lines = [
        (register.units[unit], [(w, _year_cell(of_unit.get(w.start), w.is_over(today))) for w in several])
        for unit, of_unit in sorted(counts.items(), key=lambda item: register.units[item[0]].name)
    ]
    return page(
        request,
        "plans/progress/year.html",
        title=_("{cycle}：{year} 年").format(cycle=cycle.name, year=year),
        crumbs=[(_("报送情况"), reverse("plans:missing", args=[pk]))],
        cycle=cycle,
        year=year,
        windows=[(w, words.period(cycle.every, w.start)) for w in several],
        lines=lines,
    )


def _year_cell(counts: Counter[str] | None, over: bool) -> tuple[str, int, int]:
    """State, handed in, asked: `missing` where anything is owed after the day."""
    if not counts:
        return "later", 0, 0
    owed = sum(counts[state] for state in queries.OWED)
    state = "done" if not owed else "missing" if over else "waiting"
    return state, sum(counts[state] for state in queries.HANDED_IN), counts.total()


@room("plans", "remind", policy="plans.report.remind", methods=("POST",))
def remind(request: Request, pk: int) -> HttpResponseBase:
    """Remind one unit, or all that owe something."""
    cycle = _cycle(request, pk)
    day = _day(request.POST.get("start", ""))
    if day is None:
        raise Http404
    unit = request.POST.get("unit", "")
    chosen = Unit.objects.filter(pk=unit) if unit.isdigit() else None
    told = actions.remind(request.person, cycle, day, units=chosen)
    if told:
        messages.success(request, _("已催报：{names}。").format(names="、".join(u.name for u in told)))
    else:
        messages.warning(request, _("这些单位还没有联络员，请先在“人员”中设置。"))
    return see_other(f"{reverse('plans:missing', args=[pk])}?start={day.isoformat()}")


def _cycle(request: Request, pk: int) -> ReportCycle:
    found = queries.cycles(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
