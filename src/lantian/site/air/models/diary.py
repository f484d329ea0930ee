"""The diary of stations."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air.diary_states import DIARY
from lantian.site.air.models.reviews import OfStation
from lantian.site.core import clock

CHECKS = ("zero", "span", "flow")
KINDS = [
    ("visit", _("例行巡检")),
    ("zero", _("零点检查")),
    ("span", _("跨度检查")),
    ("flow", _("流量检查")),
    ("calibration", _("校准")),
    ("spot", _("区级抽检")),
    ("power", _("停电")),
    ("fault", _("仪器故障")),
    ("other", _("其他")),
]


class DiaryEntry(models.Model):
    """站点日志: what happened at a station: a visit, a check with its reading, a power cut from when to when.

    A check that failed carries the suspicion that it raised about the hours before it.
    """

    station = models.ForeignKey("air.Station", models.CASCADE, related_name="diary", verbose_name=_("站点"))
    kind = models.CharField(_("事项"), max_length=12, choices=KINDS)
    at = models.DateTimeField(_("时间"))
    until = models.DateTimeField(_("结束时间"), null=True, blank=True)
    factor = models.CharField(_("监测因子"), max_length=20, blank=True)
    reference = models.FloatField(_("标准值"), null=True, blank=True)
    reading = models.FloatField(_("仪器读数"), null=True, blank=True)
    unit = models.CharField(_("单位（量）"), max_length=20, blank=True)
    passed = models.BooleanField(_("合格"), null=True, blank=True)
    note = models.CharField(_("情况"), max_length=1000, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=DIARY.choices, default=DIARY.start)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("记录人")
    )
    recorded_at = models.DateTimeField(_("记录时间"), default=clock.now)
    suspicion = models.OneToOneField(
        "air.Suspicion", models.SET_NULL, null=True, blank=True, related_name="raised_by", verbose_name=_("数据疑点")
    )

    objects = OfStation.as_manager()

    class Meta:
        verbose_name = _("站点日志")
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["station", "kind", "factor", "at"], name="air_diary_last")]

    def __str__(self) -> str:
        return f"{self.station} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("air:diary_entry", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        """That of its station."""
        return self.station.policy_scope()


class CheckDue(models.Model):
    """When a check of a factor at a station is due again, from the last time it was made."""

    station = models.ForeignKey("air.Station", models.CASCADE, related_name="checks_due", verbose_name=_("站点"))
    kind = models.CharField(_("事项"), max_length=12, choices=[one for one in KINDS if one[0] in CHECKS])
    factor = models.CharField(_("监测因子"), max_length=20)
    last = models.DateField(_("上次"))
    due = models.DateField(_("到期日"), db_index=True)

    objects = OfStation.as_manager()

    class Meta:
        verbose_name = _("到期质控")
        ordering = ("due", "station", "kind", "factor")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["station", "kind", "factor"], name="air_check_due_once")
        ]

    def __str__(self) -> str:
        return f"{self.station} {self.get_kind_display()}"
