"""细化分解: a task is given out to departments, towns and villages, each with its number, date and person."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core import clock, notify
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Unit
from lantian.site.plans import shares
from lantian.site.plans.actions.milestones import follow_due
from lantian.site.plans.actions.reports import LARGEST, refresh_percent
from lantian.site.plans.models import Task, TaskQuantity, TaskRole

notify.declare("plans.part_given", _("分解到本单位的任务"))


@dataclass(frozen=True)
class Part:
    """What one unit is given: `numbers` are its shares by the parent's number, `key` the part that is there already."""

    unit: Unit
    due: dt.date | None = None
    officer: str = ""
    text: str = ""
    late_reason: str = ""
    numbers: Mapping[int, float] = field(default_factory=dict)
    key: int | None = None

    @property
    def town(self) -> Any:
        """The town or village whose share it is."""
        area = self.unit.area
        return area if area is not None and area.kind in ("town", "village") else None


def break_down(actor: Actor, task: Task, parts: Sequence[Part], *, partial: bool = False) -> list[Task]:
    """Give a task out to units: the whole breakdown as it shall stand. Parts that are left out go, where nothing was
    reported on them; a unit that is new to it is told.

    Parameters
    ----------
    partial : not all of the numbers are given out yet; the rest shows as a gap

    Raises
    ------
    Invalid : the shares do not add up to the task's numbers; a date lies after the task's and nobody says why
    WrongState : the task is closed or asks to be; a part that reports stand on would go
    """
    told: dict[str, Any] = {"before": [], "after": []}
    with change(actor, task, "plans.task.break_down", parts=told) as current:
        if current.state != "open":
            raise WrongState(_("任务已销号或正在申请销号，不能再分解。"), remedy=_("请先退回销号申请或重新打开。"))
        if current.origin == "instruction":
            raise WrongState(_("批示事项由承办单位直接答复，不再分解。"))
        if depth_of(current) >= shares.rule().depth:
            raise WrongState(_("已分解到最后一级，不能再往下分解。"))
        there = {part.pk: part for part in _stored(current)}
        told["before"] = [_facts(part) for part in there.values()]
        numbers = shares.numbers(current.quantities.all())
        _check(current, parts, numbers, partial=partial, known=set(there))
        kept = {part.key for part in parts if part.key is not None}
        for key, part in there.items():
            if key not in kept:
                _remove(part)
        made = [_keep(current, there.get(part.key or 0), part, numbers) for part in parts]
        current.rest_open = partial and bool(parts)
        refresh_percent(current)
        told["after"] = [_facts(part) for part in _stored(current)]
        _tell([(row, part) for row, part in zip(made, parts, strict=True) if part.key is None])
    return made


def depth_of(task: Task) -> int:
    """How many levels a task lies below one of the plan."""
    depth, above = 0, task.parent_id
    while above is not None:
        depth, above = depth + 1, Task.objects.values_list("parent", flat=True).get(pk=above)
    return depth


def _stored(task: Task) -> Iterable[Task]:
    rows = locked(Task.objects.filter(parent=task, origin="breakdown"))
    return list(rows.prefetch_related("roles__unit", "quantities__of"))


def _facts(part: Task) -> dict[str, Any]:
    return {
        "task": part.pk,
        "unit": "、".join(role.name for role in part.roles.all()),
        "officer": part.officer,
        "due": part.due.isoformat() if part.due else None,
        "numbers": {q.what or q.text: q.value for q in part.quantities.all()},
    }


def _check(
    task: Task, parts: Sequence[Part], numbers: Sequence[shares.Number], *, partial: bool, known: set[int]
) -> None:
    """Refuse what cannot be kept, each fault at its row: `part-0-due`."""
    wrong: dict[str, Text] = {}
    given = {number.key for number in numbers}
    if len(parts) > (most := shares.rule().parts):
        raise Invalid(format_lazy(_("分解太多，最多 {n} 项。"), n=most))
    for n, part in enumerate(parts):
        if part.unit.kind == Unit.Kind.GROUP:
            wrong[f"part-{n}-unit"] = _("请选择具体单位，不能是单位组。")
        elif sum(other.unit == part.unit for other in parts[:n]):
            wrong[f"part-{n}-unit"] = _("这个单位已在上面，请合并为一行。")
        if part.key is not None and part.key not in known:
            raise WrongState(_("有的分解任务已经不在了。"), remedy=_("请刷新页面后再改。"))
        if task.due and part.due and part.due > task.due and not part.late_reason.strip():
            text = _("晚于上级任务的到期日 {due}，请提前，或写明理由。")
            wrong[f"part-{n}-due"] = format_lazy(text, due=task.due.isoformat())
        for key, value in part.numbers.items():
            if key not in given:
                raise Invalid(_("有的指标数不属于这项任务。"), remedy=_("请刷新页面后重新填写。"))
            if not (math.isfinite(value) and 0 <= value <= LARGEST):
                wrong[f"part-{n}-number-{key}"] = _("请填写不小于 0 的数。")
    if wrong:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)
    sums = shares.sums(numbers, [part.numbers for part in parts]) if parts else []
    off = [one.said for one in sums if not one.fits(partial=partial)]
    if off:
        remedy = _("请改正，或勾选“其余待分解”。") if all(one.rest > 0 for one in sums if not one.agrees) else ""
        raise Invalid(format_lazy("".join("{}" for _one in off), *off), remedy=remedy)


def _keep(task: Task, there: Task | None, part: Part, numbers: Sequence[shares.Number]) -> Task:
    name = f"{task.name}（{part.unit.name}）"
    row = there or Task(
        area=task.area,
        plan=task.plan,
        clause=task.clause,
        position=task.position,
        part=task.part,
        parent=task,
        origin="breakdown",
        number=_next_number(task),
    )
    held = None if there is None else next((role for role in there.roles.all() if role.role == "responsible"), None)
    if there is not None and held is not None and held.unit_id != part.unit.pk and _stands_on(there):
        text = _("“{unit}”已就分解任务报过进展或申请，不能换成别的单位。")
        raise WrongState(format_lazy(text, unit=held.name), remedy=_("请保留这一行，另加一行。"))
    row.title, row.text = name[:300], part.text.strip() or (there.text if there else task.text)
    row.due, row.due_rule = part.due or task.due, task.due_rule if not part.due else "by-hand"
    row.officer, row.late_reason = part.officer.strip()[:50], part.late_reason.strip()[:300]
    row.full_clean()
    row.save()
    follow_due(row)
    if held is None or held.unit_id != part.unit.pk:
        row.roles.filter(role="responsible").delete()
        TaskRole.objects.create(task=row, role="responsible", unit=part.unit, position=0, name=part.unit.name)
    _keep_numbers(row, part, numbers)
    return row


def _keep_numbers(row: Task, part: Part, numbers: Sequence[shares.Number]) -> None:
    for n, number in enumerate(numbers):
        there = TaskQuantity.objects.filter(task=row, of__in=number.rows).first()
        value = part.numbers.get(number.key)
        if value is None:
            if there is not None and there.reported.exists():
                text = _("“{unit}”已报过“{what}”，不能去掉它的数。")
                raise WrongState(format_lazy(text, unit=part.unit.name, what=number.what))
            if there is not None:
                there.delete()
            continue
        town = part.town
        quantity = there or TaskQuantity(task=row, position=n)
        quantity.of_id = number.row_of(town.pk if town else None)
        quantity.what, quantity.unit, quantity.op, quantity.kind = number.what[:200], number.unit, number.op, "target"
        quantity.value, quantity.town, quantity.town_name = value, town, town.name if town else ""
        quantity.text = f"{number.what}{number_text(value)}{number.unit}"[:300]
        quantity.save()


def _next_number(task: Task) -> str:
    """`12-3` below `12`; the next after those that are there."""
    if not task.number:
        return ""
    used = [one.rpartition("-")[2] for one in task.parts.values_list("number", flat=True)]
    last = max((int(one) for one in used if one.isdecimal()), default=0)
    return f"{task.number}-{last + 1}"[:40]


def _remove(part: Task) -> None:
    if _stands_on(part):
        text = _("“{task}”已有进展、申请或下级分解，不能去掉。")
        raise WrongState(format_lazy(text, task=part.name), remedy=_("请保留这一行，可把数改为 0。"))
    part.reports.all().delete()
    part.delete()


def _stands_on(part: Task) -> bool:
    """Whether something would be lost with a part; a draft is its writer's own paper, and empty ones count for
    nothing."""
    written = part.reports.exclude(state="draft") | part.reports.exclude(text="")
    return written.exists() or part.extensions.exists() or part.closings.exists() or part.parts.exists()


def _tell(given: Iterable[tuple[Task, Part]]) -> None:
    liaisons = Liaisons(clock.today())
    for row, part in given:
        notify.notify(
            liaisons.of([part.unit]),
            "plans.part_given",
            title=format_lazy(_("分解到本单位：{task}"), task=row.name),
            body=row.text[:500],
            url=row.get_absolute_url(),
            key=f"plans.part:{row.pk}",
        )
