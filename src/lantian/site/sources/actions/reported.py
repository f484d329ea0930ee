"""Figures that towns reported: entered and changed."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person
from lantian.site.sources import reading
from lantian.site.sources.models import ReportedTotal


def set_reported(
    actor: Actor, *, ledger: str, field: str, stands: str, area: Area, as_of: dt.date, value: float, source: str
) -> ReportedTotal:
    """Enter what was reported for a day, or correct it.

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : the ledger adds up no such field, no source, or a day that has not come
    """
    rule = reading.ledger_of(ledger)
    if field and not any(one.sum and not one.yearly and one.name == field for one in rule.field):
        raise Invalid(_("这个清单不合计这一项。"), fields={"field": _("请从列表中选择。")})
    if as_of > clock.today():
        raise Invalid(_("截至日期还没有到。"), fields={"as_of": _("请填上报数实际截至的日期。")})
    key = {"ledger": rule.name, "field": field, "stands": stands, "area": area, "as_of": as_of}
    there = ReportedTotal.objects.filter(**key).first()
    with change(actor, there or ReportedTotal(**key), "sources.reported.set") as made:
        made.value, made.source = value, source.strip()
        made.made_at, made.made_by = clock.now(), actor if isinstance(actor, Person) else None
    return made
