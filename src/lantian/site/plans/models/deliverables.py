"""成果: sub-plans, lists and applications that a plan orders, on their way through a filing chain (报送、备案)."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.chains import ChainStep, FilingChain
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.lifecycle import Lifecycle
from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.plans import chains, words
from lantian.site.plans.models.plans import Plan
from lantian.site.plans.models.rows import READERS, DistrictRows
from lantian.site.sources import reading

FARTHEST = 20 * 366  # days from today: what lies farther is a slip


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class FilingRows(AreaQuerySet):
    """Filings: of one's units and those that wait for them, and for who reads all of an area. Firms: their own."""

    def visible_to(self, actor: Actor) -> Self:
        own = Q(pk__in=FilingParty.objects.filter(unit__in=actor.visible_unit_ids).values("filing"))
        if not any(actor.holds(role) for role in READERS):
            return self.filter(own)
        areas = actor.visible_area_ids
        return self.all() if areas is None else self.filter(own | Q(deliverable__area__in=areas))


class DeliverableRows(DistrictRows):
    """What a plan orders is seen with the plan; an application only by those whose hands it goes through."""

    def visible_to(self, actor: Actor) -> Self:
        own = Q(pk__in=Filing.objects.visible_to(actor).values("deliverable"))
        if getattr(actor, "is_outside", False):
            return self.filter(own)
        return self.filter(own | Q(plan__in=Plan.objects.visible_to(actor).values("pk")))


class Deliverable(models.Model):
    """成果: a sub-plan, a list or the like that is owed by a day; or an application for an exemption.

    `content` is the chain as it was when it was chosen (`FilingChain`), so that a change of the rule does not leave
    half-walked filings in states that nobody knows. `quote` is the plan's sentence that orders it. `each`: every owner
    owes one of its own. `ledger`: what is filed is the list of that ledger as it stands. `applicant` applies for the
    days from `valid_from` to `valid_to`.
    """

    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    plan = models.ForeignKey(
        Plan, models.CASCADE, null=True, blank=True, related_name="deliverables", verbose_name=_("方案")
    )
    kind = models.CharField(_("类别"), max_length=12, choices=words.DELIVERABLES)
    title = models.CharField(_("名称"), max_length=300)
    number = models.CharField(_("文号"), max_length=100, blank=True)
    due = models.DateField(_("完成日期"), null=True, blank=True)
    each = models.BooleanField(_("各单位分别报送"), default=False)
    chain = models.CharField(_("报送流程"), max_length=60)
    content = models.JSONField()
    ledger = models.CharField(_("清单"), max_length=40, blank=True)
    quote = models.TextField(_("方案原文"), blank=True)
    quote_start = models.PositiveIntegerField(null=True, blank=True)
    applicant = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请单位")
    )
    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("至"), null=True, blank=True)
    created_by = _person(_("建立人"))
    created_at = models.DateTimeField(_("建立时间"), default=clock.now)

    audit_long = ("content",)
    objects = DeliverableRows.as_manager()

    class Meta:
        verbose_name = _("成果")
        ordering = ("due", "pk")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:deliverable", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, self.applicant_id

    def clean(self) -> None:
        for name in ("due", "valid_from", "valid_to"):
            day = getattr(self, name)
            if day and abs((day - clock.today()).days) > FARTHEST:
                raise ValidationError({name: _("日期超出合理范围。")})
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("结束日期早于开始日期。")})

    @cached_property
    def rule(self) -> FilingChain:
        """The chain as it was chosen."""
        return FilingChain.model_validate(self.content)

    @property
    def ledger_title(self) -> str:
        """The ledger whose list is filed, in the reader's language."""
        return reading.title_of(self.ledger) if self.ledger else ""

    @property
    def chain_label(self) -> str:
        return chains.said(self.rule.label)


class Filing(models.Model):
    """报送件: one walk through the chain: of a single deliverable, of one unit's part, or of what was gathered.

    `turn` says who has it now: a step's `by`, 'assign' where the air office has to name the unit first, 'parts' while
    parts are missing, '' at an end. `version` counts the documents handed in, `round` the walks: the second follows
    when what is filed is brought up to date.
    """

    deliverable = models.ForeignKey(Deliverable, models.CASCADE, related_name="filings", verbose_name=_("成果"))
    shape = models.CharField(max_length=8, choices=[(one, one) for one in ("single", "part", "whole")])
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("填报单位")
    )
    state = models.CharField(_("环节"), max_length=20)
    turn = models.CharField(_("待办理"), max_length=8, choices=words.TURNS, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField(_("版本"), default=0)
    due = models.DateField(_("本环节期限"), null=True, blank=True)
    since = models.DateTimeField(_("到达时间"), default=clock.now)
    filed_on = models.DateField(_("备案日期"), null=True, blank=True)
    filed_version = models.PositiveSmallIntegerField(_("备案版本"), null=True, blank=True)

    objects = FilingRows.as_manager()

    class Meta:
        verbose_name = _("报送件")
        ordering = ("deliverable", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("deliverable", "unit"), name="filing_unit_once"),
            models.UniqueConstraint(fields=("deliverable",), condition=Q(shape="whole"), name="filing_one_whole"),
        ]
        indexes: ClassVar = [models.Index(fields=("turn", "due"), name="filing_turn_due")]

    def __str__(self) -> str:
        return f"{self.deliverable}（{self.unit}）" if self.shape == "part" else str(self.deliverable)

    def get_absolute_url(self) -> str:
        return reverse("plans:filing", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.deliverable.area_id, None

    @property
    def steps(self) -> tuple[ChainStep, ...]:
        """The steps of this walk."""
        rule = self.deliverable.rule
        return chains.stretch(rule.step, self.shape, update=self.round > 1)  # type: ignore[arg-type]

    @property
    def lifecycle(self) -> Lifecycle:
        """The table of this walk."""
        rule, part = self.deliverable.rule, self.shape == "part"
        gatherers = tuple(role for one in rule.step if one.gathers for role in chains.ROLES[one.by]) if part else ()
        end = "gathered" if part else "filed"
        return chains.life_cycle(self.steps, end=end, renews=rule.renews, gatherers=gatherers)

    @property
    def step(self) -> ChainStep | None:
        """The step that waits; None at an end."""
        return next((one for one in self.steps if one.name == self.state), None)

    @property
    def state_label(self) -> Text:
        """The step or the end in the reader's language."""
        step = self.step
        return chains.said_later(step.label) if step else chains.ENDS.get(self.state, self.state)

    def units_at(self, step: str) -> list[int]:
        """Keys of the units asked at a step."""
        return [party.unit_id for party in self.parties.all() if party.step == step and party.unit_id]


class FilingParty(models.Model):
    """Who is asked at a step of a filing: a unit, or for units above the district a name."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="parties")
    step = models.CharField(max_length=20)
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=("unit", "step"), name="filingparty_unit_step")]

    def __str__(self) -> str:
        return self.name or str(self.unit)


class FilingReceipt(models.Model):
    """回执: what was done at a step, by whom, when, with which document. `on` and `number` are the document's own."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="receipts")
    step = models.CharField(_("环节"), max_length=20)
    outcome = models.CharField(_("办理"), max_length=10, choices=list(chains.STEPS.items()))
    round = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(_("版本"))
    person = _person(_("办理人"))
    person_name = models.CharField(max_length=150, blank=True)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    at = models.DateTimeField(_("办理时间"), default=clock.now)
    number = models.CharField(_("文号"), max_length=100, blank=True)
    on = models.DateField(_("文件日期"), null=True, blank=True)
    signer = models.CharField(_("签字人"), max_length=50, blank=True)
    text = models.TextField(_("意见"), max_length=2_000, blank=True)
    late = models.BooleanField(_("逾期"), default=False)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.filing} {self.get_outcome_display()}"

    @property
    def step_label(self) -> Text:
        """The step in the reader's language."""
        found = next((one for one in self.filing.deliverable.rule.step if one.name == self.step), None)
        return chains.said(found.label) if found else chains.ENDS.get(self.step, self.step)


class FilingFile(models.Model):
    """A file of a receipt: the document itself in a version, or the scan of an answer."""

    receipt = models.ForeignKey(FilingReceipt, models.CASCADE, related_name="files")
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[("file", _("文件")), ("receipt", _("回执"))])

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.attachment.name
