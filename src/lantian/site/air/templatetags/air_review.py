"""What templates of the review desk say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags, Label
from lantian.site.air import decimals
from lantian.site.air.models import Suspicion
from lantian.site.air.queries.suspicions import HourRow
from lantian.site.series.grid import aware

register = template.Library()
LOOKS = {
    "open": "is-queued",
    "kept": "is-done",
    "corrected": "is-done",
    "invalid": "is-failed",
    "lapsed": "is-cancelled",
}
FIGURES = {
    "least": _("最小值"),
    "largest": _("最大值"),
    "value": _("本站中位数"),
    "neighbours_at": _("邻站中位数"),
    "slope": _("斜率"),
    "r2": _("决定系数"),
    "reference": _("对照站"),
    "check": _("不合格检查"),
}
MARGIN = 4


@register.filter
def span_of(one: Suspicion) -> str:
    """From when to when, short."""
    first, last = timezone.localtime(one.first), timezone.localtime(one.last)
    if one.first == one.last:
        return f"{first:%Y-%m-%d %H:%M}"
    end = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%m-%d %H:%M}"
    return f"{first:%Y-%m-%d %H:%M} – {end}"


@register.filter
def state_look(one: Suspicion) -> str:
    """The look of a state's mark."""
    return LOOKS.get(one.state, "")


@register.filter
def measured(value: float | None) -> str:
    """A measured value without trailing zeros; a dash for none."""
    return "—" if value is None or np.isnan(value) else f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def digits(value: float | None, number: int) -> str:
    """A figure with as many digits as its rule says; a dash for none."""
    return decimals.said(value, number) or "—"


@register.filter
def said_label(label: Label) -> str:
    """A text of the rulebook in the reader's language."""
    return label.en if get_language() == "en" else label.zh


@register.filter
def notes(bits: int) -> str:
    """What was noted about a value, in brackets."""
    found = [said_label(one.label) for one in rulebook.get("series-flags", as_=Flags).flag if bits >> one.bit & 1]
    return f"（{'、'.join(found)}）" if found else ""


@register.filter
def figures(evidence: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Figures of the rule with their names."""
    return [(name, evidence[key]) for key, name in FIGURES.items() if key in evidence]


@register.filter
def field_name(row: HourRow, one: Suspicion) -> str:
    """The field of an hour's new value."""
    return f"v{(row.time - one.first) // dt.timedelta(hours=1)}"


@register.simple_tag
def seen(one: Suspicion, width: int, height: int) -> SafeString:
    """What was seen: the station's hours and its neighbours' median as lines, the hours in question behind them."""
    evidence = one.evidence
    own, near = evidence.get("values", []), evidence.get("around", [])
    length = max((k + 1 for k, value in enumerate(own) if value is not None), default=0)
    own, near = own[:length], near[:length]  # the day may not be over
    there = [value for value in (*own, *near) if value is not None]
    if not there or not evidence.get("from"):
        return SafeString("")
    start = aware(np.datetime64(evidence["from"], "s"))
    high = max(max(there), 1e-9)
    step = (width - 2 * MARGIN) / max(len(own) - 1, 1)
    low_k, high_k = ((time - start) / dt.timedelta(hours=1) for time in (one.first, one.last))
    left = max(MARGIN + (low_k - 0.5) * step, 0)
    band = min(MARGIN + (high_k + 0.5) * step, width) - left
    return format_html(
        '<svg class="rv-seen" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">'
        '<rect x="{x}" y="0" width="{band}" height="{h}"/>'
        '<path class="is-near" d="{near}"/><path class="is-own" d="{own}"/>'
        '<text x="{w}" y="10" text-anchor="end">{high}</text></svg>',
        w=width, h=height, x=_number(left), band=_number(band), label=f"{one} {span_of(one)}",
        near=_path(near, step, height, high), own=_path(own, step, height, high), high=measured(high),
    )  # fmt: skip


def _path(values: list[float | None], step: float, height: int, high: float) -> str:
    """A line with gaps where nothing was measured; a lone value is a short stroke."""
    parts, joined = [], False
    for k, value in enumerate(values):
        if value is None:
            joined = False
            continue
        x, y = MARGIN + k * step, height - MARGIN - max(value, 0) / high * (height - 2 * MARGIN)
        parts.append(f"{'L' if joined else 'M'}{x} {y:.1f}" + ("" if joined else "h.1"))
        joined = True
    return "".join(parts)


def _number(value: float) -> str:
    return f"{value:.1f}"


@register.filter
def with_n(text: str, number: int) -> str:
    """A translated text with its number; in a loop quicker than translating it in each row."""
    return text.format(n=number)
