"""Findings of checks over the API: listed with their evidence, decided on, made into orders."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import In, Key, Moment, Named, Out, Page, Paged, Prose, Word, orders, paged
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.sources import actions
from lantian.site.sources.api import room
from lantian.site.sources.api.writing import Reason
from lantian.site.sources.finding_forms import check_title
from lantian.site.sources.models import Finding
from lantian.site.sources.queries import findings as queries

State = Literal["open", "confirmed", "dismissed", "over"]
_SEE: dict[str, Any] = {"policy": "sources.finding.see", "scope": "sources:read"}


class Evidence(Out):
    """A piece of evidence, as it was when the check last found it."""

    label: str
    value: Any


class Thing(Out):
    """What a finding is about."""

    kind: str
    id: str
    title: str
    url: str = Field(description="its page; '' where it has none")


class FindingRow(Out):
    """疑点: something that a check says cannot be right; its sentence in the caller's language."""

    id: int
    check: str
    title: str = Field(description="what the check is called")
    area: Named
    text: str
    state: State
    found_at: Moment
    seen_at: Moment = Field(description="when the check last found it, or that it is over")
    decided_by: Named | None
    decided_at: Moment | None
    reason: str
    order: int | None = Field(description="the work order that it became")

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:sources_finding", args=[self.id])


class FindingOut(FindingRow):
    """A finding with its evidence."""

    facts: list[Evidence]
    things: list[Thing]


class FindingQuery(Paged):
    check: Word | None = Field(None, description="name of the check")
    area: Key | None = None
    state: State | None = None
    ordered: bool | None = Field(None, description="became an order, or did not")
    since: dt.date | None = Field(None, ge=dt.date(1980, 1, 1), le=dt.date(2199, 12, 31), description="found since")


@room.get("/findings", "findings", summary=_("清单疑点"), returns=Page[FindingRow], **_SEE)
def finding_list(request: Request, asked: Query[FindingQuery]) -> Page[FindingRow]:
    """Findings of all checks that one may see, the latest first."""
    rows = queries.findings(request.person)
    if asked.check is not None:
        rows = rows.filter(check_name=asked.check)
    if asked.area:
        rows = rows.filter(area=asked.area)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.ordered is not None:
        rows = rows.filter(order__isnull=not asked.ordered)
    if asked.since:
        rows = rows.filter(found_at__date__gte=asked.since)
    return paged(rows, asked, orders("-pk"), lambda one: FindingRow(**_facts(one)))


@room.get("/findings/{int:pk}", "finding", summary=_("一条疑点"), returns=FindingOut, **_SEE)
def finding(request: Request, pk: int) -> FindingOut:
    """One finding with its evidence and what it is about."""
    return full(found(request, pk))


def _write(action: str) -> dict[str, Any]:
    return {"policy": f"sources.finding.{action}", "scope": "sources:write", "conflicts": True}


class OrderIn(In):
    """To whom it goes."""

    unit: Key
    kind: Word = Field("source", description="name of the rule order-kinds")
    text: Prose = Field("", max_length=2000)
    due: dt.date | None = Field(None, description="day of the answer, where the kind's own deadline does not fit")


@room.post("/findings/{int:pk}/confirm", "finding_confirm", summary=_("疑点属实"), returns=FindingOut,
           **_write("confirm"))  # fmt: skip
def finding_confirm(request: Request, pk: int, payload: Reason) -> FindingOut:
    """It is true."""
    return _decided(request, pk, "confirm", payload)


@room.post("/findings/{int:pk}/dismiss", "finding_dismiss", summary=_("疑点不是问题"), returns=FindingOut,
           **_write("dismiss"))  # fmt: skip
def finding_dismiss(request: Request, pk: int, payload: Reason) -> FindingOut:
    """It is none."""
    return _decided(request, pk, "dismiss", payload)


@room.post("/findings/{int:pk}/reopen", "finding_reopen", summary=_("疑点重新打开"), returns=FindingOut,
           **_write("reopen"))  # fmt: skip
def finding_reopen(request: Request, pk: int, payload: Reason) -> FindingOut:
    """Look at it again."""
    return _decided(request, pk, "reopen", payload)


@room.post("/findings/{int:pk}/order", "finding_order", summary=_("疑点转为工单"), returns=FindingOut,
           **_write("order"))  # fmt: skip
def finding_order(request: Request, pk: int, payload: OrderIn) -> FindingOut:
    """Make it an order that a unit has to answer."""
    unit = Unit.objects.visible_to(request.person).filter(pk=payload.unit).first()
    if unit is None:
        raise Invalid(_("没有这个对象。"), fields={"unit": _("请从列表中选择。")})
    one = found(request, pk)
    actions.order_finding(request.person, one, unit, kind=payload.kind, text=payload.text, due=payload.due)
    return full(found(request, pk))


def _decided(request: Request, pk: int, step: str, payload: Reason) -> FindingOut:
    actions.decide_finding(request.person, found(request, pk), step, reason=payload.reason)
    return full(found(request, pk))


def found(request: Request, pk: int) -> Finding:
    """A finding that the caller may see."""
    one = queries.finding(request.person, pk)
    if one is None:
        raise Http404
    return one


def full(one: Finding) -> FindingOut:
    """A finding as its page tells it."""
    return FindingOut(
        **_facts(one),
        facts=[Evidence(label=label, value=value) for label, value in one.evidence],
        things=[Thing(kind=ref.kind, id=ref.ident, title=ref.title, url=ref.url) for ref in one.things.all()],
    )


def _facts(one: Finding) -> dict[str, Any]:
    return {
        "id": one.pk,
        "check": one.check_name,
        "title": str(check_title(one.check_name)),
        "area": Named(id=one.area_id, name=str(one.area)),
        "text": one.said,
        "state": one.state,
        "found_at": one.found_at,
        "seen_at": one.seen_at,
        "decided_by": Named.of(one.decided_by),
        "decided_at": one.decided_at,
        "reason": one.reason,
        "order": one.order_id,
    }
