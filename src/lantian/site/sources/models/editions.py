"""What the index of a ledger was made from."""

from __future__ import annotations

from django.db import models

from lantian.site.core import clock


class LedgerFit(models.Model):
    """清单版本适配: the shape of a ledger to which its listings were last brought: names, types, what is indexed."""

    ledger = models.CharField(max_length=40, unique=True)
    shape = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.ledger
