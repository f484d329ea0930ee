"""Events, and results with them in and out: raw, as claimed, as approved.

Pages that show results say which of the three they show: `account_name` names it in words, `events_of` gives the
events to `lantian.airquality.deductions.without`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantian.airquality.deductions import Account, Event, accounts
from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.airquality.spans import month
from lantian.airquality.statistics import Statistics
from lantian.site.air import days, decimals
from lantian.site.air.models import AirEvent, Station
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree

ACCOUNTS: dict[Account, Text] = {"raw": _("实测"), "claimed": _("按申报扣除"), "approved": _("按批准扣除")}
STATUS = {"claimed": "claimed", "approved": "approved", "refused": "rejected"}


def account_name(account: Account) -> Text:
    """What a page says about the results that it shows."""
    return ACCOUNTS[account]


def events(person: Actor) -> QuerySet[AirEvent]:
    """Events that the person may see, with what their list shows."""
    return AirEvent.objects.visible_to(person).select_related("area", "made_by").prefetch_related("stations")


def events_of(stations: Sequence[Station], first: dt.date, last: dt.date) -> list[Event]:
    """Events that touch days of stations, as the library takes them: three SQL queries.

    Stations are named by the keys of their owners, as `air.days.hours` names them. An event without stations concerns
    those of its area.
    """
    zone = timezone.get_current_timezone()
    since = dt.datetime.combine(first, dt.time(), tzinfo=zone)
    until = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), tzinfo=zone)
    rows = AirEvent.objects.filter(state__in=STATUS, first__lte=until, last__gt=since).prefetch_related("stations")
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    found = []
    for row in rows:
        meant = {one.pk for one in row.stations.all()}
        inside = subtree(parents, {row.area_id})
        named = [one.owner_id for one in stations if (one.pk in meant if meant else one.area_id in inside)]
        if not named:
            continue
        found.append(
            Event(
                timezone.localtime(row.first).replace(tzinfo=None),
                timezone.localtime(row.last).replace(tzinfo=None),
                tuple(row.removes),
                tuple(str(owner) for owner in named),
                status=STATUS[row.state],  # type: ignore[arg-type]
                kind=row.kind,
            )
        )
    return found


@dataclass(frozen=True)
class Line:
    """One figure of a station's month, in the three accounts."""

    name: Text
    unit: str
    raw: float | None
    claimed: float | None
    approved: float | None
    digits: int

    @property
    def differs(self) -> bool:
        """Whether a deduction changes it."""
        return len({self.raw, self.claimed, self.approved}) > 1


@dataclass(frozen=True)
class StationAccounts:
    """A station's month with deductions in and out."""

    station: Station
    lines: list[Line]


def month_accounts(person: Actor, first: dt.date, last: dt.date) -> list[StationAccounts]:
    """Stations that count, with the figures of a month raw, as claimed and as approved: a fixed number of queries."""
    stations = list(
        Station.objects.visible_to(person).filter(counts=True).select_related("area", "unit").order_by("kind", "code")
    )
    if not stations:
        return []
    hours = days.hours([one.owner_id for one in stations], first, last)
    found = accounts(hours, events_of(stations, first, last), month(first.year, first.month))
    return [StationAccounts(one, _lines(found, k)) for k, one in enumerate(stations)]


def _lines(found: dict[Account, Statistics], k: int) -> list[Line]:
    lines = [
        _line(
            LABELS[p],
            {name: of.of[p].mean[k] for name, of in found.items()},
            decimals.of_span(p, found["raw"].edition),
            decimals.unit(p),
        )
        for p in POLLUTANTS
        if p in found["raw"].of
    ]
    for name, label in (("good_days", _("优良天数")), ("heavy_days", _("重污染天数")), ("index_days", _("有效天数"))):
        lines.append(_line(label, {account: getattr(of, name)[k] for account, of in found.items()}, 0))
    digits = found["raw"].edition.evaluation.rounding.index
    lines.append(_line(_("综合指数"), {name: of.composite.value[k] for name, of in found.items()}, digits))
    return lines


def _line(name: Text, values: dict[Account, float], digits: int, unit: str = "") -> Line:
    plain = {key: None if np.isnan(value) else round(float(value), digits) for key, value in values.items()}
    return Line(name, unit, plain["raw"], plain["claimed"], plain["approved"], digits)
