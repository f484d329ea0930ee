"""What a ledger's list can be cut to: fixed columns, and the fields that the ledger marks as filter."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import ledgers as library
from lantian.rulebook.schemas.ledgers import NUMBERS, Ledger, LedgerField
from lantian.site.core import clock, filters
from lantian.site.org.models import Area
from lantian.site.sources import reading
from lantian.site.sources.models import ListingValue, Source
from lantian.site.sources.models.listings import MEANS
from lantian.site.sources.queries.listings import late


def areas_with_sources() -> list[tuple[int, str]]:
    """Towns that have a source."""
    towns = Area.objects.filter(Exists(Source.objects.filter(area=OuterRef("pk"))))
    return [(one.pk, one.name) for one in towns]


def ledger_choices() -> list[tuple[str, str]]:
    """Ledgers that hold today."""
    return [(one.name, reading.said(one.label)) for one in reading.all_ledgers()]


def _groups() -> list[tuple[str, str]]:
    return [(one.name, reading.said(one.label)) for one in library.groups()]


class LedgersFilter(filters.Filter):
    """Ledgers by their name and group."""

    q = filters.text(_("搜索"), placeholder=_("清单名称"))
    group = filters.choice(_("分组"), _groups)

    def keeps(self, ledger: Ledger) -> bool:
        """Whether a ledger is asked for."""
        asked = self.asked
        named = f"{ledger.label.zh} {ledger.label.en} {ledger.about.zh} {ledger.about.en}".casefold()
        return asked["q"].casefold().strip() in named and asked["group"] in ("", None, ledger.group)


class ListingFilter(filters.Filter):
    """Listings by text, area, state and lateness; of a ledger also by its fields, each with its `parameters`."""

    q = filters.text(_("搜索"), placeholder=_("名称、企业、代码、地址"))
    area = filters.choice(_("行政区"), areas_with_sources)
    means = filters.choice(_("进度"), MEANS)
    late = filters.yes(_("只看逾期"))
    of_ledger: str = ""
    of: tuple[LedgerField, ...] = ()
    parameters: ClassVar[dict[str, list[str]]] = {}

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if q := asked["q"]:
            where &= filters.holds(q, "source__name", "source__firm", "source__address") | Q(
                source__credit_code__startswith=q.upper()
            )
        if asked["area"]:
            where &= Q(source__area=asked["area"]) | Q(source__area__parent=asked["area"])
        for name in ("means", "state"):
            if asked.get(name):
                where &= Q(**{name: asked[name]})
        if asked.get("late"):
            where &= late(clock.today())
        for field in self.of:
            where &= self._of(field)
        return where

    def _of(self, field: LedgerField) -> Q:
        """The condition on a field, asked of the index."""
        asked = self.asked
        values = ListingValue.objects.filter(ledger=self.of_ledger, field=field.name)
        if field.type in NUMBERS:
            least, most = asked.get(f"{field.name}_from"), asked.get(f"{field.name}_to")
            if least is None and most is None:
                return Q()
            if least is not None:
                values = values.filter(number__gte=least)
            if most is not None:
                values = values.filter(number__lte=most)
        elif wanted := asked.get(field.name):
            values = (
                values.filter(text=wanted) if field.type != "text" else values.filter(filters.holds(wanted, "text"))
            )
        else:
            return Q()
        return Q(pk__in=values.values("listing"))


@lru_cache(maxsize=256)
def filter_of(ledger: Ledger) -> type[ListingFilter]:
    """The filter of a ledger."""
    life = reading.life(ledger)
    made: dict[str, Any] = {
        "state": filters.choice(_("状态"), tuple((one.name, reading.said_later(one.label)) for one in life.state)),
        "of_ledger": ledger.name,
        "of": tuple(one for one in ledger.indexed if one.filter),
    }
    made["parameters"] = {field.name: parameters_of(field) for field in made["of"]}
    for field in made["of"]:
        label = reading.said_later(field.label)
        if field.type in NUMBERS:
            made[f"{field.name}_from"] = _number(format_lazy(_("{field} 不小于"), field=label))
            made[f"{field.name}_to"] = _number(format_lazy(_("{field} 不大于"), field=label))
        elif field.type == "choice":
            made[field.name] = filters.choice(
                label, tuple((one.key, reading.said_later(one.label)) for one in field.choices)
            )
        elif field.type == "yes":
            made[field.name] = filters.choice(label, (("yes", _("是")), ("no", _("否"))))
        else:
            made[field.name] = filters.text(label)
    return type("LedgerFilter", (ListingFilter,), made)


def parameters_of(field: LedgerField) -> list[str]:
    """By what a list is cut to a field: its value, or for numbers the least and the most."""
    return [f"{field.name}_from", f"{field.name}_to"] if field.type in NUMBERS else [field.name]


def _number(label: Any) -> forms.FloatField:
    return forms.FloatField(label=label, required=False)
