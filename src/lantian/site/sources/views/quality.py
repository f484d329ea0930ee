"""Quality of lists: how complete, located, fresh and proven they are, and which entries are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian import ledgers as library
from lantian.site.core import clock, filters
from lantian.site.core.faults import Text
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.sources import reading, tables
from lantian.site.sources.filters import ListingFilter, areas_with_sources, ledger_choices
from lantian.site.sources.judging import label_of
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import boards, quality
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.rows import row_of


class QualityFilter(filters.Filter):
    """By what lines stand, and which listings they count."""

    by = filters.choice(pgettext_lazy("list", "分行"), (("town", _("按镇街")), ("ledger", _("按清单"))))
    area = filters.choice(_("行政区"), areas_with_sources)
    ledger = filters.choice(_("清单"), ledger_choices)

    def where(self) -> Q:
        where, asked = Q(), self.asked
        if asked["area"]:
            where &= Q(source__area=asked["area"]) | Q(source__area__parent=asked["area"])
        if asked["ledger"]:
            where &= Q(ledger=asked["ledger"])
        return where


class LackingFilter(ListingFilter):
    """Listings that lack something, by what they lack and by ledger."""

    lack = filters.choice(pgettext_lazy("list", "问题"), quality.LACKS)
    ledger = filters.choice(_("清单"), ledger_choices)

    def where(self) -> Q:
        asked = self.asked
        where = super().where() & (Q(ledger=asked["ledger"]) if asked["ledger"] else Q())
        found = quality.Quality()
        if asked["lack"]:
            return where & found.lacking(asked["lack"])
        any_of = Q()
        for name, _label in quality.LACKS:
            any_of |= found.lacking(name)
        return where & any_of


@dataclass(frozen=True)
class Line:
    """A line of the table: a town or a ledger with its counts; `query` cuts the list of offenders to it."""

    title: Text
    counted: quality.Counted
    query: dict[str, Any]


def _share(measure: str) -> Any:
    def value(line: Line) -> float | None:
        share = line.counted.share(measure)
        return None if share is None else round(share, 1)

    return value


def _offenders(measure: str, lack: str) -> Any:
    def link(line: Line) -> str:
        if getattr(line.counted, measure) == line.counted.of(measure):
            return ""  # none to show
        return f"{reverse('sources:lacking')}?{urlencode(line.query | {'lack': lack})}"

    return link


def table_of(by: str) -> Table:
    """The table by towns or by ledgers."""
    first = Column("title", _("镇街") if by == "town" else _("清单"), css="wide")
    shares = [
        Column(measure, label, value=_share(measure), css="number", link=_offenders(measure, lack),
               template="sources/quality/share.html")
        for measure, label, lack in quality.MEASURES
    ]  # fmt: skip
    return Table(
        columns=[first, Column("kept", _("在账"), value=lambda line: line.counted.kept, css="number"), *shares],
        empty=tables.NOTHING,
        empty_hint=tables.BEGIN,
        page_size=200,
        file_name=_("清单质量"),
    )


@room("sources", "quality", policy="sources.see", menu=_("清单质量"), icon="rosette-discount-check", order=45)
def quality_page(request: Request) -> HttpResponseBase:
    """How good the lists are, town by town or ledger by ledger, with the whole."""
    asked = QualityFilter.from_query(request.GET)
    found = quality.counted(Listing.objects.visible_to(request.person).filter(asked.where()))
    by = asked.asked["by"] or "town"
    kept = {name: asked.asked[name] for name in ("area", "ledger") if asked.asked[name]}
    lines = _towns(found, kept) if by == "town" else _ledgers(found, kept)
    whole = Line(_("合计"), quality.totals(found), kept)
    rule = quality.rules()
    return list_page(
        request,
        "sources/quality/quality.html",
        table=table_of(by),
        rows=Listed([*lines, whole] if lines else []),
        asked=asked,
        title=_("清单质量"),
        rule=rule,
    )


def _towns(found: list[dict[str, Any]], kept: dict[str, Any]) -> list[Line]:
    town_of = boards.towns_of()
    lines: dict[int, Line] = {}
    for row in found:
        town = town_of[row["source__area"]]
        line = lines.setdefault(town.pk, Line(town.name, quality.Counted(), kept | {"area": town.pk}))
        line.counted.add(row)
    codes = {one.pk: one.code for one in town_of.values()}
    return [lines[pk] for pk in sorted(lines, key=lambda pk: (codes[pk], pk))]


def _ledgers(found: list[dict[str, Any]], kept: dict[str, Any]) -> list[Line]:
    order = [one.name for one in library.all_ledgers(clock.today())]
    rows: dict[str, quality.Counted] = {}
    for row in found:
        rows.setdefault(row["ledger"], quality.Counted()).add(row)
    return [
        Line(reading.title_of(name), rows[name], kept | {"ledger": name})
        for name in (*order, *sorted(set(rows) - set(order)))
        if name in rows
    ]


def _lacks(listing: Listing) -> str:
    """The names of the fields that are empty."""
    if not listing.gaps:
        return ""
    ledger = reading.ledger_of(listing.ledger)
    return "、".join(label_of(ledger, one) for one in library.gaps(ledger, row_of(listing), on=clock.today()))


def _wrong(listing: Listing) -> list[str]:
    """What is wrong with it."""
    return [str(label) for name, label in quality.LACKS if getattr(listing, f"lacks_{name}")]


LACKING = Table(
    columns=[
        tables.NAME, tables.LEDGER, tables.AREA,
        Column("wrong", pgettext_lazy("list", "问题"), value=_wrong),
        Column("gaps", _("缺少的内容"), value=_lacks, sort="gaps", css="wide"),
        tables.STATE,
        Column("changed_at", _("更新时间"), sort="changed_at", css="nowrap minor"),
        tables.KEEPER,
    ],
    sort="changed_at",
    empty=_("没有要补正的记录。"),
    empty_hint=_("缺内容、没有位置、久未更新、材料不实的记录会列在这里。"),
    file_name=_("清单质量问题"),
)  # fmt: skip


@room("sources", "lacking", policy="sources.see")
def lacking_page(request: Request) -> HttpResponseBase:
    """Listings that lack something, to be put right one by one."""
    asked = LackingFilter.from_query(request.GET)
    rows = quality.with_lacks(queries.listings(request.person).exclude(means="gone").filter(asked.where()))
    return list_page(
        request,
        "core/list.html",
        table=LACKING,
        rows=rows,
        asked=asked,
        title=_("清单质量问题"),
        crumbs=[(_("清单质量"), reverse("sources:quality"))],
    )
