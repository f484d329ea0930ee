"""Sub-plans and lists that are owed, and the chains that they go through."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.rulebook.schemas.chains import By, FilingChain, Kind, Need
from lantian.site.core.api import In, Key, Line, Named, Out, Page, Paged, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions, chains
from lantian.site.plans.api import room
from lantian.site.plans.deliverable_forms import areas_of
from lantian.site.plans.models import Deliverable, Plan
from lantian.site.plans.queries import deliverables as queries

READ: dict[str, Any] = {"policy": "plans.deliverable.see", "scope": "filings:read"}
_ORDER: dict[str, Any] = {"policy": "plans.deliverable.add", "scope": "filings:write"}


# Chains


class StepOut(Out):
    """A step of a chain."""

    name: str
    label: str
    by: By
    who: str
    needs: list[Need]
    days: int = Field(description="working days after the due date; negative: before it")


class ChainOut(Out):
    """报送流程: through whose hands a filing goes."""

    id: str
    label: str
    kinds: list[Kind]
    steps: list[StepOut]

    @classmethod
    def of(cls, rule: FilingChain) -> ChainOut:
        steps = [
            StepOut(name=s.name, label=chains.said(s.label), by=s.by, who=chains.said(s.who), needs=list(s.needs),
                    days=s.days)
            for s in rule.step
        ]  # fmt: skip
        return cls(id=rule.id, label=chains.said(rule.label), kinds=list(rule.kinds), steps=steps)


class ChainsOut(Out):
    """Chains that hold today."""

    items: list[ChainOut]


@room.get("/chains", "chains", summary=_("报送流程"), returns=ChainsOut, **READ)
def chain_list(request: Request) -> ChainsOut:
    """The chains of the rulebook and of the district."""
    return ChainsOut(items=[ChainOut.of(one) for one in chains.offered()])


# Deliverables


class DeliverableOut(Out):
    """成果: a sub-plan, a list or an application."""

    id: int
    plan: int | None
    kind: Kind
    title: str
    number: str = Field(description="its document number, once it is issued")
    due: dt.date | None
    each: bool = Field(description="every owner files one of its own")
    chain: str
    ledger: str = Field(description="the ledger whose list is filed as it stands; '' for none")
    quote: str = Field(description="the plan's sentence that orders it")
    applicant: Named | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    filings: int = Field(description="owed, without those no longer asked for")
    done: int
    late: int = Field(description="filings whose step is past its day")

    @classmethod
    def of(cls, one: Any) -> DeliverableOut:
        return cls(
            id=one.pk,
            plan=one.plan_id,
            kind=one.kind,
            title=one.title,
            number=one.number,
            due=one.due,
            each=one.each,
            chain=one.chain,
            ledger=one.ledger,
            quote=one.quote,
            applicant=Named.of(one.applicant),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            filings=one.n,
            done=one.n_done,
            late=one.n_late,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:plans_deliverable", args=[self.id])


class DeliverableQuery(Paged):
    plan: Key | None = None
    kind: Kind | None = None
    ledger: Line | None = None


@room.get("/deliverables", "deliverables", summary=_("分方案和清单"), returns=Page[DeliverableOut], **READ)
def deliverable_list(request: Request, asked: Query[DeliverableQuery]) -> Page[DeliverableOut]:
    """What is owed, the latest ordered first."""
    rows = queries.deliverables(request.person).prefetch_related(None).filter(**asked.asked())
    return paged(rows, asked, orders("-pk"), DeliverableOut.of)


@room.get("/deliverables/{int:pk}", "deliverable", summary=_("一项成果"), returns=DeliverableOut, **READ)
def deliverable(request: Request, pk: int) -> DeliverableOut:
    """One deliverable."""
    return DeliverableOut.of(_deliverable(request, pk))


class PartyIn(In):
    step: Line
    units: list[Key] = Field(max_length=50)


class DeliverableIn(In):
    title: Line = Field(min_length=1)
    kind: Literal["subplan", "list", "other"]
    chain: Line
    plan: Key | None = None
    owners: list[Key] = Field(min_length=1, max_length=200)
    each: bool = False
    ledger: Line = Field("", max_length=40, description="of a list: the ledger whose list is filed as it stands")
    due: dt.date | None = None
    parties: list[PartyIn] = Field(default_factory=list, max_length=12, description="units asked at steps")


@room.post(
    "/deliverables", "deliverable_add", summary=_("下达分方案、清单"), returns=DeliverableOut, status=201, **_ORDER
)
def deliverable_add(request: Request, payload: DeliverableIn) -> DeliverableOut:
    """Order a sub-plan or a list."""
    plan = None
    if payload.plan is not None:
        plan = Plan.objects.visible_to(request.person).filter(pk=payload.plan).first()
        if plan is None:
            raise Invalid(_("没有这个方案，或不在您的范围内。"), fields={"plan": _("请给出方案的编号。")})
    area = plan.area if plan else areas_of(request.person).first()
    if area is None:
        raise Invalid(_("还没有登记行政区。"))
    made = actions.add_deliverable(
        request.person,
        area=area,
        plan=plan,
        kind=payload.kind,
        title=payload.title[:300],
        chain=payload.chain,
        owners=units_of(request, payload.owners, "owners"),
        each=payload.each,
        due=payload.due,
        ledger=payload.ledger,
        parties={one.step: units_of(request, one.units, "parties") for one in payload.parties},
    )
    return DeliverableOut.of(_deliverable(request, made.pk))


def _deliverable(request: Request, pk: int) -> Deliverable:
    found = queries.deliverables(request.person).prefetch_related(None).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def units_of(request: Request, keys: list[int], name: str) -> list[Unit]:
    found = list(Unit.objects.visible_to(request.person).filter(pk__in=keys))
    if len(found) < len(set(keys)):
        raise Invalid(_("没有这个单位，或不在您的范围内。"), fields={name: _("没有，或不在您的范围内。")})
    return found
