"""Findings of checks over the API: listed with their evidence, decided on, made into orders."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import Key, Moment, Named, Out, Page, Paged, Word, orders, paged
from lantian.site.core.request import Request
from lantian.site.sources.api import room
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
