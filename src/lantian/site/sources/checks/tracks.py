"""Trips that left the approved route of their truck, or were driven out of its hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from lantian.site.core.checking import Hit
from lantian.site.sources.models import Trip
from lantian.site.sources.tracking import told

SHOWN = 10  # stretches of one trip that are told


def stray_trips(day: dt.date) -> Iterable[Hit]:
    """Every trip with a stretch that was not allowed, with its points as evidence."""
    rows = Trip.objects.filter(withdrawn_at=None).exclude(listing__means="gone").exclude(strays=[])
    for one in rows.select_related("listing__source").order_by("pk").iterator(chunk_size=50):
        strays = told(one)
        facts: dict[Any, Any] = {_("轨迹"): f"{localtime(one.began):%Y-%m-%d %H:%M} – {localtime(one.ended):%H:%M}"}
        for number, stray in enumerate(strays[:SHOWN], 1):
            facts[format_lazy("{why} {number}", why=stray.why, number=number)] = stray.plain
        text = format_lazy(
            _("“{truck}” {day} 的轨迹有 {n} 处不符合核准路线和时段。"),
            truck=one.listing.source.name, day=localtime(one.began).date().isoformat(), n=len(strays),
        )  # fmt: skip
        yield Hit(str(one.pk), one.listing.source.area_id, text, (one, one.listing), facts)
