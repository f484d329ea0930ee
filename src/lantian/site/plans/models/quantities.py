"""Numbers of tasks that evaluate themselves: the metric a person bound them to, and what it gave."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.plans.models.plans import TaskQuantity


class QuantityBinding(models.Model):
    """指标数绑定: the metric, area and days by which a number of a task is worked out, as a person confirmed.

    `value` is what it gave up to `on`, and counts before what anybody reports: it moves when a source does.
    """

    quantity = models.OneToOneField(TaskQuantity, models.CASCADE, related_name="binding", verbose_name=_("指标数"))
    metric = models.CharField(_("度量"), max_length=80)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("评价区域"))
    first = models.DateField(_("评价起始"))
    last = models.DateField(_("评价终止"))
    value = models.FloatField(_("现值"), null=True, blank=True)
    on = models.DateField(_("截至"), null=True, blank=True)
    because = models.JSONField(_("依据"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("指标数绑定")

    def __str__(self) -> str:
        return str(self.quantity)

    def get_absolute_url(self) -> str:
        return self.quantity.task.get_absolute_url()

    def policy_scope(self) -> tuple[int | None, int | None]:
        """Whoever may decide on a plan of the area may decide on its numbers."""
        return self.quantity.task.plan.area_id, None

    @property
    def explanation(self) -> str:
        """What was worked out of what, in the reader's language."""
        return str(self.because.get("en" if get_language() == "en" else "zh-hans", ""))
