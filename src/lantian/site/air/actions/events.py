"""Exceptional events: entered, claimed, and what the authority above said of the claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import POLLUTANTS
from lantian.site.air.event_states import EVENT
from lantian.site.air.models import AirEvent, Station
from lantian.site.air.models.events import KINDS
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person

MOST_DAYS = 31


def write_event(
    actor: Actor,
    event: AirEvent | None,
    *,
    area: Area,
    kind: str,
    first: dt.datetime,
    last: dt.datetime,
    removes: Sequence[str],
    stations: Sequence[Station] = (),
    evidence: str = "",
) -> AirEvent:
    """Enter an event, or change one that is not claimed yet.

    Raises
    ------
    WrongState : it is claimed already
    Invalid : hours that are none, pollutants that are none, a station of another area
    """
    if kind not in dict(KINDS):
        raise Invalid(_("没有这种过程。"), fields={"kind": _("请从列表中选择。")})
    if not removes or set(removes) - set(POLLUTANTS):
        raise Invalid(_("请选择要扣除的因子。"), fields={"removes": _("请选择。")})
    if last < first or last - first > dt.timedelta(days=MOST_DAYS):
        raise Invalid(_("起止时间不对：止不早于起，一次过程不超过 31 天。"), fields={"last": _("请核对时间。")})
    with change(
        actor, event or AirEvent(area=area), "air.event.write", stations=[one.code for one in stations]
    ) as made:
        if made.state != "draft":
            raise WrongState(_("已经申报，不能再改。"), remedy=_("请先撤回申报。"))
        made.area, made.kind = area, kind
        made.first, made.last = first.replace(minute=0, second=0), last.replace(minute=0, second=0)
        made.removes, made.evidence = [name for name in POLLUTANTS if name in removes], evidence.strip()[:1000]
        if event is None:
            made.made_by, made.made_at = actor if isinstance(actor, Person) else None, clock.now()
        made.save()
        made.stations.set(stations)
    return made


def claim_event(actor: Actor, event: AirEvent) -> AirEvent:
    """Ask to have the hours left out. Needs evidence."""
    with change(actor, event, "air.event.claim") as current:
        EVENT.step(current, "claim", evidence=current.evidence)
        current.claimed_at = clock.now()
    return current


def decide_event(actor: Actor, event: AirEvent, step: str, *, by: str = "", reason: str = "") -> AirEvent:
    """Enter what became of a claim (`approve`, `refuse`), withdraw it (`take_back`), or make none (`drop`)."""
    if step not in ("approve", "refuse", "take_back", "drop"):
        raise Invalid(_("没有这一步。"))
    with change(actor, event, f"air.event.{step}", note=reason) as current:
        EVENT.step(current, step, by=by.strip(), reason=reason.strip())
        current.reason = reason.strip()[:300]
        if step in ("approve", "refuse"):
            current.decided_by, current.decided_at = by.strip()[:200], clock.now()
        elif step == "take_back":
            current.claimed_at = None
    return current
