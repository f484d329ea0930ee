"""The plans above a plan: kept, put above each other, and answered item by item."""

from __future__ import annotations

from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.models import Plan, PlanImport, Task, UpperAnswer, UpperItem, UpperPlan
from lantian.site.plans.states import IMPORT, OFFICE

Below = TypeVar("Below", Plan, UpperPlan)

policy.declare(
    {"plans.upper.set": policy.roles(*OFFICE), "plans.upper.answer": policy.roles(*OFFICE)},
    titles={"plans.upper.set": _("指定上级方案"), "plans.upper.answer": _("对应上级任务")},
)


def keep_upper(actor: Actor, plan_import: PlanImport) -> UpperPlan:
    """Keep a reviewed document as an upper plan: its items, to be answered by tasks of plans below."""
    with change(actor, plan_import, "plans.import.keep") as current:
        if current.purpose != "upper":
            raise WrongState(_("这份文件不是作为上级方案导入的。"))
        IMPORT.step(current, "keep")
        if current.attachment is None:
            raise WrongState(_("原文件已不在，不能确认。"), remedy=_("请重新导入。"))
        whole = current.draft.parsed.whole()
        made = UpperPlan(
            area=current.area,
            title=(whole.title or current.file_name)[:300],
            issuer=(whole.issuer or "")[:200],
            doc_number=(whole.doc_number or "")[:100],
            issued_on=whole.issued_on,
            attachment=current.attachment,
            plan_import=current,
            created_by=person_of(actor),
            created_at=clock.now(),
        )
        made.full_clean()
        made.save()
        UpperItem.objects.bulk_create(
            UpperItem(
                plan=made,
                position=k,
                number=(task.number or "")[:40],
                title=(task.title or "")[:300],
                text=task.text,
                units="、".join(dict.fromkeys([*task.lead, *task.responsible]))[:500],
                deadline_text=(task.deadline_text or "")[:200],
            )
            for k, task in enumerate(whole.tasks)
        )
        current.title, current.finished_at = made.title, clock.now()
        current.draft.delete()
    return made


def set_upper(actor: Actor, plan: Below, upper: UpperPlan | None) -> Below:
    """Say which upper plan a plan, or another upper plan, answers; None takes that back."""
    with change(actor, plan, "plans.upper.set") as current:
        current.upper = upper
    return current


def answer_item(actor: Actor, plan: Plan, number: str, task: Task) -> UpperAnswer:
    """Say that a task answers an item of the upper plan."""
    made = UpperAnswer(plan=plan, number=_number(number), kind="task", task=task, decided_at=clock.now())
    with change(actor, made, "plans.upper.answer") as made:
        made.decided_by = person_of(actor)
        UpperAnswer.objects.filter(plan=plan, number=made.number, kind="apart").delete()
    return made


def set_apart(actor: Actor, plan: Plan, number: str, *, reason: str) -> UpperAnswer:
    """Say that an item of the upper plan does not concern this district, and why."""
    made = UpperAnswer(plan=plan, number=_number(number), kind="apart", decided_at=clock.now())
    with change(actor, made, "plans.upper.answer", note=reason) as made:
        made.decided_by, made.reason = person_of(actor), reason.strip()[:500]
    return made


def take_back(actor: Actor, answer: UpperAnswer) -> None:
    """Take what was said of an item back."""
    with change(actor, answer, "plans.upper.answer") as current:
        current.delete()


def _number(number: str) -> str:
    if not number.strip():
        raise Invalid(_("请给出上级任务的编号。"), fields={"number": _("请给出上级任务的编号。")})
    return number.strip()[:40]
