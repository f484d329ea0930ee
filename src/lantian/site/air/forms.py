"""Forms and filters of this room."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.series import Factors
from lantian.site.air.models import Station
from lantian.site.air.models.stations import CLASSES
from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Unit


def factor_choices() -> list[tuple[str, str]]:
    """Factors by code, labelled in the reader's language."""
    language = "en" if get_language() == "en" else "zh"
    return [(one.code, getattr(one.label, language)) for one in rulebook.get("series-factors", as_=Factors).factor]


def _areas() -> list[tuple[int, str]]:
    """Areas that have a station."""
    return [(one.pk, one.name) for one in Area.objects.filter(stations__isnull=False).distinct()]


class StationFilter(filters.Filter):
    """What of the register is looked for."""

    q = filters.text(_("搜索"), placeholder=_("名称、编码"))
    kind = filters.choice(_("站点类别"), CLASSES)
    area = filters.choice(_("行政区"), _areas)
    open = filters.yes(_("只看在用"))

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["q"]:
            where &= Q(name__icontains=asked["q"]) | Q(code__icontains=asked["q"])
        if asked["kind"]:
            where &= Q(kind=asked["kind"])
        if asked["area"]:
            where &= Q(area=asked["area"])
        if asked.get("open"):
            where &= Q(valid_to=None)
        return where


class OfStation(filters.Filter):
    """Base of filters of what belongs to a station, among the stations that the person may see."""

    station = filters.choice(_("站点"), [])

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as the address asks for it."""
        form = cls(query)
        form._query = query
        stations = Station.objects.visible_to(person).order_by("kind", "code").values_list("pk", "name")
        form.fields["station"].choices = [("", _("全部")), *stations]  # type: ignore[attr-defined]
        form.is_valid()
        return form


class NowFilter(StationFilter):
    """What of the stations in use is looked for."""

    open = None  # type: ignore[assignment]


class StationForm(Form):
    """A station's place in the register."""

    code = forms.CharField(label=_("站点编码"), max_length=40)
    name = forms.CharField(label=_("站点名称"), max_length=100)
    kind = forms.ChoiceField(label=_("站点类别"), choices=CLASSES)
    area = forms.ModelChoiceField(queryset=Area.objects.all(), label=_("行政区"))
    unit = forms.ModelChoiceField(
        queryset=Unit.objects.all(), label=pgettext_lazy("station", "运维单位"), required=False
    )
    longitude = forms.FloatField(label=_("经度"), required=False, help_text=_("WGS 84 坐标，十进制度。"))
    latitude = forms.FloatField(label=_("纬度"), required=False)
    factors = forms.MultipleChoiceField(
        label=_("监测因子"), choices=factor_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    counts = forms.BooleanField(label=_("参与评价"), required=False, initial=True)
    background = forms.BooleanField(label=_("清洁对照点"), required=False)
    valid_from = forms.DateField(label=_("启用日期"), required=False, widget=forms.DateInput())
    valid_to = forms.DateField(label=_("停用日期"), required=False, widget=forms.DateInput())
    source = forms.CharField(label=_("资料来源"), max_length=300, required=False)

    def __init__(self, *args: Any, station: Station | None = None, **kwargs: Any) -> None:
        if station is not None:
            kwargs["initial"] = {name: getattr(station, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        if station is not None:
            self.fields["code"].disabled = True
