"""References to things of any room."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Ref(models.Model):
    """A link to "anything": a thing of any room by kind and id, with the title and address to show."""

    kind = models.CharField(max_length=100)
    ident = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "ident"], name="core_ref_once")]

    def __str__(self) -> str:
        return self.title
