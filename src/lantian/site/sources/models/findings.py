"""What checks found."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet
from lantian.site.sources.finding_states import FINDING


class Finding(models.Model):
    """疑点: something that a check says cannot be right. A check finds it once, however often it runs.

    `text` and `facts` are kept in both languages, as they were when it was last found; `things` are what it is about.
    `order` is the work order that it became.
    """

    check_name = models.CharField(_("核查规则"), max_length=60)
    key = models.CharField(max_length=120)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    text = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    facts = models.JSONField(_("证据"), default=list, blank=True, encoder=DjangoJSONEncoder)
    things: models.ManyToManyField[Any, Any] = models.ManyToManyField("core.Ref", related_name="+", blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=FINDING.choices, default=FINDING.start)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)
    seen_at = models.DateTimeField(_("最近核查"), default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理人")
    )
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("工单")
    )

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("清单疑点")
        ordering = ("-pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=("check_name", "key"), name="finding_once")]
        indexes: ClassVar = [models.Index(fields=("state", "area"), name="finding_state")]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The sentence in the reader's language."""
        return str(self.text.get("en" if get_language() == "en" else "zh-hans", ""))

    @property
    def evidence(self) -> list[tuple[str, Any]]:
        """Labels and values in the reader's language."""
        language = "en" if get_language() == "en" else "zh-hans"
        return [(one["label"].get(language, ""), one["value"]) for one in self.facts]

    def get_absolute_url(self) -> str:
        return reverse("sources:finding", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, None
