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
from lantian.airquality.evaluate import evaluate_days
from lantian.airquality.exact import gbt8170
from lantian.airquality.plan import VALUES
from lantian.airquality.spans import Span, month, quarter, span, year
from lantian.airquality.state import in_state_of
from lantian.airquality.statistics import Figures, Statistics, statistics
from lantian.airquality.thousandths import stored, thousandths
from lantian.site.air import days
from lantian.site.air.models import Station
from lantian.site.core.metrics import Period
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree
from lantian.site.series.queries import read

ONE_DAY = dt.timedelta(days=1)


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
    'auto' judges all days by the set in force on the last one. Days that were stored under that set are taken as they
    are, others are worked out from their hours. A period measured at another reference temperature has its gases
    brought to that of the set asked for.
    """
    chosen = find_edition(wanted, on=period.last)
    counted = stations_of(areas, period, POLLUTANTS)
    used = list({station.pk: station for found in counted.values() for station in found}.values())
    number = {area.pk: len(counted.get(area.pk, ())) for area in areas}
    if not used:
        return AreaFigures(None, {}, number, chosen)
    of_stations = days_of_stations([station.owner_id for station in used], period, chosen)
    made = days_of_groups(of_stations, {str(pk): found for pk, found in counted.items()}, period)
    rows = {pk: row for row, pk in enumerate(counted)}
    return AreaFigures(in_state(statistics(made, span_of(period)), period), rows, number, chosen)


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


def days_of_stations(owners: Sequence[int], period: Period, chosen: Edition) -> Days:
    """Days of stations under one set: as stored where they were judged by it, else from the hours."""
    if not _stored_under(chosen, period):
        found = evaluate_days(days.hours(owners, period.first - ONE_DAY, period.last), edition=chosen)
        return _cut(found, period.first, period.last)
    since, until = np.datetime64(period.first, "s"), np.datetime64(period.last, "s")
    cube = read(owners, days.FACTORS, since, until, interval="1d")
    shape = (len(owners), period.days)
    return Days(
        tuple(map(str, owners)),
        period.first,
        chosen,
        {name: stored(*thousandths(cube.values[name].astype(float))) for name in VALUES},
        {name: cube.counts[name].astype(np.uint8) for name in VALUES},
        np.full(shape, -1, np.int16),  # the index of an area follows from its concentrations
        np.zeros(shape, np.uint8),
    )


def _stored_under(chosen: Edition, period: Period) -> bool:
    """Whether every day of the period is stored under this set: sets hold for stretches of time."""
    return all(find_edition("auto", on=day).name == chosen.name for day in (period.first, period.last))


def days_of_groups(of_stations: Days, groups: Mapping[str, Sequence[Station]], period: Period) -> Days:
    """Days of groups of stations (an area, a station by itself), each station taking part while it was open."""
    used = {station.pk: station for found in groups.values() for station in found}
    stretches = _stretches(list(used.values()), period)
    return _joined([area_days(_cut(of_stations, *part), _codes(groups, *part)) for part in stretches])


def _stretches(stations: Sequence[Station], period: Period) -> list[tuple[dt.date, dt.date]]:
    """The period in parts within which no station opens or closes."""
    starts = {period.first}
    for station in stations:
        ends = (station.valid_from, station.valid_to + ONE_DAY if station.valid_to else None)
        starts |= {day for day in ends if day is not None and period.first < day <= period.last}
    ordered = sorted(starts)
    return [(first, then - ONE_DAY) for first, then in zip(ordered, [*ordered[1:], period.last + ONE_DAY], strict=True)]


def _codes(groups: Mapping[str, Sequence[Station]], first: dt.date, last: dt.date) -> dict[str, list[str]]:
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
