"""What of the demo leads somewhere: a failed sample of coal, paints that were sampled on sites, the firms of a park."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lantian.ledgers.coverage import term_before
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions, reading
from lantian.site.sources.models import Listing

SYSTEM = System("演示数据")
FIRMS = 4  # of the first park
BEFORE = 2  # sites that were sampled in the last quarter; in the running one it is one site so far


def load() -> None:
    """Change what the first samples say. A list that is not there is left alone."""
    _failed_coal()
    _sampled_sites()
    _park()


def _first(ledger: str, **where: Any) -> Listing | None:
    return Listing.objects.filter(ledger=ledger, **where).select_related("source").order_by("pk").first()


def _failed_coal() -> None:
    """The first sample that is not settled failed: its batch leads to a delivery, and this to its dealer."""
    sample = _first("coal_sample", means="open")
    delivery = Listing.objects.filter(ledger="coal_delivery").exclude(parent=None).order_by("pk").first()
    if sample is None or delivery is None:
        return
    given = {"batch": delivery.attributes["batch"], "dealer": str(delivery.parent), "product": "loose",
             "sulphur": 1.6, "ash": 14, "taken_on": (clock.today() - dt.timedelta(days=12)).isoformat()}  # fmt: skip
    actions.change_listing(SYSTEM, sample, attributes=given)


def _sampled_sites() -> None:
    sites = Listing.objects.filter(ledger="construction_site").exclude(means="gone").select_related("source")
    samples = list(Listing.objects.filter(ledger="product_sample").exclude(means="gone").order_by("pk")[: BEFORE + 1])
    if not samples:
        return
    today = clock.today()
    before = term_before(reading.ledger_of("product_sample").coverage[0], today).last
    days = [*(before - dt.timedelta(days=11 * (k + 1)) for k in range(BEFORE)), today]
    for sample, site, day in zip(samples, sites.order_by("listed_on", "pk"), days, strict=False):
        given = {"link": "site", "sampled_at": site.source.name, "taken_on": day.isoformat()}
        actions.change_listing(SYSTEM, sample, attributes=given)


def _park() -> None:
    """The first park has some firms, and emits what they do."""
    park = _first("park")
    if park is None:
        return
    firms = Listing.objects.filter(ledger="voc_enterprise").exclude(means="gone").select_related("source")
    emitted = 0.0
    for one in firms.order_by("pk")[:FIRMS]:
        actions.change_listing(SYSTEM, one, attributes={"park": park.source.name})
        emitted += float(one.attributes.get("voc_emission") or 0)
    given = {"voc_actual": round(emitted, 2), "voc_total": round(emitted * 1.2 + 1, 1), "voc_firms": FIRMS}
    actions.change_listing(SYSTEM, park, attributes=given)
