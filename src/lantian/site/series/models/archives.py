"""Months that lie in files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock


class Archive(models.Model):
    """归档: one month of blocks of one interval that lies in a file; the hash is that of the file."""

    interval = models.CharField(_("间隔"), max_length=8)
    month = models.DateField(_("月份"))
    sha256 = models.CharField(max_length=64)
    blocks = models.PositiveIntegerField(_("数据块"), default=0)
    size = models.BigIntegerField(_("大小"), default=0)
    at = models.DateTimeField(_("归档时间"), default=clock.now)

    class Meta:
        verbose_name = _("数据归档")
        ordering = ("-month", "interval")
        constraints: ClassVar = [models.UniqueConstraint(fields=["interval", "month"], name="series_archive_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.interval}"
