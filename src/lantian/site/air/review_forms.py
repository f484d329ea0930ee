"""Forms and filters of the review desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air.forms import OfStation
from lantian.site.air.models import Station
from lantian.site.air.models.reviews import LEVELS, VERDICTS
from lantian.site.air.models.suspicions import RULES
from lantian.site.core import clock, filters
from lantian.site.core.forms import Form
from lantian.site.core.policy import Actor


class SuspicionFilter(OfStation):
    """What of the queue is looked for; without `all` only what waits."""

    rule = filters.choice(_("疑点类型"), RULES)
    factor = filters.choice(_("因子"), [(name, LABELS[name]) for name in POLLUTANTS])
    day = filters.day(_("日期"))
    all = filters.yes(_("包括已判断"))

    def where(self) -> Q:
        asked = self.asked
        where = Q() if asked["all"] else Q(state="open")
        for name in ("station", "rule", "factor"):
            if asked[name]:
                where &= Q(**{name: asked[name]})
        if asked["day"]:
            begin, end = day_bounds(asked["day"])
            where &= Q(first__lte=end, last__gt=begin)
        return where


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The midnights around a day."""
    begin = dt.datetime.combine(day, dt.time(), tzinfo=clock.now().tzinfo)
    return begin, begin + dt.timedelta(days=1)


class DaysForm(Form):
    """Days to be marked as looked over, and at which level."""

    first = forms.DateField(label=_("起"), widget=forms.DateInput())
    last = forms.DateField(label=_("止"), widget=forms.DateInput())
    level = forms.ChoiceField(label=_("审核级别"), choices=LEVELS, widget=forms.HiddenInput())


class CityForm(Form):
    """The city's answer about days of a station."""

    station = forms.ModelChoiceField(queryset=Station.objects.none(), label=_("站点"))
    first = forms.DateField(label=_("起"), widget=forms.DateInput())
    last = forms.DateField(label=_("止"), widget=forms.DateInput())
    verdict = forms.ChoiceField(label=_("结果"), choices=VERDICTS)
    reason = forms.CharField(label=_("理由"), max_length=300, required=False)

    @classmethod
    def for_person(cls, person: Actor, data: Any = None, **kwargs: Any) -> CityForm:
        """The form with the stations that the person may see."""
        form = cls(data, **kwargs)
        form.fields["station"].queryset = Station.objects.visible_to(person).select_related("owner")  # type: ignore[attr-defined]
        return form
