"""Lists that others keep, as they were on a day."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet


class OutsideList(models.Model):
    """外部名单: a list that another office keeps, as it was on a day: the business registry, permits, licences.

    `source` names who gave it. A list that should not have come in is withdrawn: it stays known and counts no more.
    """

    kind = models.CharField(_("种类"), max_length=40)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("覆盖范围"))
    as_of = models.DateField(_("截至日期"))
    source = models.CharField(_("来源单位"), max_length=200)
    note = models.CharField(_("备注"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("录入时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )
    withdrawn_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)
    withdrawn_because = models.CharField(_("撤下理由"), max_length=300, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("外部名单")
        ordering = ("-as_of", "-pk")

    def __str__(self) -> str:
        return f"{self.source} {self.as_of}"

    def get_absolute_url(self) -> str:
        return reverse("sources:outside_list", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, None


class OutsideRow(models.Model):
    """名单上的一条: a firm as the other office has it. `place` is where it stood in the file; `area` where it lies, as
    far as the list says."""

    outside_list = models.ForeignKey(OutsideList, models.CASCADE, related_name="rows", verbose_name=_("外部名单"))
    place = models.CharField(_("文件位置"), max_length=120, blank=True)
    name = models.CharField(_("名称"), max_length=200)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    number = models.CharField(_("证照编号"), max_length=60, blank=True)
    area = models.ForeignKey(
        "org.Area", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("行政区")
    )
    address = models.CharField(_("地址"), max_length=300, blank=True)
    trade = models.TextField(_("行业或经营范围"), max_length=4000, blank=True)
    state = models.CharField(_("登记状态"), max_length=60, blank=True)
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    valid_to = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = _("名单上的一条")
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=("outside_list", "name"), name="outsiderow_name"),
            models.Index(fields=("outside_list", "credit_code"), name="outsiderow_code"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.outside_list.get_absolute_url()}?{urlencode({'q': self.name})}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.outside_list.policy_scope()
