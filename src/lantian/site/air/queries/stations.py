"""Stations in the register."""

from __future__ import annotations

from django.db.models import QuerySet

from lantian.site.air.models import Station
from lantian.site.core.policy import Actor


def stations(person: Actor) -> QuerySet[Station]:
    """Stations that the person may see, with what their list shows."""
    return Station.objects.visible_to(person).select_related("area", "unit", "owner")
