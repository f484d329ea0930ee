"""What this room asks a phone to keep for work without network."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse

from lantian.site.core.registries import offline_pages
from lantian.site.orders.queries import orders as queries
from lantian.site.orders.states import WITH_UNIT

MANY = 40  # orders, the most urgent first: a copy of each is a page


def pages(person: Any) -> list[str]:
    """The form of a report, and the orders that wait for the person's unit with theirs, for those who go out."""
    if not person.holds("grid_officer"):
        return []
    report = reverse("orders:order_report")
    waiting = queries.of_handlers(person).filter(state__in=WITH_UNIT).order_by(F("due_at").asc(nulls_last=True), "pk")
    return [report, *(reverse("orders:order", args=[pk]) for pk in waiting.values_list("pk", flat=True)[:MANY])]


def register() -> None:
    """Fill the registry; called once from `ready()`."""
    offline_pages.register("orders.waiting", pages)
