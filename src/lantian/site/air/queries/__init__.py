"""Reads of this room."""

from lantian.site.air.queries.days import DayRow, month
from lantian.site.air.queries.rankings import rankings
from lantian.site.air.queries.stations import stations

__all__ = ["DayRow", "month", "rankings", "stations"]
