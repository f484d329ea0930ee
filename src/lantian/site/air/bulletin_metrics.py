"""What the city's bulletins offer to targets: the place of an area, from the first and from the last.

"TSP_rank"           place in the latest bulletin of the period
"TSP_rank_from_last" the worst place from the last in the period: "not among the last 30" is a value above 30
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.bulletins import BulletinKind
from lantian.site.air.models import BulletinRow
from lantian.site.air.models.bulletins import bulletin_rule
from lantian.site.air.queries.city import lines_of
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics


def register() -> None:
    """Offer two metrics for each kind that answers an indicator."""
    for kind in bulletin_rule().kind:
        if not kind.indicator:
            continue
        title = kind.label.zh
        unit: Any = _("名")
        metrics.register(
            kind.indicator,
            Metric(format_lazy(_("市级{kind}排名"), kind=title), unit, 0, "lower", partial(_latest, kind=kind),
                   (kind.indicator,)),
        )  # fmt: skip
        metrics.register(
            f"{kind.indicator}_from_last",
            Metric(format_lazy(_("市级{kind}排名，倒数名次"), kind=title), unit, 0, "higher",
                   partial(_worst, kind=kind), (kind.indicator,), "least", from_last=True),
        )  # fmt: skip


def _latest(areas: Sequence[Any], period: Period, edition: str, *, kind: BulletinKind) -> Mapping[int, Reading]:
    found = lines_of(kind.id, areas, period)
    return {pk: _reading(rows, rows[-1], rows[-1].place) if rows else _none() for pk, rows in found.items()}


def _worst(areas: Sequence[Any], period: Period, edition: str, *, kind: BulletinKind) -> Mapping[int, Reading]:
    found = lines_of(kind.id, areas, period)
    readings = {}
    for pk, rows in found.items():
        worst = min(rows, key=lambda row: row.from_last) if rows else None
        readings[pk] = _reading(rows, worst, worst.from_last) if worst else _none()
    return readings


def _none() -> Reading:
    return Reading(None, 0, None, _("时段内没有通报提到"))


def _reading(rows: Sequence[BulletinRow], row: BulletinRow, value: int) -> Reading:
    said: Text = format_lazy(
        _("{first} – {last} 的通报：第 {place} 名，共 {total} 名；时段内通报 {count} 期"),
        first=row.bulletin.first, last=row.bulletin.last, place=row.place, total=row.bulletin.total, count=len(rows),
    )  # fmt: skip
    return Reading(float(value), len(rows), None, said, row.bulletin.get_absolute_url())
