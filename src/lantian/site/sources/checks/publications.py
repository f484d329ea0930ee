"""Lists that should be public and are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.checking import Hit
from lantian.site.sources import reading
from lantian.site.sources.queries import publishing


def late_publications(day: dt.date) -> Iterable[Hit]:
    """Every list whose day is past and which is not out for it; a town's own is found in the town."""
    for one in publishing.lines(day):
        if not one.overdue or one.due is None or one.area is None:
            continue
        label, due = reading.said_later(one.publication.label), one.due.isoformat()
        key = f"{one.ledger.name}-{one.publication.name}-{one.period or due}"
        text = format_lazy(_("“{list}”应在 {due} 前公开，至今没有发布。"), list=label, due=due)
        things: tuple[Any, ...] = ()
        if one.publication.each:
            key, things = f"{key}-{one.area.pk}", (one.area,)
            text = format_lazy(
                _("{town}的“{list}”应在 {due} 前公开，至今没有发布。"), town=one.area.name, list=label, due=due
            )
        facts: dict[Any, Any] = {_("公开期限"): due, _("应公开条数"): one.now}
        if one.publication.clause:
            facts[_("依据")] = one.publication.clause
        yield Hit(key, one.area.pk, text, things, facts)
