"""What lists of listings are cut to over the API: what every listing has, and the filter fields of a ledger."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from lantian.rulebook.schemas.ledgers import Ledger, Means
from lantian.site.core.api import Key, Word, refuse_unknown
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.sources.filters import ListingFilter, filter_of
from lantian.site.sources.models import Listing

FURTHER = (
    "清单里可筛选的字段，名字见清单的 fields[].filters；数值字段用 名_from、名_to。"
    "Filter fields of the ledger: their parameters are told by fields[].filters of the ledger."
)


def _of_these_times(at: dt.datetime) -> dt.datetime:
    if not 1980 <= at.year < 2200:  # databases keep no moment at the ends of the calendar in every zone
        raise ValueError("a time of the years 1980 to 2199")
    return at


Since = Annotated[AwareDatetime, AfterValidator(_of_these_times)]


class Cut(BaseModel):
    """By what listings of all ledgers can be cut."""

    q: Word = Field("", max_length=100, description="in name, firm or address; or the beginning of the credit code")
    area: Key | None = Field(None, description="with the villages of a town")
    means: Means | None = Field(None, description="what the state means")
    state: Word = Field("", max_length=40)
    late: bool = False
    keeper: Key | None = None
    changed_since: Since | None = Field(None, description="changed at this time or later, for synchronising")


def cut(
    request: Request, rows: QuerySet[Listing], asked: Cut, ledger: Ledger | None = None
) -> tuple[QuerySet[Listing], dict[str, str]]:
    """The rows that are asked for, and what the ledger's own parameters say.

    Raises
    ------
    Invalid : a parameter that is none, a value that its field cannot have
    """
    of = filter_of(ledger) if ledger else ListingFilter
    own = {name for names in of.parameters.values() for name in names}
    given = {name: request.GET[name] for name in request.GET if name not in type(asked).model_fields}
    refuse_unknown(set(given) - own)
    form = of({"q": asked.q, "means": asked.means or "", "late": asked.late or "", "state": asked.state} | given)
    if not form.is_valid():
        raise Invalid(_("有的筛选条件不能使用。"), fields={name: str(texts[0]) for name, texts in form.errors.items()})
    return rows.filter(form.where(), _fixed(asked, ledger)), given


def _fixed(asked: Cut, ledger: Ledger | None) -> Q:
    where = Q()
    if asked.area:
        where &= Q(source__area=asked.area) | Q(source__area__parent=asked.area)
    if asked.keeper:
        where &= Q(keeper=asked.keeper)
    if asked.changed_since:
        where &= Q(changed_at__gte=asked.changed_since)
    if asked.state and ledger is None:
        where &= Q(state=asked.state)
    return where


def fingerprint(given: dict[str, str]) -> dict[str, Any]:
    """What a cursor holds for beside the fixed parameters."""
    return {"fields": sorted(given.items())}
