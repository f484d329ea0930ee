"""What a metric is: a figure that a room works out from what it holds, for areas and a period.

Targets of plans, rankings and scores are worked out of metrics, never typed in. A room offers its own in `ready()`
(`core.registries.metrics`); rooms that use them know the registry alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import translation

from lantian.site.core.faults import Text


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Reading:
    """What a metric gave for one area.

    Attributes
    ----------
    value : in the metric's unit; None where there is no valid value
    valid : how many valid values stand behind it
    expected : how many there could be; None where that is not known
    explanation : what was worked out of what: "181 个有效日、2 个站点的均值，2018 版"
    url : a page with the inputs, '' if there is none
    """

    value: float | None
    valid: int
    expected: int | None = None
    explanation: Text = ""
    url: str = ""


@dataclass(frozen=True)
class Metric:
    """A figure by area and period.

    Attributes
    ----------
    title : as a page names it
    unit : of its values, '' for a bare number
    decimals : how many are shown
    better : 'lower' or 'higher'
    work_out : gives readings by the key of the area. Takes areas, period and the edition of the standards ('auto' for
        the one in force on each day); an area without values is in the answer too. Bounded queries for all areas
        together. Who may see the areas is for the caller to ask
    indicators : codes of the plans' goal indicators (rulebook `goal-indicators`) that it answers
    adds : how the figure of a period follows from its days: 'mean' of the days, 'count' of days, 'least' of them, ''
        neither (a percentile, an index). Of the first two it can be said what the rest of a period may still bring
    pollutant : whose concentration it is; a gas is compared with earlier years in one state of concentrations
    by : what its values are made of: of months the running one says nothing before it is over
    from_last : whether it is a place counted from the last, which alone answers a goal not to be among the last
    """

    title: Text
    unit: Text
    decimals: int
    better: str
    work_out: Callable[[Sequence[Any], Period, str], Mapping[int, Reading]]
    indicators: Sequence[str] = ()
    adds: Literal["mean", "count", "least", ""] = ""
    pollutant: str = ""
    from_last: bool = False
    by: Literal["day", "month"] = "day"

    @property
    def unit_written(self) -> str:
        """The unit as plans write it, in Chinese, whatever the reader's language: for comparing."""
        with translation.override("zh-hans"):
            return str(self.unit)

    def answers(self, comparison: str) -> bool:
        """Whether a goal of this comparison is asked of such a figure."""
        return self.from_last == (comparison == "not_in_bottom")
