"""Dustfall: where jars stand, what they gave month by month, and the limits of areas.

A month's result is a row of its own and no value in a block of `series`: it has a state, weighings, a note where a jar
was lost, and a deduction that is claimed and approved months later. There is one a month and point, so packing would
save nothing.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.series import Factor, Factors
from lantian.site.air.dustfall_states import DUSTFALL
from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet

COUNTED, CONTROL = "point", "control"
KINDS = [(COUNTED, _("降尘点")), (CONTROL, _("对照点"))]
COMPARISONS = [("<=", _("≤ 不高于")), ("<", _("＜ 低于")), ("~", _("≈ 左右"))]
SIGNS = {"<=": "≤", "<": "＜", "~": "≈"}
UNIT = "t/(km²·30 d)"


def factor() -> Factor:
    """Dustfall as a factor: its range and decimals."""
    return next(one for one in rulebook.get("series-factors", as_=Factors).factor if one.code == "dustfall")


def last_day(month: dt.date) -> dt.date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def number(value: float) -> str:
    """A number with its decimals, one at least: 5.0, 4.75."""
    return f"{value:.1f}" if round(value, 1) == value else f"{value:g}"


def stood(first: dt.date, last: dt.date) -> Q:
    """Condition of points that stood at some time of these days."""
    return (Q(valid_from=None) | Q(valid_from__lte=last)) & (Q(valid_to=None) | Q(valid_to__gte=first))


class DustfallPoint(models.Model):
    """降尘点: a place where a jar hangs through the month. A control point (对照点) lies away from all sources: its
    result stands beside the others and goes into no mean.

    `mouth` is the area of the jar's mouth, for results that are worked out from weighings.
    """

    code = models.CharField(_("点位编码"), max_length=40, unique=True)
    name = models.CharField(_("点位名称"), max_length=100)
    kind = models.CharField(_("点位类别"), max_length=10, choices=KINDS, default=COUNTED)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="dustfall_points", verbose_name=_("行政区"))
    longitude = models.FloatField(
        _("经度"), null=True, blank=True, validators=[MinValueValidator(70), MaxValueValidator(140)]
    )
    latitude = models.FloatField(
        _("纬度"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(60)]
    )
    mouth = models.FloatField(
        _("缸口面积（cm²）"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)
    source = models.CharField(_("资料来源"), max_length=300, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("降尘点位")
        ordering = ("area__code", "code")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("air:dustfall_point", args=[self.pk])

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        if (self.longitude is None) != (self.latitude is None):
            wrong["latitude"] = _("经度和纬度须一起填写。")
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            wrong["valid_to"] = _("停用日期早于启用日期。")
        if wrong:
            raise ValidationError(wrong)

    def stood_in(self, month: dt.date) -> bool:
        """Whether it stood at some time of a month."""
        opened, closed = self.valid_from or dt.date.min, self.valid_to or dt.date.max
        return opened <= last_day(month) and month <= closed


class OfPoint(AreaQuerySet):
    """Seen as the point is."""

    area_field = "point__area"


class DustfallResult(models.Model):
    """降尘量月值: what the jar of a point gave in a month [t/(km²·30 d)], once the air office has confirmed it.

    `raw` is None where the jar was lost: then `note` says how. With weighings the result follows from them. `claimed`
    is what of it sand-dust is said to have brought, `approved` what the authority above let be taken off.
    """

    point = models.ForeignKey(DustfallPoint, models.PROTECT, related_name="results", verbose_name=_("降尘点位"))
    month = models.DateField(_("月份"))
    raw = models.FloatField(_("降尘量"), null=True, blank=True)
    loaded = models.FloatField(_("样品加瓷坩埚质量（g）"), null=True, blank=True)
    empty = models.FloatField(_("瓷坩埚质量（g）"), null=True, blank=True)
    blank = models.FloatField(_("空白质量（g）"), null=True, blank=True)
    mouth = models.FloatField(_("缸口面积（cm²）"), null=True, blank=True)
    days = models.FloatField(_("采样天数"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    claimed = models.FloatField(_("申报扣除"), null=True, blank=True)
    approved = models.FloatField(_("批准扣除"), null=True, blank=True)
    deducted_why = models.CharField(_("扣除依据"), max_length=300, blank=True)
    decided_by = models.CharField(_("审批单位和文号"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=DUSTFALL.choices, default=DUSTFALL.start)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )
    entered_at = models.DateTimeField(_("录入时间"), default=clock.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    objects = OfPoint.as_manager()

    class Meta:
        verbose_name = _("降尘量月值")
        ordering = ("-month", "point__area__code", "point__code")
        constraints = (models.UniqueConstraint(fields=["point", "month"], name="air_dustfall_once"),)

    def __str__(self) -> str:
        return f"{self.point} {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("air:dustfall_result", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        """That of its point."""
        return self.point.area_id, None

    @property
    def is_weighed(self) -> bool:
        """Whether it was worked out from weighings."""
        return self.loaded is not None

    def less(self, account: str) -> float:
        """What is taken off in an account: nothing in the raw one."""
        return (self.claimed if account == "claimed" else self.approved if account == "approved" else 0.0) or 0.0

    def clean(self) -> None:
        rule = factor()
        lowest, highest = rule.range or (0.0, float("inf"))
        wrong: dict[str, Any] = {}
        if self.raw is None and not self.note.strip():
            wrong["note"] = _("没有结果的，请写明原因，如集尘缸破损。")
        if self.raw is not None and not lowest <= self.raw <= highest:
            wrong["raw"] = _("降尘量须在 {least:g} 到 {most:g} 之间。").format(least=lowest, most=highest)
        if self.claimed is not None and not 0 <= self.claimed <= (self.raw or 0.0):
            wrong["claimed"] = _("申报扣除不能大于降尘量。")
        if self.approved is not None and not 0 <= self.approved <= (self.claimed or 0.0):
            wrong["approved"] = _("批准扣除不能大于申报扣除。")
        if self.approved is not None and not self.decided_by.strip():
            wrong["decided_by"] = _("批准扣除须写明审批单位和文号。")
        if self.claimed and not self.deducted_why.strip():
            wrong["deducted_why"] = _("申报扣除须写明依据。")
        if wrong:
            raise ValidationError(wrong)


class DustfallEarlier(models.Model):
    """What a confirmed result was before it was changed, by whom and why."""

    result = models.ForeignKey(DustfallResult, models.CASCADE, related_name="earlier")
    raw = models.FloatField(null=True)
    claimed = models.FloatField(null=True)
    approved = models.FloatField(null=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.result} {self.at:%Y-%m-%d}"


class DustfallLimit(models.Model):
    """降尘量限值: what an area must keep, compared as its plan writes it, from one day to another."""

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="dustfall_limits", verbose_name=_("行政区"))
    limit = models.FloatField(_("限值"), validators=[MinValueValidator(0.1), MaxValueValidator(200)])
    comparison = models.CharField(_("比较方式"), max_length=2, choices=COMPARISONS)
    valid_from = models.DateField(_("执行日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=300)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("降尘量限值")
        ordering = ("area__code", "-valid_from")

    def __str__(self) -> str:
        return f"{self.area} {self.words}"

    @property
    def words(self) -> str:
        """≤5.0"""
        return f"{SIGNS[self.comparison]}{number(self.limit)}"

    def holds_in(self, month: dt.date) -> bool:
        """Whether it holds at the end of a month: what begins in its middle counts for all of it."""
        return self.valid_from <= last_day(month) <= (self.valid_to or dt.date.max)

    def clean(self) -> None:
        if not self.valid_from:  # its own field says so
            return
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("终止日期早于执行日期。")})
        others = DustfallLimit.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=self.valid_from), area_id=self.area_id
        ).exclude(pk=self.pk)  # fmt: skip
        if self.valid_to:
            others = others.filter(valid_from__lte=self.valid_to)
        if there := others.first():
            said = _("“{area}”在这段时间已有限值 {words}（自 {day} 起）。请先填写它的终止日期。")
            raise ValidationError(said.format(area=self.area, words=there.words, day=there.valid_from))


def limit_in(limits: Iterable[DustfallLimit], month: dt.date) -> DustfallLimit | None:
    """The limit of an area that holds in a month."""
    return next((one for one in limits if one.holds_in(month)), None)
