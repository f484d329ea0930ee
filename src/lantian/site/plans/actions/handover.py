"""Who takes over the tasks of a unit that was split or abolished."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, roles
from lantian.site.org.actions.reorganise import exists
from lantian.site.org.models import Unit
from lantian.site.plans.models import TaskRole
from lantian.site.plans.queries.handover import open_roles

policy.declare({"plans.hand_over": roles("air_office")}, titles={"plans.hand_over": _("移交任务")})


def hand_over(actor: Actor, unit: Unit, chosen: Iterable[TaskRole], *, to: Unit, note: str = "") -> list[TaskRole]:
    """Give open tasks of a unit to another one: many tasks, one event. Each keeps the name it was written with.

    Raises
    ------
    Invalid : nothing chosen, or the unit itself
    WrongState : a task was handed over or closed in the meantime, or the other unit has ended
    """
    wanted = {role.pk for role in chosen}
    told: list[dict[str, object]] = []
    with change(actor, unit, "plans.hand_over", note=note, to=to.name, tasks=told) as unit:
        if not wanted:
            raise Invalid(_("没有选择任务。"), remedy=_("请勾选要移交的任务。"))
        if to.pk == unit.pk:
            raise Invalid(_("不能移交给原单位。"), fields={"to": _("请选择另一个单位。")})
        exists(locked(Unit.objects.filter(pk=to.pk)).get(), clock.today())
        held = {row.pk: row for row in locked(TaskRole.objects.filter(pk__in=wanted, unit=unit))}
        rows = [held[pk] for pk in open_roles().filter(pk__in=held).values_list("pk", flat=True)]
        if len(rows) != len(wanted):
            raise WrongState(
                format_lazy(_("有 {n} 项任务已经移交或销号，没有保存。"), n=len(wanted) - len(rows)),
                remedy=_("请刷新页面后重新勾选。"),
            )
        for row in rows:
            told.append({"task": row.task_id, "role": row.role, "name": row.name})
            row.unit = to
        TaskRole.objects.bulk_update(rows, ["unit"])
    return rows
