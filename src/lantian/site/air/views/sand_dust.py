"""What looks like sand-dust: shown to those who keep the table of events, who open an event from it or do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air import SandDustRule
from lantian.site.air.asked import day_of
from lantian.site.air.diary_forms import MOMENT
from lantian.site.air.queries.sand_dust import Episode, StationSign, suggested
from lantian.site.air.review_days import next_month
from lantian.site.air.templatetags.air_review import measured
from lantian.site.core import clock, page
from lantian.site.core.page import room
from lantian.site.core.policy import Actor
from lantian.site.core.request import Request
from lantian.site.org.models import Area

DAY = dt.timedelta(days=1)


@room("air", "events_suggested", policy="air.event.write")
def suggested_page(request: Request) -> HttpResponseBase:
    """A month's hours that look like sand-dust. Nothing is entered but by a person."""
    first = day_of(f"{request.GET.get('month', '')}-01") or (clock.today() - DAY).replace(day=1)
    haze = request.GET.get("haze") == "1"
    found = suggested(request.person, first, next_month(first) - DAY, haze=haze)
    rule = rulebook.get("sand-dust", as_=SandDustRule)
    return page.page(
        request,
        "air/events/suggested.html",
        title=_("疑似沙尘"),
        crumbs=[(_("沙尘扣除"), reverse("air:events"))],
        first=first,
        before=first - DAY,
        after=next_month(first),
        episodes=found.episodes,
        like_haze=found.like_haze,
        haze=haze,
        rule=rule,
        ratio=round(100 * rule.ratio),
        back=round(100 * rule.back),
    )


def proposed(person: Actor, asked: QueryDict) -> dict[str, Any]:
    """What the form of an event begins with when it is opened from an episode (`?episode=2026-01-10T01:00`)."""
    text = asked.get("episode", "")
    day = day_of(text[:10])
    if day is None:
        return {}
    for one in suggested(person, day, day + 31 * DAY, haze=asked.get("haze") == "1").episodes:
        if one.first.strftime(MOMENT) == text:
            return {
                "kind": "sand-dust",
                "area": _area(one),
                "first": one.first,
                "last": one.last,
                "removes": list(one.signs[0].sign.event.removes),
                "stations": one.stations,
                "evidence": _evidence(one.signs),
            }
    return {}


def _area(episode: Episode) -> Area | None:
    """The area of its stations, or what lies above where they stand in several."""
    areas = {one.area_id: one.area for one in episode.stations}
    return next(iter(areas.values())) if len(areas) == 1 else Area.objects.filter(parent=None).order_by("pk").first()


def _evidence(signs: Sequence[StationSign]) -> str:
    """What the hours show, in words; documents of others are still to be named."""
    lines = []
    for one in signs:
        sign = one.sign
        text = _now("{station}：PM10 由此前平均 {before} 升至 {peak} µg/m³（{at}）。").format(
            station=one.station, before=measured(round(sign.before)), peak=measured(round(sign.peak)),
            at=sign.peak_at.strftime("%Y-%m-%d %H:%M"),
        )  # fmt: skip
        lines.append(text)
    return "\n".join(lines)[:1000]
