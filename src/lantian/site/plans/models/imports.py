"""A document on its way to become a plan."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.core.policy import AreaQuerySet
from lantian.site.plans import states, words
from lantian.site.plans.draft import Draft


class PlanImport(models.Model):
    """One document that somebody handed in: read by a job, reviewed by the air office, confirmed or thrown away.

    A plan of its own, or the revised document of one (`revises`), which is compared with it instead of confirmed.

    Nothing of it is a plan before it is confirmed. A failed one keeps its message; its file is removed.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    file_name = models.CharField(_("文件"), max_length=255)
    attachment = models.ForeignKey("core.Attachment", models.SET_NULL, null=True, blank=True, related_name="+")
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    purpose = models.CharField(_("用途"), max_length=8, choices=words.PURPOSES, default="plan")
    revises = models.ForeignKey(
        "plans.Plan", models.CASCADE, null=True, blank=True, related_name="revisions", verbose_name=_("修订的方案")
    )
    state = models.CharField(_("状态"), max_length=16, choices=states.IMPORT.choices, default=states.IMPORT.start)
    title = models.CharField(_("方案名称"), max_length=300, blank=True)
    error_zh = models.TextField(blank=True)
    error_en = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("导入人")
    )
    created_at = models.DateTimeField(_("导入时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    plan = models.OneToOneField("plans.Plan", models.SET_NULL, null=True, blank=True, related_name="origin")

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("方案导入")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.title or self.file_name

    def get_absolute_url(self) -> str:
        return reverse("plans:import", args=[self.pk])

    @property
    def error(self) -> str:
        """Why it failed, in the reader's language."""
        return self.error_en if get_language() == "en" else self.error_zh


class ImportDraft(models.Model):
    """What was read of a document and what people made of it so far; gone once the import is discarded.

    `content` is a `draft.Draft`; `source` and `blocks` show the document (see `source_view`).
    """

    plan_import = models.OneToOneField(PlanImport, models.CASCADE, primary_key=True, related_name="draft")
    content = models.JSONField()
    source = models.TextField()
    blocks = models.JSONField()

    @cached_property
    def parsed(self) -> Draft:
        """The content as a draft: validated once for a request, as a large one takes its time."""
        return Draft.model_validate(self.content)

    def keep(self, draft: Draft) -> None:
        """Store the draft as people have it now."""
        self.content = draft.model_dump(mode="json")
        self.save(update_fields=["content"])
        self.parsed = draft


class Correction(models.Model):
    """One thing that a person changed in a draft: who, when, why, and what was there before."""

    plan_import = models.ForeignKey(PlanImport, models.CASCADE, related_name="corrections")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=300)
    reason = models.CharField(max_length=500, blank=True)
    finding_key = models.CharField(max_length=64, blank=True)
    patches = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("plan_import", "number"), name="correction_number_once"),)

    def __str__(self) -> str:
        return self.what
