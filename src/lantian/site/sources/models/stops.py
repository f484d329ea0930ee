"""Proposals to stop what did not meet its day, and the list of those that run in turns or not at all."""

from __future__ import annotations

import datetime as dt
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
from lantian.site.sources.stop_states import OPEN, STOP


class StopRows(AreaQuerySet):
    """Seen by the area of the source, and by its firm."""

    area_field = "listing__source__area"
    unit_field = "listing__source__unit"


class StopProposal(models.Model):
    """停产建议: a listing did not do what its ledger's rules ask of it by their day, and they say that it is to stop.

    `duties` are those that it did not meet, with name, label in both languages, day and clause, as they were proposed.
    `taken` is the step by which the listing came to be stopped; without one its life cycle asks for proof first.
    """

    listing = models.ForeignKey("sources.Listing", models.PROTECT, related_name="stops", verbose_name=_("上账记录"))
    duties = models.JSONField(_("未做到"), default=list, encoder=DjangoJSONEncoder)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    proposed_on = models.DateField(_("提出日期"), default=clock.today)
    state = models.CharField(_("状态"), max_length=10, choices=STOP.choices, default=STOP.start)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("决定人")
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    taken = models.ForeignKey(
        "sources.StepTaken", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("办理记录")
    )
    lifted_on = models.DateField(_("解除日期"), null=True, blank=True)

    objects = StopRows.as_manager()

    class Meta:
        verbose_name = _("停产建议")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(state__in=OPEN),
                name="stopproposal_one_open",
                violation_error_message=_("这条记录已有停产建议。"),
            )
        ]
        indexes: ClassVar = [models.Index(fields=("state", "due_on"), name="stopproposal_state")]

    def __str__(self) -> str:
        return str(self.listing)

    def get_absolute_url(self) -> str:
        return reverse("sources:stop", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.listing.policy_scope()

    @property
    def why(self) -> list[str]:
        """What was not done, in the reader's language."""
        language = "en" if get_language() == "en" else "zh"
        return [one[language] for one in self.duties]

    @property
    def clauses(self) -> list[str]:
        """Where that is written."""
        return list(dict.fromkeys(one["clause"] for one in self.duties if one["clause"]))


class PeakShiftRows(AreaQuerySet):
    """Seen by the area of the source, and by its firm."""

    area_field = "source__area"
    unit_field = "source__unit"

    def holding(self, day: dt.date) -> PeakShiftRows:
        """Entries that hold on a day."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day)


class PeakShiftEntry(models.Model):
    """错峰清单: a source that stands still, or runs in turns, between days.

    `until_on` empty: until its work is accepted. Of a proposal to stop, or entered by another room.
    """

    source = models.ForeignKey("sources.Source", models.PROTECT, related_name="peak_shifts", verbose_name=_("污染源"))
    proposal = models.OneToOneField(
        StopProposal, models.PROTECT, null=True, blank=True, related_name="entry", verbose_name=_("停产建议")
    )
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"), null=True, blank=True)
    why = models.JSONField(_("原因"), default=dict, encoder=DjangoJSONEncoder)
    clause = models.CharField(_("依据"), max_length=500, blank=True)

    objects = PeakShiftRows.as_manager()

    class Meta:
        verbose_name = _("错峰清单")
        ordering = ("-from_on", "pk")
        indexes: ClassVar = [models.Index(fields=("until_on", "from_on"), name="peakshift_days")]

    def __str__(self) -> str:
        return str(self.source)

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.source.policy_scope()

    @property
    def said(self) -> str:
        """Why, in the reader's language."""
        return str(self.why.get("en" if get_language() == "en" else "zh", ""))


def told(duty: Any, due: dt.date | None, clause: str) -> dict[str, Any]:
    """A duty of the rules as a proposal keeps it."""
    return {
        "name": duty.name,
        "zh": duty.label.zh,
        "en": duty.label.en,
        "due": due.isoformat() if due else "",
        "clause": clause,
    }
