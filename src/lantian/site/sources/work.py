"""What this room shows in "my work" and on pages of areas and units."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.audit import kind_of
from lantian.site.core.models import Ref
from lantian.site.core.registries import Panel, WorkItems, origins, panels, work_items
from lantian.site.orders.origins import Origin
from lantian.site.sources import gating, part_tables, reading
from lantian.site.sources.actions.findings import ORIGIN
from lantian.site.sources.models import Finding, Listing, StepTaken, StopProposal
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.queries import offsets, signing
from lantian.site.sources.queries import stops as stop_queries


def to_sign(person: Any) -> QuerySet[StepTaken]:
    """Steps that wait for this person's signature."""
    return signing.own(person) if policy.may(person, "sources.listing.sign") else StepTaken.objects.none()


def late(person: Any) -> QuerySet[Listing]:
    """Listings past their day that this person works on."""
    if not policy.may(person, "sources.listing.change"):
        return Listing.objects.none()
    return Listing.objects.visible_to(person).filter(queries.late(clock.today()))


def of_area(person: Any, area: Any) -> dict[str, Any] | None:
    """Ledgers of an area, with how far each has come; None where it has no source."""
    found = queries.counts(Listing.objects.visible_to(person).filter(source__area=area))
    lines = [{"ledger": one, "counts": found[one.name]} for one in reading.all_ledgers() if one.name in found]
    return {"lines": lines, "area": area} if lines else None


def open_findings(person: Any) -> QuerySet[Finding]:
    """Findings that wait for this person's judgement."""
    if not policy.may(person, "sources.finding.confirm"):
        return Finding.objects.none()
    return Finding.objects.visible_to(person).filter(state="open")


def open_stops(person: Any) -> QuerySet[StopProposal]:
    """Proposals to stop that wait for this person's decision."""
    if not policy.may(person, "sources.stop.decide_many"):
        return StopProposal.objects.none()
    return StopProposal.objects.visible_to(person).filter(state="proposed")


def stops_of(person: Any, listing: Any) -> dict[str, Any] | None:
    """Proposals to stop a listing; None where there is none."""
    rows = stop_queries.of_listing(person, listing)
    return {"rows": rows} if rows else None


def of_listing(person: Any, listing: Any) -> dict[str, Any] | None:
    """Findings about a listing; None where there is none."""
    refs = Ref.objects.filter(kind=kind_of(listing), ident=str(listing.pk))
    rows = list(Finding.objects.visible_to(person).filter(things__in=refs).exclude(state="over")[:20])
    return {"rows": rows} if rows else None


def of_cut(person: Any, listing: Any) -> dict[str, Any] | None:
    """Projects that use a cut, among those that the person may see; None where there is none."""
    if not gating.is_cut(listing):
        return None
    names = {one.name: reading.said(one.label) for one in gating.rules().offset}
    rows = [(names.get(one.pollutant, one.pollutant), one) for one in offsets.users_of(person, listing)]
    return {"rows": rows} if rows else None


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    waiting: Any = reverse_lazy("sources:signing")
    work_items.register("sources.to_sign", WorkItems(_("待会签"), to_sign, waiting, "signature", 20, "blue"))
    overdue: Any = reverse_lazy("sources:late")
    work_items.register("sources.late", WorkItems(_("逾期未销号"), late, overdue, "alert-triangle", 21, "red"))
    found: Any = reverse_lazy("sources:findings")
    work_items.register(
        "sources.findings", WorkItems(_("待核实的清单疑点"), open_findings, found, "zoom-question", 22, "amber")
    )
    to_stop: Any = reverse_lazy("sources:stops")
    work_items.register("sources.stops", WorkItems(_("待决定的停产建议"), open_stops, to_stop, "hand-stop", 23, "red"))
    origins.register(ORIGIN, Origin(_("清单疑点")))
    panels.register(
        "sources.listing.findings",
        Panel("sources.listing", _("疑点"), "sources/panels/findings.html", of_listing, 10, "sources.finding.see"),
    )
    panels.register(
        "sources.listing.stops",
        Panel("sources.listing", _("停产建议"), "sources/panels/stops.html", stops_of, 5, "sources.stop.see"),
    )
    panels.register(
        "sources.listing.uses",
        Panel("sources.listing", _("占用的项目"), "sources/panels/cut.html", of_cut, 6, "sources.bank.see"),
    )
    panels.register(
        "sources.source.parts",
        Panel(
            "sources.source", _("生产线、治理设施、排放口"), "sources/parts_of/tables.html", part_tables.of_source, 10,
            "sources.see",
        ),
    )  # fmt: skip
    panels.register(
        "sources.area",
        Panel("org.area", _("清单"), "sources/panels/area.html", of_area, 30, "sources.see"),
    )
