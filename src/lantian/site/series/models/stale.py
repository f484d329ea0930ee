"""What has to be worked out anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Stale(models.Model):
    """A stretch of an owner's values that changed since the values resting on it (days, months) were worked out."""

    owner = models.ForeignKey("series.Owner", models.CASCADE, related_name="+")
    interval = models.CharField(max_length=8)
    start = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "interval", "start"], name="series_stale_once")
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.interval} {self.start:%Y-%m-%d}"
