"""Days and statistics of areas: means of the stations that count in them, by the share rule of HJ 663."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db.models import Q

from lantian.airquality.areas import area_days
from lantian.airquality.composite import composite_index
from lantian.airquality.days import Days
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.exact import gbt8170
from lantian.airquality.spans import Span, month, quarter, span, year
from lantian.airquality.state import in_state_of
from lantian.airquality.statistics import Figures, Statistics, statistics
from lantian.site.air import days
from lantian.site.air.models import Station
from lantian.site.core.metrics import Period
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree

ONE_DAY = dt.timedelta(days=1)
Groups = Mapping[str, Sequence[Station]]


@dataclass(frozen=True)
class AreaFigures:
    """What a period gives for areas.

    Attributes
    ----------
    statistics : of the areas that have stations, in the order of `rows`; None where none has
    rows : by the area's key its place there
    stations : by the area's key, how many stations count in it at some time of the period
    edition : the set that all days were judged by
    """

    statistics: Statistics | None
    rows: dict[int, int]
    stations: dict[int, int]
    edition: Edition


def span_of(period: Period) -> Span:
    """The period as the standards know it: a month, a quarter and a year ask for days of their own."""
    first = period.first
    if first.day == 1:
        quarterly = [quarter(first.year, (first.month + 2) // 3)] if first.month % 3 == 1 else []
        whole = [month(first.year, first.month), *quarterly, *([year(first.year)] if first.month == 1 else [])]
        for one in whole:
            if one.last == period.last:
                return one
    return span(period.first, period.last)


def area_figures(areas: Sequence[Area], period: Period, wanted: str = "auto") -> AreaFigures:
    """Statistics of areas over a period: five SQL queries, whatever the number of areas.

    An area's stations are those that count, are no clean background and measure any of the six pollutants, in it or
    below it, each while it was open.
    'auto' judges each day by the set in force on it; means, percentiles and whether days suffice follow the set of the
    last day. A period measured at another reference temperature has its gases brought to that of the set asked for.
    """
    chosen = find_edition(wanted, on=period.last)
    counted = stations_of(areas, period, POLLUTANTS)
    used = list({station.pk: station for found in counted.values() for station in found}.values())
    number = {area.pk: len(counted.get(area.pk, ())) for area in areas}
    if not used:
        return AreaFigures(None, {}, number, chosen)
    groups = {str(pk): found for pk, found in counted.items()}
    found = statistics_of_groups(groups, period, chosen, list(days.stretches(period.first, period.last, wanted)))
    rows = {pk: row for row, pk in enumerate(counted)}
    return AreaFigures(in_state(found, period), rows, number, chosen)


def statistics_of_groups(groups: Groups, period: Period, chosen: Edition, judged: Sequence[days.Stretch]) -> Statistics:
    """Figures of groups of stations over a period under one set; days by category under the sets of its stretches."""
    found = statistics(days_of_groups(groups, period, chosen), span_of(period))
    if all(rules is chosen for _, _, rules in judged):
        return found
    parts = [
        statistics(days_of_groups(groups, Period(first, last), rules), span(first, last))
        for first, last, rules in judged
    ]
    items = {item for part in parts for item in part.primary_days}
    nothing = np.zeros(len(groups), np.int64)
    return replace(
        found,
        index_days=sum((part.index_days for part in parts), nothing),
        levels=sum((part.levels for part in parts), np.zeros_like(found.levels)),
        primary_days={item: sum((part.primary_days.get(item, nothing) for part in parts), nothing) for item in items},
    )


def stations_of(areas: Sequence[Area], period: Period, factors: Sequence[str]) -> dict[int, list[Station]]:
    """By the area's key its stations that count and measure any of some factors; areas without one are left out: two
    SQL queries."""
    if not areas:
        return {}
    open_then = (Q(valid_from=None) | Q(valid_from__lte=period.last)) & (
        Q(valid_to=None) | Q(valid_to__gte=period.first)
    )
    rows = Station.objects.filter(open_then, counts=True, background=False).order_by("pk")
    stations = [one for one in rows if one.measures(*factors)]
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    inside = {area.pk: subtree(parents, {area.pk}) for area in areas}
    found = {pk: [one for one in stations if one.area_id in keys] for pk, keys in inside.items()}
    return {pk: mine for pk, mine in found.items() if mine}


def days_of_groups(groups: Groups, period: Period, chosen: Edition) -> Days:
    """Days of groups of stations (an area, a station by itself) under one set, each station while it was open."""
    used = {station.pk: station for found in groups.values() for station in found}
    owners = [station.owner_id for station in used.values()]
    of_stations = days.under(owners, period.first, period.last, chosen)
    stretches = _stretches(list(used.values()), period)
    return _joined([_grouped(_cut(of_stations, *part), _codes(groups, *part)) for part in stretches])


def _grouped(of_stations: Days, codes: Mapping[str, list[str]]) -> Days:
    """Days of groups; the index of a single station is its own, which rests on means not rounded before."""
    found = area_days(of_stations, codes)
    place = {code: row for row, code in enumerate(of_stations.stations)}
    alone = [(row, place[of[0]]) for row, of in enumerate(codes.values()) if len(of) == 1]
    if alone:
        to, at = (list(rows) for rows in zip(*alone, strict=True))
        found.index[to], found.primary[to] = of_stations.index[at], of_stations.primary[at]
    return found


def _stretches(stations: Sequence[Station], period: Period) -> list[tuple[dt.date, dt.date]]:
    """The period in parts within which no station opens or closes."""
    starts = {period.first}
    for station in stations:
        ends = (station.valid_from, station.valid_to + ONE_DAY if station.valid_to else None)
        starts |= {day for day in ends if day is not None and period.first < day <= period.last}
    ordered = sorted(starts)
    return [(first, then - ONE_DAY) for first, then in zip(ordered, [*ordered[1:], period.last + ONE_DAY], strict=True)]


def _codes(groups: Groups, first: dt.date, last: dt.date) -> dict[str, list[str]]:
    """Stations open in a stretch, by group."""
    return {
        name: [
            str(station.owner_id)
            for station in stations
            if (station.valid_from or first) <= first and (station.valid_to or last) >= last
        ]
        for name, stations in groups.items()
    }


def _cut(found: Days, first: dt.date, last: dt.date) -> Days:
    part = slice((first - found.start).days, (last - found.start).days + 1)
    return replace(
        found,
        start=first,
        value={name: array[:, part] for name, array in found.value.items()},
        count={name: array[:, part] for name, array in found.count.items()},
        index=found.index[:, part],
        primary=found.primary[:, part],
    )


def _joined(parts: Sequence[Days]) -> Days:
    """Days of one stretch after the other."""
    first = parts[0]

    def along(arrays: Iterable[Any]) -> Any:
        return np.concatenate(list(arrays), axis=1)

    return replace(
        first,
        value={name: along(part.value[name] for part in parts) for name in first.value},
        count={name: along(part.count[name] for part in parts) for name in first.count},
        index=along(part.index for part in parts),
        primary=along(part.primary for part in parts),
    )


def in_state(found: Statistics, period: Period) -> Statistics:
    """Figures in the state of their set, where the days were measured at another reference temperature."""
    measured, becomes = find_edition("auto", on=period.last), found.edition
    if measured.rule.temperature == becomes.rule.temperature:
        return found
    rounding = becomes.evaluation.rounding.span

    def held(name: str, figures: Figures) -> Figures:
        decimals = rounding.get(name, rounding["others"])
        brought = {
            kind: gbt8170(in_state_of(name, getattr(figures, kind), was=measured, becomes=becomes), decimals)
            for kind in ("mean", "percentile")
        }
        return replace(figures, **brought)

    of = {name: held(name, found.of[name]) for name in POLLUTANTS}
    published: dict[str, Any] = {
        term.pollutant: getattr(of[term.pollutant], term.statistic) for term in becomes.evaluation.index
    }
    return replace(found, of=of, composite=composite_index(published, edition=becomes))
