"""Forms and filters of the station diary."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air.forms import OfStation
from lantian.site.air.models import Station
from lantian.site.air.models.diary import KINDS
from lantian.site.air.review_forms import day_bounds
from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor

FACTORS = [(name, LABELS[name]) for name in POLLUTANTS]
MOMENT = "%Y-%m-%dT%H:%M"


class DiaryFilter(OfStation):
    """What of the diary is looked for."""

    kind = filters.choice(_("事项"), KINDS)
    since = filters.day(_("自"))
    until = filters.day(_("至"))
    failed = filters.yes(_("只看不合格"))

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        for name in ("station", "kind"):
            if asked[name]:
                where &= Q(**{name: asked[name]})
        if asked["since"]:
            where &= Q(at__gte=day_bounds(asked["since"])[0])
        if asked["until"]:
            where &= Q(at__lt=day_bounds(asked["until"])[1])
        if asked["failed"]:
            where &= Q(passed=False, state="recorded")
        return where


class Moment(forms.DateTimeInput):
    """Day and hour, by the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MOMENT)


class DiaryForm(Form):
    """One entry; photographs are added on its page."""

    station = forms.ModelChoiceField(queryset=Station.objects.none(), label=_("站点"))
    kind = forms.ChoiceField(label=_("事项"), choices=KINDS)
    at = forms.DateTimeField(label=_("时间"), widget=Moment(), input_formats=[MOMENT, "%Y-%m-%d %H:%M"])
    until = forms.DateTimeField(
        label=_("结束时间"), widget=Moment(), required=False, input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
        help_text=_("停电、故障等有起止的事项填写。"),
    )  # fmt: skip
    factor = forms.ChoiceField(
        label=_("因子"), required=False, choices=[("", "—"), *FACTORS], help_text=_("检查和抽检须选。")
    )
    reference = forms.FloatField(
        label=_("标准值"), required=False, help_text=_("零点为 0，流量为 16.67 L/min，可不填；跨度填标气浓度。")
    )
    reading = forms.FloatField(label=_("仪器读数"), required=False)
    passed = forms.NullBooleanField(
        label=_("抽检结论"),
        required=False,
        widget=forms.Select(choices=[("", "—"), ("true", _("合格")), ("false", _("不合格"))]),
        help_text=_("零点、跨度、流量检查按允许误差自动判定，不用填。"),
    )
    note = forms.CharField(label=_("情况"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, person: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = Station.objects.visible_to(person)  # type: ignore[attr-defined]
