"""Tags of this room: a name as a document wrote it, with today's unit beside it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lantian.site.org.register import Register

register = template.Library()


@register.simple_tag(takes_context=True)
def as_written(context: template.Context, written: str, unit: int | None) -> SafeString:
    """A written name and, where that is called otherwise now, today's unit: `{% as_written role.name role.unit_id %}`.

    One register serves the whole page: that of the person who asks.
    """
    shown = units(context).shown(written, unit)
    if not shown.told:
        return format_html("{}", written)
    return format_html('{}<span class="or-now is-{}">（{}）</span>', written, shown.told, shown.beside)


def units(context: template.Context) -> Register:
    """The register of the request."""
    person: Any = context["person"]
    found: Register = person.register
    return found
