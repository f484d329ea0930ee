"""Listings over the API: lists cut by a ledger's fields, what they add up to, one of them whole."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Self

from django.db.models import Count
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.rulebook.schemas.ledgers import Ledger, Means
from lantian.site.core.api import Moment, Named, Out, Page, Paged, orders, paged
from lantian.site.core.attachments import serving
from lantian.site.core.request import Request
from lantian.site.sources import fields, reading, states
from lantian.site.sources.api import READ, room
from lantian.site.sources.api.cutting import FURTHER, Cut, cut, fingerprint
from lantian.site.sources.judging import derived_of, duties_of
from lantian.site.sources.models import Listing, StepTaken
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.zoning import Zones

Value = str | float | bool | list[str] | None


class OfSource(Out):
    """The source of a listing."""

    id: int
    name: str
    firm: str
    credit_code: str
    area: Named
    address: str
    longitude: float | None = Field(description="WGS 84")
    latitude: float | None


class ListingOut(Out):
    """上账记录: a source on a ledger. Personal values are in no list."""

    id: int
    source: OfSource
    ledger: str
    edition: str
    parent: int | None
    keeper: Named | None
    state: str
    means: Means
    since: Moment
    late: bool
    listed_on: dt.date
    due_on: dt.date | None
    done_on: dt.date | None
    changed_at: Moment
    attributes: dict[str, Value] = Field(description="by field: numbers, true or false, days as text, keys of choices")

    @classmethod
    def of(cls, one: Listing, ledger: Ledger) -> Self:
        return cls(**_facts(one, ledger))

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:sources_listing", args=[self.id])


class ProofShownOut(Out):
    """What was shown with a step."""

    id: int
    name: str
    file: str | None
    value: float | None
    at: Moment | None
    longitude: float | None
    latitude: float | None
    told: bool = Field(description="the time is what the person said, not the camera")
    distance: float | None = Field(description="metres from the source")


class SignatureOut(Out):
    """Who signed, or refused."""

    signer: str
    unit: Named | None
    agrees: bool
    by: Named | None
    at: Moment
    note: str


class TakenOut(Out):
    """办理记录: a step that was taken, waits for signatures, or was given up."""

    id: int
    step: str
    source: str
    target: str
    state: str = Field(description="signing, taken or dropped")
    reason: str
    by: Named | None
    at: Moment
    ended_at: Moment | None
    proofs: list[ProofShownOut]
    signatures: list[SignatureOut]

    @classmethod
    def of(cls, one: StepTaken) -> TakenOut:
        return cls(
            id=one.pk, step=one.step, source=one.source, target=one.target, state=one.state, reason=one.reason,
            by=Named.of(one.by), at=one.at, ended_at=one.ended_at,
            proofs=[
                ProofShownOut(
                    id=p.pk, name=p.name, file=p.attachment.name if p.attachment else None, value=p.value, at=p.at,
                    longitude=p.longitude, latitude=p.latitude, told=p.told, distance=p.distance,
                )
                for p in one.proofs.all()
            ],
            signatures=[
                SignatureOut(
                    signer=s.signer, unit=Named.of(s.unit), agrees=s.agrees, by=Named.of(s.by), at=s.at, note=s.note
                )
                for s in one.signatures.all()
            ],
        )  # fmt: skip


class YearOut(Out):
    """What the ledger asks for a year."""

    year: int
    attributes: dict[str, Value]


class OwedOut(Out):
    """A duty as it stands today."""

    name: str
    label: str
    stands: str = Field(description="met, owed, late, or unknown where a value is missing")
    due: dt.date | None
    asks: list[str] = Field(description="names of what is missing")


class ListingFull(ListingOut):
    """A listing with all that happened to it, and what follows."""

    revision: int = Field(description="counts changes; give it back when changing it")
    masked: bool = Field(description="personal values are masked: another unit keeps the listing")
    other: dict[str, Any] = Field(description="values of fields that the edition does not know any more")
    steps: list[TakenOut] = Field(description="the latest first")
    may_take: list[str] = Field(description="steps that the caller may take now")
    may_sign: list[str] = Field(description="parties for which the caller may sign the step that waits")
    years: list[YearOut]
    duties: list[OwedOut]
    derived: dict[str, str] = Field(description="by name in the caller's language; '' where it is unknown")


class ListingQuery(Cut, Paged):
    pass


class SumOut(Out):
    """A sum field."""

    field: str
    unit: str
    total: float | None
    of: int = Field(description="listings that have a value")


class SumsOut(Out):
    """What the listings come to."""

    listings: int
    means: dict[str, int]
    sums: list[SumOut]


@room.get(
    "/ledgers/{slug:name}/listings",
    "listings",
    summary=_("一个清单的上账记录"),
    returns=Page[ListingOut],
    further=FURTHER,
    **READ,
)
def listings(request: Request, name: str, asked: Query[ListingQuery]) -> Page[ListingOut]:
    """Listings of a ledger that one may see, by the order in which they were entered."""
    ledger = reading.found(name)
    rows, given = cut(request, queries.listings(request.person, ledger.name), asked, ledger)
    show = partial(ListingOut.of, ledger=ledger)
    return paged(rows, asked, orders("pk"), show, ledger=ledger.name, **fingerprint(given))


@room.get("/ledgers/{slug:name}/sums", "sums", summary=_("一个清单的合计"), returns=SumsOut, further=FURTHER, **READ)
def sums(request: Request, name: str, asked: Query[Cut]) -> SumsOut:
    """How many listings there are, and what the sum fields come to: two SQL queries."""
    ledger = reading.found(name)
    rows, _given = cut(request, Listing.objects.visible_to(request.person).filter(ledger=ledger.name), asked, ledger)
    means = dict(rows.order_by().values_list("means").annotate(n=Count("pk")))
    told = [SumOut(field=one.name, unit=one.unit, total=total, of=n) for one, total, n in queries.sums(rows, ledger)]
    return SumsOut(listings=sum(means.values()), means=means, sums=told)


@room.get("/listings/{int:pk}", "listing", summary=_("一条上账记录"), returns=ListingFull, **READ)
def listing(request: Request, pk: int) -> ListingFull:
    """One listing with steps, proofs, signatures, years, duties; personal values masked as on its page."""
    return full(request, found(request, pk))


@room.get(
    "/listings/{int:pk}/proofs/{int:proof}",
    "proof",
    summary=_("证明材料的文件"),
    returns=None,
    file="application/octet-stream",
    **READ,
)
def proof(request: Request, pk: int, proof: int) -> HttpResponseBase:
    """The file of a proof, as it was handed in."""
    shown = queries.proof(request.person, proof)
    if shown is None or shown.taken.listing_id != pk:
        raise Http404
    assert shown.attachment is not None
    return serving.download(shown.attachment)


def found(request: Request, pk: int) -> Listing:
    """A listing that the caller may see."""
    one = queries.listing(request.person, pk)
    if one is None:
        raise Http404
    return one


def full(request: Request, one: Listing, *, unmasked: bool = False) -> ListingFull:
    """A listing as its page tells it."""
    ledger = reading.ledger_of(one.ledger)
    own = unmasked or states.owns(request.person, one)
    inside = Zones().around(one.source.place)
    steps = list(one.steps.all())
    waiting = next((taken for taken in steps if taken.state == StepTaken.State.SIGNING), None)
    known = _facts(one, ledger) | {"attributes": fields.told(ledger, one.attributes, unmasked=own)}
    return ListingFull(
        **known,
        revision=one.revision,
        masked=not own and any(field.personal for field in ledger.field),
        other=dict(fields.strange(ledger, one.attributes, unmasked=own)),
        steps=[TakenOut.of(taken) for taken in steps],
        may_take=[] if waiting else [step.name for step in states.steps_for(request.person, one)],
        may_sign=[party.name for party in states.signs_as(request.person, waiting)] if waiting else [],
        years=[YearOut(year=year.year, attributes=fields.renamed(ledger, year.attributes)) for year in one.years.all()],
        duties=[
            OwedOut(
                name=judged.owed.duty.name, label=judged.label, stands=judged.stands, due=judged.owed.due,
                asks=list(judged.asks),
            )
            for judged in duties_of(ledger, one, inside)
        ],
        derived={
            rule.name: text
            for rule, (_label, text) in zip(ledger.derived, derived_of(ledger, one, inside), strict=True)
        },
    )  # fmt: skip


def of_source(one: Listing) -> OfSource:
    """The source of a listing."""
    source = one.source
    return OfSource(
        id=source.pk, name=source.name, firm=source.firm, credit_code=source.credit_code,
        area=Named(id=source.area_id, name=str(source.area)), address=source.address, longitude=source.longitude,
        latitude=source.latitude,
    )  # fmt: skip


def _facts(one: Listing, ledger: Ledger) -> dict[str, Any]:
    return {
        "id": one.pk,
        "source": of_source(one),
        "ledger": one.ledger,
        "edition": one.edition,
        "parent": one.parent_id,
        "keeper": Named.of(one.keeper),
        "state": one.state,
        "means": one.means,
        "since": one.since,
        "late": one.late,
        "listed_on": one.listed_on,
        "due_on": one.due_on,
        "done_on": one.done_on,
        "changed_at": one.changed_at,
        "attributes": fields.told(ledger, one.attributes, unmasked=None),
    }
