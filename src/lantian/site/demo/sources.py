"""Simulated sources on every ledger: made from the ledgers' own fields, moved along their life cycles with simulated
proofs. Shapes of streets are simulated as well; all of it says so."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from lantian.ledgers.similar import rules
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock
from lantian.site.core.policy import Actor, System
from lantian.site.demo import decisions, listings, outside, parts, pictures, samples, tracks
from lantian.site.demo.streets import COLUMNS, HIGH, SOUTH, WEST, WIDE, place_in, ring
from lantian.site.org import actions as org
from lantian.site.org.models import Area, AreaOutline, Person, Unit
from lantian.site.sources import actions, gating, reading
from lantian.site.sources.models import Listing, Zone
from lantian.site.sources.queries import offsets
from lantian.site.sources.zoning import Zones

SYSTEM = System("演示数据")
EACH = 8  # sources on a ledger
EARLIEST = 6  # days by which a listing may have missed its day; of those whose rules stop them then, some more
STOPPED = {"voc_enterprise": 40, "industrial_kiln": 40, "fugitive_point": 40}
PERMITS = "discharge_permit"
NOT_LISTED = "construction_site"  # the ledger on which the last street lists nothing
MANY = {"coal_boiler": 20, "scattered_polluter": 21, "construction_site": 16, "gas_boiler": 15, "new_project": 7}
OWNED = {
    "gas_boiler",
    "construction_site",
}  # ledgers on which firms of the demo with a login have an entry of their own
WEAK = 9  # of so many one has photos that tell no time, or were taken elsewhere
SHAPE = "模拟边界，不代表任何真实行政区"


def load() -> None:
    """Outlines of streets and sources on every ledger, each once: at one time, as one thing."""
    pictures.forget()
    held = clock.hold()
    try:
        with transaction.atomic():
            _load()
    finally:
        clock.release(held)


def _load() -> None:
    streets = list(Area.objects.filter(kind=Area.Kind.TOWN).order_by("code"))
    for number, street in enumerate(streets):
        if not AreaOutline.objects.filter(area=street).exists():
            _outline(street, number)
    keepers = {unit.area_id: unit for unit in Unit.objects.filter(kind=Unit.Kind.TOWN)}
    root = Area.objects.filter(parent=None).first()
    if root is not None and not Zone.objects.exists():
        _zones(root)
    first = not Listing.objects.exists()
    new = [one for one in reading.all_ledgers() if not Listing.objects.filter(ledger=one.name).exists()]
    zones = Zones()
    for ledger in new:
        if ledger.name != PERMITS:
            _ledger(ledger, streets, keepers, zones)
    if first:  # a ledger that came later, of a newer version or a district's own, gets sources alone
        _permits(zones)
        _contradictions(streets)
        _projects(streets)
        _turns(zones)
        decisions.load()
        parts.load()
        outside.load()
        tracks.load()
        samples.load()
        actions.run_checks(SYSTEM)


def _permits(zones: Zones) -> None:
    """Firms that need a discharge permit hold one, as they should: all but one."""
    if PERMITS not in {one.name for one in reading.all_ledgers()}:
        return
    rule = reading.ledger_of(PERMITS)
    rows = Listing.objects.filter(ledger__in=rules().permit_of).select_related("source").order_by("pk")
    firms = list({one.source.firm: one for one in rows}.values())
    for k, one in enumerate(firms[:-1]):
        place = one.source.place
        made = actions.list_source(
            SYSTEM,
            one.source,
            PERMITS,
            attributes=listings.attributes(rule, random.Random(f"{PERMITS}-{k}"), place or (0, 0), zones),
            keeper=one.keeper,
            listed_on=clock.today() - dt.timedelta(days=100),
            due_on=clock.today() + dt.timedelta(days=30 + k if k else -5),
        )
        if k:  # the first one has let its day pass
            listings.walk(rule, made, 2)


def _outline(street: Area, number: int) -> None:
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring(number)]}}
    org.set_outline(SYSTEM, street, content=json.dumps(shape).encode(), datum="wgs84", source=SHAPE)


def _zones(root: Area) -> None:
    """A built-up area in the middle, and a no-burn zone around it."""
    for kind, name, edge in (("built_up", "模拟建成区", 1.5), ("no_burn", "模拟禁燃区", 1)):
        west, south = WEST + WIDE * edge, SOUTH + HIGH * edge / 2
        east, north = WEST + WIDE * (COLUMNS - edge), SOUTH + HIGH * (3 - edge / 2)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [[[round(part, 5) for part in place] for place in ring]]}
        actions.add_zone(
            SYSTEM, kind=kind, name=name, area=root, content=json.dumps(shape).encode(), source=SHAPE, act="模拟文件"
        )


def _contradictions(streets: list[Area]) -> None:
    """What the checks are to find: twice on the list, closed and open again, moved, an old closing, all simulated."""
    first, second = streets[:2]
    today = clock.today()
    place = {"longitude": 116.3281, "latitude": 39.8862}
    beside = {"longitude": 116.3283, "latitude": 39.8863}

    def listed(name: str, street: Area, steps: int, **source: Any) -> None:
        made = actions.add_listing(
            SYSTEM,
            "scattered_polluter",
            source={"name": name, "area": street, "address": f"{street.name}模拟路1号"} | source,
            attributes={"class": "close", "trade": "石材加工"},
            listed_on=today - dt.timedelta(days=40),
            due_on=today + dt.timedelta(days=30),
        )
        listings.walk(reading.ledger_of("scattered_polluter"), made, steps)

    listed("模拟宏图石材加工厂", first, 1, **place)
    listed("模拟宏图石材有限公司", first, 1, **beside)
    listed("模拟顺达木器厂", first, 6, longitude=116.3321, latitude=39.8921)
    listed("模拟顺达木器经营部", first, 1, longitude=116.3323, latitude=39.8921)
    listed("模拟利民喷涂加工点", second, 6)
    listed("模拟利民喷涂厂", streets[2], 1)
    listed("模拟旧砖窑", second, 6, ended=today - dt.timedelta(days=700))


def _projects(streets: list[Area]) -> None:
    """Two new projects: one has its two tonnes for one and is admitted, the other lacks a tonne of what it needs."""
    first, second = streets[:2]
    clean = {"trade": "食品加工", "kind": "扩建", "voc_added": 1, "nox_added": 0, "so2_added": 0, "dust_added": 0}
    today = clock.today()

    def listed(ledger: str, name: str, street: Area, attributes: dict[str, Any], steps: int) -> Listing:
        made = actions.add_listing(
            SYSTEM,
            ledger,
            source={"name": name, "area": street, "firm": name, "address": f"{street.name}模拟路9号"},
            attributes=attributes,
            listed_on=today - dt.timedelta(days=20),
        )
        listings.walk(reading.ledger_of(ledger), made, steps)
        return made

    bank = listed("emission_cut", "模拟华彩漆厂关停", first, {"measure": "close", "voc": 2.4, "method": "物料衡算"}, 1)
    admitted = listed("new_project", "模拟丰谷食品厂扩建", first, clean, 1)
    actions.allot_cut(SYSTEM, admitted, bank, "voc", 2)
    listings.walk(reading.ledger_of("new_project"), admitted, 1)
    more = round((offsets.balances(gating.rules())["voc"].free + 1) / 2, 3)
    listed("new_project", "模拟南桥饮料厂扩建", second, clean | {"voc_added": more}, 1)


def _turns(zones: Zones) -> None:
    """Filings that wait for a signature: of the office, as the town has signed, and the other way round."""
    liaison = Person.objects.filter(grants__role="liaison", unit__kind=Unit.Kind.TOWN).order_by("pk").first()
    office = Person.objects.filter(grants__role="air_office").order_by("pk").first()
    if liaison is None or liaison.unit is None or office is None:
        return
    street: Any = liaison.unit.area

    def waits(ledger: str, name: str, steps: int, step: str, actor: Actor) -> None:
        rule = reading.ledger_of(ledger)
        made = actions.add_listing(
            SYSTEM,
            ledger,
            source={"name": name, "firm": "模拟北桥企业1", "area": street, "address": f"{street.name}模拟路8号"},
            attributes=listings.attributes(rule, random.Random(name), (WEST, SOUTH), zones),
            keeper=liaison.unit,
            listed_on=clock.today() - dt.timedelta(days=25),
            due_on=clock.today() + dt.timedelta(days=20),
        )
        listings.walk(rule, made, steps)
        actions.take_step(actor, made, step, shown=listings.shown(rule, made, step))

    known = {one.name for one in reading.all_ledgers()}
    for ledger, name, steps, step, actor in (
        ("scattered_polluter", "模拟北桥木器作坊", 4, "accept", liaison),
        ("voc_enterprise", "模拟北桥印刷厂", 3, "accept", office),
        ("construction_site", "模拟北桥管网工地", 0, "file", liaison),
    ):
        if ledger in known:
            waits(ledger, name, steps, step, actor)


def _ledger(ledger: Ledger, streets: list[Area], keepers: dict[int | None, Unit], zones: Zones) -> None:
    today = clock.today()
    owner = (
        Unit.objects.filter(kind=Unit.Kind.FIRM, area__in=streets).order_by("pk")[:2] if ledger.name in OWNED else ()
    )
    owners = {unit.area_id: unit for unit in owner}
    for k in range(MANY.get(ledger.name, EACH)):
        dice = random.Random(f"{ledger.name}-{k}")
        # One after the other, so that every street lists some where there are many; but one that lists no site.
        among = len(streets) - (ledger.name == NOT_LISTED)
        number = (k + dice.randrange(2) * among // 2 if ledger.name not in MANY else k) % among
        street = streets[number]
        place = place_in(number, dice)
        source = {
            "name": listings.called(ledger, street, k),
            "firm": f"模拟{street.name.removesuffix('街道')}企业{k + 1}",
            "area": street,
            "address": f"{street.name}模拟路{dice.randrange(1, 200)}号",
            "longitude": place[0],
            "latitude": place[1],
        }
        if (firm := owners.pop(street.pk, None)) is not None:
            source |= {"firm": firm.name, "unit": firm}
        given = {
            "attributes": listings.attributes(ledger, dice, place, zones),
            "keeper": keepers.get(street.pk),
            "listed_on": today - dt.timedelta(days=dice.randrange(30, 300)),
            "due_on": today + dt.timedelta(days=dice.randrange(-STOPPED.get(ledger.name, EARLIEST), 120)),
            "parent": Listing.objects.filter(ledger=ledger.parent).first() if ledger.parent else None,
        }
        _listed(ledger, source, given, dice.randrange(6), random.Random(f"{ledger.name}-{k}-since"))


def _listed(
    ledger: Ledger, source: Mapping[str, Any], given: Mapping[str, Any], steps: int, dice: random.Random
) -> None:
    """List it on its day and take its steps since then; what has taken none yet came in lately."""
    at = listings.moments(given["listed_on"], steps, dice)
    now = clock.now()
    age = (clock.today() - given["listed_on"]).days
    came = now - dt.timedelta(days=age if steps else dice.randrange(min(age, listings.RECENT)))
    weak = "" if dice.randrange(WEAK) else dice.choice(("typed", "far"))
    with clock.as_of(came):
        listing = actions.add_listing(SYSTEM, ledger.name, source=source, **given)
    listings.walk(ledger, listing, steps, at=at, weak=weak)
