"""Forms and filters of exceptional events."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.air.diary_forms import FACTORS, MOMENT, Moment
from lantian.site.air.event_states import EVENT
from lantian.site.air.models import AirEvent, Station
from lantian.site.air.models.events import KINDS
from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area


class EventFilter(filters.Filter):
    """What of the events is looked for."""

    kind = filters.choice(_("过程类型"), KINDS)
    state = filters.choice(_("状态"), EVENT.choices)

    def where(self) -> Q:
        return Q(**{name: value for name, value in self.asked.items() if value})


class EventForm(Form):
    """An event's hours, stations and evidence; documents are added on its page."""

    area = forms.ModelChoiceField(queryset=Area.objects.none(), label=_("行政区"))
    kind = forms.ChoiceField(label=_("过程类型"), choices=KINDS)
    first = forms.DateTimeField(label=_("起（第一个扣除小时的止时）"), widget=Moment(), input_formats=[MOMENT])
    last = forms.DateTimeField(label=_("止（最后一个扣除小时的止时）"), widget=Moment(), input_formats=[MOMENT])
    removes = forms.MultipleChoiceField(
        label=_("扣除因子"), choices=FACTORS, widget=forms.CheckboxSelectMultiple, initial=["pm10", "pm25"]
    )
    stations = forms.ModelMultipleChoiceField(
        queryset=Station.objects.none(),
        label=pgettext_lazy("several", "站点"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选表示该行政区的全部站点。"),
    )
    evidence = forms.CharField(
        label=_("依据"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("申报扣除前必填：气象证明、卫星影像、上游站点、浓度变化等。"),
    )  # fmt: skip

    def __init__(self, *args: Any, person: Actor, event: AirEvent | None = None, **kwargs: Any) -> None:
        if event is not None:
            names = ("area", "kind", "first", "last", "removes", "evidence")
            kwargs["initial"] = {name: getattr(event, name) for name in names} | {"stations": event.stations.all()}
        super().__init__(*args, **kwargs)
        seen = person.visible_area_ids
        areas = Area.objects.all() if seen is None else Area.objects.filter(pk__in=seen)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["stations"].queryset = Station.objects.visible_to(person)  # type: ignore[attr-defined]
