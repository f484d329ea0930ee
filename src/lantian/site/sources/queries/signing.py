"""Steps that wait for signatures: all that a person may see, and those that wait for the person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from lantian.rulebook.schemas.ledgers import Signer
from lantian.site.core.policy import Actor
from lantian.site.sources.models import Listing, StepTaken


def marks_of(signer: Signer) -> list[str]:
    """How a party stands in `waits_for`: its kind, or the names of the departments of which one signs."""
    if signer.by != "department":
        return [signer.by]
    return [f"unit:{name}" for name in signer.units] or ["keeper"]


def waiting(person: Actor) -> QuerySet[StepTaken]:
    """Steps that wait for signatures, among what the person may see."""
    rows = StepTaken.objects.filter(state=StepTaken.State.SIGNING)
    return rows.filter(listing__in=Listing.objects.visible_to(person).values("pk"))


def own(person: Any) -> QuerySet[StepTaken]:
    """Steps that wait for this very person's party; no SQL query of its own beside the one that asks for them. What
    `states.signs_as` says of one step."""
    mine = Q(pk__in=[])
    areas = person.visible_area_ids
    for role, mark in (("air_office", "office"), ("leader", "leader")):
        if person.holds(role):
            mine |= Q(waits_for__contains=f"|{mark}|") & (Q() if areas is None else Q(listing__source__area__in=areas))
    if person.town_area_ids:
        mine |= Q(waits_for__contains="|town|", listing__source__area__in=person.town_area_ids)
    if person.holds("liaison"):
        mine |= Q(waits_for__contains="|keeper|", listing__keeper__in=person.visible_unit_ids)
        if person.unit is not None:
            mine |= Q(waits_for__contains=f"|unit:{person.unit.name}|")
    return StepTaken.objects.filter(mine, state=StepTaken.State.SIGNING)
