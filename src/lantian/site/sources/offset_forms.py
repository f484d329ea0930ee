"""The form that allots a cut to a project, and what the bank is cut to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import GateLine
from lantian.site.core import filters
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.sources import gating, reading
from lantian.site.sources.filters import areas_with_sources
from lantian.site.sources.models import Listing
from lantian.site.sources.queries.listings import added
from lantian.site.sources.queries.offsets import DUST


class AllotForm(Form):
    """Which cut, and how many tonnes of it."""

    cut = forms.ModelChoiceField(
        label=_("减排量"), queryset=Listing.objects.none(), help_text=_("只列出已核实、还有剩余的；括号里是剩余量。")
    )
    tonnes = forms.FloatField(
        label=_("安排量（吨）"), min_value=0, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def __init__(self, *args: Any, offered: list[Any], line: GateLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cut: Any = self.fields["cut"]
        cut.queryset = Listing.objects.filter(pk__in=[one.listing_id for one in offered])
        told = _("{cut}（{left} 吨）")
        labels = [told.format(cut=one.listing.source.name, left=f"{added(one.left):g}") for one in offered]
        cut.choices = [("", "—"), *zip([one.listing_id for one in offered], labels, strict=True)]
        if offered:
            self.fields["cut"].initial = offered[0].listing_id
            self.fields["tonnes"].initial = f"{min(line.lacking, added(offered[0].left)):g}"


def _pollutants() -> list[tuple[str, Text]]:
    return [(one.name, reading.said_later(one.label)) for one in gating.rules().offset]


class BankFilter(filters.Filter):
    """Cuts by text, pollutant, area, and whether something is left."""

    q = filters.text(_("搜索"), placeholder=_("减排量的名称、企业"))
    pollutant = filters.choice(_("污染物"), _pollutants)
    area = filters.choice(_("行政区"), areas_with_sources)
    left = filters.choice(_("剩余"), (("some", _("还有剩余")), ("none", _("已用完")), ("over", _("超额占用"))))

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if q := asked["q"]:
            where &= Q(listing__source__name__icontains=q) | Q(listing__source__firm__icontains=q)
        if asked["pollutant"]:
            where &= Q(pollutant=asked["pollutant"])
        if asked["area"]:
            where &= Q(listing__source__area=asked["area"]) | Q(listing__source__area__parent=asked["area"])
        lefts = {"some": Q(left__gt=DUST), "none": Q(left__lte=DUST, left__gte=-DUST), "over": Q(left__lt=-DUST)}
        return where & lefts.get(asked["left"], Q())
