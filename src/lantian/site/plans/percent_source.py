"""Where a percentage comes from, in words: numbers of the plan, what units say, or nothing yet."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core.faults import Text
from lantian.site.plans import duties
from lantian.site.plans.queries.board import Board, Line


@dataclass(frozen=True)
class Source:
    """What a task's percent rests on, and the last accepted report behind it (0: none)."""

    words: Text
    report: int = 0


def source(board: Board, line: Line, unit: int | None = None) -> Source:
    """Where the percent of a task comes from, or of one unit's part of it; asked in the order in which it counts."""
    last = _last_report(board, line, unit)
    if line.state == "closed":
        return Source(_("已销号"), last)
    if not board.own:
        return Source(_("已通过的进展") if line.percent is not None else _("还没有通过的进展，按 0 计"), last)
    numbers = board.numbers(line)
    if unit is not None and (town := duties.town_of(board.register.units[unit])):
        numbers = [n for head in numbers for n in (head, *head.parts) if n.wanted.town == town]
    counted = [n for n in numbers if n.wanted.counts]
    if any(n.share is not None for n in counted):
        parts = [
            f"{n.wanted.what} {number_text(n.done or 0)}/{number_text(n.wanted.value)}{n.wanted.unit}"
            + (f" {_('（按清单度量）')}" if n.measured else "")
            for n in counted
        ]
        return Source(format_lazy("{}{}", _("指标数："), "；".join(parts)), last)
    said = {one: board.percents[line.pk, one] for one in line.units if (line.pk, one) in board.percents}
    if unit is not None:
        said = {one: percent for one, percent in said.items() if one == unit}
    leads = [one for one in said if line.units[one] == "lead"]
    if leads or (unit is not None and said):
        names = "、".join(f"{board.register.name(one)} {said[one]}%" for one in leads or said)
        return Source(format_lazy("{}{}", _("单位填报："), names), last)
    if said:
        words = _("{n} 个单位填报的平均，{all} 个单位应报，未报的按 0 计")
        return Source(format_lazy(words, n=len(said), all=len(line.units)), last)
    return Source(_("还没有通过的进展，按 0 计"), last)


def _last_report(board: Board, line: Line, unit: int | None) -> int:
    units = [unit] if unit is not None else list(line.units)
    found = [board.last_reports[line.pk, one] for one in units if (line.pk, one) in board.last_reports]
    return max(found)[1] if found else 0
