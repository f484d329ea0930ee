"""What ledgers offer to targets, rankings and scores: a figure moves only when a source does.

"sources.coal_boiler.listed"         on the list at the end of the period
"sources.coal_boiler.entered"        put on the list within the period
"sources.coal_boiler.done"           done within the period; `done_share` of all that are listed, in percent
"sources.coal_boiler.capacity"       sum of a field at the end of the period; `capacity_done` of what was done within
"sources.coal_boiler.<measure>"      what the ledger's file measures besides, as it stands now
"sources.product_sample.<coverage>"  share of another ledger that its entries reach within the period
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import ledgers
from lantian.ledgers.coverage import Term
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Coverage, Ledger, LedgerField, Measure
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, ListingValue
from lantian.site.sources.queries import coverage as queries
from lantian.site.sources.queries.listings import added
from lantian.site.sources.rows import rows_with

KEPT = ~Q(means="gone")
EVERY = {
    "month": _("{part} / {of}，每月应达到 {least}%"),
    "quarter": _("{part} / {of}，每季度应达到 {least}%"),
    "year": _("{part} / {of}，每年应达到 {least}%"),
}


def register() -> None:
    """Offer the figures of every ledger; called once from `ready()`."""
    metrics.family("sources", _made, _names)


def _names() -> Iterator[str]:
    for ledger in ledgers.all_ledgers():  # of any day: who asks for names asks no clock
        yield from (f"{ledger.name}.{name}" for name in _figures(ledger))


def _made(rest: str) -> Metric | None:
    name, _dot, figure = rest.partition(".")
    try:
        return _figures(ledgers.get(name)).get(figure)
    except RuleError:
        return None


def _figures(ledger: Ledger) -> dict[str, Metric]:
    """The figures of a ledger by name."""
    counts: Any = reading.said_later(ledger.counts)
    found = {
        "listed": _metric(ledger, _("在账"), counts, partial(_counted, ledger, _at_end), better="lower"),
        "entered": _metric(ledger, _("新上账"), counts, partial(_counted, ledger, _entered), better="lower"),
        "done": _metric(ledger, _("完成"), counts, partial(_counted, ledger, _within)),
        "done_share": _metric(ledger, _("完成率"), "%", partial(_share, ledger), decimals=1),
    }
    for field in ledger.field:
        if field.sum and not field.yearly:
            label, unit = reading.said_later(field.label), _unit(field.unit)
            found[field.name] = _metric(
                ledger, label, unit, partial(_summed, ledger, field, _at_end), decimals=2, better="lower"
            )
            found[f"{field.name}_done"] = _metric(
                ledger, format_lazy(_("完成{field}"), field=label), unit,
                partial(_summed, ledger, field, _within), decimals=2,
            )  # fmt: skip
    for measure in ledger.measure:
        unit = "%" if measure.share else _unit(measure.unit)
        found[measure.name] = _metric(
            ledger, reading.said_later(measure.label), unit, partial(_measured, ledger, measure), decimals=1
        )
    for coverage in ledger.coverage:
        found[coverage.name] = _metric(
            ledger, reading.said_later(coverage.label), "%", partial(_covered, ledger, coverage), decimals=1
        )
    return found


def _unit(unit: str) -> Text:
    return reading.unit_later(unit) if unit else ""


def _metric(
    ledger: Ledger,
    title: Any,
    unit: Any,
    work_out: Callable[[Sequence[Any], Period, str], Mapping[int, Reading]],
    *,
    decimals: int = 0,
    better: str = "higher",
) -> Metric:
    return Metric(format_lazy("{}：{}", reading.said_later(ledger.label), title), unit, decimals, better, work_out)


def _at_end(period: Period) -> Q:
    """On the list at the end of a period and not done by then."""
    return KEPT & Q(listed_on__lte=period.last) & (Q(done_on=None) | Q(done_on__gt=period.last))


def _entered(period: Period) -> Q:
    """Put on the list within a period: late finds, where a survey was to be over before."""
    return KEPT & Q(listed_on__gte=period.first, listed_on__lte=period.last)


def _within(period: Period) -> Q:
    return Q(done_on__gte=period.first, done_on__lte=period.last)


def _counted(
    ledger: Ledger, which: Callable[[Period], Q], areas: Sequence[Any], period: Period, edition: str
) -> dict[int, Reading]:
    found = _by_area(_rows(ledger).filter(which(period)).values_list("source__area").annotate(Count("pk")))
    explained = _("{n} 条上账记录")
    return _readings(ledger, areas, {pk: (n, n) for pk, n in found.items()}, explained)


def _share(ledger: Ledger, areas: Sequence[Any], period: Period, edition: str) -> dict[int, Reading]:
    rows = _rows(ledger).filter(KEPT, listed_on__lte=period.last)
    whole = _by_area(rows.values_list("source__area").annotate(Count("pk")))
    done = _by_area(rows.filter(done_on__lte=period.last).values_list("source__area").annotate(Count("pk")))
    readings = {}
    for area_id, inside in subtrees(areas).items():
        of, part = (sum(one.get(pk, 0) for pk in inside) for one in (whole, done))
        said = format_lazy(_("{part} / {of} 条上账记录"), part=part, of=of)
        readings[area_id] = Reading(100 * part / of if of else None, of, of, said, _url(ledger, area_id))
    return readings


def _summed(
    ledger: Ledger,
    field: LedgerField,
    which: Callable[[Period], Q],
    areas: Sequence[Any],
    period: Period,
    edition: str,
) -> dict[int, Reading]:
    rows = _rows(ledger).filter(which(period))
    values = ListingValue.objects.filter(ledger=ledger.name, field=field.name, listing__in=rows.values("pk"))
    totals: dict[int, tuple[float, int]] = {}
    for area_id, total, n in (
        values.values("listing__source__area")
        .annotate(total=Sum("number"), n=Count("pk"))
        .values_list("listing__source__area", "total", "n")
    ):
        totals[area_id] = (total or 0.0, n)
    return _readings(ledger, areas, totals, _("{n} 条有数值的上账记录之和"))


def _measured(
    ledger: Ledger, measure: Measure, areas: Sequence[Any], period: Period, edition: str
) -> dict[int, Reading]:
    kept: dict[int, list[dict[str, Any]]] = {}
    read, row = rows_with(measure.asked)
    counted = _rows(ledger).filter(means__in=measure.means)
    for area, *found in counted.values_list("source__area", *read).iterator(chunk_size=2000):
        kept.setdefault(area, []).append(row(found))
    tallies = {area: (ledgers.tally(measure, rows), len(rows)) for area, rows in kept.items()}
    readings = {}
    for area_id, inside in subtrees(areas).items():
        parts = [tallies[pk] for pk in sorted(inside & tallies.keys())]
        n = sum(number for _tally, number in parts)
        value = ledgers.figure_of(measure, [one for one, _number in parts])
        said = format_lazy(_("{n} 条上账记录，现在的情况"), n=n)
        readings[area_id] = Reading(value, n, n, said, _url(ledger, area_id))
    return readings


def _covered(
    ledger: Ledger, coverage: Coverage, areas: Sequence[Any], period: Period, edition: str
) -> dict[int, Reading]:
    """Of what stood in each area within the period, which share was reached."""
    term = Term(period.first, period.last, "")
    found = queries.covered(ledger, coverage, term, Listing.objects.all())
    readings = {}
    for area_id, inside in subtrees(areas).items():
        of = [pk for pk, area in found.things.items() if area in inside]
        part = sum(pk in found.found for pk in of)
        said = format_lazy(EVERY[coverage.every], part=part, of=len(of), least=f"{coverage.least:g}")
        readings[area_id] = Reading(100 * part / len(of) if of else None, len(of), len(of), said, _url(ledger, area_id))
    return readings


def _rows(ledger: Ledger) -> QuerySet[Listing]:
    return Listing.objects.filter(ledger=ledger.name).order_by()


def _by_area(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)


def _readings(
    ledger: Ledger, areas: Sequence[Any], found: Mapping[int, tuple[float, int]], explained: Text
) -> dict[int, Reading]:
    """Sums over each area with what lies below it; nothing listed is nought: lists are kept whole."""
    readings = {}
    for area_id, inside in subtrees(areas).items():
        parts = [found[pk] for pk in inside if pk in found]
        n = sum(number for _total, number in parts)
        total = added(sum(total for total, _number in parts))
        readings[area_id] = Reading(total, n, None, format_lazy(explained, n=n), _url(ledger, area_id))
    return readings


def subtrees(areas: Sequence[Any]) -> dict[int, set[int]]:
    """Each area with all that lie below it: one SQL query."""
    parents = dict(Area.objects.values_list("pk", "parent"))
    found = {one.pk: {one.pk} for one in areas}
    for pk in parents:
        above: int | None = pk
        while above is not None:
            if above in found:
                found[above].add(pk)
            above = parents.get(above)
    return found


def _url(ledger: Ledger, area_id: int) -> str:
    return f"{reverse('sources:ledger', args=[ledger.name])}?area={area_id}"
