"""The clock of a replay."""

from __future__ import annotations

import datetime as dt

from django.db import models


class ReplayClock(models.Model):
    """Shows another time than the wall's: at `started_at` (real) the clock was set to `shown_at`, and runs on."""

    started_at = models.DateTimeField()
    shown_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.shown_at)

    @property
    def shift(self) -> dt.timedelta:
        """How far the shown time stands from the real one."""
        return self.shown_at - self.started_at
