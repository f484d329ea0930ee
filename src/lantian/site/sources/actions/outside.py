"""Lists that others keep: entered with their day and source, filled from files, withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.ledgers import outside
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person
from lantian.site.sources.models import OutsideList, OutsideRow

FIELDS = ("name", "credit_code", "number", "area", "address", "trade", "state", "issued_on", "valid_to", "place")


def add_outside_list(
    actor: Actor, *, kind: str, area: Area, as_of: dt.date, source: str, note: str = ""
) -> OutsideList:
    """Enter a list of another office, still empty, with the day of which it tells.

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : no such kind, no source, or a day that has not come
    """
    if outside.kind_of(kind) is None:
        raise Invalid(_("没有这种名单。"), fields={"kind": _("请从列表中选择。")})
    if as_of > clock.today():
        raise Invalid(_("截至日期还没有到。"), fields={"as_of": _("请填名单实际截至的日期。")})
    person = actor if isinstance(actor, Person) else None
    made = OutsideList(kind=kind, area=area, as_of=as_of, source=source.strip(), note=note.strip(), made_by=person)
    with change(actor, made, "sources.outside.add") as made:
        pass
    return made


def set_outside_row(actor: Actor, of: OutsideList, row: OutsideRow | None = None, **values: Any) -> OutsideRow:
    """Enter an entry of a list, or change one.

    Raises
    ------
    WrongState : the list was withdrawn
    """
    if unknown := set(values) - set(FIELDS):
        raise TypeError(f"an entry has no {sorted(unknown)} that could be set")
    with change(actor, row or OutsideRow(outside_list=of), "sources.outside.fill") as current:
        if of.withdrawn_at is not None:
            raise WrongState(_("这份名单已经撤下，不能再导入。"))
        for name, value in values.items():
            setattr(current, name, value)
    return current


def withdraw_outside_list(actor: Actor, of: OutsideList, *, reason: str) -> OutsideList:
    """Take a list back that should not have come in: it stays known, and no check asks it any more."""
    if not reason.strip():
        raise Invalid(_("请填写理由。"), fields={"reason": _("请填写理由。")})
    with change(actor, of, "sources.outside.withdraw", note=reason.strip()[:300]) as current:
        if current.withdrawn_at is not None:
            raise WrongState(_("这份名单已经撤下。"), remedy=_("请刷新页面后再看。"))
        current.withdrawn_at, current.withdrawn_because = clock.now(), reason.strip()[:300]
    return current
