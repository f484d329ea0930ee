"""Imports and deliveries as their pages list them."""

from __future__ import annotations

from django.db.models import QuerySet

from lantian.site.core.policy import Actor
from lantian.site.series.models import Delivery, Intake, Owner


def intakes(person: Actor) -> QuerySet[Intake]:
    """Imports that the person may see, the latest first."""
    return Intake.objects.visible_to(person).select_related("area", "unit", "created_by", "job")


def deliveries(person: Actor) -> QuerySet[Delivery]:
    """Deliveries that the person may see, the latest first."""
    return Delivery.objects.visible_to(person).select_related(
        "area", "unit", "person", "undone_by", "intake", "undo_job"
    )


def owners(person: Actor) -> QuerySet[Owner]:
    """Owners that the person may see."""
    return Owner.objects.visible_to(person).select_related("area", "unit")
