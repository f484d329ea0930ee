"""领导批示: a leader orders, a unit answers, the leader or the air office takes the answer or gives it back."""

from __future__ import annotations

import datetime as dt

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.liaisons import Liaisons
from lantian.site.org.models import Person, Unit
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.models import Instruction, Plan, Task, TaskRole
from lantian.site.plans.states import INSTRUCTION, TASK

notify.declare("plans.instruction_given", _("领导批示"))
notify.declare("plans.instruction_answered", _("批示有答复"))
notify.declare("plans.instruction_decided", _("批示答复有结果"))


def give_instruction(
    actor: Actor, on: Task | Plan, unit: Unit, *, text: str, due: dt.date, leader_name: str = ""
) -> Instruction:
    """Order something on a task or on a plan as a whole, to be answered by a unit until a day.

    Parameters
    ----------
    leader_name : who gave it, where the air office enters what a leader wrote on paper
    """
    made = Instruction(task=_task(on, text, due), unit=unit)
    with change(actor, made, "plans.instruction.give", text=text.strip(), due=due.isoformat()) as current:
        person = person_of(actor)
        own = person if person is not None and person.holds("leader") else None
        _check(unit, text, due, leader_name or (own.name if own else ""))
        current.task.full_clean()
        current.task.save()
        current.task = current.task  # its key is known now
        TaskRole.objects.create(task=current.task, role="responsible", unit=unit, position=0, name=unit.name)
        current.leader_name = (leader_name.strip() or (own.name if own else ""))[:50]
        current.leader, current.given_by, current.given_at = own, person, clock.now()
        current.save()
        _tell(Liaisons(clock.today()).of([unit]), current, "given", _("领导批示：{task}"), current.task.text)
    return current


def answer_instruction(actor: Actor, instruction: Instruction, *, text: str) -> Instruction:
    """Say what was done; the leader is told."""
    with change(actor, instruction, "plans.instruction.answer") as current:
        INSTRUCTION.step(current, "answer", text=text.strip())
        current.answer, current.reason = text.strip(), ""
        current.answered_by, current.answered_at = person_of(actor), clock.now()
        people = [one for one in (current.leader, current.given_by) if one is not None]
        _tell(people, current, "answered", _("批示有答复：{task}"), current.answer)
    return current


def settle_instruction(actor: Actor, instruction: Instruction, *, reason: str = "") -> Instruction:
    """Take the answer: the instruction is done."""
    return _decide(actor, instruction, "settle", reason, _("批示已办结：{task}"))


def return_instruction(actor: Actor, instruction: Instruction, *, reason: str) -> Instruction:
    """Give the answer back, saying what is missing."""
    return _decide(actor, instruction, "return", reason, _("批示答复被退回：{task}"))


def withdraw_instruction(actor: Actor, instruction: Instruction, *, reason: str) -> Instruction:
    """Take the instruction itself back."""
    return _decide(actor, instruction, "withdraw", reason, _("批示已撤回：{task}"))


def reopen_instruction(actor: Actor, instruction: Instruction, *, reason: str) -> Instruction:
    """Have it answered anew, because it turned out not to be done."""
    return _decide(actor, instruction, "reopen", reason, _("批示重新办理：{task}"))


def _decide(actor: Actor, instruction: Instruction, step: str, reason: str, title: Text) -> Instruction:
    with change(actor, instruction, f"plans.instruction.{step}", note=reason) as current:
        INSTRUCTION.step(current, step, reason=reason.strip())
        current.reason = reason.strip()[:500]
        current.decided_by, current.decided_at = person_of(actor), clock.now()
        follow(current)
        _tell(Liaisons(clock.today()).of([current.unit]), current, "decided", title, current.reason)
    return current


def follow(instruction: Instruction) -> None:
    """Bring the state of an instruction's task in line: done with it, or open again; one that went with the task it was
    given on stays withdrawn."""
    task = locked(Task.objects.filter(pk=instruction.task_id)).get()
    done = instruction.state in ("settled", "withdrawn")
    if task.state == "withdrawn" or done == (task.state == "closed"):
        return
    TASK.step(task, "settle" if done else "renew")
    task.closed_on = clock.today() if done else None
    task.save(update_fields=["state", "closed_on"])


def _task(on: Task | Plan, text: str, due: dt.date) -> Task:
    """The task that an instruction is, not stored yet."""
    plan = on.plan if isinstance(on, Task) else on
    return Task(
        area_id=plan.area_id,
        plan=plan,
        clause=on.clause if isinstance(on, Task) else None,
        position=on.position if isinstance(on, Task) else 0,
        part=on.part if isinstance(on, Task) else "body",
        parent=on if isinstance(on, Task) else None,
        origin="instruction",
        text=text.strip(),
        due=due,
        due_rule="by-hand",
    )


def _check(unit: Unit, text: str, due: dt.date, leader: str) -> None:
    wrong: dict[str, Text] = {}
    if not text.strip():
        wrong["text"] = _("请写明批示内容。")
    if due < clock.today():
        wrong["due"] = _("日期不能早于今天。")
    if unit.kind == Unit.Kind.GROUP:
        wrong["unit"] = _("请选择具体单位，不能是单位组。")
    if not leader.strip():
        wrong["leader_name"] = _("请填写批示领导的姓名。")
    if wrong:
        raise Invalid(_("批示填写不完整。"), fields=wrong)


def _tell(people: list[Person], instruction: Instruction, kind: str, title: Text, body: str) -> None:
    notify.notify(
        list(dict.fromkeys(people)),
        f"plans.instruction_{kind}",
        title=format_lazy(title, task=instruction.task.name),
        body=body[:500],
        url=instruction.get_absolute_url(),
        key=f"plans.instruction:{instruction.pk}:{instruction.state}:{clock.now():%Y%m%d%H%M%S}",
    )
