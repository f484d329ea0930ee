"""Figures of a station: what the wind brings, how values go through the day, the week and the years."""

from __future__ import annotations

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.airquality import cycles, roses, trends
from lantian.airquality.faults import AirError
from lantian.site.air import figures, polar, queries
from lantian.site.air.figure_forms import Asked, asked_of
from lantian.site.air.models import Station
from lantian.site.air.queries.figures import StationHours, station_hours, station_months
from lantian.site.core.chart import Chart, chart_page
from lantian.site.core.page import room
from lantian.site.core.request import Request

SPEED_STEPS = 12  # rows of a table that can still be read


@room("air", "station_wind", policy="air.see")
def wind_page(request: Request, pk: int) -> HttpResponseBase:
    """Roses, polar plot and CBPF of a station."""
    station = _found(request, pk)
    form, asked = asked_of(request.GET, station)
    hours = station_hours(station, asked.factor, asked.first, asked.last)
    charts, drawings, missing = _wind(hours, asked) if hours.has_wind else ([], {}, "")
    return chart_page(
        request,
        "air/figures/wind.html",
        charts=charts,
        title=_("{station}：风和污染").format(station=station.name),
        crumbs=_crumbs(station),
        station=station,
        asked=form,
        shown=asked,
        drawings=drawings,
        has_wind=hours.has_wind,
        missing=missing,
    )


def _wind(hours: StationHours, asked: Asked) -> tuple[list[Chart], dict[str, object], str]:
    of = (asked.name, asked.unit, asked.decimals)
    charts = [figures.wind(roses.wind_rose(hours.direction, hours.speed))]
    three = (hours.values, hours.direction, hours.speed)
    try:
        rose = roses.pollution_rose(*three)
        means = roses.polar_plot(*three, sectors=16, steps=SPEED_STEPS)
        chances = roses.cbpf(*three, sectors=16, steps=SPEED_STEPS)
    except AirError as error:
        return charts, {}, _said(error)
    charts += [figures.pollution(rose, *of), figures.sector_means(rose, *of)]
    charts += [figures.polar(means, *of), figures.chance(chances, *of)]
    drawings: dict[str, object] = {
        "polar": polar.drawing(means, figures.of_means(means, asked.decimals), str(charts[-2].title)),
        "cbpf": polar.drawing(chances, figures.of_chances(), str(charts[-1].title)),
    }
    return charts, drawings, ""


@room("air", "station_trend", policy="air.see")
def trend_page(request: Request, pk: int) -> HttpResponseBase:
    """Trend over the years, and how values go through the day and the week."""
    station = _found(request, pk)
    form, asked = asked_of(request.GET, station)
    hours = station_hours(station, asked.factor, asked.first, asked.last)
    months = station_months(station, asked.factor, asked.last)
    found, missing = None, ""
    try:
        found = trends.theil_sen(months.months, months.mean)
    except AirError as error:
        missing = _said(error)
    of = (asked.name, asked.unit, asked.decimals)
    return chart_page(
        request,
        "air/figures/trend.html",
        charts=[
            figures.trend(months, found, *of),
            figures.diurnal(cycles.diurnal(hours.times, hours.values), *of),
            figures.weekly(cycles.weekly(hours.times, hours.values), *of),
        ],
        title=_("{station}：趋势和变化规律").format(station=station.name),
        crumbs=_crumbs(station),
        station=station,
        asked=form,
        shown=asked,
        trend=found,
        missing=missing,
    )


def _crumbs(station: Station) -> list[tuple[str, str]]:
    return [(_("站点名录"), reverse("air:stations")), (station.name, station.get_absolute_url())]


def _said(error: AirError) -> str:
    return error.en if get_language() == "en" else error.zh


def _found(request: Request, pk: int) -> Station:
    station = queries.stations(request.person).filter(pk=pk).first()
    if station is None:
        raise Http404
    return station
