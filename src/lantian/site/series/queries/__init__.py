"""Reads of series."""

from lantian.site.series.queries.changes import Change, changes
from lantian.site.series.queries.reading import Cube, read

__all__ = ["Change", "Cube", "changes", "read"]
