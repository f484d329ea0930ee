"""Rankings of towns."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air.states import RANKING
from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.core.registries import metrics

SOURCES = [("own", _("本区监测站点")), ("city", _("市级通报"))]
OUT = ("released", "replaced")


class RankingRows(AreaQuerySet):
    """Drafts are seen where the area is seen; what was released is for all officials."""

    def visible_to(self, actor: Actor) -> Self:
        """Rows that the actor may see."""
        if actor.visible_area_ids is None:
            return self.all()
        return self.filter(Q(area__in=actor.visible_area_ids) | Q(state__in=OUT))


class Ranking(models.Model):
    """排名: the parts of an area by one metric over a period.

    `rows` are figures as they were worked out for the draft, with what stands behind each; `text` is the bulletin as it
    was released. Neither changes once it is released: a corrected edition takes its place.
    """

    metric = models.CharField(_("指标"), max_length=60)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="rankings", verbose_name=_("行政区"))
    first = models.DateField(_("起始日期"))
    last = models.DateField(_("终止日期"))
    edition = models.CharField(_("标准版本"), max_length=20, default="auto")
    source = models.CharField(_("数据来源"), max_length=10, choices=SOURCES)
    note = models.TextField(_("说明"), max_length=1000, blank=True)
    state = models.CharField(_("状态"), max_length=20, choices=RANKING.choices, default=RANKING.start)
    rows = models.JSONField(default=list, blank=True)
    text = models.JSONField(default=list, blank=True)
    worked_out_at = models.DateTimeField(_("计算时间"))
    made_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    released_by = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("代替")
    )
    reason = models.TextField(_("更正理由"), max_length=1000, blank=True)

    objects = RankingRows.as_manager()

    class Meta:
        verbose_name = _("排名")
        ordering = ("-last", "-pk")

    def __str__(self) -> str:
        return f"{self.period_text} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("air:ranking", args=[self.pk])

    @property
    def title(self) -> str:
        """What it is ranked by; the bare name where no room offers the metric any longer."""
        return str(metrics[self.metric].title) if self.metric in metrics else self.metric

    @property
    def unit(self) -> str:
        """The metric's unit."""
        return str(metrics[self.metric].unit) if self.metric in metrics else ""

    @property
    def period_text(self) -> str:
        """2026-01 for a month, else both days."""
        ends_a_month = (self.last + dt.timedelta(days=1)).day == 1
        if ends_a_month and self.last.replace(day=1) == self.first:
            return f"{self.first:%Y-%m}"
        return f"{self.first} – {self.last}"

    def clean(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("终止日期早于起始日期。")})
