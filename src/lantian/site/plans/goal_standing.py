"""How a goal stands: met, on its way, or out of reach. The one place that says so, with level, shape and words."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.airquality.targets import Chance, Left, Limit
from lantian.rulebook.schemas.goals import GoalOutlook
from lantian.site.core.faults import Text

# state: (level, shape, words). The shape tells states apart without colour.
STATES: dict[str, tuple[str, str, Text]] = {
    "missed": ("red", "■", _("未达成")),
    "lost": ("red", "✕", _("已无法达成")),
    "unlikely": ("red", "▼", _("难以达成")),
    "unsure": ("amber", "▲", _("有风险")),
    "likely": ("green", "●", _("有望达成")),
    "kept": ("green", "◆", _("已确保达成")),
    "met": ("done", "✓", pgettext_lazy("goal", "已达成")),
    "early": ("grey", "–", pgettext_lazy("goal", "尚未开始")),
    "nobase": ("grey", "◇", _("缺上年数据")),
    "nodata": ("grey", "○", _("暂无数据")),
    "waiting": ("grey", "…", _("待绑定")),
    "missing": ("grey", "？", _("缺少度量")),
    "unfit": ("grey", "–", _("没有可比较的数值")),
    "apart": ("grey", "–", _("不自动评价")),
}
ORDER = list(STATES)
UNBOUND = ("waiting", "missing", "unfit", "apart")


class GoalStanding(NamedTuple):
    """How one goal stands."""

    state: str

    @property
    def level(self) -> str:
        """red, amber, green, grey or done."""
        return STATES[self.state][0]

    @property
    def shape(self) -> str:
        return STATES[self.state][1]

    @property
    def words(self) -> Text:
        return STATES[self.state][2]

    @property
    def urgency(self) -> int:
        """Worst first."""
        return ORDER.index(self.state)

    @staticmethod
    def choices() -> list[tuple[str, Text]]:
        """For a model field: what an evaluation may find."""
        return [(state, words) for state, (_level, _shape, words) in STATES.items() if state not in UNBOUND]


def judged(limit: Limit, figure: float, left: Left, chance: Chance, *, pace: float, rule: GoalOutlook) -> str:
    """The state of a goal whose figure and limit are known.

    Parameters
    ----------
    pace : figure of the whole period if the rest goes as it went; decides where there is no chance
    """
    if left.state == "over":
        return "met" if limit.keeps(figure) else "missed"
    if left.state in ("kept", "lost"):
        return left.state
    if chance.share is None:
        return "likely" if limit.keeps(pace) else "unsure"
    if chance.share >= rule.likely:
        return "likely"
    return "unlikely" if chance.share < rule.unlikely else "unsure"
