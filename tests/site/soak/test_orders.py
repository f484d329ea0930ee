"""Fifty people at once over the same orders: forty who deal with them, two pairs a unit, and ten of the air office who
check, send back and hand on. Everything is asked twice, as an impatient hand does.

Nothing may be lost, nothing doubled, nobody wait for good; of two who do one thing one wins and the other is told.
"""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from lantian.site.core import audit
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.core.policy import System
from lantian.site.orders import actions
from lantian.site.orders.models import Order, OrderEvent
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person, Unit
from tests.site.conftest import Browser, person
from tests.site.soak.conftest import SOAK

UNITS, HANDLERS, DESK = 10, 4, 10
EACH = 20 if SOAK else 1  # orders of a unit
DOORS = 8  # requests that the served platform lets in at once; the others queue, as at its socket
PATIENCE = 900 if SOAK else 150
RETURNED, MOVED = 5, 7  # every n-th order is sent back once, is handed on once


class Day:
    """One day of fifty people."""

    def __init__(self) -> None:
        self.units = list(Unit.objects.filter(kind="department").order_by("pk"))
        self.orders = list(Order.objects.order_by("pk").values_list("pk", "unit"))
        self.begin = threading.Barrier(UNITS * HANDLERS + DESK)
        self.until = time.monotonic() + PATIENCE
        self.answers: Counter[int] = Counter()
        self.faults: list[str] = []
        self._doors = threading.Semaphore(DOORS)
        self._lock = threading.Lock()

    def run(self) -> None:
        threads = [
            threading.Thread(target=self._guarded, args=(self._handler, f"handler-{unit}-{one}", one))
            for unit in range(UNITS)
            for one in range(HANDLERS)
        ]
        threads += [
            threading.Thread(target=self._guarded, args=(self._desk, f"desk-{one}", one)) for one in range(DESK)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE + 60)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for good"

    def _guarded(self, work: Any, name: str, number: int) -> None:
        try:
            with translation.override("zh-hans"):
                who = Person.objects.get(username=name)
                site = Browser(raise_request_exception=True).log_in(who)
                self.begin.wait(60)
                while time.monotonic() < self.until and work(site, who, random.Random(number)):
                    time.sleep(0.3)
        except BaseException:
            self.faults.append(f"{name}: {traceback.format_exc()}")
        finally:
            connection.close()

    def _twice(self, site: Browser, address: str, **fields: str) -> None:
        """Sent twice with one key: both are told the same, and it is done once."""
        key = f"{threading.get_ident()}-{time.monotonic_ns()}"
        told = []
        for _time in range(2):
            with self._doors:
                told.append(site.post(address, fields | {"once": key}))
        for one in told:
            with self._lock:
                self.answers[one.status_code] += 1
            if one.status_code >= 500:
                raise AssertionError(f"{address}: {one.content.decode()[:2000]}")
        if told[0].status_code == 302:
            assert told[1].status_code == 302, "the second of two is no other deed"

    def _handler(self, site: Browser, who: Person, chance: random.Random) -> bool:
        mine = Order.objects.filter(unit=who.unit).exclude(state="closed")
        rows = list(mine)
        chance.shuffle(rows)
        for order in rows:
            at = f"/orders/{order.pk}"
            if order.state == "issued":
                self._twice(site, f"{at}/steps/accept")
            elif order.state in ("accepted", "returned"):
                self._twice(site, f"{at}/answer", answer="1", text=f"{who.username} 已处置")
            self._twice(site, f"{at}/comment", text="在看") if chance.random() < 0.02 else None
        return Order.objects.exclude(state="closed").exists()

    def _desk(self, site: Browser, who: Person, chance: random.Random) -> bool:
        rows = list(Order.objects.exclude(state="closed"))
        chance.shuffle(rows)
        for order in rows:
            at = f"/orders/{order.pk}"
            moved = order.pk % MOVED == 0 and not order.events.filter(kind="transfer").exists()
            if moved and order.state in ("issued", "accepted"):
                there = self.units[(self.units.index(order.unit) + 1) % UNITS]
                self._twice(site, f"{at}/transfer", unit=str(there.pk), reason="属地")
            elif order.state == "answered" and order.pk % RETURNED == 0 and not order.returns:
                self._twice(site, f"{at}/steps/return", reason="再查一次", round="0")
            elif order.state == "answered":
                self._twice(site, f"{at}/steps/close", text="属实", round=str(order.returns))
        return Order.objects.exclude(state="closed").exists()


@pytest.fixture
def day(settings: Any, tmp_path: Any) -> Day:
    settings.MEDIA_ROOT = tmp_path
    area = org.add_area(System(), name="青河区", kind="district", code="990101")
    office = org.add_unit(System(), name="区大气办", kind="other", area=area)
    for number in range(DESK):
        person(f"desk-{number}", "air_office", office)
    first = Person.objects.get(username="desk-0")
    for number in range(UNITS):
        unit = org.add_unit(System(), name=f"区演示{number:02d}局", kind="department", area=area)
        for one in range(HANDLERS):
            person(f"handler-{number}-{one}", "liaison", unit)
    return _with_orders(area, first)


def _with_orders(area: Area, first: Person) -> Day:
    units = list(Unit.objects.filter(kind="department").order_by("pk"))
    faults: list[BaseException] = []

    def give(unit: Unit) -> None:
        try:
            for number in range(EACH):
                made = actions.create_order(first, kind="general", area=area, unit=unit, title=f"{unit} {number}")
                actions.issue_order(first, made)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(unit,)) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not faults, faults[0]
    return Day()


@pytest.mark.django_db(transaction=True)
def test_fifty_people_over_the_same_orders(day: Day) -> None:
    serials = sorted(Order.objects.values_list("serial", flat=True))
    assert serials == list(range(1, UNITS * EACH + 1)), "handed out by ten at once, numbers without gap"
    began = time.perf_counter()
    day.run()
    assert not day.faults, day.faults[0]
    assert set(Order.objects.values_list("state", flat=True)) == {"closed"}, "nobody waits for good"
    for order in Order.objects.all():
        count = Counter(order.events.values_list("kind", flat=True))
        moved, returned = count["transfer"], count["return"]
        assert moved <= 1, order
        assert returned == order.returns == (1 if order.pk % RETURNED == 0 else 0), order
        assert (count["create"], count["issue"], count["close"]) == (1, 1, 1)
        assert count["answer"] == 1 + returned, order
        assert count["accept"] in (1, 1 + moved), order
    done = AuditEvent.objects.filter(action__startswith="orders.").exclude(action="orders.order.create")
    steps = OrderEvent.objects.exclude(kind="create")
    assert done.count() == steps.count(), "every event of the trail has its line on the order, and the other way round"
    keys = Notice.objects.exclude(key="").values_list("person", "key")
    assert len(keys) == len(set(keys))
    assert audit.verify().whole
    assert set(day.answers) <= {200, 302, 403, 409}, day.answers  # 200: a form shown again, with what is wrong
    print(f"{sum(day.answers.values())} deeds by 50 people in {time.perf_counter() - began:.1f} s: {dict(day.answers)}")
