"""What lies among the towns: on nothing it says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from lantian.site.core import policy
from lantian.site.core.map import Map, own_map
from lantian.site.core.policy import Actor


def among_towns(person: Actor, points: Sequence[dict[str, Any]], outlines: Sequence[dict[str, Any]] = ()) -> Map:
    """A map above the outlines that the person may see; the page fetches these by itself."""
    return own_map(points, outlines, outlines_from=reverse("org:outlines") if policy.may(person, "org.see") else "")
