"""Wall chart, timeline, calendar, the leader's minute, and where percentages come from."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote, urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.page import page, panels, room
from lantian.site.core.request import Request
from lantian.site.core.table import XLSX, Column, Listed, Table, list_page
from lantian.site.plans import duties, month, standing
from lantian.site.plans.board_filter import CalendarFilter, ChartFilter, EvidenceFilter, PlanFilter
from lantian.site.plans.minute import SHOWN, minute
from lantian.site.plans.models.rows import WHOLE
from lantian.site.plans.percent_source import source
from lantian.site.plans.queries import board as queries
from lantian.site.plans.queries import instructions, milestones
from lantian.site.plans.timeline import timeline
from lantian.site.plans.wallchart import chart
from lantian.site.plans.wallchart_file import workbook
from lantian.site.plans.windows import windows

REFRESH = 60  # seconds between two looks of a chart that hangs on a wall
WEEKDAYS = [_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日")]


@room("plans", "wallchart", policy="plans.see", menu=_("挂图作战"), icon="layout-grid", order=4, section="overview")
def wallchart_page(request: Request) -> HttpResponseBase:
    """Units by sections, tasks or plans: how many tasks are done, how many are red."""
    asked = ChartFilter.among(queries.plans(request.person), request.GET)
    board = queries.Board(request.person, asked.chosen, asked.where(), role=asked.of_role)
    drawn = chart(
        board,
        kind=asked.of_kind,
        across=asked.columns,
        asked=asked.for_ledger | {"role": asked.of_role},
    )
    if request.GET.get("export") == "xlsx":
        return _file(format_lazy("{}-{}", _subject(asked), _("挂图作战")), workbook(drawn, str(_subject(asked))))
    return page(
        request,
        "plans/board/wallchart.html",
        title=_("挂图作战"),
        asked=asked,
        chart=drawn,
        subject=_subject(asked),
        own=board.own,
        now=clock.now(),
        refresh=REFRESH,
    )


def _subject(asked: PlanFilter) -> Text:
    if asked.of_all:
        return _("全部方案")
    return next((plan.title for plan in asked.chosen), "")


def _file(name: Text, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    full = quote(f"{name}-{clock.now():%Y%m%d-%H%M}.xlsx", safe="")
    response["Content-Disposition"] = f"attachment; filename=\"chart.xlsx\"; filename*=UTF-8''{full}"
    return response


@room("plans", "timeline", policy="plans.see", menu=_("时间轴"), icon="timeline", order=5, section="overview")
def timeline_page(request: Request) -> HttpResponseBase:
    """Tasks of a plan as bars over the months, by section."""
    asked = PlanFilter.among(queries.plans(request.person), request.GET)
    board = queries.Board(request.person, asked.chosen, asked.where())
    return page(
        request,
        "plans/board/timeline.html",
        title=_("时间轴"),
        asked=asked,
        line=timeline(board, _marks(request, asked)),
        subject=_subject(asked),
    )


def _marks(request: Request, asked: PlanFilter) -> list[tuple[int, dt.date, str]]:
    """Milestones of the plans that are shown: one SQL query."""
    rows = milestones.milestones(request.person).filter(task__plan__in=[plan.pk for plan in asked.chosen])
    return [(one.task_id, one.date, one.state) for one in rows]


@room("plans", "calendar", policy="plans.see", menu=_("日历"), icon="calendar", order=6, section="overview")
def calendar_page(request: Request) -> HttpResponseBase:
    """A month with working days and holidays, due dates of tasks and of reports."""
    plans = queries.plans(request.person)
    asked = CalendarFilter.among(plans, request.GET)
    first = month.asked(request.GET.get("month", ""), clock.today())
    begin, end = month.span(first)
    plan = asked.asked["plan"]
    where = Q(plan=plan) if plan else Q()
    if asked.asked["mine"]:
        where &= Q(pk__in=duties.roles_of_units(request.person.register, _own(request)).values("task"))
    else:
        where &= WHOLE | Q(origin="instruction")
    items = [
        (due, month.Item(name, reverse("plans:task", args=[pk]), standing=one))
        for due, pk, name, one in queries.due_between(request.person, begin, end, where)
    ]
    items += [
        (one.date, month.Item(f"{one.name}：{one.task}", one.get_absolute_url(), "milestone"))
        for one in milestones.between(request.person, begin, end, where)
    ]
    due = _windows([one for one in plans if not plan or str(one.pk) == plan], begin, end)
    return page(
        request,
        "plans/board/calendar.html",
        title=_("日历"),
        asked=asked,
        month=month.month(first, [*due, *items]),
        today=clock.today(),
        today_inside=begin <= clock.today() <= end,
        any=bool(items) or bool(due),
        weekdays=WEEKDAYS,
        kept=urlencode({name: value for name, value in request.GET.items() if name != "month"}),
    )


def _own(request: Request) -> set[int]:
    return {request.person.unit_id} - {None} | set(request.person.visible_unit_ids)


def _windows(plans: list[queries.PlanFacts], begin: dt.date, end: dt.date) -> list[tuple[dt.date, month.Item]]:
    """Days by which reports are due."""
    return [
        (window.due, month.Item(cycle.name, reverse("plans:missing", args=[cycle.pk]), "window", note=plan.title))
        for plan in plans
        for cycle in plan.cycles
        for window in windows(cycle, end)
        if begin <= window.due <= end
    ]


@room("plans", "minute", policy="plans.see", menu=_("一分钟概览"), icon="stopwatch", order=3, section="overview")
def minute_page(request: Request) -> HttpResponseBase:
    """One screen of a phone: lights, what turned red, the worst units, tasks that name the person."""
    plans = queries.plans(request.person)
    board = queries.Board(request.person, plans)
    found = minute(board, request.person.name)
    request.person.unit = board.register.units.get(request.person.unit_id)  # known already: the frame need not ask
    return page(
        request,
        "plans/board/minute.html",
        title=_("一分钟概览"),
        plans=plans,
        minute=found,
        levels=[(name, label, found.all.levels[name]) for name, label in standing.LEVELS.items()],
        shown=f":{SHOWN}",
        ordered=_ordered(request),
        evidence=f"{reverse('plans:percent')}?plan=all",
        panels=panels("plans.minute", request.person, request.person),
    )


def _ordered(request: Request) -> dict[str, object] | None:
    """What a leader ordered and waits for; None for others: one SQL query."""
    if not request.person.holds("leader"):
        return None
    rows = list(instructions.of_leader(request.person))
    return {"rows": rows, "late": sum(one.is_late for one in rows)}


@room("plans", "percent", policy="plans.see")
def percent_page(request: Request) -> HttpResponseBase:
    """What a percentage or a number of a chart rests on, task by task, down to the reports."""
    asked = EvidenceFilter.among(queries.plans(request.person), request.GET)
    board = queries.Board(request.person, asked.chosen, asked.where(), role=request.GET.get("role") or "duty")
    asked.offer(board)
    unit = int(asked.asked["unit"]) if asked.asked["unit"] else None
    lines = {line.pk: line for line in board.lines if _fits(line, asked.asked["section"], unit)}
    stood = {pk: _standing(board, line, unit) for pk, line in lines.items()}
    level, state = asked.asked["level"], asked.asked["state"]
    stood = {pk: s for pk, s in stood.items() if level in ("", s.level) and state in ("", s.state)}
    return list_page(
        request,
        "plans/board/percent.html",
        title=_("完成率依据"),
        table=_evidence_table(board, stood, unit),
        rows=Listed(lines[pk] for pk in stood),
        asked=asked,
        of=standing.roll_up(stood.values()),
        unsaid=sum(one.percent is None for one in stood.values()),
        sum=sum(one.percent or 0 for one in stood.values()),
        own=board.own,
        unit=board.register.name(unit) if unit else "",
        subject=_subject(asked),
    )


def _fits(line: queries.Line, section: str, unit: int | None) -> bool:
    return (not section or line.section == section) and (unit is None or unit in line.units)


def _standing(board: queries.Board, line: queries.Line, unit: int | None) -> standing.Standing:
    if unit is None:
        return line.standing()
    return board.part_of(line, unit)


def _evidence_table(board: queries.Board, stood: dict[int, standing.Standing], unit: int | None) -> Table:
    def said(line: queries.Line) -> str | None:
        percent = stood[line.pk].percent
        return None if percent is None else f"{percent}%"

    return Table(
        columns=[
            Column(
                "standing",
                _("状态"),
                value=lambda line: stood[line.pk],
                template="plans/board/parts/standing.html",
                css="nowrap",
                exported=lambda line: stood[line.pk].words,
            ),
            Column("name", _("任务"), value=str, link=lambda line: reverse("plans:task", args=[line.pk]), css="wide"),
            Column("section", _("章节"), value=lambda line: line.section, css="minor"),
            Column("due", _("到期日"), css="nowrap"),
            Column("percent", _("完成率"), value=said, css="number"),
            Column(
                "source",
                _("依据"),
                value=lambda line: source(board, line, unit),
                template="plans/board/parts/source.html",
                exported=lambda line: source(board, line, unit).words,
            ),
        ],
        empty=_("没有任务。"),
        file_name=_("完成率依据"),
    )
