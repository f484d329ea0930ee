"""Lists that others keep: all of them, one with its entries, entering and withdrawing."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import outside
from lantian.site.core import clock, policy
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import FORM
from lantian.site.sources import actions, reading
from lantian.site.sources.models import OutsideList
from lantian.site.sources.outside_forms import ListFilter, OutsideListForm, RowFilter, WithdrawForm
from lantian.site.sources.outside_sheets import BOOK
from lantian.site.sources.queries import outside as queries

LISTS = Table(
    columns=[
        Column("kind", _("种类"), sort="kind", value=lambda one: queries.kind_label(one.kind), css="wide",
               link=lambda one: one.get_absolute_url()),
        Column("source", _("来源单位"), sort="source"),
        Column("as_of", _("截至日期"), sort="as_of", css="nowrap"),
        Column("area", _("覆盖范围"), sort="area__code", css="nowrap"),
        Column("count", _("条数"), css="number"),
        Column("withdrawn_at", _("撤下时间"), css="nowrap minor"),
    ],
    sort="-as_of",
    empty=_("还没有外部名单。"),
    empty_hint=_("先新增一份（种类、哪一天的、谁提供的），再导入它的 Excel 或 csv；每晚和清单比对。"),
    file_name=_("外部名单"),
)  # fmt: skip
ROWS = Table(
    columns=[
        Column("name", _("名称"), sort="name", css="wide"),
        Column("credit_code", _("统一社会信用代码"), sort="credit_code", css="nowrap"),
        Column("trade", _("行业或经营范围"), css="minor", value=lambda one: one.trade[:80]),
        Column("area", _("行政区"), sort="area__code", css="nowrap"),
        Column("state", _("登记状态"), sort="state", css="nowrap"),
        Column("valid_to", _("有效期至"), sort="valid_to", css="nowrap"),
        Column("place", _("文件位置"), css="minor"),
    ],
    sort="name",
    empty=_("这份名单里还没有内容。"),
    empty_hint=_("点“Excel”导入文件，先预览再写入。"),
    file_name=_("外部名单"),
)  # fmt: skip


@room("sources", "outside", policy="sources.outside.see", menu=_("外部名单"), icon="building-store", order=55)
def lists_page(request: Request) -> HttpResponseBase:
    """All lists of other offices."""
    asked = ListFilter.from_query(request.GET)
    return list_page(
        request,
        "sources/outside/lists.html",
        table=LISTS,
        rows=queries.lists(request.person).filter(asked.where()),
        asked=asked,
        title=_("外部名单"),
        can_add=policy.may(request.person, "sources.outside.add"),
    )


@room("sources", "outside_list", policy="sources.outside.see")
def list_entries(request: Request, pk: int) -> HttpResponseBase:
    """One list with its entries, and how ledgers stand against it."""
    of = _found(request, pk)
    asked = RowFilter.from_query(request.GET)
    kind = outside.kind_of(of.kind)
    return list_page(
        request,
        "sources/outside/list.html",
        table=ROWS,
        rows=of.rows.select_related("area").filter(asked.where()),
        asked=asked,
        title=queries.kind_label(of.kind),
        crumbs=[(_("外部名单"), reverse("sources:outside"))],
        of=of,
        about=reading.said(kind.about) if kind else "",
        book=BOOK,
        key=str(of.pk),
        counts=of.withdrawn_at is None and queries.is_last(of),
        can_fill=of.withdrawn_at is None and policy.may(request.person, "sources.outside.fill", of),
        can_withdraw=of.withdrawn_at is None and policy.may(request.person, "sources.outside.withdraw", of),
        findings=f"{reverse('sources:findings')}?check=sources.not_on_ledger",
    )


@room("sources", "outside_match", policy="sources.outside.see")
def match_page(request: Request, pk: int) -> HttpResponseBase:
    """How the ledgers stand against a list today, as the checks will say it."""
    of = _found(request, pk)
    held = queries.held(of, clock.today())
    return page(
        request,
        "sources/outside/match.html",
        title=_("和清单比对"),
        crumbs=[(_("外部名单"), reverse("sources:outside")), (str(queries.kind_label(of.kind)), of.get_absolute_url())],
        of=of,
        told=queries.matched(held) if held else None,
    )


@room("sources", "outside_new", policy="sources.outside.add", methods=FORM)
def new_list(request: Request) -> HttpResponseBase:
    """Enter a list; its file comes in next."""
    form = OutsideListForm(request.POST or None, person=request.person)
    if request.method == "POST" and (made := submitted(form, partial(actions.add_outside_list, request.person))):
        messages.success(request, _("已保存。现在导入它的文件。"))
        return see_other(f"{reverse('core:sheets', args=[BOOK])}?list={made.pk}")
    crumbs = [(_("外部名单"), reverse("sources:outside"))]
    return page(
        request, "core/form.html", title=_("新增外部名单"), form=form, crumbs=crumbs,
        cancel_url=reverse("sources:outside"), status=form.status,
    )  # fmt: skip


@room("sources", "outside_withdraw", policy="sources.outside.withdraw", methods=FORM)
def withdraw(request: Request, pk: int) -> HttpResponseBase:
    """Take a list back."""
    of = _found(request, pk)
    form = WithdrawForm(request.POST or None)
    act = partial(actions.withdraw_outside_list, request.person, of)
    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已撤下，不再用于核查。"))
        return see_other(of.get_absolute_url())
    crumbs = [(_("外部名单"), reverse("sources:outside"))]
    return page(
        request, "core/form.html", title=_("撤下名单"), form=form, crumbs=crumbs, cancel_url=of.get_absolute_url(),
        status=form.status,
    )  # fmt: skip


def _found(request: Request, pk: int) -> OutsideList:
    found = queries.lists(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
