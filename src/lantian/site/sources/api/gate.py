"""The gate for new projects and the bank of cuts over the API."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.ledgers import GateLine
from lantian.site.core.api import In, Key, Moment, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.sources import actions, gating, reading
from lantian.site.sources.api import READ, room
from lantian.site.sources.api.writing import write
from lantian.site.sources.models import CutUse
from lantian.site.sources.queries import listings, offsets
from lantian.site.sources.queries.listings import added


class LineOut(Out):
    """A rule as it stands for the project."""

    kind: Literal["duty", "trade", "offset"]
    name: str
    title: str
    plan: str
    clause: str
    stands: Literal["free", "met", "not_met", "unknown"] = Field(description="free: it does not concern the project")
    why: str
    asks: list[str] = Field(description="fields whose value is missing and would decide")
    needed: float | None = Field(description="of an offset, tonnes")
    given: float | None = Field(description="tonnes that are allotted")
    free: float | None = Field(description="tonnes that lie in the bank for anybody")

    @classmethod
    def of(cls, line: GateLine) -> LineOut:
        """A line in the caller's language."""
        return cls(
            kind=line.kind,
            name=line.name,
            title=reading.said(line.label),
            plan=line.plan,
            clause=line.clause,
            stands=line.stands,
            why=reading.said(line.why),
            asks=list(line.asks),
            needed=line.needed,
            given=line.given,
            free=line.free,
        )


class VerdictOut(Out):
    """准入核对: a new project before every rule of the gate."""

    outcome: Literal["pass", "allot", "refuse", "unknown"] = Field(
        description="allot: it passes once cuts that lie in the bank are allotted"
    )
    lines: list[LineOut]


@room.get("/listings/{int:pk}/gate", "gate", summary=_("新建项目的准入核对"), returns=VerdictOut, **READ)
def verdict(request: Request, pk: int) -> VerdictOut:
    """A new project held against the gate as it holds today; 404 for any other listing."""
    project = listings.listings(request.person, gating.rules().project).filter(pk=pk).first()
    if project is None:
        raise Http404
    found = gating.verdict_of(project)
    return VerdictOut(outcome=found.outcome, lines=[LineOut.of(line) for line in found.lines])


class CutOut(Out):
    """A cut of one pollutant in the bank."""

    listing: int = Field(description="the emission cut")
    name: str
    area: Named
    pollutant: str
    proven: float = Field(description="tonnes")
    used: float
    left: float = Field(description="below 0 where more is used than is proven (any more)")

    @classmethod
    def of(cls, one: Any) -> CutOut:
        """A row of the bank."""
        source = one.listing.source
        return cls(
            listing=one.listing_id,
            name=source.name,
            area=Named(id=source.area_id, name=source.area.name),
            pollutant=one.pollutant,
            proven=added(one.proven),
            used=added(one.used),
            left=added(one.left),
        )


class BankQuery(Paged):
    pollutant: Word | None = None


@room.get(
    "/bank",
    "bank",
    summary=_("减排量账户"),
    returns=Page[CutOut],
    policy="sources.bank.see",
    scope="sources:read",
)
def bank(request: Request, asked: Query[BankQuery]) -> Page[CutOut]:
    """Proven cuts that one may see, and what is left of each."""
    rows = offsets.account(request.person, gating.rules()).prefetch_related(None)
    if asked.pollutant is not None:
        rows = rows.filter(pollutant=asked.pollutant)
    return paged(rows, asked, orders("pk"), CutOut.of)


class UseOut(Out):
    """替代量安排: tonnes of a cut that a project uses up."""

    id: int
    project: int = Field(description="the new project, a listing")
    cut: int = Field(description="the emission cut, a listing")
    pollutant: str
    tonnes: float
    at: Moment
    ended_at: Moment | None = Field(description="since when it is given back; null while it counts")

    @classmethod
    def of(cls, one: CutUse) -> UseOut:
        """A use."""
        return cls(
            id=one.pk,
            project=one.project_id,
            cut=one.cut_id,
            pollutant=one.pollutant,
            tonnes=one.tonnes,
            at=one.at,
            ended_at=one.ended_at,
        )


class UseQuery(Paged):
    project: Key | None = None
    cut: Key | None = None
    standing: bool | None = Field(None, description="only those that count, or only those that were given back")


@room.get(
    "/cut-uses",
    "cut_uses",
    summary=_("替代量安排"),
    returns=Page[UseOut],
    policy="sources.bank.see",
    scope="sources:read",
)
def cut_uses(request: Request, asked: Query[UseQuery]) -> Page[UseOut]:
    """What projects that one may see use of cuts, the latest first; what was given back too."""
    given = asked.asked()
    standing = given.pop("standing", None)
    rows = offsets.uses(request.person).filter(**given)
    if standing is not None:
        rows = rows.filter(ended_at__isnull=standing)
    return paged(rows, asked, orders("-pk"), UseOut.of)


class AllotIn(In):
    """Tonnes of a proven cut for a project."""

    cut: Key
    pollutant: Word
    tonnes: float = Field(gt=0, le=10_000_000)


@room.post("/listings/{int:pk}/cuts", "cut_allot", summary=_("安排替代量"), returns=UseOut, status=201,
           **write("project.allot"))  # fmt: skip
def cut_allot(request: Request, pk: int, payload: AllotIn) -> UseOut:
    """Allot tonnes of a cut to a project that is being examined: no more than is left of it, nor than it needs."""
    project = listings.listings(request.person, gating.rules().project).filter(pk=pk).first()
    if project is None:
        raise Http404
    cut = listings.listings(request.person, gating.rules().bank).filter(pk=payload.cut).first()
    if cut is None:
        raise Invalid(_("没有这项减排量。"), fields={"cut": _("没有，或不在您的范围内。")})
    return UseOut.of(actions.allot_cut(request.person, project, cut, payload.pollutant, payload.tonnes))


@room.post("/cut-uses/{int:pk}/return", "cut_return", summary=_("退回替代量"), returns=UseOut,
           **write("project.give_back"))  # fmt: skip
def cut_return(request: Request, pk: int) -> UseOut:
    """Take an allotment back while the project is being examined."""
    use = offsets.uses(request.person).filter(pk=pk).first()
    if use is None:
        raise Http404
    return UseOut.of(actions.give_back(request.person, use))
