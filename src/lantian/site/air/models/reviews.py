"""The two-level review of hours, a month's way to the city, and what the city says of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air.review_states import MONTH
from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet

FIRST, SECOND = 1, 2
LEVELS = [(FIRST, _("初审")), (SECOND, _("复审"))]
VERDICTS = [("accepted", _("采用")), ("refused", _("退回"))]


class OfStation(AreaQuerySet):
    """Seen as the station is."""

    area_field = "station__area"
    unit_field = "station__unit"


class Review(models.Model):
    """审核: somebody has looked over a station's hours of some days, at the first or the second level."""

    station = models.ForeignKey("air.Station", models.CASCADE, related_name="reviews", verbose_name=_("站点"))
    level = models.PositiveSmallIntegerField(_("审核级别"), choices=LEVELS)
    first = models.DateField(_("起"))
    last = models.DateField(_("止"))
    hours = models.PositiveIntegerField(_("小时数"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人")
    )
    at = models.DateTimeField(_("审核时间"), default=clock.now)

    objects = OfStation.as_manager()

    class Meta:
        verbose_name = _("小时数据审核")
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["station", "level", "last"], name="air_review_span")]

    def __str__(self) -> str:
        return f"{self.station} {self.first} – {self.last} {self.get_level_display()}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        """That of its station."""
        return self.station.policy_scope()


class ReviewMonth(models.Model):
    """A month of an area's hours on its way to the city: under review, locked by the district, handed in.

    `month` is its first day, `behind` how many hours were not reviewed twice when it was locked.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    month = models.DateField(_("月份"))
    state = models.CharField(_("状态"), max_length=8, choices=MONTH.choices, default=MONTH.start)
    behind = models.PositiveIntegerField(_("未复审小时数"), default=0)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)
    sent_at = models.DateTimeField(_("报市级时间"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("月度审核")
        ordering = ("-month",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["area", "month"], name="air_month_once")]

    def __str__(self) -> str:
        return f"{self.area} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return f"{reverse('air:months')}?month={self.month:%Y-%m}"


class CityResult(models.Model):
    """市级审核结果: what the city made of a station's day, beside the district's own review."""

    station = models.ForeignKey("air.Station", models.CASCADE, related_name="city_results", verbose_name=_("站点"))
    day = models.DateField(_("日期"))
    verdict = models.CharField(_("结果"), max_length=8, choices=VERDICTS)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("登记时间"), default=clock.now)

    objects = OfStation.as_manager()

    class Meta:
        verbose_name = _("市级审核结果")
        ordering = ("-day", "station")
        constraints: ClassVar = [models.UniqueConstraint(fields=["station", "day"], name="air_city_result_once")]

    def __str__(self) -> str:
        return f"{self.station} {self.day} {self.get_verdict_display()}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        """That of its station."""
        return self.station.policy_scope()
