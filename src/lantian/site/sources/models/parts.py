"""What stands under a source: production lines, control devices, emission points."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet
from lantian.site.sources.models.sources import Source

NAMED_ONCE = _("这个污染源已有同名的。")


class PartRows(AreaQuerySet):
    """Seen with their source."""

    area_field = "source__area"
    unit_field = "source__unit"


def _between(label: Any, most: float) -> Any:
    return models.FloatField(label, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(most)])


class SourcePart(models.Model):
    """What all of them have. One that runs no more is stopped on a day and stays known; what is stopped may run again.

    Words stand for their keys in the rule `source-parts`.
    """

    kind_name: ClassVar[str]  # in addresses
    links: ClassVar[tuple[str, ...]] = ()  # parts of other kinds that it goes with

    source = models.ForeignKey(Source, models.PROTECT, related_name="%(class)ss", verbose_name=_("污染源"))
    name = models.CharField(_("名称"), max_length=100)
    started = models.DateField(_("投用日期"), null=True, blank=True)
    stopped = models.DateField(_("停止使用日期"), null=True, blank=True)
    why_stopped = models.CharField(_("停用原因"), max_length=500, blank=True)
    note = models.CharField(_("备注"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )

    objects = PartRows.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("sources:part", args=[self.kind_name, self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.source.policy_scope()

    def clean(self) -> None:
        if self.started and self.stopped and self.stopped < self.started:
            raise ValidationError({"stopped": _("停用日期早于投用日期。")})


class ProductionLine(SourcePart):
    """生产线: equipment that makes a product, or burns fuel."""

    kind_name = "lines"

    product = models.CharField(_("产品"), max_length=100, blank=True)
    process = models.CharField(_("生产工艺"), max_length=200, blank=True)
    fuel = models.CharField(_("燃料"), max_length=40, blank=True)
    capacity = _between(_("产能"), 1e12)
    capacity_unit = models.CharField(_("产能单位"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("生产线")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("source", "name"), name="productionline_once", violation_error_message=NAMED_ONCE
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.capacity is not None and not self.capacity_unit:
            raise ValidationError({"capacity_unit": _("请选择产能的单位。")})


class ControlDevice(SourcePart):
    """治理设施: takes pollutants out of the air of production lines before it leaves."""

    kind_name = "devices"
    links = ("lines",)

    kind = models.CharField(_("治理工艺"), max_length=81)
    air_flow = _between(_("设计风量"), 1e8)
    efficiency = _between(_("设计去除效率"), 100)
    lines: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        ProductionLine, related_name="devices", blank=True, verbose_name=_("对应生产线")
    )

    class Meta:
        verbose_name = _("治理设施")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("source", "name"), name="controldevice_once", violation_error_message=NAMED_ONCE
            )
        ]


class EmissionPoint(SourcePart):
    """排放口: where air leaves: after devices, or straight from lines. `monitor` is the code of its automatic one."""

    kind_name = "points"
    links = ("lines", "devices")

    code = models.CharField(_("许可证编号"), max_length=40, blank=True)
    kind = models.CharField(_("类型"), max_length=40)
    height = _between(_("高度"), 500)
    diameter = _between(_("内径"), 50)
    pollutants = models.JSONField(_("排放污染物"), default=list, blank=True)
    monitor = models.CharField(_("自动监控编码"), max_length=40, blank=True)
    lines: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        ProductionLine, related_name="points", blank=True, verbose_name=_("对应生产线")
    )
    devices: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        ControlDevice, related_name="points", blank=True, verbose_name=_("对应治理设施")
    )

    class Meta:
        verbose_name = _("排放口")
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("source", "name"), name="emissionpoint_once", violation_error_message=NAMED_ONCE
            )
        ]


KINDS: dict[str, type[SourcePart]] = {one.kind_name: one for one in (ProductionLine, ControlDevice, EmissionPoint)}
