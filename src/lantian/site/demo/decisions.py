"""What the demo's office and towns have made public, and whom the office has stopped. All 模拟."""

from __future__ import annotations

import datetime as dt

from lantian.site.core import clock
from lantian.site.core.policy import Actor, System
from lantian.site.org.models import Area, Person
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, Release, StopProposal
from lantian.site.sources.queries import publishing

SYSTEM = System("演示数据")
LATE = "product_sample"  # whose results nobody has made public
LATE_TOWNS = 2  # of a list that every town makes public
TERMS = 2  # that may have run out since the first sample was taken
BEFORE = 3  # days before its day on which a list was released


def load() -> None:
    """Lists made public in time, but one; proposals to stop, of which one is decided and one declined."""
    office = Person.objects.filter(grants__role="air_office").order_by("pk").first() or SYSTEM
    for _term in range(TERMS):
        _publish(office)
    _one_more()
    actions.propose_stops(SYSTEM)
    decided = StopProposal.objects.filter(listing__ledger__in=("voc_enterprise", "industrial_kiln", "fugitive_point"))
    waiting = list(decided.order_by("pk")[:2])
    if waiting:
        actions.confirm_stop(office, waiting[0], reason="（模拟）到期未完成治理，停产并纳入错峰。")
    for one in waiting[1:]:
        actions.decline_stop(office, one, reason="（模拟）设备已到货，月底前验收。")


def _publish(office: Actor) -> None:
    """Every list whose day is past, three days before it: the district's by the office, the towns' by themselves."""
    due = [one for one in publishing.lines(clock.today()) if one.overdue and one.due]
    late = {one.area.pk for one in [one for one in due if one.publication.each][:LATE_TOWNS] if one.area}
    for line in due:
        if line.ledger.name == LATE or line.due is None:
            continue
        town = line.area if line.publication.each else None
        if town is not None and town.pk in late:
            continue
        day = dt.datetime.combine(line.due - dt.timedelta(days=BEFORE), dt.time(10), tzinfo=clock.now().tzinfo)
        with clock.as_of(day):
            actor = _of_town(town) if town else office
            draft = actions.draft_release(actor, line.ledger.name, line.publication.name, town=town)
            where = "街道公示栏" if town else "区政府网站"
            actions.release_list(actor, draft, medium=f"（模拟）{where}", link="https://www.example.gov.cn/list")


def _of_town(town: Area) -> Actor:
    """The town's liaison; the machine where it has none."""
    grants = {"grants__role": "liaison", "grants__unit__kind": "town", "grants__unit__area": town}
    return Person.objects.filter(**grants).order_by("pk").first() or SYSTEM


def _one_more() -> None:
    """A list has one entry more than when it was released."""
    released = Release.objects.filter(ledger="retained_coal_boiler").first()
    if released is not None:
        last = Listing.objects.filter(ledger=released.ledger).select_related("source__area").earliest("pk")
        actions.add_listing(
            SYSTEM,
            released.ledger,
            source={"name": "模拟新增保留锅炉", "firm": last.source.firm, "area": last.source.area},
            attributes={"capacity": 20, "cems": True, "dcs": True},
            due_on=clock.today() + dt.timedelta(days=60),
        )
