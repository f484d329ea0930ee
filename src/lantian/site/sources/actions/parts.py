"""Production lines, control devices and emission points: entered, changed, stopped, run again. None is deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.sources import part_words
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, Source, SourcePart

P = TypeVar("P", bound=SourcePart)
COMMON = ("name", "started", "note")
FIELDS: dict[type[SourcePart], tuple[str, ...]] = {
    ProductionLine: (*COMMON, "product", "process", "fuel", "capacity", "capacity_unit"),
    ControlDevice: (*COMMON, "kind", "air_flow", "efficiency"),
    EmissionPoint: (*COMMON, "code", "kind", "height", "diameter", "pollutants", "monitor"),
}


def add_part(actor: Actor, model: type[P], source: Source, **fields: Any) -> P:
    """Enter a part of a source. `fields` are those of its model; `lines` and `devices` are the parts it goes with.

    Raises
    ------
    Refused : the actor may not for this source
    Invalid : the source has one of that name, a word is none of the rule's, a part is of another source
    """
    links: dict[str, list[str]] = {}
    made = model(source=source, made_by=actor if isinstance(actor, Person) else None)
    with change(actor, made, "sources.part.add", links=links) as made:
        _set(made, fields)
        made.full_clean()
        made.save()
        links |= _link(made, fields)
    return made


def change_part(actor: Actor, part: P, **fields: Any) -> P:
    """Change what is known of a part; what is not given stays."""
    links: dict[str, list[str]] = {}
    with change(actor, part, "sources.part.change", links=links) as current:
        _set(current, fields)
        links |= _link(current, fields)
    return current


def stop_part(actor: Actor, part: P, *, on: dt.date, reason: str) -> P:
    """It runs no more from a day on; it stays known.

    Raises
    ------
    WrongState : it is stopped already
    Invalid : without a reason, or on a day that lies ahead
    """
    if not reason.strip():
        raise Invalid(_("请填写理由。"), fields={"reason": _("请填写理由。")})
    if on > clock.today():
        raise Invalid(_("停用日期在将来。"), fields={"on": _("请填今天或以前的日期。")})
    with change(actor, part, "sources.part.stop", note=reason) as current:
        if current.stopped is not None:
            raise WrongState(_("它已经停用。"), remedy=_("请刷新页面后再看。"))
        current.stopped, current.why_stopped = on, reason.strip()[:500]
    return current


def resume_part(actor: Actor, part: P, *, reason: str) -> P:
    """It runs again, or was stopped by mistake.

    Raises
    ------
    WrongState : it is not stopped
    Invalid : without a reason
    """
    if not reason.strip():
        raise Invalid(_("请填写理由。"), fields={"reason": _("请填写理由。")})
    with change(actor, part, "sources.part.resume", note=reason) as current:
        if current.stopped is None:
            raise WrongState(_("它没有停用。"), remedy=_("请刷新页面后再看。"))
        current.stopped, current.why_stopped = None, ""
    return current


def _set(part: SourcePart, fields: Mapping[str, Any]) -> None:
    known = FIELDS[type(part)]
    if unknown := set(fields) - {*known, *part.links}:
        raise TypeError(f"{type(part).__name__} has no {sorted(unknown)} that could be set")
    for name in known:
        if name in fields:
            value = fields[name]
            setattr(part, name, value.strip() if isinstance(value, str) else value)
    wrong: dict[str, Text] = {
        name: _("请从列表中选择。")
        for name, allowed in part_words.allowed(part).items()
        if (value := getattr(part, name)) and not set(value if isinstance(value, list) else [value]) <= allowed
    }
    if wrong:
        raise Invalid(_("有的内容不能保存。"), fields=wrong)


def _link(part: SourcePart, fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set what it goes with; the names, for the audit trail."""
    told = {}
    for name in part.links:
        if name not in fields:
            continue
        others = list(fields[name])
        if any(one.source_id != part.source_id for one in others):
            raise Invalid(_("有的内容不能保存。"), fields={name: _("请选择同一污染源的。")})
        getattr(part, name).set(others)
        told[name] = [one.name for one in others]
    return told
