"""Lists that should be public and are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.checking import Hit
from lantian.site.org.queries import root_area
from lantian.site.sources import reading
from lantian.site.sources.queries import publishing


def late_publications(day: dt.date) -> Iterable[Hit]:
    """Every list whose day is past and which is not out for it."""
    root = root_area()
    if root is None:
        return
    for one in publishing.lines(day):
        if not one.overdue or one.due is None:
            continue
        label = reading.said_later(one.publication.label)
        text = format_lazy(_("“{list}”应在 {due} 前公开，至今没有发布。"), list=label, due=one.due.isoformat())
        facts: dict[Any, Any] = {_("公开期限"): one.due.isoformat(), _("应公开条数"): one.now}
        if one.publication.clause:
            facts[_("依据")] = one.publication.clause
        yield Hit(
            f"{one.ledger.name}-{one.publication.name}-{one.period or one.due.isoformat()}", root.pk, text, (), facts
        )
