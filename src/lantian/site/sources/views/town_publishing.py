"""What every town makes public by itself: which towns have, and who is late."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase

from lantian.site.core import clock
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Listed, list_page
from lantian.site.sources import publishing, release_tables
from lantian.site.sources.queries import publishing as queries
from lantian.site.sources.release_forms import STANDS
from lantian.site.sources.release_tables import TOWNS, asked_for, crumbs


@room("sources", "publication_towns", policy="sources.release.see")
def towns_page(request: Request, ledger: str, name: str) -> HttpResponseBase:
    """The towns of one publication, as far as the person sees them: who has made theirs public, who is late."""
    rule, publication = asked_for(ledger, name)
    if not publication.each:
        raise Http404
    seen = request.person.visible_area_ids
    lines = queries.lines(clock.today(), towns=seen, only=(rule, publication))
    counts = {key: sum(one.stands == key for one in lines) for key, _label in STANDS}
    # what lies in no town is on nobody's list, and would be forgotten
    outside = publishing.listings_of(rule, publication).count() - sum(one.now for one in lines) if seen is None else 0
    return list_page(
        request,
        "sources/publishing/towns.html",
        table=TOWNS,
        rows=Listed([release_tables.row(one) for one in lines]),
        title=release_tables.label(publication),
        crumbs=crumbs(),
        ledger=rule,
        publication=publication,
        when=release_tables.when(publication),
        late=sum(one.overdue for one in lines),
        counts=[(label, counts[key]) for key, label in STANDS if counts[key]],
        outside=outside,
    )
