"""Reads of series."""

from lantian.site.series.queries.changes import Change, changes
from lantian.site.series.queries.deliveries import deliveries, intakes, owners
from lantian.site.series.queries.reading import Cube, read, stored_factors

__all__ = ["Change", "Cube", "changes", "deliveries", "intakes", "owners", "read", "stored_factors"]
