"""Figures that towns reported, beside what the ledgers add up to on the same day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import rules
from lantian.rulebook import RuleError
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.core.sheets.fields import matched
from lantian.site.core.sheets.problems import both
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree
from lantian.site.sources import reading
from lantian.site.sources.fields import column
from lantian.site.sources.models import Listing, ListingValue, ReportedTotal
from lantian.site.sources.queries.listings import added


@dataclass(frozen=True)
class Compared:
    """A reported figure and what the ledger says."""

    said: ReportedTotal
    found: float

    @property
    def apart(self) -> float:
        """By how much the report is above the ledger."""
        return added(self.said.value - self.found)

    @property
    def differs(self) -> bool:
        """Whether the difference is more than a slip of rounding."""
        rule = rules()
        least = rule.reported_least if self.said.field else 0.5  # of things there are no halves
        return abs(self.apart) > max(least, rule.reported_share * max(self.said.value, self.found))


COUNT = _("数量")


def figure_label(said: ReportedTotal) -> Text:
    """What was reported, for the reader: 数量, or the field."""
    return _label(said.ledger, said.field)


def figure_name(ledger: str, field: str) -> str:
    """The same as files write it, in Chinese."""
    return both(_label(ledger, field))["zh-hans"]


def _label(ledger: str, field: str) -> Text:
    try:
        found = reading.ledger_of(ledger).named(field) if field else None
    except RuleError:
        return field
    return reading.said_later(found.label) if found else field or COUNT


def field_called(ledger: str, written: str) -> str | None:
    """The field that a file's words mean: '' for the number; None where the ledger adds up no such thing."""
    told = matched(written)
    if told in {matched(one) for one in (*both(COUNT).values(), "个数", "户数", "家数", "台数", "条数")}:
        return ""
    rule = reading.ledger_of(ledger)
    summed = (one for one in rule.field if one.sum and not one.yearly)
    return next((one.name for one in summed if told in column(one).called), None)


def reported(person: Actor) -> QuerySet[ReportedTotal]:
    """Figures that the person may see."""
    return ReportedTotal.objects.visible_to(person).select_related("area", "made_by")


def latest(rows: Iterable[ReportedTotal]) -> list[ReportedTotal]:
    """Of each figure the last."""
    found: dict[tuple[str, str, str, int], ReportedTotal] = {}
    for one in sorted(rows, key=lambda one: (one.as_of, one.pk)):
        found[one.ledger, one.field, one.stands, one.area_id] = one
    return list(found.values())


def compared(rows: Iterable[ReportedTotal]) -> list[Compared]:
    """Each figure with what the ledger adds up to on its day, in its area: as many SQL queries as there are different
    ledgers, figures and days among them, and one for areas."""
    rows = list(rows)
    parents = dict(Area.objects.values_list("pk", "parent"))
    by_figure: dict[tuple[str, str, str, dt.date], dict[int, float]] = {}
    told = []
    for one in rows:
        key = (one.ledger, one.field, one.stands, one.as_of)
        if key not in by_figure:
            by_figure[key] = _by_area(*key)
        inside = subtree(parents, {one.area_id})
        told.append(Compared(one, added(sum(n for area, n in by_figure[key].items() if area in inside))))
    return told


def _by_area(ledger: str, field: str, stands: str, day: dt.date) -> dict[int, float]:
    """What a ledger came to on a day, by the area of its sources."""
    done = Q(means="done", done_on__lte=day)
    kept = Q(listed_on__lte=day) & ~Q(means="gone")
    rows = Listing.objects.filter(ledger=ledger).filter({"listed": kept, "done": done, "left": kept & ~done}[stands])
    if not field:
        return dict(rows.order_by().values_list("source__area").annotate(n=Count("pk")))
    values = ListingValue.objects.filter(ledger=ledger, field=field, listing__in=rows.order_by().values("pk"))
    return dict(values.order_by().values_list("listing__source__area").annotate(n=Sum("number")))
