"""Sources: entered, changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.credit_code import is_valid
from lantian.site.org.models import Area, Person
from lantian.site.sources import states  # noqa: F401 - declares the policies
from lantian.site.sources.models import Source

CHANGEABLE = (
    "name", "firm", "unit", "credit_code", "area", "address", "longitude", "latitude", "opened", "ended",
)  # fmt: skip


def add_source(actor: Actor, *, name: str, area: Area, told: Mapping[str, str] | None = None, **fields: Any) -> Source:
    """Enter a source. `fields` are those of `Source`, as far as known; `told`: how its place was written, and in which
    system of coordinates, for the audit trail.

    Raises
    ------
    Refused : the actor may not in this area
    Invalid : the credit code's check sign is wrong, the point is none
    """
    made = filled(Source(made_by=actor if isinstance(actor, Person) else None), {"name": name, "area": area} | fields)
    with change(actor, made, "sources.source.add", **place_told(told)) as made:
        pass
    return made


def change_source(actor: Actor, source: Source, *, told: Mapping[str, str] | None = None, **fields: Any) -> Source:
    """Change what is known of a source. With `ended` it is closed; its listings stay. `told`: see `add_source`."""
    with change(actor, source, "sources.source.change", **place_told(told)) as current:
        filled(current, fields)
    return current


def place_told(told: Mapping[str, str] | None) -> dict[str, Any]:
    """How a place was written, as facts of an event; nothing where it is what is kept."""
    return {"place": dict(told)} if told else {}


def filled(source: Source, fields: Mapping[str, Any]) -> Source:
    """The source with these fields set; `Invalid` for a credit code whose check sign is wrong."""
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"a source has no {sorted(unknown)} that could be set")
    for name, value in fields.items():
        setattr(source, name, value.strip() if isinstance(value, str) else value)
    source.credit_code = source.credit_code.upper()
    if source.credit_code and not is_valid(source.credit_code):
        raise Invalid(
            _("统一社会信用代码不正确。"),
            fields={"credit_code": _("这不是有效的统一社会信用代码（18 位，最后一位是校验码）。请核对营业执照。")},
        )
    return source
