"""A station's hours over a span, and its years."""

from __future__ import annotations

import datetime as dt

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air import charts
from lantian.site.air.asked import EDITIONS, day_of, edition_of, one_of, with_query, year_of
from lantian.site.air.queries.days import between
from lantian.site.air.queries.hours import MOST_DAYS, POINTS, hours_of
from lantian.site.air.views.stations import found_station
from lantian.site.core import clock
from lantian.site.core.chart import WHERE, chart_page
from lantian.site.core.page import room
from lantian.site.core.request import Request

ONE_DAY = dt.timedelta(days=1)
SPANS = {"7d": 7, "24h": 2, "30d": 30}
SPAN_TITLES = [("24h", _("24 小时")), ("7d", _("7 天")), ("30d", _("30 天"))]
FIRST_SHOWN = ("pm25", "pm10", "no2", "o3")


@room("air", "station_hours", policy="air.see")
def hours_page(request: Request, pk: int) -> HttpResponseBase:
    """Hours of a station: index, concentrations, and how they go over the day."""
    station = found_station(request, pk)
    first, last, span, cut = _span(request)
    factors = [name for name in request.GET.getlist("factor") if name in POLLUTANTS] or list(FIRST_SHOWN)
    wanted = edition_of(request.GET)
    now = clock.now()
    until = now if last >= now.date() else None
    points = None if WHERE in request.GET else POINTS  # a file has every hour
    found = hours_of(station, first, last, wanted=wanted, until=until, points=points)
    shown = [
        charts.hours_index(found, latest=24 if span == "24h" else None),
        charts.hours_values(found, factors, latest=24 if span == "24h" else None),
        charts.daily_cycle(found, factors),
    ]
    return chart_page(
        request,
        "air/station_hours.html",
        charts=shown,
        title=_("{name}：小时数据").format(name=station.name),
        crumbs=[(_("站点名录"), reverse("air:stations")), (station.name, station.get_absolute_url())],
        station=station,
        found=found,
        span=span,
        cut=cut,
        most=MOST_DAYS,
        spans=[(code, title, with_query(request.GET, span=code, first="", last="")) for code, title in SPAN_TITLES],
        factors=[(name, LABELS[name], name in factors) for name in reversed(POLLUTANTS)],
        editions=EDITIONS,
        wanted=wanted,
    )


@room("air", "station_year", policy="air.see")
def year_page(request: Request, pk: int) -> HttpResponseBase:
    """A station's year: the index of every day, and the months beside those of the year before."""
    station = found_station(request, pk)
    year, wanted = year_of(request.GET.get("year", "")), edition_of(request.GET)
    pollutant = one_of(request.GET.get("pollutant", ""), reversed(POLLUTANTS))
    days = between(station, dt.date(year - 1, 1, 1), dt.date(year, 12, 31), wanted=wanted)
    before, now = [d for d in days if d.day.year < year], [d for d in days if d.day.year == year]
    return chart_page(
        request,
        "air/station_year.html",
        charts=[
            charts.calendar(now, wanted),
            charts.months(now, before, pollutant, wanted),
            charts.categories_by_month(now, wanted),
        ],
        title=_("{name}：{year} 年").format(name=station.name, year=year),
        crumbs=[(_("站点名录"), reverse("air:stations")), (station.name, station.get_absolute_url())],
        station=station,
        year=year,
        before=with_query(request.GET, year=str(year - 1)),
        after=with_query(request.GET, year=str(year + 1)),
        pollutants=[(name, LABELS[name]) for name in reversed(POLLUTANTS)],
        pollutant=pollutant,
        editions=EDITIONS,
        wanted=wanted,
    )


def _span(request: Request) -> tuple[dt.date, dt.date, str, bool]:
    """First and last day, the named span ('' for days of one's own), and whether a longer one was cut."""
    first, last = day_of(request.GET.get("first", "")), day_of(request.GET.get("last", ""))
    if first and last and first <= last:
        cut = (last - first).days >= MOST_DAYS
        return (last - (MOST_DAYS - 1) * ONE_DAY if cut else first), last, "", cut
    span = one_of(request.GET.get("span", ""), SPANS)
    today = clock.today()
    return today - (SPANS[span] - 1) * ONE_DAY, today, span, False
