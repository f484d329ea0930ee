"""Orders about listings and sources, on their pages: those made of a listing and those made of findings about it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.core.models import Ref
from lantian.site.core.registries import Panel, origins, panels, places
from lantian.site.orders.models import Order
from lantian.site.orders.origins import Origin
from lantian.site.orders.queries.orders import light
from lantian.site.sources.actions.ordering import ORIGIN
from lantian.site.sources.models import Finding
from lantian.site.sources.queries.listings import listing
from lantian.site.sources.queries.sources import source

SHOWN = 10
LISTING, FINDING = "sources.listing", "sources.finding"


def of_listing(person: Any, one: Any) -> dict[str, Any] | None:
    """Orders about a listing; None where there is none."""
    return _panel(person, [one.pk])


def of_source(person: Any, one: Any) -> dict[str, Any] | None:
    """Orders about all listings of a source; None where there is none."""
    return _panel(person, [kept.pk for kept in one.listings.all()])


def _panel(person: Any, listings: list[int]) -> dict[str, Any] | None:
    rows = _about(person, listings)[:SHOWN]
    found = [(one, light(one)) for one in rows]
    return {"rows": found} if found else None


def _about(person: Any, listings: list[int]) -> QuerySet[Order]:
    """One SQL query."""
    refs = Ref.objects.filter(kind=LISTING, ident__in=map(str, listings))
    findings = Finding.objects.filter(things__in=refs, order__isnull=False)
    rows = Order.objects.visible_to(person).filter(Q(cause__in=refs) | Q(pk__in=findings.values("order")))
    return rows.select_related("unit", "person").order_by("-pk")


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    origins.register(ORIGIN, Origin(_("清单记录")))
    places.register(LISTING, listing)
    places.register("sources.source", source)
    for place, build in ((LISTING, of_listing), ("sources.source", of_source)):
        shown = Panel(place, _("工单"), "sources/panels/orders.html", build, 4, "orders.see", later=True)
        panels.register(f"{place}.orders", shown)
