"""Fifty people at once over the same listings: thirty of ten towns and twenty of the air office accept jointly, sign,
close and reopen, while one of them brings the list in from Excel again and again. Everything is asked twice.

Nothing may be lost, nothing doubled, nobody wait for good; of two who do one thing one wins and the other is told.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import threading
import time
import traceback
from collections import Counter
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import translation
from openpyxl import Workbook

from lantian.site.core import audit
from lantian.site.core.attachments import keeping
from lantian.site.core.faults import WrongState
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, ListingValue, Signature, StepTaken
from tests.site.conftest import Browser, person
from tests.site.soak.conftest import SOAK
from tests.site.sources.conftest import paper, photo

TOWNS, LIAISONS, DESK = 10, 3, 20
EACH = 20 if SOAK else 1  # listings of a town
BETWEEN = 5.0 if SOAK else 0.0  # seconds between imports
AT_ONCE = 3  # listings that somebody deals with before looking again
DOORS = 8  # requests that the served platform lets in at once; the others queue, as at its socket
PATIENCE = 900 if SOAK else 150
REVIVES = 3  # every n-th is reopened once, by a town that is as quick as the office that closes it
LEDGER = "scattered_polluter"


class Day:
    """One day of fifty people."""

    def __init__(self) -> None:
        self.begin = threading.Barrier(TOWNS * LIAISONS + DESK)
        self.until = time.monotonic() + PATIENCE
        self.answers: Counter[int] = Counter()
        self.faults: list[str] = []
        self.brought_in = 0
        self._doors = threading.Semaphore(DOORS)
        self._lock = threading.Lock()

    def run(self) -> None:
        names = [f"town-{town}-{one}" for town in range(TOWNS) for one in range(LIAISONS)]
        names += [f"desk-{one}" for one in range(DESK)]
        threads = [threading.Thread(target=self._guarded, args=(name, k)) for k, name in enumerate(names)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE + 60)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for good"

    def _guarded(self, name: str, number: int) -> None:
        work = self._importer if name == "desk-0" else self._someone
        try:
            with translation.override("zh-hans"):
                who = Person.objects.get(username=name)
                site = Browser(raise_request_exception=True).log_in(who)
                self.begin.wait(60)
                chance = random.Random(number)
                while time.monotonic() < self.until and not over() and work(site, who, chance):
                    time.sleep(0.3)
        except BaseException:
            self.faults.append(f"{name}: {traceback.format_exc()}")
        finally:
            connection.close()

    def _someone(self, site: Browser, who: Person, chance: random.Random) -> bool:
        rows = list(Listing.objects.visible_to(who).exclude(state__in=("listed",)).prefetch_related("steps"))
        chance.shuffle(rows)
        for one in rows[:AT_ONCE]:
            self._deal_with(site, one, office=who.username.startswith("desk"))
        return True

    def _deal_with(self, site: Browser, one: Listing, *, office: bool) -> None:
        at = f"/sources/listings/{one.pk}/steps"
        waiting = next((step for step in one.steps.all() if step.state == "signing"), None)
        revives = one.pk % REVIVES == 0
        if waiting is not None:
            self._twice(site, f"/sources/steps/{waiting.pk}/sign", agrees="yes")
        elif one.state == "self_checked":
            self._twice(site, f"{at}/accept", acceptance=paper)
        elif one.state == "accepted" and office:
            self._twice(site, f"{at}/close", notice=paper)
        elif one.state in ("accepted", "closed") and revives:
            self._twice(site, f"{at}/reopen", running=photo, reason="夜间复产")
        elif one.state == "reopened":
            self._twice(site, f"{at}/list")

    def _importer(self, site: Browser, who: Person, chance: random.Random) -> bool:
        """Brings the list in with another trade; whoever was quicker meanwhile, it is told and looks anew."""
        time.sleep(BETWEEN)
        mark = f"第{self.brought_in + 1}次"
        one = sheets.upload(who, books[f"sources.{LEDGER}"], ContentFile(workbook(mark)), "清单.xlsx", {})
        one.refresh_from_db()
        try:
            if sheets.confirm(who, one, revision=one.revision).state == "done":
                self.brought_in += 1
        except WrongState:
            self.answers[409] += 1
        return True

    def _twice(self, site: Browser, address: str, **fields: Any) -> None:
        """Sent twice with one key: both are told the same, and it is done once."""
        key = f"{threading.get_ident()}-{time.monotonic_ns()}"
        told = []
        for _time in range(2):
            given = {name: value() if callable(value) else value for name, value in fields.items()}
            with self._doors:
                told.append(site.post(address, given | {"once": key}))
        for one in told:
            with self._lock:
                self.answers[one.status_code] += 1
            if one.status_code >= 500 and one.status_code != 503:
                raise AssertionError(f"{address}: {one.content.decode()[:2000]}")
        if told[0].status_code == 302:
            assert told[1].status_code in (302, 503), "the second of two is no other deed"


def ended(one: Listing) -> str:
    return "listed" if one.pk % REVIVES == 0 else "closed"


def over() -> bool:
    return all(one.state == ended(one) for one in Listing.objects.only("state"))


def workbook(trade: str) -> bytes:
    book = Workbook()
    book.active.append(["企业名称", "所在镇街", "行业"])
    for one in Listing.objects.select_related("source__area").order_by("pk"):
        book.active.append([one.source.name, one.source.area.name, trade])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture
def day(settings: Any, tmp_path: Any) -> Day:
    settings.MEDIA_ROOT = tmp_path
    settings.LANTIAN_JOBS = "inline"
    root = org.add_area(System(), name="青河区", kind="district", code="990101")
    office = org.add_unit(System(), name="区大气办", kind="other", area=root)
    for number in range(DESK):
        person(f"desk-{number}", "air_office", office)
    for number in range(TOWNS):
        area = org.add_area(System(), name=f"演示{number:02d}镇", kind="town", code=f"9901011{number:02d}", parent=root)
        town = org.add_unit(System(), name=f"演示{number:02d}镇政府", kind="town", area=area)
        for one in range(LIAISONS):
            person(f"town-{number}-{one}", "liaison", town)
    _listings()
    return Day()


def _listings() -> None:
    for area in Area.objects.filter(kind="town").order_by("pk"):
        for number in range(EACH):
            made = actions.add_listing(
                System(),
                LEDGER,
                source={"name": f"{area.name}石材加工点{number}", "area": area},
                attributes={"class": "close", "trade": "石材"},
            )
            made.enter("self_checked", "open")
            made.save()


@pytest.mark.django_db(transaction=True)
def test_fifty_people_over_the_same_listings(day: Day) -> None:
    began = time.perf_counter()
    day.run()
    assert not day.faults, day.faults[0]
    for one in Listing.objects.all():
        assert one.state == ended(one), "nobody waits for good"
        _walked(one)
        assert not ListingValue.objects.filter(listing=one).values("field").distinct().count() - 2, "class and trade"
        assert one.attributes["trade"] == (f"第{day.brought_in}次" if day.brought_in else "石材")
    taken = StepTaken.objects.all()
    assert not taken.exclude(state="taken").exists()
    events = Counter(AuditEvent.objects.values_list("action", flat=True))
    assert events["sources.listing.step"] == taken.count(), "every step has its event, and the other way round"
    accepted = taken.filter(step="accept").count()
    assert events["sources.listing.sign"] == accepted, "whoever takes the step has signed; the other party signs once"
    assert Signature.objects.count() == 2 * accepted
    assert audit.verify().whole
    keeping.clean(older_than=dt.timedelta(0))  # what the slower of two had sent
    assert keeping.check().whole
    # 200: a form shown again, with what is wrong; 503: SQLite's one writer was an import, for longer than others wait
    assert set(day.answers) <= {200, 302, 403, 409, 503}, day.answers
    assert day.answers[409], "nobody was ever told that somebody else was quicker"
    print(
        f"{sum(day.answers.values())} answers to 50 people, {day.brought_in} imports in "
        f"{time.perf_counter() - began:.1f} s: {dict(day.answers)}"
    )


def _walked(one: Listing) -> None:
    """Its steps lead from one to the next, each once, each with its proof in its place."""
    stood = "self_checked"
    for step in one.steps.order_by("ended_at", "pk"):
        assert step.source == stood, (one.pk, step.step, stood)
        stood = step.target
        if step.step != "list":
            assert step.proofs.get().attachment is not None
        if step.step == "accept":
            assert sorted(step.signatures.values_list("signer", flat=True)) == ["office", "town"]
    assert stood == one.state
    count = Counter(one.steps.values_list("step", flat=True))
    assert count["accept"] == 1
    if one.pk % REVIVES == 0:
        assert (count["reopen"], count["list"]) == (1, 1)
        assert count["close"] <= 1
    else:
        assert count == {"accept": 1, "close": 1}
