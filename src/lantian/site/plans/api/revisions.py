"""A plan's versions; a revised document's differences, decided on piece by piece."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import In, Key, Moment, Named, Out, Page, Paged, orders, paged
from lantian.site.core.request import Request
from lantian.site.plans import actions, queries
from lantian.site.plans.api import room
from lantian.site.plans.models import PlanImport, PlanVersion, RevisionPiece, Task
from lantian.site.plans.queries import revisions

State = Literal["open", "done", "dropped"]
PieceState = Literal["open", "accepted", "refused"]


class VersionOut(Out):
    """方案版本: a document of a plan; number 1 is the one that started it."""

    id: int
    plan: int
    number: int
    state: State
    title: str
    doc_number: str
    issued_on: dt.date | None
    file_name: str
    created_by: Named | None
    created_at: Moment
    finished_at: Moment | None
    pieces: int = Field(description="how many differences")
    open_pieces: int = Field(description="how many of them wait to be decided on")

    @classmethod
    def of(cls, one: Any) -> VersionOut:
        return cls(
            id=one.pk,
            plan=one.plan_id,
            number=one.number,
            state=one.state,
            title=one.title,
            doc_number=one.doc_number,
            issued_on=one.issued_on,
            file_name=one.attachment.name,
            created_by=Named.of(one.created_by),
            created_at=one.created_at,
            finished_at=one.finished_at,
            pieces=one.piece_count,
            open_pieces=one.open_count,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_version", args=[self.id])


class VersionQuery(Paged):
    plan: Key | None = None
    state: State | None = None


_READ: dict[str, Any] = {"policy": "plans.see", "scope": "plans:read"}
_WRITE: dict[str, Any] = {"scope": "plans:write", "conflicts": True}


@room.get("/versions", "versions", summary=_("方案版本"), returns=Page[VersionOut], **_READ)
def version_list(request: Request, asked: Query[VersionQuery]) -> Page[VersionOut]:
    """Documents of all plans that one may see, the latest first."""
    rows = revisions.versions(request.person).filter(**asked.asked())
    return paged(rows, asked, orders("-pk"), VersionOut.of)


@room.get("/versions/{int:pk}", "version", summary=_("一个版本"), returns=VersionOut, **_READ)
def version(request: Request, pk: int) -> VersionOut:
    """One document of a plan."""
    return VersionOut.of(_version(request, pk))


class PieceOut(Out):
    """修订处: one difference. `before` and `after` are as in the plan contract, null where there is none."""

    id: int
    kind: Literal["head", "goal", "task"]
    op: Literal["added", "removed", "changed"]
    field: str = Field(description="what of a changed task or head; deadline stands for its five fields")
    task: int | None
    goal: int | None
    before: Any
    after: Any
    near: str = Field(description="the task that this one was probably split from or joined into")
    granted: dt.date | None = Field(description="a later date that a unit was granted and this would overwrite")
    state: PieceState
    reason: str
    decided_by: Named | None
    decided_at: Moment | None

    @classmethod
    def of(cls, piece: RevisionPiece) -> PieceOut:
        names = ("kind", "op", "field", "before", "after", "near", "granted", "state", "reason", "decided_at")
        return cls(
            id=piece.pk,
            task=piece.task_id,
            goal=piece.goal_id,
            decided_by=Named.of(piece.decided_by),
            **{name: getattr(piece, name) for name in names},
        )


class PieceQuery(Paged):
    state: PieceState | None = None
    op: Literal["added", "removed", "changed"] | None = None


def _pieces(found: PlanVersion) -> QuerySet[RevisionPiece]:
    return found.pieces.select_related("decided_by")


@room.get("/versions/{int:pk}/pieces", "pieces", summary=_("修订处"), returns=Page[PieceOut], **_READ)
def piece_list(request: Request, pk: int, asked: Query[PieceQuery]) -> Page[PieceOut]:
    """The differences of a revised document, in its order."""
    rows = _pieces(_version(request, pk)).filter(**asked.asked())
    return paged(rows, asked, orders("position", "pk"), PieceOut.of)


class PiecesIn(In):
    pieces: list[Key] = Field(min_length=1, max_length=2000)
    verdict: Literal["accept", "refuse", "reopen"]
    reason: str = Field("", max_length=500, description="needed to refuse")


class DecidedOut(Out):
    """What became of the pieces: one that no longer fits the plan is left open."""

    done: list[int]
    stale: list[int]

    @classmethod
    def of(cls, decided: actions.Decided) -> DecidedOut:
        return cls(done=[piece.pk for piece in decided.done], stale=[piece.pk for piece in decided.stale])


@room.post(
    "/versions/{int:pk}/decide",
    "version_decide",
    policy="plans.version.decide",
    summary=_("采纳或不采纳修订"),
    returns=DecidedOut,
    **_WRITE,
)
def version_decide(request: Request, pk: int, payload: PiecesIn) -> DecidedOut:
    """Accept, refuse or reopen differences: all in one step."""
    decided = actions.decide_pieces(
        request.person, _version(request, pk), payload.pieces, payload.verdict, reason=payload.reason
    )
    return DecidedOut.of(decided)


class AcceptIn(In):
    reason: str = Field("", max_length=500)


@room.post(
    "/versions/{int:pk}/accept-rest",
    "version_accept_rest",
    policy="plans.version.decide",
    summary=_("采纳其余全部修订"),
    returns=DecidedOut,
    **_WRITE,
)
def version_accept_rest(request: Request, pk: int, payload: AcceptIn) -> DecidedOut:
    """Accept what is still open, but for dates that a unit was granted otherwise and for tasks that were split."""
    return DecidedOut.of(actions.accept_rest(request.person, _version(request, pk), reason=payload.reason))


class StepIn(In):
    step: Literal["refresh", "finish", "drop"]
    reason: str = Field("", max_length=500, description="needed to drop")


@room.post(
    "/versions/{int:pk}/step",
    "version_step",
    policy="plans.version.finish",
    summary=_("重新比对、完成、放弃"),
    returns=VersionOut,
    **_WRITE,
)
def version_step(request: Request, pk: int, payload: StepIn) -> VersionOut:
    """Compare again, finish, or do without the document."""
    found = _version(request, pk)
    if payload.step == "refresh":
        actions.refresh_revision(request.person, found)
    elif payload.step == "finish":
        actions.finish_revision(request.person, found)
    else:
        actions.drop_revision(request.person, found, reason=payload.reason)
    return VersionOut.of(_version(request, pk))


@room.post(
    "/imports/{int:pk}/compare",
    "import_compare",
    policy="plans.import.compare",
    summary=_("与现方案比对"),
    returns=VersionOut,
    status=201,
    **_WRITE,
)
def import_compare(request: Request, pk: int) -> VersionOut:
    """Compare a reviewed revised document with its plan."""
    found = queries.imports(request.person).filter(pk=pk).first()
    if not isinstance(found, PlanImport):
        raise Http404
    return VersionOut.of(_version(request, actions.compare_import(request.person, found).pk))


class RestoreIn(In):
    reason: str = Field(min_length=1, max_length=500)


class RestoredOut(Out):
    id: int
    state: Literal["open"]


@room.post(
    "/tasks/{int:pk}/restore",
    "task_restore",
    policy="plans.task.restore",
    summary=_("恢复任务"),
    returns=RestoredOut,
    **_WRITE,
)
def task_restore(request: Request, pk: int, payload: RestoreIn) -> RestoredOut:
    """Take a withdrawn task into the ledger again."""
    found = Task.objects.visible_to(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.restore_task(request.person, found, reason=payload.reason)
    return RestoredOut(id=pk, state="open")


def _version(request: Request, pk: int) -> PlanVersion:
    found = revisions.versions(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
