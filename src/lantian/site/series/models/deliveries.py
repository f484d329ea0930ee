"""Where values came from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet
from lantian.site.series.grid import GRIDS
from lantian.site.series.models.blocks import Stage


class DeliveryRows(AreaQuerySet):
    """Seen by area, and by the unit that delivered them."""

    unit_field = "unit"


class Delivery(models.Model):
    """数据接收: values that came in at once, from a file or a person, and what became of them.

    One that was taken back (`undone_at`) stays in the list; `undone` of its values went or became what they were,
    `stays` others had changed, reviewed or locked since. `undo_job` is the work that takes it back, or last tried to.
    """

    title = models.CharField(_("名称"), max_length=300)
    source = models.CharField(_("数据来源"), max_length=100)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    interval = models.CharField(_("间隔"), max_length=8, choices=[(grid.name, grid.label) for grid in GRIDS.values()])
    stage = models.PositiveSmallIntegerField(_("审核状态"), choices=Stage.choices)
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("时间"), default=clock.now)
    since = models.DateTimeField(_("数据起"), null=True, blank=True)
    until = models.DateTimeField(_("数据止"), null=True, blank=True)
    owners = models.PositiveIntegerField(_("监测对象"), default=0)
    new = models.PositiveIntegerField(_("新增值"), default=0)
    replaced = models.PositiveIntegerField(_("替换"), default=0)
    same = models.PositiveIntegerField(_("相同"), default=0)
    kept = models.PositiveIntegerField(_("因已审核保留"), default=0)
    locked = models.PositiveIntegerField(_("因锁定未写"), default=0)
    missing = models.PositiveIntegerField(_("缺测"), default=0)

    intake = models.ForeignKey("series.Intake", models.SET_NULL, null=True, blank=True, related_name="deliveries")
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤销人")
    )
    undone = models.PositiveIntegerField(_("撤销的值"), default=0)
    stays = models.PositiveIntegerField(_("保留不动的值"), default=0)
    undo_job = models.ForeignKey("core.Job", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DeliveryRows.as_manager()

    class Meta:
        verbose_name = _("数据接收")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("series:delivery", args=[self.pk])


class DeliveryCells(models.Model):
    """Which values of some blocks were not there before a delivery: what taking it back removes.

    `owners` (int64) and `starts` (int64, seconds of the local clock) name the blocks, `bits` are block × slot × factor,
    packed and compressed. Values that it replaced are in its corrections.
    """

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="cells")
    layout = models.ForeignKey("series.Layout", models.PROTECT, related_name="+")
    owners = models.BinaryField()
    starts = models.BinaryField()
    bits = models.BinaryField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.layout_id}"
