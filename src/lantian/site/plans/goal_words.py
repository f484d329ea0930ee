"""Figures of goals in words, the same on pages, in files and over the API."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.airquality.exact import gbt8170
from lantian.site.core.faults import Text
from lantian.site.plans.queries.goals import Stood

SIGNS = {"<": "<", "<=": "≤", ">=": "≥", ">": ">"}


def figure(value: float | None, decimals: int = 1) -> str:
    """A figure with its decimals; a dash where there is none."""
    return "—" if value is None else f"{float(gbt8170(value, decimals)):.{decimals}f}"


def value_of(one: Stood) -> str:
    """What the metric gave, with its unit."""
    return _with_unit(one, one.last.value if one.last else None)


def before_of(one: Stood) -> str:
    """What the same days gave a year earlier, with the change since."""
    if one.last is None or one.last.before is None:
        return "—"
    change = one.last.change
    text = figure(one.last.before, one.decimals)
    return text if change is None else f"{text}（{change:+.1f}%）"


def limit_of(one: Stood) -> str:
    """The limit in the metric's unit; '' before it is known."""
    last = one.last
    if last is None or last.limit is None:
        return ""
    decimals = one.decimals if one.decimals or float(last.limit).is_integer() else 1
    return f"{SIGNS[last.sign]} {figure(last.limit, decimals)} {one.unit}".strip()


def allowed(one: Stood) -> Text:
    """What the rest of the period may still bring; '' where nothing is to be said."""
    last, metric = one.last, one.metric
    if last is None or metric is None or last.rest is None:
        return ""
    upper = last.sign in ("<", "<=")
    rest = figure(last.rest, metric.decimals if metric.adds == "mean" else 0)
    if metric.adds == "mean":
        text = _("余下 {days} 天平均不高于 {rest} {unit}") if upper else _("余下 {days} 天平均不低于 {rest} {unit}")
    else:
        text = _("余下 {days} 天最多再有 {rest} 天") if upper else _("余下 {days} 天还须有 {rest} 天")
    return format_lazy(text, days=last.days, rest=rest, unit=metric.unit)


def chance_of(one: Stood) -> Text:
    """The chance, always with the years it rests on."""
    last = one.last
    if last is None or last.limit is None or last.state in ("met", "missed", "kept", "lost"):
        return ""
    if last.chance is None:
        return format_lazy(_("{n} 年数据，不估计把握"), n=last.years)
    return format_lazy(_("把握 {share}（{n} 年数据）"), share=percent(last.chance), n=last.years)


def percent(share: float) -> str:
    """A chance as read; never a certainty."""
    return "<1%" if share < 0.01 else ">99%" if share > 0.99 else f"{share:.0%}"


def valid_of(one: Stood) -> str:
    """Valid values of those there could be."""
    if one.last is None or one.last.state == "early":
        return "—"
    return f"{one.last.valid}" if one.last.expected is None else f"{one.last.valid}/{one.last.expected}"


def _with_unit(one: Stood, value: float | None) -> str:
    return "—" if value is None else f"{figure(value, one.decimals)} {one.unit}".strip()
