"""Pages of stations."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air import actions, charts, queries
from lantian.site.air.asked import EDITIONS, edition_of, month_of
from lantian.site.air.forms import StationFilter, StationForm
from lantian.site.air.models import Station
from lantian.site.core import page
from lantian.site.core.chart import chart_page
from lantian.site.core.faults import Text
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.views.common import history

FORM = ("GET", "POST")
STATIONS = Table(
    columns=[
        Column("code", _("站点编码"), sort="code", css="nowrap", link=lambda one: one.get_absolute_url()),
        Column("name", _("站点名称"), sort="name", link=lambda one: one.get_absolute_url()),
        Column("kind", _("站点类别"), sort="kind", value=lambda one: one.get_kind_display()),
        Column("area", _("行政区"), sort="area__code"),
        Column("unit", pgettext_lazy("station", "运维单位"), sort="unit__name"),
        Column("factors", _("监测因子"), value=lambda one: len(one.factors), css="number"),
        Column("valid_from", _("启用日期"), sort="valid_from", css="nowrap minor"),
        Column("valid_to", _("停用日期"), sort="valid_to", css="nowrap minor"),
    ],
    sort="kind",
    empty=_("还没有站点。"),
    empty_hint=_("新增站点后即可导入监测数据。"),
    file_name=_("站点名录"),
)


@room("air", "stations", policy="air.see", menu=_("站点名录"), icon="map-pin", order=80)
def stations_page(request: Request) -> HttpResponseBase:
    """The register of stations."""
    asked = StationFilter.from_query(request.GET)
    rows = queries.stations(request.person).filter(asked.where())
    return list_page(request, "air/stations.html", table=STATIONS, rows=rows, asked=asked, title=_("站点名录"))


@room("air", "station", policy="air.see")
def station_page(request: Request, pk: int) -> HttpResponseBase:
    """One station, with the days of a month."""
    station = found_station(request, pk)
    wanted = edition_of(request.GET)
    first = month_of(request.GET.get("month", ""))
    before, after = first - dt.timedelta(days=1), first + dt.timedelta(days=32)
    days = queries.month(station, first.year, first.month, wanted=wanted)
    measured = [name for name in reversed(POLLUTANTS) if name in station.factors]
    days_of = [charts.month_days(days, name, wanted) for name in measured]
    return chart_page(
        request,
        "air/station.html",
        charts=[charts.month_index(days, wanted), *days_of],
        days_of=days_of,
        title=station.name,
        crumbs=[(_("站点名录"), reverse("air:stations"))],
        station=station,
        days=days,
        first=first,
        before=f"{before:%Y-%m}",
        after=f"{after:%Y-%m}",
        editions=EDITIONS,
        wanted=wanted,
        panels=page.panels("air.station", request.person, station),
        history=history(request, station),
    )


@room("air", "station_new", policy="air.station.add", methods=FORM)
def new_station(request: Request) -> HttpResponseBase:
    """Enter a station."""
    form = StationForm(request.POST or None)
    if request.method == "POST" and (made := submitted(form, partial(actions.add_station, request.person))):
        messages.success(request, _("已新增站点“{name}”。").format(name=made.name))
        return see_other(made.get_absolute_url())
    return _form(request, form, _("新增站点"), reverse("air:stations"))


@room("air", "station_edit", policy="air.station.change", methods=FORM)
def edit_station(request: Request, pk: int) -> HttpResponseBase:
    """Change a station."""
    station = found_station(request, pk)
    form = StationForm(request.POST or None, station=station)

    def save(*, code: str, **fields: object) -> Station:
        return actions.change_station(request.person, station, **fields)

    if request.method == "POST" and submitted(form, save):
        messages.success(request, _("已保存。"))
        return see_other(station.get_absolute_url())
    return _form(request, form, _("修改站点"), station.get_absolute_url())


def _form(request: Request, form: StationForm, title: Text, cancel: str) -> HttpResponseBase:
    crumbs = [(_("站点名录"), reverse("air:stations"))]
    return page.page(request, "core/form.html", title=title, form=form, crumbs=crumbs, cancel_url=cancel)


def found_station(request: Request, pk: int) -> Station:
    """The station of the address, if the person may see it."""
    station = queries.stations(request.person).filter(pk=pk).first()
    if station is None:
        raise Http404
    return station
