"""What a bulletin says of a month or a year: stations and their area side by side, with the year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lantian.airquality.compare import Comparison, compare
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.spans import Span
from lantian.airquality.spans import span as days_span
from lantian.site.air.days import ONE_DAY, Stretch, stretches
from lantian.site.air.models import Station
from lantian.site.air.queries.areas import days_of_groups, in_state, span_of, statistics_of_groups
from lantian.site.air.queries.days import DayRow, rows_of
from lantian.site.air.queries.stations import stations
from lantian.site.core.metrics import Period
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree

ALL = "area"  # the row of the area in arrays of stations


@dataclass(frozen=True)
class BulletinRow:
    """A station's line, or the area's.

    Attributes
    ----------
    values : by pollutant as the composite index takes them: means, of CO the 95th and of ozone the 90th percentile
    changes : by pollutant, per cent against the same span a year before
    enough : by pollutant, whether there are as many valid days as the standard asks
    levels : days by category
    """

    title: str
    url: str
    values: dict[str, float | None]
    changes: dict[str, float | None]
    enough: dict[str, bool]
    index_days: int
    good_days: int | None
    good_before: int | None
    heavy_days: int | None
    levels: list[int]
    composite: float | None
    composite_change: float | None
    is_area: bool = False

    def change_of(self, column: str) -> str:
        """What stands below a figure: its change against the year before, '' where there is none to tell."""
        if column == "good_days":
            known = self.good_days is not None and self.good_before is not None
            return f"{(self.good_days or 0) - (self.good_before or 0):+d}" if known else ""
        rate = self.composite_change if column == "composite" else self.changes.get(column)
        return "" if rate is None else f"{rate:+.1f}%"


@dataclass(frozen=True)
class Bulletin:
    """A span for an area and its stations: figures under one set, days by category each under the set of `judged`."""

    span: Span
    edition: Edition
    judged: list[Stretch]
    rows: list[BulletinRow]
    measured: bool
    same_index: bool


def counted(person: Actor, area: Area) -> list[Station]:
    """Stations in an area or below it that count in its figures, as far as the person sees them."""
    inside = subtree(dict(Area.objects.values_list("pk", "parent_id")), {area.pk})
    rows = stations(person).filter(area__in=inside, counts=True, background=False)
    return [one for one in rows if one.measures(*POLLUTANTS)]


def bulletin(area: Area, of: Sequence[Station], period: Period, wanted: str = "auto") -> Bulletin:
    """Stations side by side and their area, with the year before: a fixed number of SQL queries.

    A station closed or opened within the period takes part with the days it has. 'auto' judges each day by the set in
    force on it, and the same day a year before by the same set, so that they compare.
    """
    span = span_of(period)
    rules = find_edition(wanted, on=period.last)
    judged = list(stretches(period.first, period.last, wanted))
    found = _open(of, period)
    if not found:
        return Bulletin(span, rules, judged, [], measured=False, same_index=True)
    groups = {str(one.owner_id): [one] for one in found} | {ALL: found}
    year_before = span.year_before()
    before = Period(year_before.first, year_before.last)
    now = in_state(statistics_of_groups(groups, period, rules, judged), period)
    earlier = statistics_of_groups(groups, before, rules, _a_year_before(judged, before))
    held = compare(now, in_state(earlier, before))
    rows = [_row(one.name, one.get_absolute_url(), held, k) for k, one in enumerate(found)]
    rows.append(replace(_row(area.name, "", held, len(found)), is_area=True))
    return Bulletin(span, rules, judged, rows, bool(now.index_days.any()), held.same_index)


def _a_year_before(judged: Sequence[Stretch], before: Period) -> list[Stretch]:
    """The same stretches of the year before."""
    starts = [before.first, *(days_span(first, first).year_before().first for first, _, _ in judged[1:])]
    ends = [*(start - ONE_DAY for start in starts[1:]), before.last]
    return [(first, last, rules) for first, last, (_, _, rules) in zip(starts, ends, judged, strict=True)]


def area_days_of(of: Sequence[Station], period: Period, wanted: str = "auto") -> list[DayRow]:
    """Days of an area, the mean of its stations, each judged by the set asked for ('auto': in force on it)."""
    found = _open(of, period)
    if not found:
        return []
    return [
        row
        for first, last, rules in stretches(period.first, period.last, wanted)
        for row in rows_of(days_of_groups({ALL: found}, Period(first, last), rules), 0)
    ]


def _open(of: Sequence[Station], period: Period) -> list[Station]:
    """Those that were open at some time of the period."""
    return [
        one
        for one in of
        if (one.valid_from or period.first) <= period.last and (one.valid_to or period.last) >= period.first
    ]


def _row(title: str, url: str, held: Comparison, k: int) -> BulletinRow:
    now = held.now
    kinds: dict[str, str] = {term.pollutant: term.statistic for term in now.edition.evaluation.index}
    changes = {name: (held.mean if kinds[name] == "mean" else held.percentile)[name] for name in POLLUTANTS}
    judged = bool(now.index_days[k])
    return BulletinRow(
        title,
        url,
        {name: _number(change.now[k]) for name, change in changes.items()},
        {name: _number(change.rate[k]) for name, change in changes.items()},
        {name: bool(now.of[name].enough[k]) for name in POLLUTANTS},
        int(now.index_days[k]),
        int(now.good_days[k]) if judged else None,
        int(held.before.good_days[k]) if held.before.index_days[k] else None,
        int(now.heavy_days[k]) if judged else None,
        now.levels[k].tolist(),
        _number(held.composite.now[k]),
        _number(held.composite.rate[k]),
    )


def _number(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)
