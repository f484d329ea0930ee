"""Deliveries: what came in, what each of them brought, taken back where it was wrong."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lantian.site.core import jobs, page
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import history
from lantian.site.series import actions, queries
from lantian.site.series.forms import DeliveryFilter, UndoForm
from lantian.site.series.models import Delivery

DELIVERIES = Table(
    columns=[
        Column("title", _("名称"), link=lambda row: row.get_absolute_url(), css="wide"),
        Column("source", _("数据来源")),
        Column("since", _("数据起"), sort="since", css="nowrap"),
        Column("until", _("数据止"), sort="until", css="nowrap minor"),
        Column("owners", _("站点数"), css="number"),
        Column("new", _("新增值"), css="number"),
        Column("replaced", _("替换"), css="number"),
        Column("person", _("导入人"), css="only-file"),
        Column("at", _("时间"), sort="at", css="nowrap minor"),
        Column("undone_at", _("撤销时间"), sort="undone_at", css="nowrap minor"),
    ],
    sort="-at",
    empty=_("还没有接收过数据。"),
    empty_hint=_("导入监测数据后，每一次带来了什么都列在这里。"),
    file_name=_("数据接收记录"),
)


@room("series", "deliveries", policy="series.see", menu=_("数据接收记录"), icon="list-check", order=20)
def deliveries_page(request: Request) -> HttpResponseBase:
    """All deliveries."""
    asked = DeliveryFilter.from_query(request.GET)
    rows = queries.deliveries(request.person).filter(asked.where())
    return list_page(
        request, "series/deliveries/deliveries.html", table=DELIVERIES, rows=rows, asked=asked, title=_("数据接收记录")
    )


@never_cache
@room("series", "delivery", policy="series.see")
def delivery_page(request: Request, pk: int) -> HttpResponseBase:
    """One delivery: what it brought, or how far taking it back is."""
    jobs.sweep()
    return _page(request, _found(request, pk), UndoForm())


@room("series", "delivery_undo", policy="series.undo", methods=("POST",))
def undo(request: Request, pk: int) -> HttpResponseBase:
    """Have a delivery taken back."""
    delivery, form = _found(request, pk), UndoForm(request.POST)
    begun = submitted(form, lambda reason: actions.start_undo(request.person, delivery, reason=reason))
    if begun is None:
        return _page(request, delivery, form)
    return see_other(begun.get_absolute_url())


def _page(request: Request, delivery: Delivery, form: UndoForm) -> HttpResponseBase:
    job = delivery.undo_job
    return page.page(
        request,
        "series/deliveries/delivery.html",
        title=delivery.title,
        crumbs=[(_("数据接收记录"), reverse("series:deliveries"))],
        status=form.status,
        delivery=delivery,
        form=form,
        job=job,
        waiting=job is not None and not job.is_over,
        broken_off=job is not None and job.is_over and delivery.undone_at is None,
        stalled=job is not None and jobs.waits_long(job),
        follow=True,
        history=history(request, delivery),
    )


def _found(request: Request, pk: int) -> Delivery:
    found = queries.deliveries(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
