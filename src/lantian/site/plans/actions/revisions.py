"""A plan's revised document: compared with the plan, accepted or refused piece by piece, finished."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.plans import confirming, revising
from lantian.site.plans.actions import splitting
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.actions.instructions import follow
from lantian.site.plans.actions.reports import refresh_percent
from lantian.site.plans.draft import Draft
from lantian.site.plans.models import Instruction, Plan, PlanImport, PlanVersion, RevisionPiece, Task
from lantian.site.plans.states import IMPORT, PIECE, TASK, VERSION

VERDICTS = ("accept", "refuse", "reopen")
AT_A_TIME = 500  # rows that one INSERT takes


@dataclass(frozen=True)
class Decided:
    """What became of pieces: decided, and left open because the plan has changed since they were compared."""

    done: list[RevisionPiece]
    stale: list[RevisionPiece]


def compare_import(actor: Actor, plan_import: PlanImport) -> PlanVersion:
    """Keep a reviewed revised document as the plan's next version, with a piece for every difference to be decided on.

    Raises
    ------
    WrongState : the document is no revised one, or another one is being decided on
    """
    with change(actor, plan_import, "plans.import.compare") as current:
        if current.revises is None:
            raise WrongState(_("这份文件不是修订稿。"))
        IMPORT.step(current, "compare")
        if current.attachment is None:
            raise WrongState(_("原文件已不在，不能比对。"), remedy=_("请重新导入。"))
        plan = locked(Plan.objects.filter(pk=current.revises.pk)).get()
        _ensure_first(plan)
        draft = Draft.model_validate(current.draft.content)
        whole = draft.whole()
        version = PlanVersion(
            plan=plan,
            number=1 + (plan.versions.aggregate(last=models.Max("number"))["last"] or 0),
            title=(whole.title or plan.title)[:300],
            doc_number=(whole.doc_number or "")[:100],
            issued_on=whole.issued_on,
            plan_import=current,
            attachment=current.attachment,
            content=whole.model_dump(mode="json", exclude={"findings"}),
            source=current.draft.source,
            blocks=current.draft.blocks,
            created_by=person_of(actor),
            created_at=clock.now(),
        )
        pieces, version.tasks = revising.compare(plan, version)
        version.full_clean()
        version.save()
        for piece in pieces:
            piece.version = version
        RevisionPiece.objects.bulk_create(pieces, batch_size=AT_A_TIME)
        current.finished_at = clock.now()
        current.draft.delete()
    return version


def decide_pieces(
    actor: Actor, version: PlanVersion, pieces: Iterable[int], verdict: str, *, reason: str = ""
) -> Decided:
    """Accept, refuse or reopen pieces, by key: one transaction, one event with the differences attached.

    Several at once: a piece that no longer fits the plan is left open and told, the others are decided. One alone that
    does not fit is an error.

    Raises
    ------
    WrongState : somebody else has decided on one of them, or the plan has changed under the only one
    Invalid : no piece chosen, or no reason given for a refusal
    """
    if verdict not in VERDICTS:
        raise Invalid(_("没有这种处理方式。"))
    wanted = list(dict.fromkeys(pieces))
    told: list[dict[str, Any]] = []
    with change(actor, version, "plans.version.decide", note=reason, verdict=verdict, pieces=told) as current:
        VERSION.step(current, "decide")
        rows = sorted(locked(current.pieces.filter(pk__in=wanted)), key=lambda piece: piece.position)
        if not wanted or len(rows) != len(wanted):
            raise Invalid(_("没有选择修订处，或它已不在。"), remedy=_("请刷新页面后重新勾选。"))
        for row in rows:
            PIECE.step(row, verdict, reason=reason.strip())
        stale = _apply(actor, current, rows) if verdict == "accept" else []
        if stale and len(stale) == len(rows):
            raise WrongState(
                format_lazy(_("“{piece}”与方案的现状已不相符，没有改动。"), piece=str(stale[0])),
                remedy=_("方案可能在比对之后改过，或这项任务正在申请销号；请处理后点“重新比对”。"),
            )
        done = [row for row in rows if row not in stale]
        for row in done:
            open_again = verdict == "reopen"
            row.reason = "" if open_again else reason.strip()[:500]
            row.decided_by = None if open_again else person_of(actor)
            row.decided_at = None if open_again else clock.now()
            told.append(_told(row))
        RevisionPiece.objects.bulk_update(
            done, ["state", "reason", "decided_by", "decided_at", "task", "goal"], batch_size=AT_A_TIME
        )
    return Decided(done, stale)


def accept_rest(actor: Actor, version: PlanVersion, *, reason: str = "") -> Decided:
    """Accept all pieces that are still open, but for dates that a unit was granted otherwise and tasks that were split:
    those want a look."""
    rest = revising.plain(version).values_list("pk", flat=True)
    if not rest:
        raise Invalid(_("没有可以一并采纳的修订处。"))
    return decide_pieces(actor, version, rest, "accept", reason=reason)


def refresh_revision(actor: Actor, version: PlanVersion) -> PlanVersion:
    """Compare again what is still open, because the plan has changed since; what was refused stays refused."""
    with change(actor, version, "plans.version.refresh") as current:
        VERSION.step(current, "refresh")
        current.pieces.filter(state="open").delete()
        known = {_identity(piece) for piece in current.pieces.exclude(state="open")}
        pieces, tasks = revising.compare(current.plan, current)
        current.tasks = {**current.tasks, **tasks}
        fresh = [piece for piece in pieces if _identity(piece) not in known]
        RevisionPiece.objects.bulk_create(fresh, batch_size=AT_A_TIME)
    return current


def finish_revision(actor: Actor, version: PlanVersion) -> PlanVersion:
    """Every piece is decided on: the revised document is done with."""
    with change(actor, version, "plans.version.finish") as current:
        VERSION.step(current, "finish")
        if left := current.pieces.filter(state="open").count():
            raise WrongState(format_lazy(_("还有 {n} 处没有决定。"), n=left), remedy=_("请采纳或不采纳后再完成。"))
        current.finished_at = clock.now()
    return current


def drop_revision(actor: Actor, version: PlanVersion, *, reason: str) -> PlanVersion:
    """Do without a revised document of which nothing was accepted; it stays with the plan, to be read."""
    with change(actor, version, "plans.version.drop", note=reason) as current:
        VERSION.step(current, "drop", reason=reason.strip())
        if current.pieces.filter(state="accepted").exists():
            raise WrongState(_("已有修订被采纳，不能放弃。"), remedy=_("请把其余的标为不采纳，再点“完成修订”。"))
        current.finished_at = clock.now()
    return current


def restore_task(actor: Actor, task: Task, *, reason: str) -> Task:
    """Take a withdrawn task into the ledger again, with its parts; one that was joined takes back what it gave.

    Raises
    ------
    WrongState : it is not withdrawn, or reports stand on what the task that it was joined into has from it
    """
    with transaction.atomic():
        splitting.hold(pk for pk in (task.pk, task.joined_into_id) if pk)
        with change(actor, task, "plans.task.restore", note=reason) as current:
            TASK.step(current, "restore", reason=reason.strip())
            splitting.take_back(current)
            current.closed_on = None
            parts = revising.with_parts(current, state="withdrawn")[1:]
            for part in parts:
                TASK.step(part, "restore", reason=reason.strip())
                part.closed_on = None
            Task.objects.bulk_update(parts, ["state", "closed_on"])
            for order in Instruction.objects.filter(task__in=parts):
                follow(order)
    return current


def _apply(actor: Actor, version: PlanVersion, rows: list[RevisionPiece]) -> list[RevisionPiece]:
    """Apply accepted pieces; those that do not fit are open again."""
    applied = revising.Applying(actor, version, rows)
    for piece in applied.stale:
        piece.state = PIECE.start
    counted = {piece.task_id for piece in applied.done if piece.field == "quantities" or piece.field in ("lead",)}
    for task in Task.objects.filter(pk__in=[pk for pk in counted if pk]):
        refresh_percent(task)
    return applied.stale


def _ensure_first(plan: Plan) -> None:
    """Plans that were confirmed before versions were kept get theirs before anything changes."""
    if not plan.versions.exists():
        written = revising.as_written(plan)
        confirming.first_version(plan, written.whole, written.tasks)


def _identity(piece: RevisionPiece) -> tuple[Any, ...]:
    """What a piece says; as JSON in one order, since databases give keys back in an order of their own."""
    after = json.dumps(piece.after, sort_keys=True, default=str)
    return piece.kind, piece.op, piece.field, piece.task_id, piece.goal_id, piece.new, after


def _told(piece: RevisionPiece) -> dict[str, Any]:
    """A piece as the audit trail keeps it."""
    return {
        "piece": piece.pk,
        "kind": piece.kind,
        "op": piece.op,
        "field": piece.field,
        "task": piece.task_id,
        "before": piece.before,
        "after": piece.after,
    }
