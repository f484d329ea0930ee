"""Lists of ledgers that are filed: all filings of a ledger, one as it was filed, one as it would be."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock, policy
from lantian.site.core.frame import Crumb
from lantian.site.core.page import room
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.plans import chains, filed_lists
from lantian.site.plans.models import FiledList
from lantian.site.plans.queries import deliverables as rows_of
from lantian.site.plans.queries import filed_lists as queries
from lantian.site.plans.views.filings import filing_or_404
from lantian.site.sources import publishing, reading, release_file
from lantian.site.sources.list_tables import cells_of, table_of

EMPTY = _("清单上一条也没有。")
FILED = Table(
    columns=[
        Column("at", _("报送时间"), value=lambda one: one.receipt.at, css="nowrap",
               link=lambda one: one.get_absolute_url()),
        Column("title", _("报送件"), value=str, css="wide", link=lambda one: one.receipt.filing.get_absolute_url()),
        Column("step", _("环节"), value=lambda one: one.receipt.step_label, css="nowrap"),
        Column("version", _("版本"), value=lambda one: one.receipt.version, css="number"),
        Column("count", _("条数"), css="number"),
        Column("sums", _("合计"), css="minor",
               value=lambda one: [f"{label} {number_text(total)}" for label, total in one.summed]),
        Column("stands", _("状态"), value=lambda one: _stands(one), css="nowrap"),
        Column("by", _("办理人"), value=lambda one: one.receipt.person_name, css="minor"),
        Column("sha256", _("校验值"), value=lambda one: one.sha256[:16], css="minor", exported=lambda one: one.sha256),
    ],
    empty=_("还没有报送过，或没有经您单位办理的报送件。"),
    file_name=_("清单报送"),
)  # fmt: skip


@room("plans", "ledger_filings", policy="plans.deliverable.see")
def ledger_filings(request: Request, name: str) -> HttpResponseBase:
    """All that was filed of a ledger, and where it stands."""
    ledger = reading.found(name)
    standing = queries.standing(request.person, ledger, clock.today())
    title = _("{ledger}的报送").format(ledger=reading.said(ledger.label))
    return list_page(
        request,
        "plans/filed_lists/ledger.html",
        table=FILED,
        rows=queries.filed(request.person, ledger),
        title=title,
        crumbs=_crumbs(ledger),
        ledger=ledger,
        chain=_chain(ledger),
        standing=standing,
        under_way=[(one, rows_of.stands(one), rows_of.light_of(one)) for one in standing.under_way[:20]],
        order_url=order_url(ledger) if policy.may(request.person, "plans.deliverable.add") else "",
    )


@room("plans", "filed_list", policy="plans.deliverable.see")
def filed_list_page(request: Request, pk: int) -> HttpResponseBase:
    """A list as it was filed, and what has become of it since."""
    found = _found(request, pk)
    filing = found.receipt.filing
    ledger = filed_lists.ledger_of(found.ledger)
    now = filed_lists.standing(ledger, filing) if ledger else None
    alike = now is not None and [one["name"] for one in now.heads] == [one["name"] for one in found.heads]
    return list_page(
        request,
        "plans/filed_lists/list.html",
        table=table_of(found.heads, str(found), empty=EMPTY),
        rows=Listed(cells_of(found.rows)),
        title=str(found),
        crumbs=_crumbs(ledger, filing) if ledger else [],
        found=found,
        filing=filing,
        stands=_stands(found),
        intact=publishing.digest_of(found.rows) == found.sha256,
        now=now,
        difference=publishing.difference(found.rows, now.rows) if now and alike else None,
    )


@room("plans", "filed_list_docx", policy="plans.deliverable.see")
def docx(request: Request, pk: int) -> HttpResponse:
    """A list as it was filed, as a Word document."""
    found = _found(request, pk)
    receipt = found.receipt
    day = timezone.localtime(receipt.at).date()
    sums = "".join(f"，{one['zh']}合计 {number_text(one['total'])}" for one in found.sums)
    content = release_file.of_list(
        str(found),
        f"{receipt.filing.deliverable.area.name}　共 {found.count} 条{sums}",
        [one["zh"] for one in found.heads],
        [one["zh"] for one in found.rows],
        f"{receipt.unit_name}　{day.year}年{day.month}月{day.day}日　校验值 {found.sha256[:16]}",
    )
    response = HttpResponse(content, content_type=release_file.DOCX)
    name = quote(f"{found}{day:%Y%m%d}.docx")
    response["Content-Disposition"] = f"attachment; filename=\"list.docx\"; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@room("plans", "filing_list", policy="plans.deliverable.see")
def list_now(request: Request, pk: int) -> HttpResponseBase:
    """What a filing would file now."""
    filing = filing_or_404(request, pk)
    content = filed_lists.content_of(filing)
    if content is None:
        raise Http404
    return list_page(
        request,
        "core/list.html",
        table=table_of(content.heads, str(filing), empty=EMPTY),
        rows=Listed(cells_of(content.rows)),
        title=_("现在会报送的清单：{filing}").format(filing=filing),
        crumbs=_crumbs(content.ledger, filing),
    )


def order_url(ledger: Ledger) -> str:
    """The form that orders a filing, with what the ledger's file says filled in."""
    due = queries.due_of(ledger, clock.today())
    given = {"title": reading.said(ledger.label), "kind": "list", "ledger": ledger.name, "each": "on"}
    given |= {"chain": f"chain-{ledger.chain}"} if ledger.chain else {}
    given |= {"due": due.isoformat()} if due and due >= clock.today() else {}
    return f"{reverse('plans:deliverable_new')}?{urlencode(given)}"


def _chain(ledger: Ledger) -> str:
    rule = next((one for one in chains.offered("list") if one.id == f"chain-{ledger.chain}"), None)
    return chains.said(rule.label) if rule else ""


def _stands(one: FiledList) -> Any:
    """Whether a list is what is filed now."""
    if one.counts:
        return _("已汇总") if one.receipt.filing.shape == "part" else _("已备案")
    under_way = one.receipt.version == one.receipt.filing.version and one.receipt.filing.turn
    return _("办理中") if under_way else _("已有新版本")


def _crumbs(ledger: Ledger, filing: Any = None) -> list[Crumb]:
    crumbs: list[Crumb] = [(reading.said(ledger.label), reading.address_of(ledger.name))]
    if filing is not None:
        crumbs.append((_("报送"), reverse("plans:ledger_filings", args=[ledger.name])))
        crumbs.append((str(filing), filing.get_absolute_url()))
    return crumbs


def _found(request: Request, pk: int) -> FiledList:
    found = queries.filed_list(request.person, pk)
    if found is None:
        raise Http404
    return found
