"""Which new project uses up which proven cut."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.sources.models.listings import Listing


class CutUse(models.Model):
    """替代量安排: tonnes of a pollutant that a proven cut took off and a new project may add in their place.

    What is given back (the project was withdrawn or refused, or somebody took it back) counts no more, and stays on
    record with its day.
    """

    project = models.ForeignKey(Listing, models.PROTECT, related_name="cuts_used", verbose_name=_("新建项目"))
    cut = models.ForeignKey(Listing, models.PROTECT, related_name="uses", verbose_name=_("减排量"))
    pollutant = models.CharField(_("污染物"), max_length=40)
    tonnes = models.FloatField(_("安排量"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理人")
    )
    at = models.DateTimeField(_("办理时间"), default=clock.now)
    ended_at = models.DateTimeField(_("退回时间"), null=True, blank=True)

    objects: ClassVar[models.Manager[CutUse]]

    class Meta:
        verbose_name = _("替代量安排")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("project", "cut", "pollutant"), condition=Q(ended_at=None), name="cutuse_once"
            ),
            models.CheckConstraint(condition=Q(tonnes__gt=0), name="cutuse_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=("cut", "pollutant"), name="cutuse_cut")]

    def __str__(self) -> str:
        return f"{self.project} ← {self.cut}: {self.pollutant} {self.tonnes:g}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.project.policy_scope()


STANDING = Q(ended_at=None)  # uses that count
