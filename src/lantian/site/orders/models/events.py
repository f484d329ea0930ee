"""What happened to an order: every step with its words and files, and requests for a later deadline."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.orders import kinds, states, words
from lantian.site.orders.models.orders import Order, person_field


class EventRows(models.QuerySet["OrderEvent"]):
    """What happened to orders."""

    def visible_to(self, actor: Actor) -> Self:
        """Of orders that the actor may see; a firm sees what happened since it was given the order, not what another
        did with it before."""
        rows = self.filter(order__in=Order.objects.visible_to(actor).order_by().values("pk"))
        if not states.is_outside(actor):
            return rows
        given = OrderEvent.objects.filter(
            order=OuterRef("order"), kind__in=("issue", "transfer"), unit__in=actor.visible_unit_ids
        )
        return rows.filter(pk__gte=Subquery(given.order_by("-pk").values("pk")[:1]))


class OrderEvent(models.Model):
    """办理过程: one thing that happened to an order, told in its timeline. Never changed.

    `key` makes what the clock does once-only: a step of the escalation for one deadline. `due_at` is the deadline that
    holds from here, where it moved; `unit` whom the order went to. `accuracy` of the place in metres is the phone's;
    `noted_at` is when it was written down there, where it waited for a network: deadlines go by `at`.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="events", verbose_name=_("工单"))
    kind = models.CharField(max_length=20, choices=words.EVENTS)
    at = models.DateTimeField(default=clock.now)
    person = person_field(_("办理人"))
    person_name = models.CharField(max_length=150, blank=True)
    unit_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(pgettext_lazy("order", "内容"), max_length=4_000, blank=True)
    place = models.CharField(pgettext_lazy("order", "地点"), max_length=200, blank=True)
    step = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=100, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    longitude = models.FloatField(
        null=True, blank=True, validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)])
    accuracy = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0.0)])
    noted_at = models.DateTimeField(null=True, blank=True)

    objects = EventRows.as_manager()

    class Meta:
        verbose_name = _("工单办理过程")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "key"), condition=~Q(key=""), name="orders_event_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=("kind", "at"), name="orders_event_kind_at")]

    def __str__(self) -> str:
        return f"{self.order} {self.get_kind_display()}"

    @property
    def look(self) -> words.Look:
        """How it is drawn."""
        return words.LOOKS[self.kind]

    @property
    def said(self) -> str:
        """Its words; of a step of the ladder its name in the reader's language."""
        ladder = kinds.ladder_of(self.order.rule) if self.step else None
        step = next((one for one in ladder.step if one.name == self.step), None) if ladder else None
        return kinds.said(step.label) if step else self.text

    @property
    def has_place(self) -> bool:
        """Whether it says where."""
        return self.longitude is not None and self.latitude is not None


class OrderFile(models.Model):
    """A photo or document that came with an event."""

    event = models.ForeignKey(OrderEvent, models.CASCADE, related_name="files")
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=words.FILES)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.attachment.name


class OrderExtension(models.Model):
    """延期申请: a unit asks for a later deadline of its answer. A granted one moves the order's `due_at`."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="extensions", verbose_name=_("工单"))
    until = models.DateTimeField(_("延至"))
    old_due = models.DateTimeField(_("原期限"))
    text = models.CharField(_("申请理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=10, choices=states.EXTENSION.choices, default=states.EXTENSION.start)
    asked_by = person_field(_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    decided_by = person_field(_("办理人"))
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    reason = models.CharField(_("办理意见"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("工单延期申请")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("order",),
                condition=Q(state="asked"),
                name="orders_extension_one_open",
                violation_error_message=_("这张工单已有一份延期申请在办理。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.order.area_id, self.order.unit_id

    @property
    def from_unit_id(self) -> int | None:
        """The unit that gave the order, which may decide."""
        giver: int | None = self.order.from_unit_id
        return giver

    @property
    def state_label(self) -> Text:
        """The state for the reader."""
        return states.EXTENSION.label(self.state)
