"""How far the review of a month is; reviewing days, locking, handing in, the city's answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantian.site.air import actions
from lantian.site.air.asked import day_of
from lantian.site.air.models import ReviewMonth, Station
from lantian.site.air.models.reviews import FIRST, SECOND
from lantian.site.air.queries import reviews as queries
from lantian.site.air.review_days import deadlines, next_month
from lantian.site.air.review_forms import CityForm, DaysForm
from lantian.site.core import clock, page, policy
from lantian.site.core.faults import Fault
from lantian.site.core.forms import Form
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.org.models import Area

DAY = dt.timedelta(days=1)
STATIONS = 100  # of a page


@room("air", "months", policy="air.suspicion.see")
def months_page(request: Request) -> HttpResponseBase:
    """A month's review, station by station."""
    return _page(request, _month(request.GET.get("month", "")))


@room("air", "review_days", policy="air.suspicion.decide", methods=("POST",))
def review_days(request: Request) -> HttpResponseBase:
    """Mark days of the ticked stations as looked over."""
    form = DaysForm(request.POST)
    month = _month(request.POST.get("month", ""))
    keys = [int(key) for key in request.POST.getlist("one") if key.isdecimal()][:500]
    stations = list(Station.objects.visible_to(request.person).filter(pk__in=keys).select_related("owner"))

    def act(first: dt.date, last: dt.date, level: str) -> Any:
        rose = actions.review_days(request.person, stations, first, last, level=int(level))
        messages.success(request, ngettext("已审核 {n} 个小时。", "已审核 {n} 个小时。", rose).format(n=rose))

    return _done(request, month, form, act)


@room("air", "month_lock", policy="air.month.lock", methods=("POST",))
def lock_month(request: Request) -> HttpResponseBase:
    """Lock the month."""
    month = _month(request.POST.get("month", ""))
    try:
        actions.lock_month(request.person, _root(request), month, reason=request.POST.get("reason", ""))
    except Fault as fault:
        return _page(request, month, fault=fault)
    messages.success(request, _("已锁定。"))
    return see_other(_address(month))


@room("air", "month_send", policy="air.month.send", methods=("POST",))
def send_month(request: Request) -> HttpResponseBase:
    """Note that the month was handed in."""
    month = _month(request.POST.get("month", ""))
    found = ReviewMonth.objects.visible_to(request.person).filter(area=_root(request), month=month).first()
    if found is None:
        raise Http404
    try:
        actions.send_month(request.person, found)
    except Fault as fault:
        return _page(request, month, fault=fault)
    messages.success(request, _("已登记。"))
    return see_other(_address(month))


@room("air", "city_result", policy="air.city_result.enter", methods=("POST",))
def city_result(request: Request) -> HttpResponseBase:
    """Enter the city's answer."""
    form = CityForm.for_person(request.person, request.POST)

    def act(station: Station, first: dt.date, last: dt.date, verdict: str, reason: str) -> Any:
        n = actions.enter_city_result(request.person, station, first, last, verdict=verdict, reason=reason)
        messages.success(request, ngettext("已登记 {n} 天。", "已登记 {n} 天。", n).format(n=n))

    return _done(request, _month(request.POST.get("month", "")), form, act)


def _done(request: Request, month: dt.date, form: Form, act: Callable[..., Any]) -> HttpResponseBase:
    if not form.is_valid():
        return _page(request, month, wrong=[str(text) for texts in form.errors.values() for text in texts])
    try:
        act(**form.cleaned_data)
    except Fault as fault:
        return _page(request, month, fault=fault)
    return see_other(_address(month))


def _page(
    request: Request, month: dt.date, *, fault: Fault | None = None, wrong: list[str] | None = None
) -> HttpResponseBase:
    last = min(next_month(month) - DAY, clock.today() - DAY)
    span = {"first": month, "last": max(last, month)}
    root = _root(request)
    found = ReviewMonth.objects.filter(area=root, month=month).first() or ReviewMonth(area=root, month=month)
    rows = queries.progress(request.person, month)
    levels = [
        level for level, action in ((FIRST, "air.review.first"), (SECOND, "air.review.second"))
        if policy.may(request.person, action)
    ]  # fmt: skip
    return page.page(
        request,
        "air/review/months.html",
        title=_("审核进度"),
        crumbs=[(_("数据审核"), reverse("air:suspicions"))],
        status=fault.status if fault else 400 if wrong else 200,
        month=month,
        before=month - DAY,
        after=next_month(month),
        rows=Paginator(rows, STATIONS).get_page(request.GET.get("page")),
        behind=sum(row.is_behind for row in rows),
        dates=deadlines(month),
        today=clock.today(),
        review_month=found,
        can_lock=found.state == "open" and clock.today() >= next_month(month),
        levels=levels,
        days=DaysForm(initial=span),
        city=CityForm.for_person(request.person, initial=span),
        fault=fault,
        wrong=wrong or [],
    )


def _root(request: Request) -> Area:
    """The district (or city) whose months are locked as one."""
    root: Area | None = Area.objects.filter(parent=None).order_by("pk").first()
    if root is None:
        raise Http404
    return root


def _address(month: dt.date) -> str:
    return f"{reverse('air:months')}?month={month:%Y-%m}"


def _month(asked: str) -> dt.date:
    """The month of the address, else that of yesterday."""
    return day_of(f"{asked}-01") or (clock.today() - DAY).replace(day=1)
