"""Many ledgers in one workbook: which of them, and what to do with them."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian import ledgers as library
from lantian.site.core import policy
from lantian.site.core.page import page, room
from lantian.site.core.request import Request
from lantian.site.core.sheets import books
from lantian.site.sources import reading, workbooks
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import listings as queries

DOES = {"template": "core:sheet_template", "export": "core:sheet_export", "import": "core:sheets"}


@room("sources", "workbook", policy="sources.sheet.see")
def workbook_page(request: Request) -> HttpResponseBase:
    """Choose ledgers, then take template, content, or the import of a workbook that has a sheet of each."""
    book = books[workbooks.book_name()]
    does = request.GET.get("do", "")
    if does in DOES:
        named = [one.name for one in reading.all_ledgers() if one.name in request.GET.getlist("ledger")]
        query = urlencode({"ledgers": ",".join(named)} if named else {})
        return HttpResponseRedirect(f"{reverse(DOES[does], args=[book.name])}{'?' if query else ''}{query}")
    counts = queries.counts(Listing.objects.visible_to(request.person))
    return page(
        request,
        "sources/workbook/choose.html",
        title=_("多张清单一个工作簿"),
        crumbs=[(_("全部清单"), reverse("sources:ledgers"))],
        groups=list(_groups(counts)),
        can_import=policy.may(request.person, "core.import_sheet", book),
        can_export=policy.may(request.person, "core.export_sheet", book),
    )


def _groups(counts: dict[str, dict[str, int]]) -> Any:
    """Headings with their ledgers, each with how many listings it has."""
    labels = {one.name: one.label for one in library.groups()}
    for group, members in groupby(reading.all_ledgers(), key=lambda one: one.group):
        yield {
            "name": group,
            "title": reading.said(labels[group]),
            "ledgers": [(one.name, reading.said(one.label), sum(counts.get(one.name, {}).values())) for one in members],
        }
