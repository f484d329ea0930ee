"""Reads of series."""

from lantian.site.series.queries.reading import Cube, read

__all__ = ["Cube", "read"]
