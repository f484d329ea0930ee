"""Who has seen the guided tour."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from lantian.site.core import clock


class TourSeen(models.Model):
    """That a person has walked through the guided tour, or put it away."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person"], name="tour_seen_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.seen_at:%Y-%m-%d}"
