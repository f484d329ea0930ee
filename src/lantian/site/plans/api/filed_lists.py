"""Lists of ledgers that were filed, over the HTTP API: as they were, and as a filing would file them now."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core.api import Key, Line, Moment, Out, Page, Paged, Told, orders, paged
from lantian.site.core.request import Request
from lantian.site.plans import filed_lists
from lantian.site.plans.api import room
from lantian.site.plans.api.deliverables import READ
from lantian.site.plans.models import FiledList
from lantian.site.plans.queries import deliverables
from lantian.site.plans.queries import filed_lists as queries


class HeadOut(Out):
    """A column, in both languages."""

    name: str
    zh: str
    en: str


class SumOut(HeadOut):
    """What a column adds up to."""

    total: float


class ListedOut(Out):
    """A row: the listing, and its cells by language."""

    of: int
    zh: list[Any]
    en: list[Any]


class FiledRow(Told):
    """报送清单: the list of a ledger that went with a version of a filing."""

    id: int
    ledger: str
    filing: int
    deliverable: int
    version: int
    at: Moment
    counts: bool = Field(description="it is what is filed now")
    count: int
    sums: list[SumOut]
    sha256: str

    @classmethod
    def told(cls, one: FiledList) -> dict[str, Any]:
        receipt = one.receipt
        return {
            "id": one.pk,
            "ledger": one.ledger,
            "filing": receipt.filing_id,
            "deliverable": receipt.filing.deliverable_id,
            "version": receipt.version,
            "at": receipt.at,
            "counts": one.counts,
            "count": one.count,
            "sums": [SumOut(**total) for total in one.sums],
            "sha256": one.sha256,
        }


class FiledOut(FiledRow):
    """报送清单 with its rows."""

    heads: list[HeadOut]
    rows: list[ListedOut]

    @classmethod
    def told(cls, one: FiledList) -> dict[str, Any]:
        rows = [ListedOut(**row) for row in one.rows]
        return super().told(one) | {"heads": [HeadOut(**head) for head in one.heads], "rows": rows}


class ContentOut(Out):
    """What a filing would file now; `sha256` is what `seen` of a step takes."""

    ledger: str
    count: int
    sums: list[SumOut]
    sha256: str
    heads: list[HeadOut]
    rows: list[ListedOut]


class FiledQuery(Paged):
    ledger: Line | None = None
    filing: Key | None = None


@room.get("/filed-lists", "filed_lists", summary=_("报送清单"), returns=Page[FiledRow], **READ)
def filed_list_list(request: Request, asked: Query[FiledQuery]) -> Page[FiledRow]:
    """Lists that were filed, the latest first."""
    given = asked.asked()
    if "filing" in given:
        given["receipt__filing"] = given.pop("filing")
    return paged(queries.all_filed(request.person).filter(**given), asked, orders("-pk"), FiledRow.of)


@room.get("/filed-lists/{int:pk}", "filed_list", summary=_("一份报送清单"), returns=FiledOut, **READ)
def filed_list(request: Request, pk: int) -> FiledOut:
    """A list as it was filed, with its rows."""
    found = queries.filed_list(request.person, pk)
    if found is None:
        raise Http404
    return FiledOut.of(found)


@room.get("/filings/{int:pk}/list", "filing_list", summary=_("现在会报送的清单"), returns=ContentOut, **READ)
def filing_list(request: Request, pk: int) -> ContentOut:
    """What a filing would file now; 404 where it is of no ledger."""
    filing = deliverables.filing(request.person, pk)
    content = filed_lists.content_of(filing) if filing else None
    if content is None:
        raise Http404
    return ContentOut(
        ledger=content.ledger.name,
        count=content.count,
        sums=[SumOut(**total) for total in content.sums],
        sha256=content.sha256,
        heads=[HeadOut(**head) for head in content.heads],
        rows=[ListedOut(**row) for row in content.rows],
    )
