"""Ledgers: all of them, one as a list, one by towns."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from django.db.models import Prefetch
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian import ledgers as library
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock, policy
from lantian.site.core import page as pages
from lantian.site.core.faults import Text
from lantian.site.core.page import page, room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.sources import reading, tables, telling
from lantian.site.sources.filters import LedgersFilter, ListingFilter, filter_of
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import boards, coverage, signing
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.sheets import book_name

LEDGERS = Table(
    columns=[
        Column("title", _("清单"), css="wide", link=lambda one: reading.address_of(one.name)),
        Column("group", _("分组"), css="nowrap"),
        Column("kept", _("在账"), css="number"),
        Column("done", _("已完成"), css="number"),
        Column("share", _("完成率（%）"), css="number"),
        Column("stopped", _("停产停用"), css="number"),
        Column("late", _("逾期数"), css="number", link=lambda one: f"{reading.address_of(one.name)}?late=on"),
    ],
    empty=_("没有这样的清单。"),
    page_size=200,
    file_name=_("清单进度"),
)
LATE = replace(
    tables.ALL,
    empty=_("没有逾期未销号的记录。"),
    empty_hint=_("完成期限过了还没有完成的，会列在这里。"),
    file_name=_("逾期未销号"),
)


def _step(one: Listing) -> Text:
    """The step that waits."""
    return next((telling.step_label(step) for step in one.signing), "")  # type: ignore[attr-defined]


def _waits_for(one: Listing) -> Text:
    """Whose signature it waits for."""
    return next((telling.parties(step) for step in one.signing), "")  # type: ignore[attr-defined]


SIGNING = Table(
    columns=[
        tables.NAME,
        tables.LEDGER,
        Column("step", _("待会签的步骤"), value=_step, css="nowrap"),
        Column("waits_for", _("等谁签字"), value=_waits_for),
        tables.AREA,
        tables.STATE,
        tables.DUE,
        tables.KEEPER,
    ],
    sort="due_on",
    empty=_("没有等待会签的记录。"),
    empty_hint=_("要会签的步骤提交以后列在这里，各方都签了就不再列出。"),
    file_name=_("待会签"),
)


@room("sources", "ledgers", policy="sources.see", menu=_("全部清单"), icon="clipboard-list", order=10)
def ledgers_page(request: Request) -> HttpResponseBase:
    """Every ledger with how far it has come, under its heading."""
    found = queries.standings(Listing.objects.visible_to(request.person), clock.today())
    titles = {group.name: reading.said(group.label) for group in library.groups()}
    asked = LedgersFilter.from_query(request.GET)
    official = policy.may(request.person, "sources.sheet.see")  # a firm sees the ledgers that it stands on
    shown = [one for one in reading.all_ledgers() if asked.keeps(one) and (official or one.name in found)]
    lines = [_line(one, titles[one.group], found.get(one.name, queries.NOTHING)) for one in shown]
    return list_page(
        request,
        "sources/workbook/ledgers.html",
        table=LEDGERS,
        rows=Listed(lines),
        asked=asked,
        title=_("全部清单"),
        can_excel=official,
    )


def _line(ledger: Ledger, group: str, found: queries.Standing) -> SimpleNamespace:
    counts = found.counts
    kept = sum(n for means, n in counts.items() if means != "gone")
    done = counts.get("done", 0)
    return SimpleNamespace(
        name=ledger.name,
        group=group,
        title=reading.said(ledger.label),
        about=reading.said(ledger.about),
        kept=kept,
        done=done,
        share=round(100 * done / kept) if kept else None,
        stopped=counts.get("stopped", 0),
        late=found.late,
    )


@room("sources", "ledger", policy="sources.see")
def ledger_page(request: Request, name: str) -> HttpResponseBase:
    """The list of a ledger, with what its sum fields add up to."""
    ledger = reading.found(name)
    asked = filter_of(ledger).from_query(request.GET)
    rows = queries.listings(request.person, ledger.name).filter(asked.where())
    return list_page(
        request,
        "sources/ledger.html",
        table=tables.table_of(ledger),
        rows=rows,
        asked=asked,
        title=reading.said(ledger.label),
        crumbs=[(_("全部清单"), reverse("sources:ledgers"))],
        ledger=ledger,
        about=reading.said(ledger.about),
        counts_as=reading.said(ledger.counts),
        sums=[(tables.label_of(field), total, n) for field, total, n in queries.sums(rows, ledger)],
        covered=[(reading.said(one.coverage.label), one) for one in coverage.standing(request.person, ledger)],
        panels=pages.panels("sources.ledger", request.person, ledger),
        book=book_name(ledger.name),
        can_add=policy.may(request.person, "sources.listing.add"),
        can_batch=bool(ledger.proof) and policy.may(request.person, "sources.batch.add"),
    )


@room("sources", "board", policy="sources.see")
def board_page(request: Request, name: str) -> HttpResponseBase:
    """How far a ledger has come, town by town."""
    ledger = reading.found(name)
    rows = Listing.objects.visible_to(request.person).filter(ledger=ledger.name)
    return page(
        request,
        "sources/board.html",
        title=_("分镇街：{ledger}").format(ledger=reading.said(ledger.label)),
        crumbs=[(_("全部清单"), reverse("sources:ledgers")), (reading.said(ledger.label), reading.address_of(name))],
        ledger=ledger,
        board=boards.board(rows, ledger),
    )


@room("sources", "late", policy="sources.see", menu=_("逾期未销号"), icon="alert-triangle", order=40)
def late_page(request: Request) -> HttpResponseBase:
    """Listings of all ledgers whose day is past."""
    asked = ListingFilter.from_query(request.GET)
    rows = queries.listings(request.person).filter(queries.late(clock.today())).filter(asked.where())
    return list_page(request, "core/list.html", table=LATE, rows=rows, asked=asked, title=_("逾期未销号"))


@room("sources", "signing", policy="sources.see", menu=_("待会签"), icon="signature", order=30)
def signing_page(request: Request) -> HttpResponseBase:
    """Listings with a step that waits for signatures."""
    asked = ListingFilter.from_query(request.GET)
    waiting = signing.waiting(request.person).values("listing")
    rows = queries.listings(request.person).filter(pk__in=waiting).filter(asked.where())
    rows = rows.prefetch_related(
        Prefetch("steps", signing.waiting(request.person).prefetch_related("signatures"), to_attr="signing")
    )
    return list_page(request, "core/list.html", table=SIGNING, rows=rows, asked=asked, title=_("待会签"))
