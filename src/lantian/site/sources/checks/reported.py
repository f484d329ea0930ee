"""What towns reported, held against what their listings add up to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.checking import Hit
from lantian.site.core.faults import Text
from lantian.site.sources import reading
from lantian.site.sources.models import ReportedTotal
from lantian.site.sources.queries import reported as queries

title_later: Callable[[str], Text] = lazy(reading.title_of, str)


def unlike_reported(day: dt.date) -> Iterable[Hit]:
    """The last figure of each kind that lies apart from the ledger by more than the rule bears."""
    rows = ReportedTotal.objects.filter(as_of__lte=day).select_related("area")
    for one in queries.compared(queries.latest(rows)):
        if not one.differs:
            continue
        said = one.said
        facts: dict[Any, Any] = {
            _("上报数"): said.value,
            _("清单合计"): one.found,
            _("相差"): one.apart,
            _("口径"): said.get_stands_display(),
            _("截至日期"): said.as_of.isoformat(),
            _("来源"): said.source,
        }
        text = format_lazy(
            _("{ledger}：{area}上报“{figure}”{said}，清单上是 {found}。"),
            ledger=title_later(said.ledger),
            area=said.area.name,
            figure=queries.figure_label(said),
            said=f"{said.value:g}",
            found=f"{one.found:g}",
        )
        key = f"{said.ledger}-{said.field}-{said.stands}-{said.area_id}"
        yield Hit(key, said.area_id, text, (said.area,), facts)
