"""Sources: the register, one of them with all its listings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core import page as pages
from lantian.site.core.faults import Text
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import list_page
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, reading, tables
from lantian.site.sources.filters import areas_with_sources
from lantian.site.sources.forms import SourceForm
from lantian.site.sources.models import Source
from lantian.site.sources.queries import sources as queries
from lantian.site.sources.queries import surroundings
from lantian.site.sources.views.placing import place_map, speak_of_place


class SourceFilter(filters.Filter):
    """Sources by text and area."""

    q = filters.text(_("搜索"), placeholder=_("名称、企业、代码、地址"))
    area = filters.choice(_("行政区"), areas_with_sources)
    located = filters.choice(_("位置"), (("yes", _("有坐标")), ("no", _("没有坐标"))))

    def where(self) -> Q:
        asked = self.asked
        located = asked["located"] == "yes" if asked["located"] else None
        return queries.called(asked["q"]) & queries.lying(asked["area"], located=located)


@room("sources", "sources", policy="sources.see", menu=_("污染源名录"), icon="building-factory", order=20)
def sources_page(request: Request) -> HttpResponseBase:
    """All sources, on whatever ledger they stand."""
    asked = SourceFilter.from_query(request.GET)
    rows = queries.sources(request.person).filter(asked.where())
    return list_page(
        request, "sources/sources.html", table=tables.SOURCES, rows=rows, asked=asked, title=_("污染源名录")
    )


@room("sources", "source", policy="sources.see")
def source_page(request: Request, pk: int) -> HttpResponseBase:
    """One source: all its listings, and what other rooms know of it."""
    source = _found(request, pk)
    rows = [(one, reading.title_of(one.ledger), reading.standing(one)) for one in source.listings.all()]
    return page(
        request,
        "sources/source.html",
        title=source.name,
        crumbs=[(_("污染源名录"), reverse("sources:sources"))],
        source=source,
        rows=rows,
        map=place_map(request.person, source),
        around=surroundings.around(request.person, source),
        panels=pages.panels("sources.source", request.person, source),
        history=history(request, source),
    )


@room("sources", "source_edit", policy="sources.source.change", methods=FORM)
def edit_source(request: Request, pk: int) -> HttpResponseBase:
    """Change what is known of a source."""
    source = _found(request, pk)
    form = SourceForm(request.POST or None, person=request.person, source=source)

    def save(**clean: Any) -> Source:
        return actions.change_source(request.person, source, told=form.told, **clean)

    if request.method == "POST" and (saved := submitted(form, save)):
        messages.success(request, _("已保存。"))
        speak_of_place(request, form, saved)
        return see_other(source.get_absolute_url())
    crumbs: list[tuple[Text, str]] = [(_("污染源名录"), reverse("sources:sources"))]
    crumbs.append((source.name, source.get_absolute_url()))
    return page(
        request, "core/form.html", title=_("修改"), form=form, crumbs=crumbs, cancel_url=source.get_absolute_url(),
        status=form.status,
    )  # fmt: skip


def _found(request: Request, pk: int) -> Source:
    found = queries.source(request.person, pk)
    if found is None:
        raise Http404
    return found
