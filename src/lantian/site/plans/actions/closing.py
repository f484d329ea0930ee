"""对账销号: a unit asks to have a task closed on its evidence, the air office checks and signs, or gives it back."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from lantian import rulebook
from lantian.rulebook.schemas.progress import ClosingEvidence
from lantian.site.core import clock, notify, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Unit
from lantian.site.plans.actions import evidence
from lantian.site.plans.actions.common import person_of, require_role
from lantian.site.plans.actions.reports import refresh_percent
from lantian.site.plans.lights import OVER
from lantian.site.plans.models import Closing, Instruction, Task
from lantian.site.plans.states import TASK

notify.declare("plans.closing_decided", _("销号申请有结果"))


def needed(task: Task) -> tuple[str, ...]:
    """Kinds of evidence without which a task is not closed: rule `closing-evidence`, by section, title and text."""
    rule = rulebook.get("closing-evidence", as_=ClosingEvidence, on=clock.today())
    section = task.clause.section if task.clause else ""
    for text in (f"{section}{task.title}", task.text):
        for one in rule.rule:
            if any(word in text for word in one.words):
                return one.needs
    return rule.default


def ask_closing(actor: Actor, task: Task, unit: Unit, *, text: str, files: evidence.Files = ()) -> Closing:
    """Ask to have a task closed.

    Raises
    ------
    Invalid : nothing is said, or evidence that the rule names is missing
    WrongState : it is asked for already, or closed
    """
    asked = Closing(task=task, unit=unit)
    policy.require(actor, "plans.task.ask", asked)
    files = evidence.looked_over(files)
    with change(actor, asked, "plans.task.ask") as made:
        if not text.strip():
            raise Invalid(_("请写明完成情况。"), fields={"text": _("请写明做成了什么、由谁验收。")})
        held = _locked(task)
        TASK.step(held, "ask")
        _require_parts_closed(held)
        require_role(held, unit)
        made.text, made.asked_by, made.asked_at = text.strip(), person_of(actor), clock.now()
        made.save()
        evidence.keep(actor, made, files)
        evidence.require(made, needed(held))
        held.save(update_fields=["state"])
    return made


def withdraw_closing(actor: Actor, closing: Closing) -> Closing:
    """Take the request back."""
    with change(actor, closing, "plans.task.withdraw") as current:
        _step(current, "withdraw", "withdrawn")
    return current


def close_task(actor: Actor, closing: Closing, *, signer: str, reason: str = "") -> Closing:
    """Check the evidence and close the task; `signer` is the name of who answers for it."""
    with change(actor, closing, "plans.task.close", note=reason, signer=signer.strip()) as current:
        _step(current, "close", "closed", signer=signer.strip())
        current.signer, current.reason = signer.strip()[:50], reason.strip()[:500]
        current.decided_by, current.decided_at = person_of(actor), clock.now()
        _tell(current, _("已销号：{task}"))
    return current


def return_closing(actor: Actor, closing: Closing, *, reason: str) -> Closing:
    """Give the request back with a reason; the task is open again."""
    with change(actor, closing, "plans.task.return", note=reason) as current:
        _step(current, "return", "returned", reason=reason.strip())
        current.reason = reason.strip()[:500]
        current.decided_by, current.decided_at = person_of(actor), clock.now()
        _tell(current, _("销号申请被退回：{task}"))
    return current


def reopen_task(actor: Actor, closing: Closing, *, reason: str) -> Closing:
    """Open a closed task again, because it turned out not to be done. Who had signed stays to be read."""
    with change(actor, closing, "plans.task.reopen", note=reason) as current:
        _step(current, "reopen", "reopened", reason=reason.strip())
        current.reason = reason.strip()[:500]
        _tell(current, _("任务重新打开：{task}"))
    return current


def _step(closing: Closing, step: str, outcome: str, **given: Any) -> None:
    """Take the step of the closing's task; only the request that stands can be answered."""
    stands = {"reopen": "closed"}.get(step, "asked")
    task = _locked(closing.task)
    TASK.step(task, step, **given)
    if closing.outcome != stands:
        raise WrongState(_("这份销号申请已经办理过。"), remedy=_("请从任务页面查看最新的申请。"))
    closing.outcome = outcome
    task.closed_on = clock.today() if task.state == "closed" else None
    task.save(update_fields=["state", "closed_on"])
    if task.origin == "instruction":
        _settle(task)
    elif task.parent_id is not None:
        refresh_percent(task)  # what it is a part of counts a closed part as done


def _settle(task: Task) -> None:
    """An instruction that is closed on evidence is settled; opened again it is to be answered anew."""
    current = locked(Instruction.objects.filter(task=task)).get()
    state = {"closed": "settled", "open": "returned"}.get(task.state)
    if state is not None and (state == "settled" or current.state == "settled"):
        current.state = state
        current.save(update_fields=["state"])


def _require_parts_closed(task: Task) -> None:
    waiting = task.parts.filter(origin="breakdown").exclude(state__in=OVER).count()
    if waiting:
        text = ngettext_lazy("还有 {n} 项分解任务没有销号。", "还有 {n} 项分解任务没有销号。", waiting)
        raise WrongState(format_lazy(text, n=waiting), remedy=_("请先办结分解任务。"))


def _locked(task: Task) -> Task:
    held: Task = locked(Task.objects.select_related("clause").filter(pk=task.pk)).get()
    return held


def _tell(closing: Closing, title: Text) -> None:
    notify.notify(
        Liaisons(clock.today()).of([closing.unit]),
        "plans.closing_decided",
        title=format_lazy(title, task=str(closing.task)),
        body=closing.reason,
        url=closing.task.get_absolute_url(),
        key=f"plans.closing:{closing.pk}:{closing.outcome}:{clock.now():%Y%m%d%H%M%S}",
    )
