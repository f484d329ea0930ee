"""Reads of this room."""

from lantian.site.air.queries.city import city_bulletins, hot_list
from lantian.site.air.queries.days import DayRow, month
from lantian.site.air.queries.rankings import rankings
from lantian.site.air.queries.stations import stations

__all__ = ["DayRow", "city_bulletins", "hot_list", "month", "rankings", "stations"]
