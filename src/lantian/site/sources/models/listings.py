"""Listings: a source on a ledger."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.policy import Actor, AreaQuerySet
from lantian.site.sources.models.sources import Source

MEANS = [("open", _("未完成")), ("stopped", _("停产停用")), ("done", _("已完成")), ("gone", _("已移出"))]


class ListingRows(AreaQuerySet):
    """Seen by the source's area, by its firm, and by the unit that keeps the listing."""

    area_field = "source__area"
    unit_field = "source__unit"

    def visible_to(self, actor: Actor) -> Self:
        areas = actor.visible_area_ids
        if areas is None:
            return self.all()
        units = actor.visible_unit_ids
        # Sources are asked apart, by area and by firm: an index answers each (SQLite reads them all for "or"), and no
        # listing is joined to tell that it is not seen.
        sources = Source.objects.order_by().values("pk")
        in_area, of_firm = sources.filter(area__in=areas), sources.filter(unit__in=units)
        return self.filter(Q(source__in=in_area) | Q(source__in=of_firm) | Q(keeper__in=units))


class Listing(models.Model):
    """上账记录: a source on a ledger, with what the ledger asks of it and how far the work on it has come.

    `attributes` holds the ledger's fields by name, days as text; what an edition does not know any more stays there.
    `means` says what `state` means in its life cycle, so that figures need not know life cycles; `done_on` is the day
    since which that is `done`. `keeper` is the unit that keeps it: personal values are unmasked for its people alone.
    `gaps` is how many fields are empty without which it is not complete or cannot be judged (`lantian.ledgers.gaps`).
    `revision` counts changes, so that nobody saves over what a colleague has saved meanwhile.
    """

    # Its index is `listing_source`.
    source = models.ForeignKey(
        "sources.Source", models.PROTECT, related_name="listings", verbose_name=_("污染源"), db_index=False
    )
    ledger = models.CharField(_("清单"), max_length=40)
    edition = models.CharField(_("清单版本"), max_length=40)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("所属记录")
    )
    keeper = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("管理单位")
    )
    state = models.CharField(_("状态"), max_length=40)
    means = models.CharField(_("进度"), max_length=8, choices=MEANS)
    since = models.DateTimeField(_("进入状态时间"), default=clock.now)
    attributes = models.JSONField(_("内容"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    listed_on = models.DateField(_("上账日期"), default=clock.today)
    done_on = models.DateField(_("办结日期"), null=True, blank=True)
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    changed_at = models.DateTimeField(_("更新时间"), default=clock.now)
    revision = models.PositiveIntegerField(default=0, editable=False)
    gaps = models.PositiveSmallIntegerField(_("缺项"), default=0, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )

    audit_long: ClassVar = ()
    objects = ListingRows.as_manager()

    class Meta:
        verbose_name = _("上账记录")
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("source", "ledger"),
                name="listing_once",
                violation_error_message=_("这个污染源已在这个清单上。"),
            )
        ]
        indexes: ClassVar = [
            # Both hold what lists are counted, cut and sorted by, so that no row is read for one that is not shown.
            models.Index(fields=("ledger", "means", "due_on", "source", "keeper", "id"), name="listing_means"),
            models.Index(fields=("source", "means", "ledger", "due_on", "keeper", "id"), name="listing_source"),
            models.Index(fields=("ledger", "state"), name="listing_state"),
            models.Index(fields=("ledger", "done_on"), name="listing_done"),
        ]

    def __str__(self) -> str:
        return str(self.source)

    def get_absolute_url(self) -> str:
        return reverse("sources:listing", args=[self.pk])

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.source.area_id, self.source.unit_id

    @property
    def late(self) -> bool:
        """Whether its day is past and its work not done."""
        return self.due_on is not None and self.means in ("open", "stopped") and self.due_on < clock.today()

    def enter(self, state: str, means: str) -> None:
        """Be in a state from now on."""
        if means != "done":
            self.done_on = None
        elif self.means != "done":
            self.done_on = clock.today()
        self.state, self.means, self.since = state, means, clock.now()


class ListingValue(models.Model):
    """A value that lists are cut to or add up, mirrored from `attributes` by the one action that writes them."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="values")
    ledger = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    number = models.FloatField(null=True)
    text = models.CharField(max_length=200, null=True)
    objects: ClassVar[models.Manager[ListingValue]]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("listing", "field"), name="listingvalue_once")]
        indexes: ClassVar = [
            models.Index(fields=("ledger", "field", "number"), name="listingvalue_number"),
            models.Index(fields=("ledger", "field", "text"), name="listingvalue_text"),
        ]

    def __str__(self) -> str:
        return f"{self.field}={self.number if self.text is None else self.text}"


class YearlyValues(models.Model):
    """年度值: what a ledger asks for each year of a listing (coal burnt in 2017)."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="years", verbose_name=_("上账记录"))
    year = models.PositiveSmallIntegerField(_("年份"))
    attributes = models.JSONField(_("内容"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("年度值")
        ordering = ("listing", "-year")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("listing", "year"), name="yearlyvalues_once", violation_error_message=_("这一年已有数值。")
            )
        ]

    def __str__(self) -> str:
        return f"{self.listing} {self.year}"

    def policy_scope(self) -> tuple[int | None, int | None]:
        return self.listing.policy_scope()
