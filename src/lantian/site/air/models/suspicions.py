"""Suspicions about measured hours."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.air.review_states import SECOND, SUSPICION
from lantian.site.core import clock
from lantian.site.core.policy import Actor, AreaQuerySet

HOUR = dt.timedelta(hours=1)
RULES = [
    ("range", _("超出量程")),
    ("flat", _("数值不变")),
    ("spike", _("孤立突跳")),
    ("inversion", _("PM2.5 高于 PM10")),
    ("ratio", _("PM2.5 与 PM10 之比过低")),
    ("neighbour", _("与邻近站长时间不符")),
    ("micro", _("微站与标准站不符")),
    ("step", _("骤降而邻站平稳")),
    ("plateau", _("夜间低值平台")),
    ("failed_check", _("质控检查不合格")),
]


class SuspicionRows(AreaQuerySet):
    """Seen by the area, and the unit that runs the station; signs of interference by those who review last alone."""

    area_field = "station__area"
    unit_field = "station__unit"

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        if any(actor.holds(role) for role in (*SECOND, "leader", "auditor")):
            return rows
        return rows.exclude(rule__in=rulebook.get("air-review", as_=AirReview).office_only)


class Suspicion(models.Model):
    """数据疑点: hours of one factor at a station that a rule marks, for a person to judge. It never deletes a value.

    `first` and `last` are the ends of the hours. `evidence` holds what was seen when it was found: the hours around
    with the neighbours' median, the neighbours by name, figures of the rule. `before` holds, once decided, what the
    decision replaced: [hour, value, notes], so that it can be undone.
    """

    station = models.ForeignKey("air.Station", models.CASCADE, related_name="suspicions", verbose_name=_("站点"))
    factor = models.CharField(_("监测因子"), max_length=20)
    rule = models.CharField(_("疑点类型"), max_length=20, choices=RULES)
    first = models.DateTimeField(_("起"))
    last = models.DateTimeField(_("止"))
    score = models.FloatField(_("分值"), default=0)
    evidence = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=12, choices=SUSPICION.choices, default=SUSPICION.start)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("判断人")
    )
    decided_at = models.DateTimeField(_("判断时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    before = models.JSONField(default=list, blank=True)

    objects = SuspicionRows.as_manager()

    class Meta:
        verbose_name = _("数据疑点")
        ordering = ("-first", "station", "pk")
        indexes: ClassVar = [
            models.Index(fields=["station", "factor", "rule", "last"], name="air_suspicion_span"),
            models.Index(fields=["state", "first"], name="air_suspicion_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.factor} {self.get_rule_display()}"

    def get_absolute_url(self) -> str:
        return reverse("air:suspicion", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        """That of its station."""
        return self.station.policy_scope()

    @property
    def hours(self) -> int:
        """How many hours it spans."""
        return (self.last - self.first) // HOUR + 1


class Watch(models.Model):
    """How far a station's hours have been looked over: blocks that changed later are looked over next."""

    station = models.OneToOneField("air.Station", models.CASCADE, related_name="watch")
    looked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.station_id} {self.looked_at:%Y-%m-%d %H:%M}"
