"""Tags of this room: a name as a document wrote it, with today's unit beside it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lantian.site.core.policy import ROLES
from lantian.site.core.policy_table import Row
from lantian.site.core.templatetags.lantian import shown
from lantian.site.org.models import Area, Person
from lantian.site.org.models.areas import KEEPERS
from lantian.site.org.register import Register

register = template.Library()

CALL_EVERYBODY = ("air_office", "duty_officer", "leader", "system_admin", "security_admin")


@register.simple_tag(takes_context=True)
def as_written(context: template.Context, written: str, unit: int | None) -> SafeString:
    """A written name and, where that is called otherwise now, today's unit: `{% as_written role.name role.unit_id %}`.

    One register serves the whole page: that of the person who asks.
    """
    shown = units(context).shown(written, unit)
    if not shown.told:
        return format_html("{}", written)
    return format_html('{}<span class="or-now is-{}">（{}）</span>', written, shown.told, shown.beside)


@register.simple_tag
def area_link(person: Any, area: Area | None) -> SafeString:
    """An area's name, as a link where the person may open its page."""
    if area is None:
        return shown("")
    seen = person.visible_area_ids
    if seen is None or area.pk in seen or any(map(person.holds, KEEPERS)):
        return format_html('<a href="{}">{}</a>', area.get_absolute_url(), area)
    return format_html("{}", area)


@register.simple_tag
def phone(person: Any, other: Person) -> SafeString:
    """A telephone number: whole for the same unit and for who works with all of them, else its end hidden."""
    own = other.unit_id is not None and other.unit_id in person.visible_unit_ids
    if own or not person.roles.isdisjoint(CALL_EVERYBODY) or not other.phone:
        return format_html("{}", other.phone)
    return format_html("{}", other.phone[:3] + "*" * min(len(other.phone[3:]), 8))


@register.simple_tag
def role_name(role: str) -> str:
    """A role's name for the reader."""
    return str(ROLES.get(role, role))


@register.simple_tag
def policy_cell(row: Row, role: str) -> SafeString | str:
    """A cell of the policy table: a sign, with its word for those who do not see signs."""
    cell = row.cells[role]
    if not cell:
        return ""
    sign, word = ("●", _("可以")) if cell == "yes" else ("◐", _("符合条件时可以"))
    return format_html('<span title="{}">{}</span><span class="visually-hidden">{}</span>', word, sign, word)


def units(context: template.Context) -> Register:
    """The register of the request."""
    person: Any = context["person"]
    found: Register = person.register
    return found
