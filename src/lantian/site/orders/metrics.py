"""What orders offer to goals, scores and rankings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.orders.queries.statistics import Row, by_area
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree

Tell = Callable[[Row], tuple[float | None, int, Text]]


def on_time(row: Row) -> tuple[float | None, int, Text]:
    """Share of the answers that came in time."""
    judged = row.in_time + row.failed
    said = _("到期或已反馈的工单 {judged} 张，按期反馈 {in_time} 张")
    return row.on_time, judged, format_lazy(said, judged=judged, in_time=row.in_time)


def still_open(row: Row) -> tuple[float | None, int, Text]:
    """Orders of the period that are not over."""
    return (
        float(row.open),
        row.issued,
        format_lazy(_("派单 {issued} 张，未办结 {open} 张"), issued=row.issued, open=row.open),
    )


def late(row: Row) -> tuple[float | None, int, Text]:
    """Orders of the period whose answer is overdue now."""
    said = format_lazy(_("派单 {issued} 张，逾期未反馈 {late} 张"), issued=row.issued, late=row.overdue)
    return float(row.overdue), row.issued, said


def repeated(row: Row) -> tuple[float | None, int, Text]:
    """Share of the orders that repeat an earlier one."""
    share = round(100 * row.repeated / row.issued, 1) if row.issued else None
    said = format_lazy(_("派单 {issued} 张，重复发生 {again} 张"), issued=row.issued, again=row.repeated)
    return share, row.issued, said


def work_out(tell: Tell, areas: Sequence[Any], period: Period, edition: str) -> Mapping[int, Reading]:
    """Readings of areas with all that lies below: two SQL queries for all of them. `edition` is of air alone."""
    parents: dict[int, int | None] = dict(Area.objects.values_list("pk", "parent_id"))
    inside = {area.pk: subtree(parents, {area.pk}) for area in areas}
    found = by_area(set().union(*inside.values()), period.first, period.last)
    readings = {}
    for area in areas:
        row = sum((found[pk] for pk in inside[area.pk] if pk in found), Row(""))
        value, valid, said = tell(row)
        url = f"{reverse('orders:statistics')}?by=area&first={period.first}&last={period.last}"
        readings[area.pk] = Reading(value, valid, None, said, url)
    return readings


def register() -> None:
    """Offer the metrics; called once from `ready()`."""
    for name, title, unit, decimals, better, tell in (
        ("orders.on_time_rate", _("工单按期反馈率"), "%", 1, "higher", on_time),
        ("orders.open", _("未办结工单"), _("张"), 0, "lower", still_open),
        ("orders.overdue", _("逾期未反馈工单"), _("张"), 0, "lower", late),
        ("orders.repeated_rate", _("工单重复发生率"), "%", 1, "lower", repeated),
    ):
        metrics.register(name, Metric(title, unit, decimals, better, partial(work_out, tell)))
