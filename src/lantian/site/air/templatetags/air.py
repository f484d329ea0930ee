"""What templates of this room say."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext

from lantian import rulebook
from lantian.airquality.editions import LABELS
from lantian.rulebook.schemas.series import Factors
from lantian.rulebook.schemas.standards import Category
from lantian.site.air import shades
from lantian.site.air.queries import DayRow

register = template.Library()


@register.filter
def split(words: str) -> list[str]:
    """Words of a text."""
    return words.split()


@register.filter
def pollutant(code: str) -> str:
    """What a factor is called."""
    if code in LABELS:
        return LABELS[code]
    rule = rulebook.get("series-factors", as_=Factors)
    found = next((one for one in rule.factor if one.code == code), None)
    return getattr(found.label, "en" if get_language() == "en" else "zh") if found else code


@register.filter
def said(category: Category) -> str:
    """A category's name in the reader's language."""
    return shades.name(category)


@register.simple_tag
def concentration(row: DayRow, name: str) -> Any:
    """A day's concentration with the number of hours behind it."""
    value, count = row.values[name], row.counts[name]
    text = "—" if value is None else f"{value:.1f}" if name == "co" else f"{value:.0f}"
    hours = ngettext("%(n)s 个有效小时", "%(n)s 个有效小时", count) % {"n": count}
    return format_html('<span title="{}">{}</span>', hours, text)
