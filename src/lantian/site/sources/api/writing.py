"""Sources and listings written over the API: entered, changed, values of a year; by the actions of the pages."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StrictBool

from lantian.site.core.api import In, Key, Line, Prose, Word
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Area, Unit
from lantian.site.sources import actions, reading, states
from lantian.site.sources.api import room
from lantian.site.sources.api import sources as of_sources
from lantian.site.sources.api.listings import ListingFull, found, full
from lantian.site.sources.api.sources import Latitude, Longitude, SourceFull
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import sources as queries

Given = StrictBool | float | Prose | list[Word] | None
Attributes = Annotated[
    dict[Word, Given], Field(max_length=100, description="by field, as the ledger tells them, or as a cell has them")
]
Revision = Annotated[int, Field(ge=0, le=2**31 - 1)]
KEEPERS = (Unit.Kind.TOWN, Unit.Kind.DEPARTMENT)


def write(action: str) -> dict[str, Any]:
    """What a route of an action declares."""
    return {"policy": f"sources.{action}", "scope": "sources:write", "conflicts": True}


class SourceChange(In):
    """What is known of a source; what is left out stays."""

    name: Word = Field("", min_length=1)
    firm: Word = ""
    unit: Key | None = Field(None, description="the firm, where it is a unit of the register")
    credit_code: Word = Field("", max_length=18)
    area: Key = 0
    address: Word = ""
    longitude: Longitude = None
    latitude: Latitude = None
    opened: dt.date | None = None
    ended: dt.date | None = None


class SourceIn(SourceChange):
    """A new source."""

    name: Word = Field(min_length=1)
    area: Key


class Columns(In):
    """What every listing has; what is left out stays, or is as the platform would have it."""

    keeper: Key | None = Field(None, description="the unit that keeps it: a town's or a department's")
    parent: Key | None = Field(None, description="a listing of the ledger above")
    due_on: dt.date | None = None


class ListingIn(Columns):
    """A source to be put on a ledger: a new one, or one that is there."""

    source: SourceIn | None = None
    source_id: Key | None = None
    attributes: Attributes
    listed_on: dt.date | None = Field(None, description="today, if it is left out")


class ListingChange(Columns):
    """What is to change; what is left out stays."""

    revision: Revision = Field(description="the one that was read: 409 when a colleague has changed it since")
    source: SourceChange | None = None
    attributes: Attributes = Field(default_factory=dict)


class YearIn(In):
    attributes: Attributes


@room.post("", "source_add", summary=_("新增污染源"), returns=SourceFull, status=201, **write("source.add"))
def source_add(request: Request, payload: SourceIn) -> SourceFull:
    """Enter a source, on no ledger yet."""
    made = actions.add_source(request.person, **_source(request, payload))
    return of_sources.full(request, made.pk)


@room.put("/{int:pk}", "source_change", summary=_("修改污染源"), returns=SourceFull, **write("source.change"))
def source_change(request: Request, pk: int, payload: SourceChange) -> SourceFull:
    """Change what is known of a source; with `ended` it is closed, its listings stay."""
    actions.change_source(request.person, of_sources.found(request, pk), **_source(request, payload))
    return of_sources.full(request, pk)


@room.post(
    "/ledgers/{slug:name}/listings",
    "listing_add",
    summary=_("上账"),
    returns=ListingFull,
    status=201,
    **write("listing.add"),
)
def listing_add(request: Request, name: str, payload: ListingIn) -> ListingFull:
    """Put a source on a ledger, in the first state of its life cycle."""
    ledger = reading.found(name)
    given = {"attributes": payload.attributes} | _columns(request, payload, ledger.parent)
    if payload.listed_on is not None:
        given["listed_on"] = payload.listed_on
    if (payload.source is None) == (payload.source_id is None):
        raise Invalid(_("请给出 source 或 source_id 之一。"), fields={"source": _("二者给一个。")})
    if payload.source is not None:
        source = _source(request, payload.source)
        made = actions.add_listing(request.person, ledger.name, source=source, **given)
    else:
        there = thing(queries.sources(request.person), payload.source_id, "source_id")
        made = actions.list_source(request.person, there, ledger.name, **given)
    return full(request, found(request, made.pk))


@room.put("/listings/{int:pk}", "listing_change", summary=_("修改上账内容"), returns=ListingFull,
          **write("listing.change"))  # fmt: skip
def listing_change(request: Request, pk: int, payload: ListingChange) -> ListingFull:
    """Change what the ledger asks of a listing, and its source with it. Its state moves by steps alone."""
    listing = found(request, pk)
    ledger = reading.ledger_of(listing.ledger)
    if not states.owns(request.person, listing):
        _not_masked([one.name for one in ledger.field if one.personal], payload.attributes)
    given: dict[str, Any] = {"attributes": payload.attributes} | _columns(request, payload, ledger.parent)
    if payload.source is not None:
        given["source"] = _source(request, payload.source)
    actions.change_listing(request.person, listing, revision=payload.revision, **given)
    return full(request, found(request, pk))


@room.put(
    "/listings/{int:pk}/years/{int:year}", "year_set", summary=_("填写年度值"), returns=ListingFull,
    **write("listing.change"),
)  # fmt: skip
def year_set(request: Request, pk: int, year: int, payload: YearIn) -> ListingFull:
    """Enter or change what the ledger asks for a year; what is left out stays."""
    actions.set_year(request.person, found(request, pk), year, payload.attributes)
    return full(request, found(request, pk))


@room.post("/listings/{int:pk}/reveal", "listing_reveal", summary=_("查看被遮蔽的个人信息（留痕）"),
           returns=ListingFull, **write("listing.reveal"))  # fmt: skip
def listing_reveal(request: Request, pk: int) -> ListingFull:
    """The listing with its personal values; the audit trail says who looked."""
    one = found(request, pk)
    actions.reveal(request.person, one)
    return full(request, one, unmasked=True)


def _source(request: Request, payload: SourceChange) -> dict[str, Any]:
    given = payload.model_dump(exclude_unset=True)
    if "area" in given:
        given["area"] = thing(Area.objects.visible_to(request.person), given["area"], "area")
    if given.get("unit"):
        given["unit"] = thing(Unit.objects.filter(kind=Unit.Kind.FIRM), given["unit"], "unit")
    return given


def _columns(request: Request, payload: Columns, parent: str) -> dict[str, Any]:
    given = payload.model_dump(include={"keeper", "parent", "due_on"}, exclude_unset=True)
    if given.get("keeper"):
        given["keeper"] = thing(Unit.objects.filter(kind__in=KEEPERS), given["keeper"], "keeper")
    if given.get("parent"):
        rows = Listing.objects.visible_to(request.person).filter(ledger=parent)
        given["parent"] = thing(rows, given["parent"], "parent")
    return given


def _not_masked(personal: list[str], attributes: dict[str, Any]) -> None:
    """What goes out masked does not come in."""
    if given := [name for name in personal if name in attributes]:
        raise Invalid(_("个人信息由管理单位填写。"), fields={name: _("请留给管理单位填写。") for name in given})


def thing(rows: QuerySet[Any], pk: Any, field: str) -> Any:
    """What a caller names by its id, among what may be named."""
    one = rows.filter(pk=pk).first()
    if one is None:
        raise Invalid(_("没有这个对象。"), fields={field: _("请从列表中选择。")})
    return one


class Reason(In):
    reason: Line = Field(min_length=1)
