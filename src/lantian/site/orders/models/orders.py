"""Work orders (工单) and the units that have to do with them."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.orders import OrderKind
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.orders import origins, states

READERS = ("air_office", "duty_officer", "leader", "auditor")


def person_field(label: Any) -> Any:
    """Whoever did something; the machine is nobody."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class OrderRows(AreaQuerySet):
    """Orders: a unit sees those it has or had, gave, or gets a copy of; who reads all of an area all of them.

    Grid officers see those of their unit that lie in their grid. A draft is for those who hand orders out. Whoever
    reported a problem sees what becomes of it. A firm sees what it has to do itself, and nothing of what another had to
    do.
    """

    def visible_to(self, actor: Actor) -> Self:
        if states.is_outside(actor):
            return self.filter(unit__in=actor.visible_unit_ids).exclude(state="draft")
        areas = actor.visible_area_ids
        reported = Q(made_by=getattr(actor, "pk", None), origin=origins.REPORTED)
        if not any(actor.holds(role) for role in READERS):
            seen = self.filter(self._of_units(actor) | reported)
        elif areas is None:
            seen = self.all()
        else:
            seen = self.filter(Q(area__in=areas) | self._of_units(actor) | reported)
        if any(actor.holds(role) for role in states.DESK):
            return seen
        return seen.filter(~Q(state="draft") | Q(from_unit__in=actor.visible_unit_ids) | reported)

    @staticmethod
    def _of_units(actor: Actor) -> Q:
        units = actor.visible_unit_ids
        if (grid := _grid_of(actor)) is not None:
            return Q(unit__in=units) & (Q(area__in=grid) | Q(area__parent__in=grid) | Q(person=actor.pk))  # type: ignore[attr-defined]
        others = OrderUnit.objects.filter(unit__in=units).values("order")
        return Q(unit__in=units) | Q(from_unit__in=units) | Q(pk__in=others)


def _grid_of(actor: Actor) -> set[int] | None:
    """Areas of somebody who is a grid officer of certain areas and nothing else; None where nothing is cut."""
    held = getattr(actor, "held", [])
    areas = {grant.area_id for grant in held}
    only = bool(held) and all(grant.role == "grid_officer" for grant in held)
    return areas if only and None not in areas else None


class Order(models.Model):
    """工单: what a unit is asked to deal with, by when, and how far it has got.

    `content` is the kind as it was when the order was made, so that a change of the rule does not move its deadlines.
    The number is given when it is handed out, by the rule's form; `series` is what it is counted in, '' for all or a
    district. `origin` names what led to it and `cause` the very thing, if any.
    `from_unit` gave it and may check the answer beside the air office. `accept_by` and `due_at` are the deadlines that
    hold now; `late` says that an answer once came, or was missed, after its time. `repeat_of` is an earlier order of
    the same cause, or the same kind at the same place.
    """

    number = models.CharField(_("工单号"), max_length=80, blank=True)
    series = models.CharField(max_length=20, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(_("类别"), max_length=40)
    content = models.JSONField()
    origin = models.CharField(_("来源"), max_length=60, default=origins.BY_HAND)
    cause = models.ForeignKey("core.Ref", models.PROTECT, null=True, blank=True, related_name="orders")
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="+", verbose_name=_("行政区"))
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("主办单位"))
    person = person_field(_("经办人"))
    from_unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("交办单位")
    )
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(pgettext_lazy("order", "内容"), max_length=4_000, blank=True)
    place = models.CharField(pgettext_lazy("order", "地点"), max_length=200, blank=True)
    place_key = models.CharField(max_length=200, blank=True, editable=False)
    longitude = models.FloatField(
        _("经度"), null=True, blank=True, validators=[MinValueValidator(-180.0), MaxValueValidator(180.0)]
    )
    latitude = models.FloatField(
        _("纬度"), null=True, blank=True, validators=[MinValueValidator(-90.0), MaxValueValidator(90.0)]
    )
    state = models.CharField(_("状态"), max_length=12, choices=states.ORDER.choices, default=states.ORDER.start)
    made_by = person_field(_("建单人"))
    made_at = models.DateTimeField(_("建单时间"), default=clock.now)
    issued_by = person_field(_("派单人"))
    issued_at = models.DateTimeField(_("派单时间"), null=True, blank=True)
    accept_by = models.DateTimeField(_("接单期限"), null=True, blank=True)
    due_at = models.DateTimeField(_("反馈期限"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("接单时间"), null=True, blank=True)
    answered_by = person_field(_("反馈人"))
    answered_at = models.DateTimeField(_("反馈时间"), null=True, blank=True)
    answer = models.TextField(_("反馈内容"), max_length=4_000, blank=True)
    check_by = models.DateTimeField(_("核查期限"), null=True, blank=True)
    closed_by = person_field(_("销号人"))
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    returns = models.PositiveSmallIntegerField(_("退回次数"), default=0)
    late = models.BooleanField(_("逾期"), default=False)
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repeated_by")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    audit_long = ("content",)
    objects = OrderRows.as_manager()

    class Meta:
        verbose_name = _("工单")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("series", "year", "serial"), name="orders_number_once"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__isnull=False, latitude__isnull=False),
                name="orders_whole_point",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=("state", "due_at"), name="orders_state_due"),
            models.Index(fields=("unit", "state"), name="orders_unit_state"),
            models.Index(fields=("area", "state"), name="orders_area_state"),
            models.Index(fields=("kind", "place_key"), name="orders_kind_place"),
            models.Index(fields=("issued_at",), name="orders_issued_at"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.area_id, self.unit_id

    def clean(self) -> None:
        if (self.longitude is None) != (self.latitude is None):
            raise ValidationError({"latitude": _("经度和纬度要一起填写。")})

    @cached_property
    def rule(self) -> OrderKind:
        """The kind as it was when the order was made."""
        return OrderKind.model_validate(self.content)

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        label: dict[str, str] = self.content["label"]
        return label["en" if get_language() == "en" else "zh"]

    @property
    def origin_label(self) -> Text:
        """Where it comes from."""
        return origins.title(self.origin)


class OrderUnit(models.Model):
    """A unit that sees an order beside the one that has it: it gets a copy (抄送), or had it before (原主办)."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="others")
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=[("copy", _("抄送")), ("former", _("原主办"))])

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("order", "unit", "role"), name="orders_unit_role_once")
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.unit}"
