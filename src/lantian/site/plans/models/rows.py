"""Who sees plans and tasks."""

from __future__ import annotations

from typing import Self

from django.db.models import Q

from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.org.models import Area

READERS = ("air_office", "duty_officer", "leader", "auditor")
WHOLE = Q(parent=None) & ~Q(origin="instruction")


class DistrictRows(AreaQuerySet):
    """A district's plan concerns all its towns: whoever sees a town sees the plans of the areas above it as well."""

    def visible_to(self, actor: Actor) -> Self:
        areas = actor.visible_area_ids
        if areas is None:
            return self.all()
        below = Q(pk__in=areas)
        for depth in ("children", "children__children", "children__children__children"):
            below |= Q(**{f"{depth}__in": areas})
        return self.filter(area__in=Area.objects.filter(below).values("pk"))


class TaskRows(DistrictRows):
    """Tasks, of which only some are what a plan counts."""

    def visible_to(self, actor: Actor) -> Self:
        """What leaders order is for its unit, and for those who read all of an area."""
        rows = super().visible_to(actor)
        if any(actor.holds(role) for role in READERS):
            return rows
        return rows.filter(~Q(origin="instruction") | Q(instruction__unit__in=actor.visible_unit_ids))

    def whole(self) -> Self:
        """Tasks as a plan counts them: neither parts, whose parent stands for them, nor instructions on top of it."""
        return self.filter(WHOLE)
