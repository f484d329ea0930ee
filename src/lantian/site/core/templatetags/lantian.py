"""Tags of the house; loaded into every template."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import loader
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.site.core import audit, policy
from lantian.site.core.attachments.panel import panel
from lantian.site.core.chart import WHERE, Chart
from lantian.site.core.chart import sparkline as drawn_line
from lantian.site.core.map import Map
from lantian.site.core.once import ONCE
from lantian.site.core.phone.words import WORDS
from lantian.site.core.sheets.books import books
from lantian.site.core.table import Bound, Column

register = template.Library()
DIST = "lantian/dist/"
PRINTED = 62  # rows of a chart's table that are printed without being opened first


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite; without a label it is hidden from screen readers."""
    use = asset("icons.svg")
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, use, name)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', use, name)


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built asset, with its content's hash so that a new build is fetched at once."""
    return f"{static(DIST + name)}?v={_stamp(name)}" if not settings.DEBUG else static(DIST + name)


@lru_cache(maxsize=32)
def _stamp(name: str) -> str:
    found = finders.find(DIST + name)
    if not isinstance(found, str):
        return "0"
    with open(found, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:10]


@register.simple_tag(takes_context=True)
def table_rows(context: template.Context, table: Bound) -> SafeString:
    """The rows of the one table; in code, as fifty rows of eight columns are most of a page."""
    person = context.get("person")
    columns = [(column, escape(column.css), escape(column.label)) for column in table.table.columns]
    drawn = []
    for row in table.rows:
        cells = (
            f'<td class="{css}" data-label="{label}">{_cell(column, row, person)}</td>'
            for column, css, label in columns
        )
        drawn.append(f"<tr>{''.join(cells)}</tr>")
    return SafeString("".join(drawn))


def _cell(column: Column, row: Any, person: Any) -> SafeString:
    value = column.of(row)
    if column.template:
        drawing = loader.get_template(column.template)
        inner = SafeString(drawing.render({"row": row, "value": value, "person": person, "column": column}))
    else:
        inner = shown(value)
    link = column.link(row) if column.link else ""
    return format_html('<a href="{}">{}</a>', link, inner) if link else inner


@register.filter
def shown(value: Any) -> SafeString:
    """A value as pages show it: a dash for none, dates short, lists joined, numbers without needless zeros."""
    if value is None or value == "" or value == [] or value != value:  # NaN alone differs from itself
        return format_html('<span class="lt-none" aria-label="{}">—</span>', _("无"))
    if isinstance(value, bool):
        return conditional_escape(_("是") if value else _("否"))
    if isinstance(value, dt.datetime):
        return conditional_escape(formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT"))
    if isinstance(value, dt.date):
        return conditional_escape(formats.date_format(value, "SHORT_DATE_FORMAT"))
    if isinstance(value, float):
        return conditional_escape(f"{Decimal(repr(value)).normalize():f}")
    if isinstance(value, list | tuple):
        comma = "、" if (get_language() or "zh").startswith("zh") else ", "
        return conditional_escape(comma.join(str(one) for one in value))
    return conditional_escape(value)


@register.simple_tag
def page_url(table: Bound, number: int) -> str:
    """Address of another page of a table."""
    return table.url(page=number)


@register.simple_tag
def may(person: Any, action: str, obj: Any = None) -> bool:
    """Whether to offer an action: `{% may person "plans.confirm" plan as can_confirm %}`."""
    return bool(person) and policy.may(person, action, obj)


@register.filter
def action_title(action: str) -> str:
    """An action's name for the reader."""
    return str(policy.title(action))


@register.inclusion_tag("core/parts/history.html", takes_context=True)
def history(context: template.Context, *things: Any) -> dict[str, Any]:
    """What was done to a thing, latest first: `{% history plan %}`, or to several that belong together."""
    events = audit.events_of(*things).defer("before", "after", "facts")[:8]
    first = {"kind": audit.kind_of(things[0]), "ident": str(things[0].pk)}
    return {"person": context.get("person"), "history": list(events), "history_of": first}


@register.inclusion_tag("core/parts/excel.html", takes_context=True)
def excel(context: template.Context, name: str, **asked: Any) -> dict[str, Any]:
    """Import, template and export of a book of sheets, for those who may bring it in: `{% excel "org.people" %}`."""
    person, book = context.get("person"), books[name]
    if not person or not policy.may(person, "core.import_sheet", book):
        return {}
    can_export = not book.is_form and policy.may(person, "core.export_sheet", book)
    return {"book": book, "query": urlencode(asked), "can_export": can_export}


@register.inclusion_tag("core/parts/attachments.html", takes_context=True)
def attachments(context: template.Context, thing: Any) -> dict[str, Any]:
    """A thing's files, with upload and removal for those who may: `{% attachments report %}`."""
    request = context["request"]
    told = {"request": request, "csrf_token": context.get("csrf_token"), "back": request.get_full_path()}
    return told | panel(context["person"], thing)


@register.inclusion_tag("core/parts/chart.html", takes_context=True)
def chart(context: template.Context, chart: Chart) -> dict[str, Any]:
    """A chart with its table and its file: `{% chart charts.hours %}` on a page made by `chart_page`."""
    request = context["request"]
    query = request.GET.copy()
    query[WHERE] = chart.name
    return {"chart": chart, "csv": f"{request.path}?{query.urlencode()}", "short": len(chart.at) <= PRINTED}


@register.simple_tag
def once() -> SafeString:
    """A key for a form whose view goes through `sent_once`: `<form …>{% csrf_token %}{% once %}`."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, secrets.token_urlsafe(18))


@register.inclusion_tag("core/phone/queue.html")
def queue_bar(person: Any = None) -> dict[str, Any]:
    """The line that tells what waits on this phone, with the words of its script."""
    return {"person": person, "words": {name: str(text) for name, text in WORDS.items()}}


@register.simple_tag
def sparkline(values: Sequence[float | None], label: str) -> SafeString:
    """A small line beside a figure; `label` says in words what it shows."""
    return drawn_line(values, label)


@register.inclusion_tag("core/parts/map.html")
def map_of(map: Map, points_from: str, label: str, edit: str = "", lines: str = "") -> dict[str, Any]:
    """A map, its points read from the element that a selector names (which may be refreshed beside it). `edit`: ground
    is drawn on it, and stands in the field that this other selector names; with `lines` also lines."""
    return {"map": map, "points_from": points_from, "label": label, "edit": edit, "lines": lines}
