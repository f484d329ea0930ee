"""What a phone says with a form: where it was, how surely, and when the form was filled in."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from lantian.site.core import clock

SOONER = dt.timedelta(minutes=5)  # sent so soon that nobody asks when it was filled in
LONGEST = dt.timedelta(days=60)
FARTHEST_M = 100_000.0


@dataclass(frozen=True)
class Said:
    """Degrees (WGS 84) and their accuracy in metres; `noted_at` where the form waited on the phone for a network."""

    longitude: float | None = None
    latitude: float | None = None
    accuracy: float | None = None
    noted_at: dt.datetime | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude."""
        return (self.longitude, self.latitude) if self.longitude is not None and self.latitude is not None else None


def said(post: Mapping[str, Any]) -> Said:
    """What the fields of a form say; nothing where they make no sense."""
    longitude, latitude = _number(post, "longitude", 180), _number(post, "latitude", 90)
    noted_at = _noted_at(post.get("noted_at", ""))
    if longitude is None or latitude is None:
        return Said(noted_at=noted_at)
    accuracy = _number(post, "accuracy", FARTHEST_M)
    return Said(longitude, latitude, accuracy if accuracy is not None and accuracy >= 0 else None, noted_at)


def _number(post: Mapping[str, Any], name: str, most: float) -> float | None:
    try:
        number = float(post.get(name) or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= most else None


def _noted_at(text: str) -> dt.datetime | None:
    """The time on the phone, on the site's clock (a replayed winter runs beside the phone's)."""
    try:
        at = parse_datetime(text[:40])
    except ValueError:
        return None
    if at is None or at.tzinfo is None:
        return None
    ago = clock.real_now() - at
    return clock.now() - ago if SOONER < ago < LONGEST else None
