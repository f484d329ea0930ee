"""By which metric a number of a task could be worked out: read from its words and unit, for a person to confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from lantian.site.core import clock
from lantian.site.core.metrics import Metric
from lantian.site.core.registries import metrics
from lantian.site.plans.models import TaskQuantity

LEAST = 2  # pairs of signs that words must share
OF_UNIT = 3  # what the same unit counts beside them


def fits(quantity: TaskQuantity, metric: Metric) -> bool:
    """Whether a metric may be counted against a number: a share against a share, an amount against an amount."""
    return (str(metric.unit) == "%") == (quantity.unit.strip() in ("%", "％")) and not metric.from_last


def suggest(quantity: TaskQuantity, offered: Iterable[tuple[str, Metric]] | None = None) -> str:
    """The metric whose name is likest to the number's words, '' where none is like it. Of figures that grow with the
    work alone: a number of a task counts what is done."""
    rows = metrics.items() if offered is None else offered
    asked = _pairs(f"{quantity.what}{quantity.text}{quantity.task.title}")
    scores = [
        (len(asked & _pairs(str(one.title))) + OF_UNIT * _same_unit(quantity.unit, str(one.unit)), name)
        for name, one in rows
        if one.better == "higher" and fits(quantity, one)
    ]
    best = max(scores, key=lambda one: (one[0], -len(one[1])), default=(0, ""))
    return best[1] if best[0] >= LEAST + OF_UNIT else ""


def period(quantity: TaskQuantity) -> tuple[dt.date, dt.date]:
    """The days in which a number is to be done: those of the plan, at most to the task's due day."""
    plan = quantity.task.plan
    first = plan.period_start or (plan.issued_on or clock.today()).replace(month=1, day=1)
    last = quantity.task.due or plan.period_end or first.replace(month=12, day=31)
    return first, max(first, last)


def _pairs(text: str) -> set[str]:
    return {text[k : k + 2] for k in range(len(text) - 1)}


def _same_unit(asked: str, unit: str) -> bool:
    asked = asked.strip()
    return bool(asked) and (unit == asked or unit.split("/")[0] == asked)
