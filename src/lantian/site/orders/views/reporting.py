"""The quick report of somebody outside: a photo, a place, a few words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.once import filled_once
from lantian.site.core.page import page, room, see_other
from lantian.site.core.phone.said import said
from lantian.site.core.request import Request
from lantian.site.orders import actions
from lantian.site.orders.actions.common import Spot
from lantian.site.orders.report_forms import ReportForm

TITLE = _("发现上报")


@room(
    "orders", "order_report", policy="orders.report", menu=TITLE, icon="camera-plus", order=12, methods=("GET", "POST")
)
def report_page(request: Request) -> HttpResponseBase:
    """Report a problem to the desk; works without network."""
    form = ReportForm(request.POST or None, request.FILES or None, person=request.person)

    def act(*, place: str, photo: list[Any], **told: Any) -> HttpResponse:
        phone = said(request.POST)
        spot = Spot(phone.longitude, phone.latitude, place, phone.accuracy, phone.noted_at)
        made = actions.report_problem(request.person, files=photo, spot=spot, **told)
        messages.success(request, _("已上报，值班人员会派单；办理情况在这一页看。"))
        return see_other(made.get_absolute_url())

    if request.method == "POST" and (answer := filled_once(request, form, act)):
        return answer
    return page(
        request,
        "orders/report.html",
        title=TITLE,
        form=form,
        status=form.status,
        submit=_("上报"),
        queue=TITLE,
        cancel_url=reverse("orders:orders"),
    )
