"""Approved routes of trucks, and the trips that they drove."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.tracks import hours_of
from lantian.site.core import clock


class ApprovedRoute(models.Model):
    """核准路线: where a truck may drive, as lines or areas, between days, and in which hours ('' at any).

    `geometry` is GeoJSON in WGS 84. A route that is changed ends, and a new one begins.
    """

    listing = models.ForeignKey(
        "sources.Listing", models.PROTECT, related_name="routes", verbose_name=_("上账记录"), editable=False
    )
    name = models.CharField(_("名称"), max_length=100)
    geometry = models.JSONField(_("路线"))
    hours = models.CharField(_("核准时段"), max_length=100, blank=True)
    act = models.CharField(_("依据文件"), max_length=300, blank=True)
    valid_from = models.DateField(_("自"), default=clock.today)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )

    audit_long = ("geometry",)
    objects: ClassVar[models.Manager[ApprovedRoute]]

    class Meta:
        verbose_name = _("核准路线")
        ordering = ("-valid_from", "-pk")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return self.listing.get_absolute_url()

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.listing.policy_scope()

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if self.valid_to and self.valid_to < self.valid_from:
            wrong["valid_to"] = _("结束日期早于开始日期。")
        if self.hours:
            try:
                hours_of(self.hours)
            except ValueError:
                wrong["hours"] = _("看不出是几点到几点。请写成 22:00-次日6:00，多段用顿号隔开。")
        if wrong:
            raise ValidationError(wrong)

    def holds_on(self, day: dt.date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Trip(models.Model):
    """轨迹: where a truck was, point by point, as its device or another system tells.

    `points` are [seconds since 1970, longitude, latitude] in WGS 84, in their order; `strays` what was not allowed by
    the routes that hold on the day on which it began; `routed`: whether any did.
    """

    listing = models.ForeignKey(
        "sources.Listing", models.PROTECT, related_name="trips", verbose_name=_("上账记录"), editable=False
    )
    file_name = models.CharField(_("文件"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    began = models.DateTimeField(_("开始"))
    ended = models.DateTimeField(_("结束"))
    points = models.JSONField(_("定位点"))
    strays = models.JSONField(_("疑点"), default=list, blank=True)
    routed = models.BooleanField(_("有核准路线"), default=False)
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_because = models.CharField(_("撤下理由"), max_length=300, blank=True)

    audit_long = ("points", "strays")
    objects: ClassVar[models.Manager[Trip]]

    class Meta:
        verbose_name = _("轨迹")
        ordering = ("-began", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("listing", "digest"),
                condition=models.Q(withdrawn_at=None),
                name="trip_once",
                violation_error_message=_("这条轨迹已经导入过。"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=("listing", "-began"), name="trip_of")]

    def __str__(self) -> str:
        return f"{self.listing} {localtime(self.began):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("sources:trip", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.listing.policy_scope()
