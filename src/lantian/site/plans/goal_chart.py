"""The history of a goal as a chart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from lantian.site.core.chart import Chart, Limit, Series
from lantian.site.plans.models import GoalEvaluation
from lantian.site.plans.queries.goals import Stood


def history(one: Stood, evaluations: Iterable[GoalEvaluation]) -> Chart:
    """Value up to each day, the same days a year earlier, the limit; the earliest first."""
    rows = list(evaluations)
    limit = one.last.limit if one.last else None

    def series(name: str, values: Sequence[float | None]) -> Series:
        return Series(name, values, unit=str(one.unit), decimals=one.decimals)

    return Chart(
        "goal",
        _("累计到当日的数值"),
        "line",
        [row.on for row in rows],
        _("截至"),
        [
            series(str(one.goal.get_indicator_display()), [row.value for row in rows]),
            series(_("上年同期"), [row.before for row in rows]),
        ],
        limits=[] if limit is None else [Limit(limit, _("目标限值"))],
        file=f"{one.goal.get_indicator_display()}",
    )
