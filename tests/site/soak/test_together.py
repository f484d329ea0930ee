"""Fifty people at once: forty liaisons who report and ask, eight of the air office who decide in pairs over the same
things, two leaders who consent. Some of them sit at browsers, the others are programs.

Nothing may be lost, nothing doubled, nothing fail; of two who decide on one thing one wins and the other is told.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.site.soak import outcome
from tests.site.soak.conftest import SOAK
from tests.site.soak.deeds import Deeds, Someone

WINDOWS = 4 if SOAK else 1  # that each liaison reports on, for some tasks of the unit
REPORTED = 5 if SOAK else 1
BROWSERS = 2 if SOAK else 4  # every n-th liaison sits at one
PATIENCE = 600 if SOAK else 240
PAIRS = 4


class Campaign:
    """The threads of one run, and the queues over which they hand work to one another, as notices do for people."""

    def __init__(self, place: SimpleNamespace) -> None:
        self.world, self.port = place.world, place.served.port
        self.deeds = Deeds()
        self.errors: list[str] = []
        self.begin = threading.Barrier(50)
        self.desks: list[queue.Queue[Any]] = [queue.Queue() for _person in self.world["offices"]]
        self.leaders: list[queue.Queue[Any]] = [queue.Queue() for _person in self.world["leaders"]]
        self.answers: dict[str, queue.Queue[Any]] = {p["username"]: queue.Queue() for p in self.world["liaisons"]}
        self.owners: dict[tuple[str, int], str] = {}
        self.returned: set[int] = set()
        self.shared: set[int] = set()

    def run(self) -> None:
        liaisons = [
            threading.Thread(target=self._guarded, args=(self.liaison, person, k))
            for k, person in enumerate(self.world["liaisons"])
        ]
        others = [
            threading.Thread(target=self._guarded, args=(self.office, person, k))
            for k, person in enumerate(self.world["offices"])
        ]
        others += [
            threading.Thread(target=self._guarded, args=(self.leader, person, k))
            for k, person in enumerate(self.world["leaders"])
        ]
        for thread in [*liaisons, *others]:
            thread.start()
        for thread in liaisons:
            thread.join(PATIENCE)
        for line in [*self.desks, *self.leaders]:
            line.put(None)
        for thread in others:
            thread.join(PATIENCE)

    def _guarded(self, work: Any, person: dict[str, Any], number: int) -> None:
        try:
            work(person, number)
        except Exception:
            self.errors.append(f"{person['username']}: {traceback.format_exc()}")

    # Liaisons

    def liaison(self, person: dict[str, Any], number: int) -> None:
        """Report on all that the own cycle asks for; at a browser also ask for a later date and for closing."""
        pair, which = divmod(number, 2)
        me = Someone(self.port, person, self.deeds, browser=(pair + which) % BROWSERS == 0)
        self.begin.wait(120)
        me.enter()
        tasks = [task for task in self.world["tasks"] if task["unit"] == person["unit"]]
        cycle, other = self.world["cycles"][which], self.world["cycles"][0]
        wanted = [(cycle["id"], task, start) for task in tasks[:REPORTED] for start in cycle["starts"][-WINDOWS:]]
        wanted.append((other["id"], tasks[0], other["starts"][0]))  # the colleague has this one, too
        open_reports: dict[int, str] = {}
        for cycle_id, task, start in wanted:
            report = me.begin(cycle_id, task["id"], start)
            if report is None:  # the colleague has handed it in already
                assert start == other["starts"][0]
                continue
            if cycle_id == other["id"] and start == other["starts"][0]:
                self.shared.add(report)
            text = f"{person['username']} {task['title']} {start}"
            if me.browser and start == cycle["starts"][-1]:
                me.attach_photo(report)
            if self.hand_in(me, report, text):
                open_reports[report] = text
        waiting = len(open_reports) + (self.ask(me, tasks, pair) if me.browser else 0)
        while waiting:
            what, pk = self.answers[person["username"]].get(timeout=PATIENCE)
            if what == "returned":
                assert self.hand_in(me, pk, f"{open_reports[pk]}，已补充")
            else:
                waiting -= 1

    def hand_in(self, me: Someone, report: int, text: str) -> bool:
        self.owners.setdefault(("report", report), me.name)
        answer = me.hand_in(report, text)
        if not answer.ok or (me.browser and not answer.location.endswith("/reports")):
            return False
        self.owners["report", report] = me.name
        self.to_desk("report", report)
        return True

    def ask(self, me: Someone, tasks: list[dict[str, Any]], pair: int) -> int:
        """Ask for a later date, every other one for so much later that a leader must consent; and for closing."""
        days = 45 if pair % 2 else 20
        until = dt.date.fromisoformat(tasks[1]["due"]) + dt.timedelta(days=days)
        extension = me.ask_extension(tasks[1]["id"], until.isoformat())
        closing = me.ask_closing(tasks[2]["id"])
        assert extension
        assert closing
        for kind, pk in (("extension", extension), ("closing", closing)):
            self.owners[kind, pk] = me.name
            self.to_desk(kind, pk)
        return 2

    def to_desk(self, kind: str, pk: int) -> None:
        """To both of a pair; what has pages alone, to the two browsers of two pairs."""
        pair = pk % PAIRS
        both = (2 * pair, 2 * pair + 1) if kind == "report" else (2 * pair, 2 * ((pair + 1) % PAIRS))
        for desk in both:
            self.desks[desk].put((kind, pk))

    def tell(self, what: str, kind: str, pk: int) -> None:
        self.answers[self.owners[kind, pk]].put((what, pk))

    # Who decides

    def office(self, person: dict[str, Any], number: int) -> None:
        """Decide on all that comes; the second of a pair works on the same things as the first."""
        me = Someone(self.port, person, self.deeds, browser=number % 2 == 0)
        self.begin.wait(120)
        me.enter()
        while (found := self.desks[number].get(timeout=PATIENCE)) is not None:
            kind, pk = found
            if kind == "report":
                self.review(me, pk)
            elif kind == "closing":
                if me.decide("closing", pk, "close", signer="演示签字人").ok:
                    self.tell("closed", "closing", pk)
            elif me.decide("extension", pk, "grant").ok:
                self.tell("granted", "extension", pk)
            elif me.decide("extension", pk, "forward").ok:
                for line in self.leaders:
                    line.put(pk)

    def review(self, me: Someone, pk: int) -> None:
        """Return some; never what two colleagues write on, for a returned one is whose hand is quicker."""
        if pk % 5 == 0 and pk not in self.returned | self.shared:
            if me.give_back(pk).ok:
                self.returned.add(pk)
                self.tell("returned", "report", pk)
        elif me.accept(pk).ok:
            self.tell("accepted", "report", pk)

    def leader(self, person: dict[str, Any], number: int) -> None:
        me = Someone(self.port, person, self.deeds, browser=True)
        self.begin.wait(120)
        me.enter()
        while (pk := self.leaders[number].get(timeout=PATIENCE)) is not None:
            if me.decide("extension", pk, "consent").ok:
                self.to_desk("extension", pk)


@pytest.fixture(scope="module")
def place(open_place: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return open_place()


@pytest.fixture(scope="module")
def campaign(place: SimpleNamespace) -> Campaign:
    """All fifty have done their work."""
    place.served.start()
    campaign = Campaign(place)
    campaign.run()
    return campaign


def test_nobody_is_stopped(campaign: Campaign, place: SimpleNamespace) -> None:
    assert not campaign.deeds.faults(), (campaign.deeds.faults()[:3], place.served.told())
    assert not campaign.errors, "\n".join([*campaign.errors[:3], str(campaign.deeds.refused()[-3:])])
    count = Counter(one.action for one in campaign.deeds.done())
    seconds = sorted(campaign.deeds.seconds)
    print(f"{sum(count.values())} deeds acknowledged: {dict(count)}; {len(campaign.deeds.refused())} refused;"
          f" median {seconds[len(seconds) // 2]:.2f} s, slowest {seconds[-1]:.2f} s")  # fmt: skip
    assert count["org.log_in"] == 40 // BROWSERS + 4 + 2


def test_nothing_is_lost_and_nothing_doubled(campaign: Campaign, place: SimpleNamespace) -> None:
    outcome.acknowledged_once(place.stored, campaign.deeds)
    states = outcome.reports_whole(place.stored)
    reports = len({pk for kind, pk in campaign.owners if kind == "report"})
    assert states == {"accepted": reports}
    texts = dict(place.stored.rows("SELECT id, text FROM plans_progressreport"))
    for (kind, pk), owner in campaign.owners.items():
        assert kind != "report" or texts[pk].startswith(owner), "what its sender wrote"
    outcome.told_once(place.stored)
    assert set(place.stored.rows("SELECT state FROM plans_extensionrequest")) == {("granted",)}
    assert set(place.stored.rows("SELECT outcome FROM plans_closing")) == {("closed",)}
    assert len(place.stored.rows("SELECT id FROM plans_task WHERE state = 'closed'")) == 40 // BROWSERS
    assert outcome.chain_whole(place.served) >= len(campaign.deeds.done("plans.report.accept"))


def test_of_two_who_decide_one_wins_and_the_other_is_told(campaign: Campaign) -> None:
    """Both were asked to decide on everything."""
    for action in ("plans.report.accept", "plans.task.close", "plans.extension.consent"):
        won = Counter(one.thing for one in campaign.deeds.done(action))
        assert set(won.values()) == {1}
    losers = [one for one in campaign.deeds.refused() if one.action in ("plans.report.accept", "plans.task.close")]
    assert losers
    for one in losers:
        assert one.status == 409, one
        assert "办理过" in one.text, one
