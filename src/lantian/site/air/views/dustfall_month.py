"""A month of dustfall: the grid that it is entered in, confirmed, pasted into, and its deductions."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air import actions
from lantian.site.air.asked import day_of, with_query
from lantian.site.air.dustfall_forms import DeductionForm, MonthForm, PasteForm, WeighingForm
from lantian.site.air.models import DustfallResult
from lantian.site.air.models.dustfall import UNIT, last_day
from lantian.site.air.queries import dustfall as queries
from lantian.site.air.review_days import next_month
from lantian.site.air.views.dustfall import crumbs
from lantian.site.core import clock, page, policy
from lantian.site.core.faults import Fault
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.sheets.actions import upload
from lantian.site.core.sheets.books import books
from lantian.site.org.models import Area
from lantian.site.org.views.common import FORM

DAY = dt.timedelta(days=1)


@room("air", "dustfall_month", policy="air.dustfall.enter", methods=FORM)
def month_page(request: Request) -> HttpResponseBase:
    """Enter a month's results or weighings, a line a point; confirm them."""
    month, area, areas = _asked(request)
    weighed = request.GET.get("by") == "weighing"
    places = queries.month_of_points(request.person, area, month) if area else []
    form = (WeighingForm if weighed else MonthForm)(request.POST or None, places=places)
    if request.method == "POST" and area and form.is_valid():
        try:
            done = _save(request, area, month, form)
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, done)
            return see_other(f"{reverse('air:dustfall_month')}?{_query(request, month, area)}")
    return page.page(
        request,
        "air/dustfall/month.html",
        title=_("录入降尘量"),
        crumbs=crumbs(),
        status=form.status,
        form=form,
        weighed=weighed,
        waiting=[one for one in queries.months_to_confirm(request.person) if one[0] != month],
        drafts=sum(1 for one in places if one.result is not None and one.result.state == "draft"),
        missing=sum(1 for one in places if one.result is None),
        may_confirm=area is not None and policy.may(request.person, "air.dustfall.confirm", area),
        to_results=with_query(request.GET, by="result"),
        to_weighings=with_query(request.GET, by="weighing"),
        paste=PasteForm(),
        **_context(month, area, areas, request),
    )


def _save(request: Request, area: Area, month: dt.date, form: MonthForm) -> Any:
    changed = actions.enter_results(request.person, area, month, form.found())
    if "confirm" not in request.POST:
        return _("已保存 {n} 个点位。").format(n=changed)
    points = [one.point.pk for one in form.places]
    drafts = DustfallResult.objects.filter(point__in=points, month=month, state="draft").select_related("point")
    confirmed = actions.confirm_month(request.person, area, month, list(drafts))
    return _("已确认 {n} 个点位。").format(n=confirmed)


@room("air", "dustfall_paste", policy="air.dustfall.enter", methods=("POST",))
def paste(request: Request) -> HttpResponseBase:
    """A pasted table goes the way of an uploaded file: read, previewed, written after a look."""
    month, area, _areas = _asked(request)
    form = PasteForm(request.POST)
    if area is None or not form.is_valid():
        messages.error(request, _("没有粘贴内容。"))
        return see_other(f"{reverse('air:dustfall_month')}?{_query(request, month, area)}")
    content = form.cleaned_data["table"].encode()
    file = SimpleUploadedFile("pasted.csv", content, "text/csv")
    book = books["air.dustfall"]
    made = upload(request.person, book, file, file.name or "", book.params(request.person, {"year": str(month.year)}))
    return see_other(made.get_absolute_url())


@room("air", "dustfall_deductions", policy="air.dustfall.deduct", methods=FORM)
def deductions_page(request: Request) -> HttpResponseBase:
    """What of a month's results is claimed for sand-dust, and what was approved."""
    month, area, areas = _asked(request)
    places = queries.month_of_points(request.person, area, month) if area else []
    form = DeductionForm(request.POST or None, places=places)
    if request.method == "POST" and area and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("why", "decided_by")}
        try:
            changed = actions.write_deductions(request.person, area, month, form.asked(), **given)
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, _("已保存 {n} 个点位。").format(n=changed))
            return see_other(f"{reverse('air:dustfall_deductions')}?{_query(request, month, area)}")
    return page.page(
        request,
        "air/dustfall/deductions.html",
        title=_("降尘量扣除沙尘"),
        crumbs=crumbs(),
        status=form.status,
        form=form,
        **_context(month, area, areas, request),
    )


def _asked(request: Request) -> tuple[dt.date, Area | None, list[Area]]:
    """The month and the district asked for: else the month that was over last, and the topmost."""
    latest = (clock.today().replace(day=1) - DAY).replace(day=1)
    month = day_of(f"{request.GET.get('month', '')}-01") or latest
    areas = queries.areas_to_enter(request.person)
    area = next((one for one in areas if str(one.pk) == request.GET.get("area", "")), areas[0] if areas else None)
    return min(month, latest), area, areas


def _context(month: dt.date, area: Area | None, areas: list[Area], request: Request) -> dict[str, Any]:
    after = next_month(month)
    return {
        "month": month,
        "area": area,
        "areas": areas,
        "unit": UNIT,
        "before": with_query(request.GET, month=f"{month - DAY:%Y-%m}"),
        "after": with_query(request.GET, month=f"{after:%Y-%m}") if last_day(after) < clock.today() else "",
    }


def _query(request: Request, month: dt.date, area: Area | None) -> str:
    by = {"by": "weighing"} if request.GET.get("by") == "weighing" else {}
    return urlencode({"month": f"{month:%Y-%m}", "area": area.pk if area else ""} | by)
