"""Blocks of values."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.series.grid import GRIDS
from lantian.site.series.packing import Content


class Stage(models.IntegerChoices):
    """How far the values of a slot have been reviewed. A lower stage never overwrites a higher one."""

    NOTHING = 0, _("无数据")
    REALTIME = 1, _("实时")
    CHECKED = 2, _("初审")
    REVIEWED = 3, _("复审")
    ABOVE = 4, _("上级审定")


class Layout(models.Model):
    """Which factors the values of a block hold, in which order."""

    factors = models.CharField(max_length=1000, unique=True)  # codes joined by commas

    def __str__(self) -> str:
        return self.factors

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the factors."""
        return tuple(self.factors.split(","))


class Block(models.Model):
    """数据块: all values of one owner in one stretch of time (a day of hours, a year of days), packed.

    One row where others keep one for each hour: a year of a station is 366 rows, a page reads dozens, not thousands.
    """

    owner = models.ForeignKey("series.Owner", models.CASCADE, related_name="blocks")
    interval = models.CharField(max_length=8, choices=[(grid.name, grid.label) for grid in GRIDS.values()])
    start = models.DateTimeField()
    layout = models.ForeignKey(Layout, models.PROTECT, related_name="+")
    values = models.BinaryField()
    flags = models.BinaryField()
    stages = models.BinaryField()
    counts = models.BinaryField(null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "interval", "start"], name="series_block_once")
        ]
        indexes: ClassVar = [models.Index(fields=["interval", "start"], name="series_block_start")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.interval} {self.start:%Y-%m-%d %H:%M}"

    def content(self, factors: int) -> Content:
        """The arrays; `factors` is the number of the layout's."""
        counts = bytes(self.counts) if self.counts is not None else None
        return Content.unpack(bytes(self.values), bytes(self.flags), bytes(self.stages), counts, factors)
