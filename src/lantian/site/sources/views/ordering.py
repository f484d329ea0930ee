"""Making a listing an order."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.views.common import FORM
from lantian.site.sources import actions, reading, telling
from lantian.site.sources.finding_forms import ListingOrderForm
from lantian.site.sources.queries import listings as queries


@room("sources", "listing_order", policy="sources.listing.order", methods=FORM)
def listing_order(request: Request, pk: int) -> HttpResponseBase:
    """Hand out an order about a listing."""
    listing = queries.listing(request.person, pk)
    if listing is None:
        raise Http404
    form = ListingOrderForm(request.POST or None, listing=listing)
    act: Any = partial(actions.order_listing, request.person, listing)
    if request.method == "POST" and (order := submitted(form, act)):
        messages.success(request, telling.ordered(order))
        return see_other(listing.get_absolute_url())
    title = reading.title_of(listing.ledger)
    crumbs = [(title, reading.address_of(listing.ledger)), (str(listing), listing.get_absolute_url())]
    return page(
        request, "core/form.html", title=_("派单"), form=form, crumbs=crumbs, submit=_("派单"),
        cancel_url=listing.get_absolute_url(), status=form.status,
    )  # fmt: skip
