"""Forms and filters of the review desk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import LABELS, POLLUTANTS
from lantian.site.air.models import Station
from lantian.site.air.models.suspicions import RULES
from lantian.site.core import clock, filters
from lantian.site.core.policy import Actor


class SuspicionFilter(filters.Filter):
    """What of the queue is looked for; without `all` only what waits."""

    station = filters.choice(_("站点"), [])
    rule = filters.choice(_("疑点类型"), RULES)
    factor = filters.choice(_("监测因子"), [(name, LABELS[name]) for name in POLLUTANTS])
    day = filters.day(_("日期"))
    all = filters.yes(_("包括已判断"))

    @classmethod
    def for_person(cls, person: Actor, query: Any) -> SuspicionFilter:
        """The filter with the stations that the person may see."""
        form = cls(query)
        form._query = query
        stations = Station.objects.visible_to(person).order_by("kind", "code").values_list("pk", "name")
        form.fields["station"].choices = [("", _("全部")), *stations]  # type: ignore[attr-defined]
        form.is_valid()
        return form

    def where(self) -> Q:
        asked = self.asked
        where = Q() if asked["all"] else Q(state="open")
        for name in ("station", "rule", "factor"):
            if asked[name]:
                where &= Q(**{name: asked[name]})
        if asked["day"]:
            begin, end = day_bounds(asked["day"])
            where &= Q(first__lte=end, last__gt=begin)
        return where


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The midnights around a day."""
    begin = dt.datetime.combine(day, dt.time(), tzinfo=clock.now().tzinfo)
    return begin, begin + dt.timedelta(days=1)
