"""Forms and filter of rankings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import names
from lantian.airquality.spans import month
from lantian.site.air.models import Ranking
from lantian.site.air.models.rankings import SOURCES
from lantian.site.air.states import RANKING
from lantian.site.core import clock, filters
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.core.metrics import Period
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area

EDITIONS = [("auto", _("时段末日执行的版本")), *((name, name) for name in names())]


def metric_choices() -> list[tuple[str, Text]]:
    """Metrics of all rooms."""
    return [(name, one.title) for name, one in metrics.items()]


def ranked_metrics() -> list[tuple[str, Text]]:
    """Metrics that something is ranked by: of all there are hundreds, most of them of sources."""
    there = Ranking.objects.order_by("metric").values_list("metric", flat=True).distinct()
    return [(name, one.title if (one := metrics.get(name)) else name) for name in there]


class RankingFilter(filters.Filter):
    """Which rankings are looked for."""

    metric = filters.choice(_("指标"), ranked_metrics)
    state = filters.choice(_("状态"), RANKING.choices)
    since = filters.day(_("时段自"))

    def where(self) -> Q:
        asked = self.asked
        where = Q()
        if asked["metric"]:
            where &= Q(metric=asked["metric"])
        if asked["state"]:
            where &= Q(state=asked["state"])
        if asked["since"]:
            where &= Q(first__gte=asked["since"])
        return where


class RankingForm(Form):
    """What is to be ranked."""

    metric = forms.ChoiceField(label=_("指标"), choices=metric_choices)
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none(), empty_label=None)
    first = forms.DateField(label=_("起始日期"), widget=forms.DateInput())
    last = forms.DateField(label=_("终止日期"), widget=forms.DateInput())
    edition = forms.ChoiceField(label=_("标准版本"), choices=EDITIONS)
    source = forms.ChoiceField(label=_("数据来源"), choices=SOURCES, help_text=_("通报里会写明。"))
    note = forms.CharField(
        label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        day = clock.today().replace(day=1) - dt.timedelta(days=1)
        span = month(day.year, day.month)
        kwargs.setdefault("initial", {"first": span.first, "last": span.last})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = areas

    @property
    def chosen(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.cleaned_data)
        return given | {"period": Period(given.pop("first"), given.pop("last"))}


class DraftForm(Form):
    """What may change in a draft besides its figures."""

    source = forms.ChoiceField(label=_("数据来源"), choices=SOURCES, help_text=_("通报里会写明。"))
    note = forms.CharField(
        label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip

    def __init__(self, *args: Any, ranking: Ranking, **kwargs: Any) -> None:
        super().__init__(*args, initial={"source": ranking.source, "note": ranking.note}, **kwargs)


class CorrectForm(Form):
    """Why a released ranking is corrected."""

    reason = forms.CharField(label=_("更正理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
