"""拆分、合并: a task of a confirmed plan that holds two measures is split, one that doubles another joins it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.register import Register
from lantian.site.plans import revising
from lantian.site.plans.actions.common import DOING
from lantian.site.plans.actions.reports import refresh_percent
from lantian.site.plans.models import (
    ExtensionRequest,
    Instruction,
    ProgressReport,
    Task,
    TaskQuantity,
    TaskRole,
)
from lantian.site.plans.queries.ledger import quantity_groups
from lantian.site.plans.states import INSTRUCTION_OPEN, TASK

MOST = 5  # tasks that are split off, or joined, at a time
WAITING = ("asked", "consenting", "consented")

notify.declare("plans.task_split", _("任务拆分"))
notify.declare("plans.task_joined", _("任务合并"))


@dataclass(frozen=True)
class Rest:
    """What the task itself goes on with: its words, and which of its roles."""

    text: str
    title: str = ""
    roles: Collection[int] = ()


@dataclass(frozen=True)
class Piece(Rest):
    """What is split off: with a date, and which of the task's numbers it takes along. Roles are held by both."""

    due: dt.date | None = None
    numbers: Collection[int] = ()


def divide_task(actor: Actor, task: Task, pieces: Sequence[Piece], *, rest: Rest, reason: str) -> list[Task]:
    """Split a task: it keeps its key, reports, parts and letters and what `rest` says; each piece is a task beside it.

    A number that is broken down by town moves with its towns.

    Raises
    ------
    WrongState : the task is closed or asks to be; a number that was reported on, or given out in parts, would move; a
        unit that reported on the task would leave it
    Invalid : a piece without words or without a unit; one number for two pieces
    """
    told: dict[str, Any] = {}
    with change(actor, task, "plans.task.split", note=reason.strip(), tasks=told) as current:
        ensure_whole(current)
        roles = {role.pk: role for role in current.roles.select_related("unit")}
        numbers = {row.pk: row for row in current.quantities.all()}
        moved = [_groups(numbers.values(), piece.numbers) for piece in pieces]
        _check_split(pieces, rest, roles, numbers, moved, reason)
        told["before"] = [_facts(current)]
        _check_leaving(current, roles, rest.roles)
        current.roles.exclude(pk__in=rest.roles).delete()
        current.title, current.text = rest.title.strip(), rest.text.strip()
        made = [_split_off(current, piece, [roles[pk] for pk in piece.roles]) for piece in pieces]
        for task_made, rows in zip(made, moved, strict=True):
            for row in rows:
                row.task = task_made
                row.save(update_fields=["task"])
        for cycle in current.cycles.all():
            cycle.tasks.add(*made)
        refresh_percent(current)
        told["after"] = [_facts(current), *(_facts(one) for one in made)]
        for one in made:
            _tell(one, "split", format_lazy(_("任务拆分，由本单位办理：{task}"), task=str(one)), one.text)
    return made


def merge_tasks(
    actor: Actor,
    survivor: Task,
    others: Iterable[Task],
    *,
    roles: Collection[int] = (),
    numbers: Collection[int] = (),
    reason: str,
) -> Task:
    """Join tasks of a plan into one of them: the others are withdrawn with their parts and lead to it. What was
    reported on them stays there to be read.

    Parameters
    ----------
    roles, numbers : what the surviving task takes over from the others

    Raises
    ------
    WrongState : one of them is closed or asks to be; something of those that go is not settled yet
    Invalid : nothing to join, or tasks of another plan
    """
    wanted = sorted({one.pk for one in others})
    told: dict[str, Any] = {}
    with transaction.atomic():
        hold([survivor.pk, *wanted])  # in the order of keys: two that join the same tasks crosswise wait for each other
        with change(actor, survivor, "plans.task.join", note=reason.strip(), tasks=told) as current:
            rows = list(Task.objects.filter(pk__in=wanted).order_by("pk"))
            _check_join(current, rows, wanted, reason)
            ensure_whole(current)
            for row in rows:
                ensure_whole(row)
            gone = {row.pk: revising.with_parts(row) for row in rows}
            _check_settled([one for family in gone.values() for one in family])
            told["before"] = [_facts(current), *(_facts(row) for row in rows)]
            _take_over(current, rows, roles, numbers)
            for row in rows:
                _withdraw(row, gone[row.pk], current, reason)
                _tell(row, "joined", format_lazy(_("任务已并入：{task}"), task=str(current)), reason.strip())
            refresh_percent(current)
            told["after"] = [_facts(current), *(_facts(row) for row in rows)]
    return current


def take_back(task: Task) -> None:
    """Undo what joining `task`, under lock, gave to another, before it is restored. Inside the action that does.

    Raises
    ------
    WrongState : the other is withdrawn itself, or its reports stand on what it was given
    """
    other = task.joined_into
    if other is None:
        return
    if other.state == "withdrawn":
        raise WrongState(format_lazy(_("并入的任务“{task}”也已撤销。"), task=str(other)), remedy=_("请先恢复它。"))
    numbers = list(other.quantities.filter(pk__in=task.gave.get("numbers", [])))
    roles = {row.pk: row for row in other.roles.select_related("unit")}
    given = [pk for pk in task.gave.get("roles", []) if pk in roles]
    if any(row.reported.exists() or row.shares.exists() for row in numbers):
        text = _("“{task}”已就并入的指标数报过进展或作了分解，不能再分开。")
        raise WrongState(format_lazy(text, task=str(other)))
    _check_leaving(other, roles, [pk for pk in roles if pk not in given])
    for row in numbers:
        row.delete()
    other.roles.filter(pk__in=given).delete()
    for cycle in other.cycles.filter(pk__in=task.gave.get("cycles", [])):
        cycle.tasks.remove(other)
    task.joined_into, task.gave = None, {}
    refresh_percent(other)


def hold(keys: Iterable[int]) -> None:
    """Lock tasks in the order of their keys, before one of them is locked by itself."""
    list(locked(Task.objects.filter(pk__in=list(keys)).only("pk")))


def ensure_whole(task: Task) -> None:
    """Only open tasks of the plan itself are split and joined: parts are given out anew, instructions answered."""
    if task.origin != "plan" or task.parent_id is not None:
        raise WrongState(
            format_lazy(_("“{task}”不是方案任务，不能拆分或合并。"), task=str(task)),
            remedy=_("分解任务请在上级任务的“分解”中调整。"),
        )
    if task.state != "open":
        raise WrongState(
            format_lazy(_("“{task}”已销号、已撤销或正在申请销号，不能拆分或合并。"), task=str(task)),
            remedy=_("请先退回销号申请或重新打开。"),
        )


# Splitting


def _check_split(
    pieces: Sequence[Piece],
    rest: Rest,
    roles: dict[int, TaskRole],
    numbers: dict[int, TaskQuantity],
    moved: list[list[TaskQuantity]],
    reason: str,
) -> None:
    """Refuse what cannot be kept, each fault at its row: `piece-0-text`, or `text` and `roles` of the rest."""
    wrong: dict[str, Text] = {}
    if not 1 <= len(pieces) <= MOST:
        raise Invalid(format_lazy(_("一次可拆出 1–{n} 项。"), n=MOST))
    doing = {pk for pk, role in roles.items() if role.role in DOING}
    rows: list[tuple[str, Rest]] = [("", rest), *((f"piece-{n}-", piece) for n, piece in enumerate(pieces))]
    for name, row in rows:
        if not row.text.strip():
            wrong[f"{name}text"] = _("请写明任务内容。")
        if not set(row.roles) <= set(roles):
            raise WrongState(_("有的职责已不在这项任务里。"), remedy=_("请刷新页面后重新填写。"))
        if doing and not doing & set(row.roles):
            wrong[f"{name}roles"] = _("请至少保留一个牵头或责任单位。")
    wrong |= _twice(pieces, numbers, moved)
    if not reason.strip():
        wrong["reason"] = _("请写明理由。")
    if wrong:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)
    for number in (number for found in moved for number in found):
        if number.reported.exists():
            text = _("“{number}”已报过进展，须留在原任务。")
            raise WrongState(format_lazy(text, number=number.text), remedy=_("请不要勾选它。"))
        if number.shares.exists():
            text = _("“{number}”已分解到单位，须留在原任务。")
            raise WrongState(format_lazy(text, number=number.text), remedy=_("请先取消分解，或不要勾选它。"))


def _twice(
    pieces: Sequence[Piece], numbers: dict[int, TaskQuantity], moved: list[list[TaskQuantity]]
) -> dict[str, Text]:
    """Pieces that ask for a number that another asks for."""
    if any(set(piece.numbers) - set(numbers) for piece in pieces):
        raise WrongState(_("有的指标数已不在这项任务里。"), remedy=_("请刷新页面后重新填写。"))
    keys = [number.pk for found in moved for number in found]
    return {
        f"piece-{n}-numbers": _("一个指标数只能归入一项任务。")
        for n, found in enumerate(moved)
        if any(keys.count(number.pk) > 1 for number in found)
    }


def _groups(rows: Iterable[TaskQuantity], wanted: Collection[int]) -> list[TaskQuantity]:
    """The numbers that are wanted, each with those that are broken down from it by town."""
    groups = ([*group.headline, *group.towns] for group in quantity_groups(rows))
    return [row for group in groups if any(one.pk in wanted for one in group) for row in group]


def _check_leaving(task: Task, roles: dict[int, TaskRole], kept: Collection[int]) -> None:
    """No unit leaves a task that it has reported on or asked something about."""
    register = Register()
    leaving = set(register.expand(r.unit_id for pk, r in roles.items() if pk not in kept and r.unit_id))
    leaving -= set(register.expand(r.unit_id for pk, r in roles.items() if pk in kept and r.unit_id))
    for rows in (task.reports, task.extensions, task.closings):
        for one in rows.select_related("unit"):
            if set(register.today(one.unit_id)) & leaving:
                text = _("“{unit}”已就“{task}”报过进展或申请，须留在这项任务里。")
                raise WrongState(format_lazy(text, unit=str(one.unit), task=task.name))


def _split_off(task: Task, piece: Piece, roles: Sequence[TaskRole]) -> Task:
    due = piece.due or task.due
    made = Task(
        area_id=task.area_id,
        plan_id=task.plan_id,
        clause_id=task.clause_id,
        version_id=task.version_id,
        position=task.position,  # beside it: whoever sorts by place looks at the key next
        number=_next_number(task),
        upstream_number=task.upstream_number,
        part=task.part,
        title=piece.title.strip(),
        text=piece.text.strip(),
        deadline_text=task.deadline_text,
        deadline=task.deadline,
        due=due,
        due_rule=task.due_rule if due == task.due else "by-hand",
        recurrence=task.recurrence,
        inherited=task.inherited,
        spans=task.spans,
        split_from=task,
    )
    made.full_clean()
    made.save()
    TaskRole.objects.bulk_create(
        TaskRole(task=made, role=role.role, unit_id=role.unit_id, position=n, name=role.name)
        for n, role in enumerate(sorted(roles, key=lambda role: role.position))
    )
    return made


def _next_number(task: Task) -> str:
    """`12之2` beside `12`; the next after those that are there."""
    base = re.sub(r"之\d+$", "", task.number)
    if not base:
        return ""
    there = Task.objects.filter(plan=task.plan_id, number__startswith=f"{base}之").values_list("number", flat=True)
    used = [int(tail) for one in there if (tail := one.removeprefix(f"{base}之")).isdecimal()]
    return f"{base}之{max(used, default=1) + 1}"[:40]


# Joining


def _check_join(survivor: Task, rows: list[Task], wanted: list[int], reason: str) -> None:
    if not wanted:
        raise Invalid(_("请选择要并入的任务。"), fields={"others": _("请选择要并入的任务。")})
    if len(wanted) > MOST:
        raise Invalid(format_lazy(_("一次最多并入 {n} 项。"), n=MOST))
    if survivor.pk in wanted:
        raise Invalid(_("任务不能并入它自己。"))
    if len(rows) != len(wanted) or any(row.plan_id != survivor.plan_id for row in rows):
        raise Invalid(_("只能合并同一份方案的任务。"))
    if not reason.strip():
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields={"reason": _("请写明理由。")})


def unsettled(tasks: Sequence[Task]) -> list[Text]:
    """What somebody still waits for on tasks, by name. Empty drafts count for nothing."""
    keys = [one.pk for one in tasks]
    reports = ProgressReport.objects.filter(task__in=keys, state__in=("draft", "submitted", "returned"))
    found: list[Text] = []
    for one in reports.select_related("task", "unit", "cycle").prefetch_related("numbers", "evidence"):
        if one.state != "draft" or _written(one):
            found.append(format_lazy(_("{report}（{state}）"), report=str(one), state=one.get_state_display()))
    for asked in ExtensionRequest.objects.filter(task__in=keys, state__in=WAITING).select_related("task", "unit"):
        text = _("{unit}的{what}（{state}）")
        found.append(format_lazy(text, unit=str(asked.unit), what=str(asked), state=asked.get_state_display()))
    ordered = Instruction.objects.filter(task__in=keys, state__in=(*INSTRUCTION_OPEN, "answered"))
    for order in ordered.select_related("task"):
        text = _("领导批示“{what}”（{state}）")
        found.append(format_lazy(text, what=order.task.name, state=order.get_state_display()))
    found += [format_lazy(_("“{task}”的销号申请"), task=str(one)) for one in tasks if one.state == "closing"]
    return found


def _written(report: ProgressReport) -> bool:
    return bool(report.text or report.percent is not None or report.numbers.all() or report.evidence.all())


def _check_settled(tasks: Sequence[Task]) -> None:
    # a draft that somebody is writing in: what is saved meanwhile is seen, and none is taken away under their hands
    list(locked(ProgressReport.objects.filter(task__in=[one.pk for one in tasks], state="draft").only("pk")))
    if found := unsettled(tasks):
        said = format_lazy("；".join("{}" for _one in found), *found)
        raise WrongState(format_lazy(_("还有未办结的事项：{what}。"), what=said), remedy=_("请先办结，再合并。"))


def _take_over(survivor: Task, rows: Sequence[Task], roles: Collection[int], numbers: Collection[int]) -> None:
    """Give the surviving task copies of what was chosen: the others stay as they were, to be read and restored."""
    has = {(one.role, one.unit_id, one.name) for one in survivor.roles.all()}
    place = survivor.roles.count()
    behind = survivor.quantities.count()
    if set(roles) - set(TaskRole.objects.filter(task__in=rows).values_list("pk", flat=True)):
        raise WrongState(_("有的职责已不在要并入的任务里。"), remedy=_("请刷新页面后重新选择。"))
    if set(numbers) - set(TaskQuantity.objects.filter(task__in=rows).values_list("pk", flat=True)):
        raise WrongState(_("有的指标数已不在要并入的任务里。"), remedy=_("请刷新页面后重新选择。"))
    for row in rows:
        gave: dict[str, list[int]] = {"roles": [], "numbers": [], "cycles": []}
        for role in row.roles.filter(pk__in=roles):
            if (key := (role.role, role.unit_id, role.name)) not in has:
                has.add(key)
                gave["roles"].append(_copied(role, survivor, place).pk)
                place += 1
        for number in _groups(row.quantities.exclude(kind="withdrawn"), numbers):
            if row.version_id != survivor.version_id:
                number.span = None  # a place in another document
            gave["numbers"].append(_copied(number, survivor, behind).pk)
            behind += 1
        for cycle in row.cycles.exclude(tasks=survivor):
            cycle.tasks.add(survivor)
            gave["cycles"].append(cycle.pk)
        row.gave = gave


def _copied(row: Any, survivor: Task, position: int) -> Any:
    row.pk, row.task, row.position, row._state.adding = None, survivor, position, True
    row.save()
    return row


def _withdraw(row: Task, family: Sequence[Task], survivor: Task, reason: str) -> None:
    keys = [one.pk for one in family]
    ProgressReport.objects.filter(task__in=keys, state="draft").delete()  # empty ones: others were refused
    for one in family:
        if one.pk == row.pk:
            one.joined_into, one.gave = survivor, row.gave
        TASK.step(one, "strike", reason=reason.strip())
    Task.objects.bulk_update(family, ["state", "joined_into", "gave"])
    row.state, row.joined_into = "withdrawn", survivor


# Both


def _facts(task: Task) -> dict[str, Any]:
    """A task as the audit trail keeps it."""
    return {
        "task": task.pk,
        "number": task.number,
        "title": task.title,
        "text": task.text,
        "due": task.due.isoformat() if task.due else None,
        "state": task.state,
        "roles": [f"{role.get_role_display()} {role.name}" for role in TaskRole.objects.filter(task=task)],
        "numbers": [number.text for number in TaskQuantity.objects.filter(task=task)],
        "joined_into": task.joined_into_id,
    }


def _tell(task: Task, kind: str, title: Text, body: str) -> None:
    units = [role.unit for role in task.roles.select_related("unit") if role.unit and role.role in DOING]
    notify.notify(
        Liaisons(clock.today()).of(units),
        f"plans.task_{kind}",
        title=title,
        body=body[:500],
        url=task.get_absolute_url(),
        key=f"plans.{kind}:{task.pk}:{clock.now():%Y%m%d%H%M%S}",
    )
