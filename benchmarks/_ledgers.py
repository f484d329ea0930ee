"""Ledgers as a large district keeps them: 100,000 sources on 35 ledgers in 15 towns, simulated, laid down in bulk.

Sizes fall as those of real lists do: the largest holds a quarter of all. One in a hundred is listed twice.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from lantian.rulebook.schemas.ledgers import Ledger, LedgerField

SOURCES = int(os.environ.get("LANTIAN_BENCH_SOURCES", "100000"))
LEDGERS = (
    "nrmm", "clean_heating_household", "construction_site", "coal_device", "catering", "gas_boiler", "voc_enterprise",
    "muck_truck", "scattered_polluter", "stack", "discharge_permit", "old_vehicle", "charging_point", "paint_shop",
    "industrial_kiln", "road_segment", "bare_land", "open_yard", "fuel_station", "vehicle_user", "contractor",
    "muck_carrier", "mixing_station", "fireworks_seller", "coal_boiler", "biomass_boiler", "fugitive_point", "retrofit",
    "coal_dealer", "coal_yard", "clean_production", "burning_point", "sewage_works", "ods_filing", "mine",
)  # fmt: skip
BATCH = 2000
SIGNS = "安宝长成达德东福方丰光广海恒宏华汇嘉建金京开康利隆明宁鹏庆瑞润盛世顺泰天通旺兴祥新信旭洋永裕源远跃振正志中众卓"
TRADES = (
    "建材",
    "机械",
    "食品",
    "家具",
    "印刷",
    "喷涂",
    "石材",
    "化工",
    "铸造",
    "木器",
    "制衣",
    "汽修",
    "餐饮",
    "物流",
)
ENDINGS = ("有限公司", "有限责任公司", "厂", "加工厂", "经营部", "店")


class World:
    """Dice and the district's towns, one row of numbers for each source."""

    def __init__(self) -> None:
        self.dice = np.random.default_rng(20261129)
        self.number = 0

    def lay_down(self) -> None:
        """Fill an empty, migrated database."""
        from django.db import connection, transaction

        from lantian.site.core import clock
        from lantian.site.demo import sources as demo
        from lantian.site.demo.load import people
        from lantian.site.demo.streets import ring
        from lantian.site.org.models import Area, Unit
        from lantian.site.sources import reading

        people()
        self.today = clock.today()
        self.towns = list(Area.objects.filter(kind=Area.Kind.TOWN).order_by("code"))
        self.keepers = {unit.area_id: unit.pk for unit in Unit.objects.filter(kind=Unit.Kind.TOWN)}
        for number, town in enumerate(self.towns):
            demo._outline(town, number)
        demo._zones(Area.objects.get(parent=None))
        self.rings = [ring(number)[:3] for number in range(len(self.towns))]
        shares = 1 / np.arange(1, len(LEDGERS) + 1)
        sizes = (SOURCES * shares / shares.sum()).astype(int)
        sizes[0] += SOURCES - sizes.sum()
        for name, size in zip(LEDGERS, sizes, strict=True):
            ledger = reading.ledger_of(name)
            with transaction.atomic():
                for first in range(0, size, BATCH):
                    self._batch(ledger, min(BATCH, size - first))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _batch(self, ledger: Ledger, size: int) -> None:
        from lantian.site.sources.actions.listings import mirrored
        from lantian.site.sources.models import Listing, ListingValue, Source

        sources = Source.objects.bulk_create(self._sources(size))
        states, means = self._states(ledger, size)
        listed, due = self.dice.integers(20, 900, size), self.dice.integers(-200, 400, size)
        columns = {one.name: self.values(one, size) for one in ledger.field if not one.yearly}
        made = [
            Listing(
                source=source, ledger=ledger.name, edition=ledger.edition, keeper_id=self.keepers.get(source.area_id),
                state=states[k], means=means[k], listed_on=self._day(listed[k]), due_on=self._day(-due[k]),
                done_on=self._day(listed[k] // 2) if means[k] == "done" else None,
                attributes={name: values[k] for name, values in columns.items() if values[k] is not None},
            )
            for k, source in enumerate(sources)
        ]  # fmt: skip
        listings = Listing.objects.bulk_create(made)
        index = [row for one in listings for row in mirrored(one, ledger)]
        ListingValue.objects.bulk_create(index, batch_size=5000)
        self._beside(ledger, listings)

    def _sources(self, size: int) -> list[Any]:
        from lantian.site.sources.models import Source

        towns = self.dice.integers(0, len(self.towns), size)
        where, has_place = self.dice.uniform(0.05, 0.95, (size, 2)), self.dice.random(size) < 0.93
        names, codes = self._firms(size)
        twice = self.dice.random(size) < 0.01
        made: list[Any] = []
        for k in range(size):
            self.number += 1
            if twice[k] and made:  # the same under another legal form, some metres on
                one = made[-1]
                made.append(
                    Source(
                        name=one.name.replace(ENDINGS[0], ENDINGS[2]), firm=one.firm, area=one.area,
                        address=one.address, longitude=one.longitude, latitude=one.latitude,
                    )
                )  # fmt: skip
                continue
            town = self.towns[towns[k]]
            (west, south), _east, (east, north) = self.rings[towns[k]]
            place = (
                round(west + (east - west) * where[k][0], 6), round(south + (north - south) * where[k][1], 6)
            ) if has_place[k] else (None, None)  # fmt: skip
            made.append(
                Source(
                    name=names[k], firm=names[k], credit_code=codes[k], area=town,
                    address=f"{town.name}模拟路{self.number % 900 + 1}号", longitude=place[0], latitude=place[1],
                )
            )  # fmt: skip
        return made

    def _firms(self, size: int) -> tuple[list[str], list[str]]:
        from lantian.site.org.credit_code import SIGNS as CODE_SIGNS
        from lantian.site.org.credit_code import check_sign

        signs, trades = self.dice.integers(0, len(SIGNS), (size, 3)), self.dice.integers(0, len(TRADES), size)
        ends, known = self.dice.integers(0, len(ENDINGS), size), self.dice.random(size) < 0.6
        names, codes = [], []
        for k in range(size):
            names.append("".join(SIGNS[at] for at in signs[k]) + TRADES[trades[k]] + ENDINGS[ends[k]])
            body = "91990101" + "".join(CODE_SIGNS[at] for at in self.dice.integers(0, 10, 9))
            codes.append(body + check_sign(body) if known[k] else "")
        return names, codes

    def _states(self, ledger: Ledger, size: int) -> tuple[list[str], list[str]]:
        from lantian.site.sources import reading

        rule = reading.life(ledger)
        at = self.dice.choice(len(rule.state), size)
        return [rule.state[k].name for k in at], [rule.state[k].means for k in at]

    def values(self, field: LedgerField, size: int) -> list[Any]:
        """Values that a field takes; now and then none, as in every list."""
        dice, given = self.dice, self.dice.random(size) > (0 if field.required else 0.15)
        made: list[Any]
        if field.type == "choice":
            made = [field.choices[at].key for at in dice.integers(0, len(field.choices), size)]
        elif field.type == "yes":
            made = [bool(one) for one in dice.random(size) < 0.75]
        elif field.type in ("day", "moment"):
            made = [self._day(int(one)).isoformat() for one in dice.integers(0, 500, size)]
        elif field.type in ("number", "whole", "percent"):
            made = self._numbers(field, size)
        elif field.type == "names":
            made = [["模拟甲", "模拟乙"]] * size
        else:
            made = [f"{field.label.zh}{one}" for one in dice.integers(0, 3000, size)]
            if field.name in ("code", "engine_no", "number", "plate", "account", "permit_no", "record_no", "outlet"):
                made = [f"{field.name[:2].upper()}{self.number}{k:05}" for k in range(size)]
        return [one if there else None for one, there in zip(made, given, strict=True)]

    def _numbers(self, field: LedgerField, size: int) -> list[Any]:
        least, most = field.range or (0, 100)
        if not field.unit and least >= 1990:  # a year
            return [float(self.today.year - one) for one in self.dice.integers(0, 3, size)]
        usual = float(field.example) if isinstance(field.example, int | float) else min(most, max(least, 20.0))
        values = np.clip(usual * self.dice.uniform(0.2, 2.5, size), least, most)
        return [float(one) for one in np.round(values, 0 if field.type == "whole" else 2)]

    def _beside(self, ledger: Ledger, listings: list[Any]) -> None:
        """A step with a proof on what has left its first state, and values of two years where the ledger asks."""
        from lantian.site.core import clock
        from lantian.site.sources import reading
        from lantian.site.sources.models import ProofShown, StepTaken, YearlyValues

        start, now = reading.life(ledger).state[0].name, clock.now()
        moved = [one for one in listings if one.state != start]
        steps = StepTaken.objects.bulk_create(
            StepTaken(listing=one, step="moved", source=start, target=one.state, at=now, ended_at=now) for one in moved
        )
        ages = self.dice.integers(1, 400, len(steps))
        ProofShown.objects.bulk_create(
            ProofShown(taken=one, name="site", at=now - dt.timedelta(days=int(age)))
            for one, age in zip(steps, ages, strict=True)
        )
        yearly = [one for one in ledger.field if one.yearly]
        if not yearly:
            return
        for year in (self.today.year - 1, self.today.year):
            columns = {one.name: self.values(one, len(listings)) for one in yearly}
            YearlyValues.objects.bulk_create(
                YearlyValues(listing=one, year=year, attributes={name: of[k] for name, of in columns.items()})
                for k, one in enumerate(listings)
            )

    def _day(self, ago: int) -> dt.date:
        return self.today - dt.timedelta(days=int(ago))


def workbook(name: str, rows: int, path: Any) -> None:
    """A file of a ledger as a town would hand it in: half of its rows new, half of them changed."""
    from openpyxl import Workbook

    from lantian.site.core.policy import System
    from lantian.site.core.sheets import Scope, books
    from lantian.site.sources.sheets import book_name

    sheet, scope = books[book_name(name)].sheets[0], Scope(System())
    columns = [one for one in sheet.fields if not one.readonly]
    book = Workbook(write_only=True)
    drawn = book.create_sheet(str(sheet.title))
    drawn.append([*(one.header() for one in columns), "系统编号"])
    for row in _rows(sheet.rows(scope), rows):
        drawn.append([*(one.cell(row[1].get(one.name), scope) for one in columns), row[0]])
    book.save(path)


def _rows(stored: Any, rows: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, row in enumerate(stored):
        if number >= rows // 2:
            return
        yield row.ident, row.values | {"address": f"{row.values['address']}甲"}
        yield "", row.values | {"name": f"新增{number}号", "credit_code": ""}
