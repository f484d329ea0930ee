"""What of this room comes in from Excel: the progress of a window, as a liaison's drafts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core import clock
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.core.sheets import Book, Change, Field, Params, Row, Scope, Sheet, books
from lantian.site.org.models import Unit
from lantian.site.org.register import register_of
from lantian.site.plans import actions, words
from lantian.site.plans.models import ProgressReport, ReportCycle, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.windows import window_of

LARGEST = 1e12
NOT_ASKED = _("这一行不在您本期要填的进展里，可能已经提交。请使用下载的表格，保留“系统编号”列。")


@dataclass
class Asked:
    """A task that a unit has still to report on, its draft so far, and what was said last."""

    task: Task
    unit: Unit
    report: ProgressReport | None
    blanks: list[queries.Blank]
    last: dict[queries.Key, float]

    @property
    def ident(self) -> str:
        return f"{self.task.pk}-{self.unit.pk}"

    @property
    def head(self) -> dict[str, Any]:
        """What both sheets tell for orientation."""
        return {"number": self.task.number, "task": self.task.name, "unit": self.unit.name}


def _params(actor: Actor, asked: Mapping[str, str]) -> Params:
    """The cycle and its window, as the person may see them."""
    try:
        cycle = queries.cycles(actor).get(pk=int(asked.get("cycle", "")), state="active")
        start = dt.date.fromisoformat(asked.get("start", ""))
    except (ValueError, OverflowError, ReportCycle.DoesNotExist):
        raise Http404 from None
    if window_of(cycle, start, clock.today()) is None:
        raise Http404
    return {"cycle": str(cycle.pk), "start": start.isoformat()}


def _cycle(scope: Scope) -> ReportCycle:
    return scope.once("plans.cycle", lambda: ReportCycle.objects.select_related("plan").get(pk=scope.params["cycle"]))


def _title(params: Params) -> Any:
    cycle = ReportCycle.objects.only("name", "every").get(pk=params["cycle"])
    period = words.period(cycle.every, dt.date.fromisoformat(params["start"]))
    return format_lazy(_("进展填报 {cycle} {period}"), cycle=cycle.name, period=period)


def _asked(scope: Scope) -> dict[str, Asked]:
    """What the person's units have still to hand in: some ten SQL queries, whatever the number of tasks."""

    def read() -> dict[str, Asked]:
        cycle, register = _cycle(scope), register_of(scope.actor)
        window = window_of(cycle, dt.date.fromisoformat(scope.params["start"]), clock.today())
        if window is None:
            return {}
        mine = set(register.expand(scope.actor.visible_unit_ids))
        cells = [cell for cell in queries.cells(cycle, window, register) if cell.unit in mine and not cell.exempt]
        cells = [cell for cell in cells if cell.report is None or cell.report.is_open]
        prefetch_related_objects([cell.task for cell in cells], "quantities")
        units = Unit.objects.select_related("area").in_bulk({cell.unit for cell in cells})
        rows = ProgressReport.objects.filter(pk__in=[cell.report.pk for cell in cells if cell.report])
        if scope.locked:
            list(locked(rows.values_list("pk")))
        reports = {report.pk: report for report in rows.prefetch_related("numbers")}
        last = _last(cycle, window.start, cells)
        made = [
            Asked(
                cell.task,
                units[cell.unit],
                reports.get(cell.report.pk) if cell.report else None,
                queries.blanks(cell.task, units[cell.unit], register),
                last[cell.task.pk, cell.unit],
            )
            for cell in cells
        ]
        return {one.ident: one for one in made}

    return scope.once("plans.asked", read)


def _last(
    cycle: ReportCycle, start: dt.date, cells: list[queries.Cell]
) -> defaultdict[tuple[int, int], dict[queries.Key, float]]:
    """The numbers of the last accepted report of every pair."""
    found: defaultdict[tuple[int, int], dict[queries.Key, float]] = defaultdict(dict)
    rows = ProgressReport.objects.filter(cycle=cycle, state="accepted", start__lt=start)
    rows = rows.filter(task__in={cell.task.pk for cell in cells}, unit__in={cell.unit for cell in cells})
    for report in rows.defer("text").order_by("start").prefetch_related("numbers"):
        found[report.task_id, report.unit_id] = queries.values_of(report)
    return found


def _progress_rows(scope: Scope) -> Iterator[Row]:
    for one in _asked(scope).values():
        report = one.report
        yield Row(
            one.ident,
            one.head
            | {
                "due": one.task.due.isoformat() if one.task.due else None,
                "text": report.text if report else "",
                "percent": float(report.percent) if report and report.percent is not None else None,
                "returned": report.reason if report and report.state == "returned" else "",
            },
        )


def _write_progress(scope: Scope, change: Change) -> None:
    percent = change.values.get("percent")
    whole = None if percent is None else round(percent)
    actions.save_draft(scope.actor, _report(scope, change.ident), text=change.values.get("text", ""), percent=whole)


def _number_rows(scope: Scope) -> Iterator[Row]:
    for one in _asked(scope).values():
        said = queries.values_of(one.report)
        for blank in one.blanks:
            quantity, last = blank.quantity, one.last.get(blank.key)
            sign = "" if quantity.op == "=" else quantity.get_op_display()
            yield Row(
                f"{one.ident}-{quantity.pk}-{blank.town or 0}",
                one.head
                | {
                    "what": queries.label_of(blank),
                    "target": f"{sign}{number_text(quantity.value)}{quantity.unit}",
                    "last": last,
                    "value": said.get(blank.key),
                },
            )


def _write_number(scope: Scope, change: Change) -> None:
    ident, quantity, town = change.ident.rsplit("-", 2)
    report = _report(scope, ident)
    key: queries.Key = (int(quantity), int(town) or None)
    numbers = queries.values_of(report) | {key: change.values["value"]}
    kept = {place: value for place, value in numbers.items() if value is not None}
    actions.save_draft(scope.actor, report, text=report.text, percent=report.percent, numbers=kept)


def _report(scope: Scope, ident: str) -> ProgressReport:
    """The draft of a row, begun where there was none; as it is stored now."""
    one = _asked(scope)[ident]
    start = dt.date.fromisoformat(scope.params["start"])
    return actions.begin_report(scope.actor, one.task, one.unit, _cycle(scope), start)


_HEAD = (
    Field("number", _("编号"), readonly=True),
    Field("task", _("任务"), readonly=True, wide=True),
    Field("unit", _("报送单位"), readonly=True),
)

PROGRESS = Sheet(
    "plans.progress",
    _("进展"),
    fields=(
        *_HEAD,
        Field("due", _("任务时限"), "day", readonly=True),
        Field("text", _("进展情况"), headers=("本月进展", "工作进展", "完成情况", "进展"), longest=10_000, wide=True,
              keeps=True, help=_("本期做了什么、遇到什么问题、下一步怎么做。没有进展也请说明原因。")),
        Field("percent", _("完成率（%）"), "percent", headers=("完成率", "完成百分比", "累计完成率"), least=0, most=100,
              keeps=True, help=_("累计完成百分比，0–100。")),
        Field("returned", _("退回理由"), readonly=True, wide=True),
    ),
    keys=(("task",),),
    rows=_progress_rows,
    write=_write_progress,
    adds=False,
    not_there=NOT_ASKED,
)  # fmt: skip

NUMBERS = Sheet(
    "plans.numbers",
    _("数字"),
    fields=(
        *_HEAD,
        Field("what", _("指标"), readonly=True, wide=True),
        Field("target", _("目标"), readonly=True),
        Field("last", _("上次累计"), "number", readonly=True),
        Field("value", _("本次累计完成"), "number", headers=("累计完成", "完成数", "本期累计"), least=0, most=LARGEST,
              keeps=True, help=_("填从开始到现在的累计数，不是本期新增。")),
    ),
    keys=(("task", "what"),),
    rows=_number_rows,
    write=_write_number,
    adds=False,
    not_there=NOT_ASKED,
)  # fmt: skip


def register() -> None:
    """Offer the book."""
    books.register(
        "plans.reports",
        Book(
            "plans.reports",
            _("我的进展"),
            sheets=(PROGRESS, NUMBERS),
            see="plans.report.fill",
            change="plans.report.fill",
            home=lambda params: f"{reverse('plans:reports')}?{urlencode(params)}",
            params=_params,
            title_of=_title,
            hint=_("空着的格子不改动已填的内容。导入后是草稿，请在“我的进展”里核对、附上材料后提交。"),
            tells_vanished=False,
        ),
    )
