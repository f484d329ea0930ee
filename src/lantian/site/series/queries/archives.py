"""Which months of measured values lie in the database and which in files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.series import archive
from lantian.site.series.grid import GRIDS, local
from lantian.site.series.models import Archive, Block, Layout

BYTES, BYTES_A_SLOT = 6, 1  # of a value with its flags, of a slot's stage: see `packing`


@dataclass
class Month:
    """A month of one interval: blocks in the database with the bytes of their arrays, and its file."""

    month: dt.date
    interval: str
    blocks: int = 0
    size: int = 0
    file: Archive | None = None

    @property
    def where(self) -> Text:
        """Where its values are read from; what stands in the database counts before the file."""
        if self.file is None:
            return _("数据库")
        return _("数据库和文件") if self.blocks else _("文件")


def months() -> list[Month]:
    """Months of what can be archived, the latest first: three SQL queries, over an index."""
    widths = {pk: len(factors.split(",")) for pk, factors in Layout.objects.values_list("pk", "factors")}
    found: dict[tuple[dt.date, str], Month] = {}

    def of(month: dt.date, interval: str) -> Month:
        return found.setdefault((month, interval), Month(month, interval))

    rows = Block.objects.filter(interval__in=archive.INTERVALS).order_by()
    for interval, start, layout, n in rows.values_list("interval", "start", "layout").annotate(n=Count("pk")):
        one = of(local(start).astype("datetime64[M]").astype("datetime64[D]").item(), interval)
        one.blocks += n
        one.size += n * GRIDS[interval].slots * (BYTES * widths[layout] + BYTES_A_SLOT)
    for file in Archive.objects.all():
        of(file.month, file.interval).file = file
    return sorted(found.values(), key=lambda one: (one.month, one.interval), reverse=True)
