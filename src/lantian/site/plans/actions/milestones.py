"""倒排工期: steps before a task's due date are laid down, follow the date when it moves, and are marked as done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.backward import day_before
from lantian.site.plans.models import Milestone, Task

MOST = 30


@dataclass(frozen=True)
class Step:
    """A step as it shall stand; `key` names the one that is there already."""

    name: str
    before: int
    working: bool = False
    key: int | None = None


def set_milestones(actor: Actor, task: Task, steps: Sequence[Step]) -> list[Milestone]:
    """Lay down the steps of a task as they shall stand, counted backward from its due date; what is done stays."""
    told: dict[str, Any] = {}
    with change(actor, task, "plans.milestone.set", milestones=told) as current:
        if current.state != "open" or current.due is None:
            raise WrongState(_("没有到期日或已销号的任务不能排节点。"), remedy=_("请先确定到期日。"))
        there = {one.pk: one for one in locked(Milestone.objects.filter(task=current))}
        told["before"] = _facts(there.values())
        _check(steps, there)
        kept = {step.key for step in steps}
        for key, one in there.items():
            if key not in kept and one.done_on is None:
                one.delete()
        for step in steps:
            one = there.get(step.key or 0) or Milestone(task=current)
            if one.done_on is not None:
                continue
            one.name, one.before, one.working = step.name.strip()[:60], step.before, step.working
            one.date = day_before(current.due, step.before, working=step.working)
            one.full_clean()
            one.save()
        found = list(current.milestones.all())
        told["after"] = _facts(found)
    return found


def finish_milestone(actor: Actor, milestone: Milestone, *, on: dt.date | None = None, note: str) -> Milestone:
    """Mark a step as done on a day, saying what shows it."""
    with change(actor, milestone.task, "plans.milestone.finish", note=note, milestone=milestone.name):
        current = locked(Milestone.objects.filter(pk=milestone.pk)).get()
        if current.done_on is not None:
            raise WrongState(_("这个节点已经登记完成。"), remedy=_("请刷新页面后再看。"))
        day = on or clock.today()
        wrong: dict[str, Text] = {}
        if day > clock.today():
            wrong["on"] = _("完成日期不能晚于今天。")
        if not note.strip():
            wrong["note"] = _("请写明完成的依据，如文号、合同、照片所在。")
        if wrong:
            raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)
        current.done_on, current.note, current.done_by = day, note.strip()[:500], person_of(actor)
        current.save()
    return current


def reopen_milestone(actor: Actor, milestone: Milestone, *, reason: str) -> Milestone:
    """Take a mark back that was wrong; the step's date is counted anew."""
    with change(actor, milestone.task, "plans.milestone.reopen", note=reason, milestone=milestone.name) as task:
        if not reason.strip():
            raise Invalid(_("请写明理由。"), fields={"reason": _("请写明理由。")})
        current = locked(Milestone.objects.filter(pk=milestone.pk)).get()
        if current.done_on is None:
            raise WrongState(_("这个节点还没有登记完成。"), remedy=_("请刷新页面后再看。"))
        current.done_on, current.note, current.done_by = None, "", None
        if task.due is not None:
            current.date = day_before(task.due, current.before, working=current.working)
        current.save()
    return current


def follow_due(task: Task) -> None:
    """Move the steps of a task that are not done with its due date. Inside the action that moved it."""
    if task.due is None:
        return
    rows = list(task.milestones.filter(done_on=None))
    for one in rows:
        one.date = day_before(task.due, one.before, working=one.working)
    Milestone.objects.bulk_update(rows, ["date"])


def _facts(rows: Iterable[Milestone]) -> list[dict[str, Any]]:
    return [{"name": one.name, "date": one.date.isoformat(), "done": one.done_on is not None} for one in rows]


def _check(steps: Sequence[Step], there: dict[int, Milestone]) -> None:
    wrong: dict[str, Text] = {}
    if len(steps) > MOST:
        raise Invalid(_("节点太多，最多 30 个。"))
    for n, step in enumerate(steps):
        if step.key is not None and step.key not in there:
            raise WrongState(_("有的节点已经不在了。"), remedy=_("请刷新页面后再改。"))
        if not step.name.strip():
            wrong[f"step-{n}-name"] = _("请填写节点名称。")
        if not 0 <= step.before <= 1000:
            wrong[f"step-{n}-before"] = _("请填 0 到 1000 天。")
    if wrong:
        raise Invalid(_("有的内容填写不正确，没有保存。"), fields=wrong)
