"""Proposals to stop as figures for goals and scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.sources.metrics import subtrees
from lantian.site.sources.models import StopProposal


def _waiting(period: Period) -> Q:
    return Q(state="proposed", proposed_on__lte=period.last)


def _decided(period: Period) -> Q:
    return Q(decided_at__date__gte=period.first, decided_at__date__lte=period.last) & ~Q(state="declined")


def register() -> None:
    """Offer the figures; called once from `ready()`."""
    for name, title, state, which in (
        ("sources.stops_waiting", _("待决定的停产建议"), "proposed", _waiting),
        ("sources.stops_decided", _("决定停产"), "confirmed", _decided),
    ):
        metrics.register(name, _metric(title, state, which))


def _metric(title: Text, state: str, which: Callable[[Period], Q]) -> Metric:
    unit: Any = _("家")
    return Metric(title, unit, 0, "lower", partial(_counted, state, which))


def _counted(
    state: str, which: Callable[[Period], Q], areas: Sequence[Any], period: Period, edition: str
) -> dict[int, Reading]:
    rows = StopProposal.objects.filter(which(period)).order_by().values("listing__source__area").annotate(n=Count("pk"))
    found = {one["listing__source__area"]: one["n"] for one in rows}
    readings = {}
    for area_id, within in subtrees(areas).items():
        n = sum(found.get(pk, 0) for pk in within)
        said = format_lazy(_("{n} 条停产建议"), n=n)
        readings[area_id] = Reading(n, n, None, said, f"{reverse('sources:stops')}?state={state}")
    return readings
