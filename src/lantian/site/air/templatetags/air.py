"""What templates of this room say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext

from lantian import rulebook
from lantian.airquality.editions import LABELS, Edition, edition
from lantian.rulebook.schemas.series import Factors
from lantian.rulebook.schemas.standards import Category
from lantian.site.air import decimals, shades
from lantian.site.air.days import Stretch
from lantian.site.air.queries import DayRow
from lantian.site.air.queries.bulletins import BulletinRow
from lantian.site.core.chart import Shade
from lantian.site.core.table import Column

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
def pollutants(codes: Sequence[str]) -> list[str]:
    """What factors are called."""
    return [pollutant(code) for code in codes]


@register.filter
def said(category: Category) -> str:
    """A category's name in the reader's language."""
    return shades.name(category)


@register.simple_tag
def concentration(row: DayRow, name: str, wanted: str) -> Any:
    """A day's concentration with the number of hours behind it."""
    value, count = row.values[name], row.counts[name]
    text = decimals.said(value, decimals.of_day(name, edition(wanted, on=row.day))) or "—"
    hours = ngettext("%(n)s 个有效小时", "%(n)s 个有效小时", count) % {"n": count}
    return format_html('<span title="{}">{}</span>', hours, text)


@register.simple_tag
def badge(index: int, category: Category) -> Any:
    """An index on its colour, its category in words beside it: a drawing, as inline styles are forbidden."""
    return format_html(
        '<span class="ar-badge"><svg viewBox="0 0 38 22" aria-hidden="true">'
        '<rect width="38" height="22" rx="4" fill="{}"/>'
        '<text x="19" y="16" text-anchor="middle" fill="{}">{}</text></svg>'
        '<span class="visually-hidden">{}</span>{}</span>',
        *(shades.colour(category), shades.on_it(category), index, index, shades.name(category)),
    )


@register.filter(name="shades")
def shades_of(edition: Edition) -> list[Shade]:
    """Colours and words of an edition's categories."""
    return shades.of_index(edition)


@register.filter
def editions(judged: Sequence[Stretch]) -> str:
    """Which editions judge some days."""
    return shades.editions(judged)


@register.filter
def change_of(row: BulletinRow, column: Column) -> str:
    """What stands below a figure of a bulletin."""
    return row.change_of(column.name)
