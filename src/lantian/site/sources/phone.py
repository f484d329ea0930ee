"""What this room asks a phone to keep for work without network."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse

from lantian.site.core import policy
from lantian.site.core.registries import offline_pages
from lantian.site.sources import reading, states
from lantian.site.sources.queries import listings as queries

FORMS = 8
MANY = 15  # listings, the soonest due first: each brings its page and one for every step


def pages(person: Any) -> list[str]:
    """Forms of ledgers that whatever is found goes on, and listings with the steps that the person takes on them."""
    if not person.holds("grid_officer"):
        return []
    found = []
    if policy.may(person, "sources.listing.add"):
        begins = [one for one in reading.all_ledgers() if one.log or reading.life(one).state[0].name == "found"]
        here = queries.counts(queries.listings(person))
        begins.sort(key=lambda one: -sum(here.get(one.name, {}).values()))  # what there is most of, is found most
        found += [reverse("sources:listing_new", args=[one.name]) for one in begins[:FORMS]]
    rows = queries.listings(person).exclude(means="gone").order_by(F("due_on").asc(nulls_last=True), "pk")
    for listing in rows[: MANY * 4]:
        if steps := states.steps_for(person, listing):
            found.append(listing.get_absolute_url())
            found += [reverse("sources:listing_step", args=[listing.pk, step.name]) for step in steps]
        if len(found) > FORMS + MANY * 3:
            break
    return found


def register() -> None:
    """Fill the registry; called once from `ready()`."""
    offline_pages.register("sources.listings", pages)
