"""Reads of series."""

from lantian.site.series.queries.archives import months
from lantian.site.series.queries.changes import Change, changes
from lantian.site.series.queries.deliveries import deliveries, intakes, owners
from lantian.site.series.queries.reading import Cube, read, stored_factors

__all__ = ["Change", "Cube", "changes", "deliveries", "intakes", "months", "owners", "read", "stored_factors"]
