"""Lists as they were made public."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import AreaQuerySet
from lantian.site.sources.release_states import RELEASE


class Release(models.Model):
    """公开发布: one time that a list of a ledger was made public, or is about to be: by the district, or
    by a town where every town makes its own public.

    `heads` and `rows` are what the public saw, in both languages and without personal values: kept as they were at the
    release, whatever becomes of the ledger. A draft has none: it shows the ledger as it stands. A new version of the
    same period corrects the one that it `replaces`.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    ledger = models.CharField(_("清单"), max_length=40)
    name = models.CharField(_("公开内容"), max_length=40)
    title = models.JSONField(_("标题"), default=dict, encoder=DjangoJSONEncoder)
    period = models.CharField(_("期间"), max_length=10, blank=True)
    due_on = models.DateField(_("公开期限"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=RELEASE.choices, default=RELEASE.start)
    heads = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    rows = models.JSONField(default=list, blank=True, encoder=DjangoJSONEncoder)
    count = models.PositiveIntegerField(_("条数"), default=0)
    medium = models.CharField(_("发布载体"), max_length=100, blank=True)
    link = models.URLField(_("网址"), max_length=300, blank=True)
    reason = models.CharField(_("更正或撤下的理由"), max_length=500, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("代替")
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("起草人")
    )
    drafted_at = models.DateTimeField(_("起草时间"), default=clock.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发布人")
    )
    released_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    audit_long: ClassVar = ("rows",)
    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("公开发布")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("area", "ledger", "name"),
                condition=Q(state="drafted"),
                name="release_one_draft",
                violation_error_message=_("这份清单已有公开草稿。"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=("ledger", "name", "state"), name="release_of_ledger")]

    def __str__(self) -> str:
        return f"{self.town} {self.said} {self.period}".strip()

    @property
    def town(self) -> str:
        """The town whose own list it is; '' for the district's."""
        return "" if self.area.parent_id is None else str(self.area)

    @property
    def said(self) -> str:
        """What is made public, in the reader's language."""
        return str(self.title.get("en" if get_language() == "en" else "zh", self.name))

    def get_absolute_url(self) -> str:
        return reverse("sources:release", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, None

    def table(self, language: str) -> tuple[list[str], list[list[Any]]]:
        """Heads and rows in a language, `zh` or `en`."""
        return [one[language] for one in self.heads], [one[language] for one in self.rows]
