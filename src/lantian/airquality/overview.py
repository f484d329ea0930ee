"""Results of spans from hours: the edition of each span, stations or areas, a year before where it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from lantian.airquality.areas import area_days
from lantian.airquality.compare import compare
from lantian.airquality.editions import POLLUTANTS, Edition
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.evaluate import Engine, evaluate_days
from lantian.airquality.faults import AirError
from lantian.airquality.hours import Hours
from lantian.airquality.plan import Choices
from lantian.airquality.rank import Better, Ranked, rank
from lantian.airquality.spans import Span
from lantian.airquality.statistics import Statistics, statistics_of

Areas = Mapping[str, Sequence[str]]
METRICS: dict[str, Better] = {
    "index": "lower",
    **dict.fromkeys(POLLUTANTS, "lower"),
    "good_days": "higher",
    "good_share": "higher",
    "heavy_days": "lower",
}


def evaluate_spans(
    hours: Hours,
    spans: Sequence[Span],
    *,
    edition: str | Edition = "auto",
    areas: Areas | None = None,
    choices: Choices | None = None,
    engine: Engine = "auto",
    threads: int | None = None,
) -> list[Statistics]:
    """Statistics of spans, of stations or of areas.

    Parameters
    ----------
    edition : 'auto' takes for each span the set in force on its last day, for all its days
    areas : codes of stations by area; None gives stations
    engine, threads : as of `evaluate`
    """
    found: dict[Span, Statistics] = {}
    sets = [find_edition(edition, on=one.last) for one in spans]
    for rules in {one.name: one for one in sets}.values():
        own = [one for one, of in zip(spans, sets, strict=True) if of is rules]
        part = hours.between(min(one.first for one in own) - timedelta(days=1), max(one.last for one in own))
        days = evaluate_days(part, edition=rules, choices=choices, engine=engine, threads=threads)
        if areas:
            days = area_days(days, areas, choices=choices)
        found |= zip(own, statistics_of(days, own, threads=threads), strict=True)
    return [found[one] for one in spans]


def measured(hours: Hours) -> tuple[date, date]:
    """First and last day on which some station measured half of the hours: not a day that one stray hour touches."""
    there = np.zeros((len(hours.stations), hours.days * 24), bool)
    for array in hours.values.values():
        there |= np.isfinite(array)
    full = there.reshape(len(there), -1, 24).sum(2) >= 12
    days = np.flatnonzero(full.any(0))
    if not len(days):
        return hours.start, hours.end
    return hours.start + timedelta(days=int(days[0])), hours.start + timedelta(days=int(days[-1]))


def metric(found: Statistics, name: str) -> dict[str, float | None]:
    """A metric by station or area; None where it has no value.

    Parameters
    ----------
    name : 'index' (composite), a pollutant (mean; of CO and ozone the percentile, as the composite index takes them),
        'good_days', 'good_share' or 'heavy_days'
    """
    if name not in METRICS:
        raise AirError(
            f"没有指标“{name}”。可用：{'、'.join(METRICS)}。", f"No metric {name!r}; there are {', '.join(METRICS)}."
        )
    values: Any
    if name == "index":
        values = found.composite.value
    elif name in POLLUTANTS:
        kinds = {term.pollutant: term.statistic for term in found.edition.evaluation.index}
        values = getattr(found.of[name], kinds[name])  # type: ignore[index]
    else:
        values = np.where(found.index_days > 0, getattr(found, name), np.nan)
    return {
        station: float(value) if np.isfinite(value) else None
        for station, value in zip(found.stations, np.asarray(values), strict=True)
    }


@dataclass(frozen=True)
class Ranking:
    """A ranking of a span with the same span a year before, where hours of it are there."""

    now: Statistics
    before: Statistics | None
    name: str
    rows: tuple[Ranked, ...]


def ranking(
    hours: Hours,
    span: Span,
    *,
    by: str = "index",
    edition: str | Edition = "auto",
    areas: Areas | None = None,
    choices: Choices | None = None,
) -> Ranking:
    """Rank stations or areas over a span; earlier values in the state and under the edition of now.

    The earlier days are evaluated under the edition of now, so that days by category and the composite index compare;
    gases measured at 273.15 K are brought to 298.15 K.
    """
    rules = find_edition(edition, on=span.last)
    now, *_ = evaluate_spans(hours, [span], edition=rules, areas=areas, choices=choices)
    earlier = span.year_before()
    before = None
    if earlier.first >= hours.start - timedelta(days=1) and earlier.last <= hours.end:
        before, *_ = evaluate_spans(hours, [earlier], edition=rules, areas=areas, choices=choices)
        before = _in_state_of_then(before, now, earlier)
    old = metric(before, by) if before else None
    return Ranking(now, before, by, tuple(rank(metric(now, by), better=METRICS[by], before=old)))


def _in_state_of_then(before: Statistics, now: Statistics, span: Span) -> Statistics:
    """Earlier figures judged by the edition of now, their gases brought from the state they were measured in."""
    measured = find_edition("auto", on=span.last)
    if measured.rule.temperature == now.edition.rule.temperature:
        return before
    was = replace(before, edition=replace(before.edition, rule=measured.rule))
    held = compare(now, was)
    of = {
        p: replace(figures, mean=held.mean[p].before, percentile=held.percentile[p].before)
        for p, figures in before.of.items()
    }
    return replace(before, of=of, composite=replace(before.composite, value=held.composite.before))
