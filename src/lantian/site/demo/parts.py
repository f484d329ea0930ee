"""Production lines, control devices and emission points of the demo's firms; some devices are of kinds that must go."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.models import ControlDevice, EmissionPoint, Listing, ProductionLine, Source

SYSTEM = System("演示数据")


@dataclass(frozen=True)
class Plant:
    """What stands at a firm of a ledger: its line and the device behind it; `obsolete` stands there at some instead."""

    line: str
    product: str
    unit: str
    fuel: str
    device: str
    obsolete: str
    pollutants: tuple[str, ...]
    height: float


PLANTS = {
    "voc_enterprise": Plant("喷涂线", "模拟金属件", "件/年", "", "voc.catalytic", "", ("nmhc",), 18),
    "industrial_kiln": Plant(
        "窑炉", "模拟烧结砖", "万吨/年", "gas", "dust.bag", "dust.water_film", ("dust", "nox"), 30
    ),
}
OBSOLETE = 2  # firms whose device is of a kind that must go
TWO_LINES = 3  # every third firm has a second line; the last such line is stopped


def load() -> None:
    """Parts of every firm on the ledgers of plants. Does nothing a second time."""
    if ProductionLine.objects.exists():
        return
    for ledger, plant in PLANTS.items():
        rows = Listing.objects.filter(ledger=ledger).select_related("source").order_by("pk")
        for k, one in enumerate(rows):
            _plant(plant, one.source, k)
    last = ProductionLine.objects.filter(name__startswith="2号").order_by("pk").last()
    if last is not None:
        actions.stop_part(SYSTEM, last, on=clock.today() - dt.timedelta(days=60), reason="（模拟）订单减少，停用。")


def _plant(plant: Plant, source: Source, k: int) -> None:
    dice = random.Random(f"{plant.line}-{k}")
    started = clock.today() - dt.timedelta(days=dice.randrange(700, 2500))
    lines = [
        actions.add_part(
            SYSTEM,
            ProductionLine,
            source,
            name=f"{number}号{plant.line}",
            started=started,
            product=plant.product,
            fuel=plant.fuel,
            capacity=dice.randrange(2, 30),
            capacity_unit=plant.unit,
            note="模拟数据",
        )
        for number in range(1, 3 if k % TWO_LINES == 0 else 2)
    ]
    device = actions.add_part(
        SYSTEM,
        ControlDevice,
        source,
        name="1号治理设施",
        started=started,
        kind=plant.obsolete if plant.obsolete and k < OBSOLETE else plant.device,
        air_flow=dice.randrange(8, 60) * 1000,
        efficiency=dice.randrange(80, 97),
        lines=lines,
    )
    actions.add_part(
        SYSTEM,
        EmissionPoint,
        source,
        name="1号排放口",
        code="DA001",
        kind="main" if k % 2 == 0 else "general",
        height=plant.height + dice.randrange(8),
        diameter=round(dice.uniform(0.5, 1.8), 1),
        pollutants=list(plant.pollutants),
        lines=lines,
        devices=[device],
    )
