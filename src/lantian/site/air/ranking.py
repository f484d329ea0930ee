"""A ranking worked out: every part of an area by one metric, against the year before and the period before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from lantian import rulebook
from lantian.airquality.editions import edition as find_edition
from lantian.airquality.rank import rank
from lantian.airquality.spans import month
from lantian.rulebook.schemas.rankings import RankingRule
from lantian.site.air import decimals
from lantian.site.air.models import Ranking
from lantian.site.air.queries.areas import span_of
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area

Rows = list[dict[str, Any]]


def rule() -> RankingRule:
    """What is ranked, and how bulletins read."""
    return rulebook.get("air-rankings", as_=RankingRule)


def parts_of(area: Area, period: Period) -> list[Area]:
    """The parts of an area that are ranked: those that stood through the period."""
    return list(Area.objects.filter(stood(period), parent=area))


def stood(period: Period) -> Q:
    """Areas that stood through a period: condition for a query."""
    begun = Q(valid_from=None) | Q(valid_from__lte=period.first)
    return begun & (Q(valid_to=None) | Q(valid_to__gte=period.last))


def worked_out(metric: Metric, area: Area, period: Period, edition: str) -> Rows:
    """Rows of a ranking, the first place first and those without a value last.

    Earlier values are judged by the same set of standards, so that they compare.
    """
    areas = parts_of(area, period)
    chosen = find_edition(edition, on=period.last).name
    now = metric.work_out(areas, period, chosen)
    year_before, before = _year_before(period), _before(period)
    old = metric.work_out(areas, year_before, chosen)
    last = metric.work_out(areas, before, chosen) if before else {}
    better: Any = metric.better
    shown = digits_of(metric, edition, period.last)
    keyed = rank(_values(now), better=better, decimals=shown, before=_values(old))
    moved = {row.name: row.moved for row in rank(_values(now), better=better, decimals=shown, before=_values(last))}
    names = {str(one.pk): one.name for one in areas}
    return [
        {
            "area": int(row.name),
            "name": names[row.name],
            "value": row.value,
            "place": row.place,
            "tied": row.tied,
            "before": row.before,
            "change": row.change,
            "moved_year": row.moved,
            "moved": moved[row.name],
            "valid": now[int(row.name)].valid,
            "expected": now[int(row.name)].expected,
            "explanation": _both(now[int(row.name)]),
        }
        for row in keyed
    ]


def _values(readings: Mapping[int, Reading]) -> dict[str, float | None]:
    return {str(pk): reading.value for pk, reading in readings.items()}


def _both(reading: Reading) -> dict[str, str]:
    """What stands behind a value, in both languages: it is frozen, and its reader may switch."""
    said = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            said[key] = str(reading.explanation)
    return said


def _year_before(period: Period) -> Period:
    found = span_of(period).year_before()
    return Period(found.first, found.last)


def _before(period: Period) -> Period | None:
    """The month before a month; other periods have no other that all would take for the one before."""
    if span_of(period).kind != "month":
        return None
    day = period.first - dt.timedelta(days=1)
    found = month(day.year, day.month)
    return Period(found.first, found.last)


def period_words(ranking: Ranking) -> str:
    """2026年1月, as a bulletin writes it."""
    first, last = ranking.first, ranking.last
    if span_of(Period(first, last)).kind == "month":
        return f"{first.year}年{first.month}月"
    return f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"


def digits_of(metric: Metric | None, edition: str, last: dt.date) -> int:
    """Digits of a metric's values: of a pollutant as the edition rounds it, else the metric's own."""
    if metric is None:
        return 2
    if metric.pollutant:
        return decimals.of_span(metric.pollutant, find_edition(edition, on=last))
    return metric.decimals


def digits(ranking: Ranking) -> int:
    """Digits of a ranking's values."""
    return digits_of(dict(metrics.items()).get(ranking.metric), ranking.edition, ranking.last)


def number(value: float | None, digits: int) -> str:
    """A value as it is shown; a dash for none."""
    return decimals.said(value, digits) or "—"


def written(ranking: Ranking, day: dt.date) -> list[str]:
    """The bulletin: its heading and paragraphs, in Chinese, as official papers are."""
    wording = rule()
    with translation.override("zh-hans"):
        metric = metrics[ranking.metric]
        title, unit = str(metric.title), str(metric.unit)
    placed = [row for row in ranking.rows if row["place"] is not None]
    # Where few are ranked, nobody is named as good and bad at once.
    named = min(wording.named, len(placed) // 2)
    places = {
        "district": ranking.area.name,
        "parts": _parts_word(ranking),
        "period": period_words(ranking),
        "metric": title,
        "unit": unit,
        "ranked": str(len(placed)),
        "best": _named(placed[:named], digits(ranking), unit),
        "worst": _named(placed[len(placed) - named :], digits(ranking), unit),
        "improved": _improved(placed, metric, wording.named),
        "missing": "、".join(row["name"] for row in ranking.rows if row["place"] is None),
        "source": wording.source[ranking.source],  # type: ignore[index]
        "note": ranking.note.strip(),
        "day": f"{day.year}年{day.month}月{day.day}日",
    }
    parts = ("best", "worst", "improved", "missing", "note")
    said = [getattr(wording, name) for name in parts if places[name]]
    return [text.format(**places) for text in (wording.heading, wording.opening, *said, wording.closing)]


def _parts_word(ranking: Ranking) -> str:
    """What the areas that are ranked are called; a word for any where they are of several kinds."""
    keys = [row["area"] for row in ranking.rows]
    kinds = set(Area.objects.filter(pk__in=keys).order_by().values_list("kind", flat=True))
    with translation.override("zh-hans"):
        return str(Area.Kind(kinds.pop()).label if len(kinds) == 1 else gettext("行政区"))


def _named(rows: Sequence[dict[str, Any]], digits: int, unit: str) -> str:
    return "、".join(f"{row['name']}（{number(row['value'], digits)}{unit}）" for row in rows)


def _improved(rows: Sequence[dict[str, Any]], metric: Metric, most: int) -> str:
    sign = -1 if metric.better == "lower" else 1
    better = [row for row in rows if row["change"] is not None and row["change"] * sign > 0]
    better.sort(key=lambda row: -row["change"] * sign)
    word = "下降" if sign < 0 else "上升"
    return "、".join(f"{row['name']}（{word}{abs(row['change']):.1f}%）" for row in better[:most])
