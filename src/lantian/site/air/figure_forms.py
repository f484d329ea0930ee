"""What a station's figures are asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air import decimals
from lantian.site.air.models import Station
from lantian.site.core import clock, filters

# Hours of more years would keep a page waiting.
LONGEST = dt.timedelta(days=5 * 366)
YEAR = dt.timedelta(days=365)
SHOWN = ("pm25", "pm10", "o3", "no2", "so2", "co", "tsp", "nox", "no", "vocs")


def called(code: str) -> str:
    """A factor as the reader knows it: by its formula where it is one of the six."""
    label = decimals.factor(code).label
    return LABELS.get(code) or (label.en if get_language() == "en" else label.zh)


def _choices() -> list[tuple[str, str]]:
    return [(code, called(code)) for code in SHOWN]


class FigureFilter(filters.Filter):
    """A pollutant and a span."""

    factor = forms.ChoiceField(label=_("污染物"), choices=_choices, required=False)
    since = filters.day(_("开始日期"))
    until = filters.day(_("结束日期"))


@dataclass(frozen=True)
class Asked:
    """What is shown: the filter's answers, and defaults where it is silent.

    Attributes
    ----------
    clipped : whether the span was cut to the longest that is worked out
    """

    factor: str
    first: dt.date
    last: dt.date
    clipped: bool

    @property
    def name(self) -> str:
        """The pollutant for the reader."""
        return called(self.factor)

    @property
    def unit(self) -> str:
        """Of its values."""
        return decimals.unit(self.factor)

    @property
    def decimals(self) -> int:
        """Digits shown."""
        return decimals.of_hour(self.factor)


def asked_of(query: QueryDict, station: Station) -> tuple[FigureFilter, Asked]:
    """The filter as asked, and what follows: the first pollutant of the station, the year up to today."""
    measured = [name for name in SHOWN if name in station.factors] or list(POLLUTANTS[::-1])
    form = FigureFilter.from_query(query)
    choices = [(code, called(code)) for code in measured]
    cast(forms.ChoiceField, form.fields["factor"]).choices = choices
    given = form.asked
    last = min(given["until"] or clock.today(), clock.today())
    first = given["since"] or last - YEAR
    if first > last:
        first = last - YEAR
    earliest = last - LONGEST
    asked = Asked(given["factor"] or measured[0], max(first, earliest), last, first < earliest)
    return form, asked
