"""Simulated listings: values that the fields take, steps along the life cycle with simulated proofs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from lantian.rulebook.schemas.ledgers import Ledger, LedgerField, Proof, Refers
from lantian.site.core import clock
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import System
from lantian.site.demo import pictures
from lantian.site.demo.behaving import behaved
from lantian.site.org.models import Area
from lantian.site.sources import actions, fields, reading, states
from lantian.site.sources.actions import Shown
from lantian.site.sources.models import Listing
from lantian.site.sources.zoning import Zones

SYSTEM = System("演示数据")
BESIDE, FAR = 0.0002, 0.012  # degrees from the source at which photos are taken: about 17 m and 1 km
WORDS = "甲乙丙丁戊己庚辛壬癸"
THINGS = {  # what a source of a ledger is called; any other is only numbered
    "bare_land": "裸地",
    "biomass_boiler": "锅炉",
    "catering": "餐馆",
    "charging_point": "充电站",
    "coal_boiler": "锅炉",
    "coal_yard": "煤场",
    "construction_site": "工地",
    "fuel_station": "加油站",
    "gas_boiler": "锅炉",
    "industrial_kiln": "窑炉",
    "mine": "矿山",
    "mixing_station": "搅拌站",
    "muck_truck": "渣土车",
    "nrmm": "机械",
    "open_yard": "堆场",
    "paint_shop": "汽修店",
    "retained_coal_boiler": "热源厂",
    "road_segment": "路段",
    "scattered_polluter": "作坊",
    "sewage_works": "污水厂",
    "stack": "排放口",
    "voc_enterprise": "涂装厂",
}
TRADES = ("石材加工", "木材加工", "五金喷涂", "塑料加工", "家具制造")
RECENT = 40  # days within which what is still open was worked on last
MANY = 4  # steps by which most are done


def called(ledger: Ledger, street: Area, k: int) -> str:
    """The name of the source with a number: says that it is simulated, where it lies and what it is."""
    number = f"{WORDS[k % 10]}{'' if k < 10 else k // 10 + 1}号"
    return f"模拟{street.name.removesuffix('街道')}{number}{THINGS.get(ledger.name, '')}"


def attributes(ledger: Ledger, dice: random.Random, place: tuple[float, float], zones: Zones) -> dict[str, Any]:
    """Values that the fields take, and that do what the rules ask."""
    today = clock.today()
    asked = [one for one in ledger.field if not (one.yearly or one.worked_out)]
    values = {one.name: _value(one, dice, today) for one in asked} | _own(ledger, place)
    given = fields.cleaned(fields.columns(ledger), values)

    def again(field: LedgerField) -> Any:
        return fields.cleaned([fields.column(field)], {field.name: _value(field, dice, today)})[field.name]

    columns = {"listed_on": today.isoformat(), "due_on": None}
    return behaved(ledger, given, columns, on=today, inside=zones.around(place), value=again)


def _own(ledger: Ledger, place: tuple[float, float]) -> dict[str, str]:
    """Numbers that tell one thing from another, and a trade; they follow from the place, as no two share one."""
    mark = round(place[0] * 1e5) * 7 + round(place[1] * 1e5)
    texts = {one.name for one in ledger.field if one.type == "text" and not one.refers}
    found = {name: f"模拟{mark % 10_000:04d}" for name in ledger.keys if name in texts}
    return found | ({"trade": TRADES[mark % len(TRADES)]} if "trade" in texts else {})


def _value(field: LedgerField, dice: random.Random, today: dt.date) -> Any:
    """A value that the field takes; now and then none, as in every list."""
    if not field.required and dice.random() < 0.15:
        return None
    if field.type == "choice":
        return dice.choice(field.choices).key
    if field.type == "yes":
        return dice.choice(("是", "是", "否"))
    if field.refers and field.required:
        return _named(field.refers, dice)
    if field.type == "moment":  # the step that ends an entry fills in the other
        return f"{today - dt.timedelta(days=dice.randrange(300, 360))} 08:30" if field.required else None
    if field.type == "day":
        return (today - dt.timedelta(days=dice.randrange(0, 400))).isoformat()
    if field.type in ("number", "whole", "percent"):
        return _number(field, dice)
    return f"模拟{field.label.zh}" if field.personal or field.example is None else str(field.example)


def _named(refers: Refers, dice: random.Random) -> str | None:
    """What another ledger's listing is called, if it has any."""
    column = "source__name" if refers.by[0] == "name" else f"attributes__{refers.by[0]}"
    names = list(Listing.objects.filter(ledger=refers.ledger).order_by("pk").values_list(column, flat=True))
    known = [one for one in names if one]
    return dice.choice(known) if known else "模拟"


def _number(field: LedgerField, dice: random.Random) -> float:
    least, most = field.range or (0, 100)
    if not field.unit and least >= 1990:  # a year
        return clock.today().year - dice.randrange(2)
    usual = float(field.example) if isinstance(field.example, int | float) else min(most, max(least, 20.0))
    value = min(most, max(least, usual * dice.uniform(0.4, 2.2)))
    return round(value) if field.type == "whole" else round(value, 2 if value < 10 else 1)


def moments(listed_on: dt.date, steps: int, dice: random.Random) -> list[dt.datetime]:
    """When so many steps were taken since a day, one after the other: the last of a few lately, of many at any time."""
    now = clock.now()
    first = dt.datetime.combine(listed_on, dt.time(9, 30), now.tzinfo)
    ago = dice.randrange(1, RECENT if steps < MANY else max(RECENT, (now - first).days * 3 // 4))
    last = max(first, now - dt.timedelta(days=ago, hours=dice.randrange(1, 8)))
    return [first + (last - first) * ((k + 1) / steps) for k in range(steps)]


def walk(ledger: Ledger, listing: Listing, steps: int, *, at: Sequence[dt.datetime] = (), weak: str = "") -> None:
    """Take some steps along the main road of the life cycle, with simulated proofs.

    Parameters
    ----------
    at : when each is taken; now where nothing is said
    weak : what is wrong with its photos: typed (they tell no time of their own), far (taken somewhere else)
    """
    rule = reading.life(ledger)
    for number in range(steps):
        rows = [one for one in reading.life_cycle(rule).steps if one.source == listing.state]
        rows = [one for one in rows if not states.is_stamped(ledger, listing, one.name)]
        ahead = [one for one in rows if rule.means(one.target) != "gone" and one.name not in ("reopen", "return")]
        if not ahead:
            return
        step = min(ahead, key=lambda one: ("primary", "plain", "danger").index(one.tone))
        reason = "模拟办理" if "reason" in step.needs else ""
        with clock.as_of(at[number]) if number < len(at) else nullcontext():
            try:
                actions.take_step(
                    SYSTEM, listing, step.name, reason=reason, shown=shown(ledger, listing, step.name, weak)
                )
            except Invalid:  # a new project that does not pass the gate stays before it
                return
        listing.refresh_from_db()


def shown(ledger: Ledger, listing: Listing, step: str, weak: str = "") -> list[Shown]:
    """All that a step asks to be shown; its photos are one picture, as a file that is new takes its time."""
    place = listing.source.place
    if place is not None:
        place = (place[0] + (FAR if weak == "far" else BESIDE), place[1])
    taken = clock.now() - dt.timedelta(hours=1)
    told = None if weak == "typed" else taken
    photo = pictures.photo(listing.pk, at=told, place=place if told else None)
    return [_shown(proof, photo, taken, place) for proof in reading.proofs_of(ledger, step)]


def _shown(proof: Proof, photo: pictures.Picture, taken: dt.datetime, place: tuple[float, float] | None) -> Shown:
    if proof.kind == "reading":
        return Shown(proof.name, value=20.0)
    if proof.kind != "photo":
        return Shown(proof.name, pictures.plain())
    return Shown(proof.name, photo, at=taken, place=place)
