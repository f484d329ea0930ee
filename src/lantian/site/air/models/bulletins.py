"""Bulletins of the city."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.bulletins import BulletinKind, CityBulletins
from lantian.site.core.policy import AreaQuerySet


def bulletin_rule() -> CityBulletins:
    """Kinds of bulletins, and how their tables are written."""
    return rulebook.get("city-bulletins", as_=CityBulletins)


def kind_words(kind: BulletinKind) -> str:
    """What a kind is called, in the reader's language."""
    return kind.label.en if get_language() == "en" else kind.label.zh


class BulletinRows(AreaQuerySet):
    """Seen by all officials: the city sent it round."""

    def visible_to(self, actor: object) -> BulletinRows:
        """Every row."""
        return self.all()


class Bulletin(models.Model):
    """市级通报: what the city published of streets and towns for a half-month or a month, kept as it was written.

    `total` is how many the city ranked: a list may hold only some of them.
    """

    kind = models.CharField(_("种类"), max_length=40)
    area = models.ForeignKey("org.Area", models.PROTECT, related_name="bulletins", verbose_name=_("行政区"))
    first = models.DateField(_("起始日期"))
    last = models.DateField(_("终止日期"))
    issuer = models.CharField(_("发布单位或文号"), max_length=200, blank=True)
    total = models.PositiveIntegerField(
        _("参加排名总数"), validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )  # fmt: skip
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("录入时间"))

    objects = BulletinRows.as_manager()

    class Meta:
        verbose_name = _("市级通报")
        ordering = ("-last", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "area", "first", "last"],
                name="air_bulletin_once",
                violation_error_message=_("这一时段的同类通报已经录入。更正的，请先删除原来的一份。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.first:%Y-%m-%d} – {self.last:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("air:bulletin", args=[self.pk])

    @property
    def title(self) -> str:
        """What the kind is called; its id where the rule has it no longer."""
        kind = bulletin_rule().of(self.kind)
        return kind_words(kind) if kind else self.kind

    def clean(self) -> None:
        if self.first and self.last and not dt.timedelta(0) <= self.last - self.first <= dt.timedelta(days=366):
            raise ValidationError({"last": _("终止日期须在起始日期之后一年以内。")})


class BulletinRow(models.Model):
    """One line of a bulletin: a street or town as the city wrote it, and the area that is meant, if it is ours."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="lines")
    district = models.CharField(_("区"), max_length=100, blank=True)
    name = models.CharField(_("名称"), max_length=100)
    area = models.ForeignKey("org.Area", models.PROTECT, null=True, blank=True, related_name="bulletin_rows")
    value = models.FloatField(_("数值"), null=True, blank=True)
    place = models.PositiveIntegerField(_("排名"))

    class Meta:
        ordering = ("place", "pk")
        constraints = (models.UniqueConstraint(fields=["bulletin", "district", "name"], name="air_bulletin_row"),)

    def __str__(self) -> str:
        return self.name

    @property
    def from_last(self) -> int:
        """1 is the last of all that the city ranked."""
        return self.bulletin.total - self.place + 1
