"""Sand-dust and other exceptional events."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.air.event_states import EVENT
from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet

KINDS = [("sand-dust", _("沙尘天气")), ("fireworks", _("烟花爆竹")), ("other", _("其他特殊过程"))]


class AirEvent(models.Model):
    """特殊过程: hours that a district asks to have left out of its results, as in a sand-dust event.

    `first` and `last` are the ends of the hours, both included; without stations it concerns all of the area. What was
    measured stays: results are worked out with and without the hours. `decided_by` names the authority above that
    approved or refused, as its document says.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    kind = models.CharField(_("过程类型"), max_length=12, choices=KINDS)
    first = models.DateTimeField(_("起"))
    last = models.DateTimeField(_("止"))
    removes = models.JSONField(_("扣除因子"), default=list)
    stations = models.ManyToManyField("air.Station", blank=True, related_name="events", verbose_name=_("站点"))
    evidence = models.CharField(_("依据"), max_length=1000, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=EVENT.choices, default=EVENT.start)
    claimed_at = models.DateTimeField(_("申报时间"), null=True, blank=True)
    decided_by = models.CharField(_("审批单位和文号"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("审批登记时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人")
    )
    made_at = models.DateTimeField(_("登记时间"), default=clock.now)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("特殊过程")
        ordering = ("-first", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first.astimezone(clock.now().tzinfo):%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("air:event", args=[self.pk])

    def clean(self) -> None:
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("止时早于起时。")})
