"""Evaluates bound goals on a day: their metric's figure, the earlier one, what is left, the chance. Reads only.

Goals that share metric, period and edition share what is asked of the metric.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation

from lantian.airquality.editions import GASES, edition
from lantian.airquality.state import in_state_of
from lantian.airquality.targets import Chance, Left, Limit, chance, left, limit_of, pace
from lantian.rulebook import RuleError
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area
from lantian.site.plans.goal_standing import judged
from lantian.site.plans.goal_suggesting import RELATIVE, factor, outlook
from lantian.site.plans.models import Goal, GoalBinding, GoalEvaluation

NOTHING = Reading(None, 0)
ONE_DAY = dt.timedelta(days=1)


class Readings:
    """What metrics gave, asked once for all areas that goals are bound to by them."""

    def __init__(self, bindings: Iterable[GoalBinding]) -> None:
        self._areas: dict[str, dict[int, Area]] = defaultdict(dict)
        for one in bindings:
            if one.area is not None:
                self._areas[one.metric][one.area.pk] = one.area
        self._known: dict[tuple[str, Period, str], Any] = {}

    def of(self, binding: GoalBinding, period: Period, wanted: str) -> Reading:
        """The reading of a binding's area."""
        key = (binding.metric, period, wanted)
        if key not in self._known:
            areas = list(self._areas[binding.metric].values())
            self._known[key] = metrics[binding.metric].work_out(areas, period, wanted)
        found: Reading = self._known[key].get(binding.area_id, NOTHING)
        return found


@dataclass(frozen=True)
class _Asked:
    """One binding on one day, with the parts of its period."""

    binding: GoalBinding
    metric: Metric
    done: Period
    whole: Period
    readings: Readings

    @property
    def over(self) -> Period | None:
        """Days whose values can be there by now; of a metric of months, whole months."""
        if self.metric.by == "day":
            return self.done
        last = (self.done.last + ONE_DAY).replace(day=1) - ONE_DAY
        return Period(self.done.first, last) if last >= self.done.first else None

    @property
    def rest(self) -> Period | None:
        over = self.over
        first = over.last + ONE_DAY if over else self.whole.first
        return Period(first, self.whole.last) if first <= self.whole.last else None

    @property
    def left(self) -> int:
        return self.rest.days if self.rest else 0

    def earlier(self, period: Period, years: int) -> Reading:
        """A reading of the same days some years earlier, comparable with today's: gases in the state of concentrations
        of now, indexes under the edition of now."""
        then = years_before(period, years)
        if not _has_standards(then.first):
            return NOTHING
        own = self.binding.edition
        now = edition(own, on=period.last)
        if self.metric.pollutant not in GASES:
            return self.readings.of(self.binding, then, own if self.metric.pollutant else now.name)
        found = self.readings.of(self.binding, then, own)
        if found.value is None:
            return found
        was = edition(own, on=then.last)
        value = float(in_state_of(self.metric.pollutant, found.value, was=was, becomes=now))
        value = found.value if was.rule.temperature == now.rule.temperature else round(value, self.metric.decimals)
        return Reading(value, found.valid, found.expected, found.explanation, found.url)


def _has_standards(day: dt.date) -> bool:
    """Whether standards are known for a day and the night before it, which its eight-hour means reach back into."""
    try:
        edition("auto", on=day - dt.timedelta(days=1))
    except RuleError:
        return False
    return True


def evaluate(bindings: Sequence[GoalBinding], on: dt.date) -> list[GoalEvaluation]:
    """Evaluations, unsaved, of bound goals up to a day; of those whose metric is still offered.

    `bindings` come with goal, plan and area loaded.
    """
    readings = Readings(bindings)
    return [_evaluated(one, on, readings) for one in bindings if one.metric in metrics and one.first and one.last]


def years_before(period: Period, years: int) -> Period:
    """The same days some years earlier; 29 February falls back to 28."""
    return Period(_earlier(period.first, years), _earlier(period.last, years))


def _earlier(day: dt.date, years: int) -> dt.date:
    year = day.year - years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _evaluated(binding: GoalBinding, on: dt.date, readings: Readings) -> GoalEvaluation:
    assert binding.first is not None
    assert binding.last is not None
    made = GoalEvaluation(goal=binding.goal, on=min(on, binding.last), made_at=clock.now())
    whole = Period(binding.first, binding.last)
    metric = metrics[binding.metric]
    if on < binding.first:
        asked = _Asked(binding, metric, whole, whole, readings)
        _note_earlier(made, asked, asked.earlier(whole, 1))
        made.state, made.days, made.before = "early", whole.days, None
        return made
    asked = _Asked(binding, metric, Period(binding.first, made.on), whole, readings)
    now = readings.of(binding, asked.done, binding.edition)
    made.value, made.valid, made.expected, made.url = now.value, now.valid, now.expected, now.url
    made.days = asked.left
    made.told = {"now": _texts(now.explanation)}
    before = asked.earlier(asked.done, 1)
    made.before = before.value
    _note_earlier(made, asked, before if asked.rest is None else asked.earlier(whole, 1))
    _judge(made, asked)
    return made


def _note_earlier(made: GoalEvaluation, asked: _Asked, whole: Reading) -> None:
    """Figure of the whole period a year earlier, or as the plan names it; the latter counts."""
    stated = asked.binding.base
    made.base = stated if stated is not None else whole.value
    made.told = {**made.told, "before": _texts(whole.explanation)}
    if whole.url:
        made.told["before_url"] = whole.url


def _judge(made: GoalEvaluation, asked: _Asked) -> None:
    if made.value is None:
        made.state = "nodata"
        return
    valid = _valid_days(made, asked.over)
    limit = _limit(made, asked, valid)
    if limit is None:
        made.state = "nobase"
        return
    made.sign, made.limit = limit.sign, round(limit.value, 4)
    metric, rule = asked.metric, outlook()
    most = 100.0 if metric.unit == "%" else math.inf
    found: Left = left(
        limit, made.value, adds=metric.adds, valid=valid, days=asked.left, decimals=metric.decimals, most=most
    )
    likely: Chance = chance(
        limit,
        made.value,
        adds=metric.adds,
        valid=valid,
        days=asked.left,
        past=_past(asked) if found.state == "open" else (),
        most=most,
        fewest=rule.fewest_years,
        spread=rule.spread,
    )
    made.rest, made.years = found.rest, likely.years
    made.chance = likely.share if found.state == "open" else None
    going = pace(made.value, adds=metric.adds, valid=valid, days=asked.left)
    made.state = judged(limit, made.value, found, likely, pace=going, rule=rule)


def _valid_days(made: GoalEvaluation, over: Period | None) -> float:
    """Valid days behind a figure; a metric of several stations counts a day of each, one of months their days."""
    if over is None:
        return 0.0
    if made.expected:
        return over.days * min(made.valid / made.expected, 1.0)
    return float(min(made.valid, over.days))


def _limit(made: GoalEvaluation, asked: _Asked, valid: float) -> Limit | None:
    goal = asked.binding.goal
    times = factor(goal, asked.metric, outlook())
    value = None if goal.value is None or times is None else goal.value * times
    if value is not None and asked.metric.adds == "count" and _is_share(goal):
        value = value / 100 * (valid + asked.left)  # a share of the days
    return limit_of(
        goal.op,
        value,
        before=made.base,
        lower=asked.metric.better == "lower",
        about=asked.binding.about or 0.0,
    )


def _is_share(goal: Goal) -> bool:
    return goal.unit.strip() == "%" and goal.op not in RELATIVE


def _past(asked: _Asked) -> list[float]:
    """What the same rest of the period brought in past years, as `targets.chance` takes it."""
    rule, found, empty = outlook(), [], 0
    for years in range(1, rule.most_years + 1):
        one = _of_year(asked, years, rule.valid_share)
        if one is not None:
            found.append(one)
        empty = 0 if one is not None else empty + 1
        if empty == 2:
            break
    return found


def _of_year(asked: _Asked, years: int, share: float) -> float | None:
    assert asked.rest is not None
    if asked.metric.adds:
        rest = asked.earlier(asked.rest, years)
        enough = rest.value is not None and _share(rest, asked.rest) >= share
        if not enough or rest.value is None:
            return None
        return rest.value if asked.metric.adds != "count" else rest.value / _share(rest, asked.rest)
    first, whole = asked.earlier(asked.done, years), asked.earlier(asked.whole, years)
    if not first.value or not whole.value or _share(whole, asked.whole) < share:
        return None
    return whole.value / first.value


def _share(reading: Reading, period: Period) -> float:
    return min(reading.valid / (reading.expected or period.days), 1.0)


def _texts(text: Text) -> dict[str, str]:
    """A text in both languages, as it is stored."""
    found = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(language):
            found[key] = str(text)
    return found
