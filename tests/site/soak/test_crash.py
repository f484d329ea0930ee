"""kill -9 of web servers and job runner, at random moments of many actions, and started anew as a service manager does.

Programs ask again with their key, people look at the page and press the button again where nothing happened. What was
acknowledged is there once, what was not at most once; the trail verifies; nobody is told twice; no job is left hanging.
"""

from __future__ import annotations

import os
import queue
import random
import signal
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.site.core.receivers import Receiver, hooks
from tests.site.soak import outcome
from tests.site.soak.conftest import SOAK
from tests.site.soak.deeds import Answer, Someone
from tests.site.soak.reaper import LOGGED_IN, RECOVERS, Persistence, Reaper, jobs_end, send_now

REPORTS = 120 if SOAK else 9  # each is handed in and judged, some twice: about four acknowledged actions a report
PAUSE = (0.3, 2.0) if SOAK else (0.1, 0.4)  # seconds between kills: within the work, however quick the machine
PEOPLE = 6 if SOAK else 3
KILLS = 40
JOBS = 12  # that wait when the job runner is killed with all its processes
PATIENCE = 900 if SOAK else 300

# What is killed, and how often of ten times.
TARGETS = {"a web worker": 4, "the web server": 1, "a job worker": 2, "the job runner": 1, "its clock": 1, "serve": 1}
SHORT = ["a web worker", "a job worker"]


class Work(Persistence):
    """What is to be reported, done by a few pairs of a liaison and an office, each in a thread."""

    def __init__(self, place: SimpleNamespace) -> None:
        super().__init__()
        self.place = place
        self.errors: list[str] = []
        self.waiting: queue.Queue[Any] = queue.Queue()
        world = place.world
        windows = [(cycle["id"], start) for cycle in world["cycles"] for start in cycle["starts"]]
        units = {p["unit"]: p for p in world["liaisons"] if p["username"].endswith("-a")}
        self.wishes = [(cycle, task, start) for cycle, start in windows for task in world["tasks"]]
        random.Random(3).shuffle(self.wishes)
        self.wishes = self.wishes[:REPORTS]
        self.units = units
        for number, wish in enumerate(self.wishes):
            self.waiting.put((number, wish))
        self.threads = [threading.Thread(target=self._guarded, args=(k,)) for k in range(PEOPLE)]

    def _guarded(self, number: int) -> None:
        try:
            self.work(browser=number % 2 == 0)
        except Exception:
            self.errors.append(traceback.format_exc())

    def work(self, *, browser: bool) -> None:
        port, world = self.place.served.port, self.place.world
        people: dict[str, Someone] = {}

        def someone(person: dict[str, Any]) -> Someone:
            if person["username"] not in people:
                people[person["username"]] = made = Someone(port, person, self.deeds, browser=browser)
                self.carry_out(made, "org.log_in", None, lambda key: made.enter() or LOGGED_IN, key="")
            return people[person["username"]]

        while True:
            try:
                number, (cycle, task, start) = self.waiting.get_nowait()
            except queue.Empty:
                return
            liaison = someone(self.units[task["unit"]])
            office = someone(world["offices"][number % len(world["offices"])])
            report = self.begun(liaison, cycle, task["id"], start)
            self.handed_in(liaison, report, f"第 {number} 份")
            if number % 3 == 0:
                self.judged(office, report, "plans.report.return", "returned", office.give_back)
                self.handed_in(liaison, report, f"第 {number} 份，已补充")
            self.judged(office, report, "plans.report.accept", "accepted", office.accept)

    def begun(self, me: Someone, cycle: int, task: int, start: str) -> int:
        found: list[int] = []

        def begin(_key: str) -> Answer:
            report = me.begin(cycle, task, start)
            assert report is not None
            found.append(report)
            return LOGGED_IN

        self.carry_out(me, "begin", None, begin, key="")
        return found[-1]

    def handed_in(self, me: Someone, report: int, text: str) -> None:
        if me.browser:
            self.judged(me, report, "plans.report.submit", "submitted", lambda r, key: me.hand_in(r, text, key=key))
            return
        saved = self.carry_out(me, "save", report, lambda _key: me.save(report, text), key="")
        revision = saved.json["revision"]
        act = lambda key: me.submit(report, revision, key=key)  # noqa: E731
        self.carry_out(me, "plans.report.submit", report, act, key=uuid.uuid4().hex)

    def judged(self, me: Someone, report: int, action: str, after: str, act: Callable[..., Answer]) -> None:
        seen = (lambda: me.state(report) == after) if me.browser else None
        self.carry_out(me, action, report, lambda key: act(report, key=key), key=uuid.uuid4().hex, seen=seen)


@pytest.fixture(scope="module")
def group_robot() -> Iterator[Receiver]:
    with hooks() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def place(
    open_place: Callable[..., SimpleNamespace],
    group_robot: Receiver,
    tmp_path_factory: pytest.TempPathFactory,
) -> SimpleNamespace:
    channels = tmp_path_factory.mktemp("channels") / "channels.toml"
    channels.write_text(
        f"""
        [defaults]
        "plans.report_returned" = ["robot"]
        [[channel]]
        name = "robot"
        type = "webhook"
        url = "{group_robot.url}/"
        digest_minutes = 0
        """,
        "utf-8",
    )
    return open_place(LANTIAN_CHANNELS=str(channels))


@pytest.fixture(scope="module")
def survived(place: SimpleNamespace) -> SimpleNamespace:
    """The work is done, in spite of all."""
    dice = random.Random(11)
    place.served.start()
    work, reaper = Work(place), Reaper(place, dice)
    for thread in work.threads:
        thread.start()
    targets = dice.choices(list(TARGETS), list(TARGETS.values()), k=KILLS) if SOAK else SHORT
    for what in targets:
        time.sleep(dice.uniform(*PAUSE))
        send_now(place)
        if any(thread.is_alive() for thread in work.threads):
            reaper.kill(what)
    _kill_all_that_does_jobs(place, reaper)
    for thread in work.threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return SimpleNamespace(work=work, reaper=reaper, deeds=work.deeds)


def _kill_all_that_does_jobs(place: SimpleNamespace, reaper: Reaper) -> None:
    """While jobs wait and others run: `serve` ends with them, and a service manager starts it again."""
    for _number in range(JOBS):
        place.stored.write(
            "INSERT INTO core_job (kind, title, state, progress, message, params, error, cancel_asked, created_at)"
            " VALUES ('core.verify_audit', '', 'queued', 0, '', '{}', '', %s, %s)",
            False, "2026-01-01 00:00:00+00:00",
        )  # fmt: skip
    time.sleep(0.5)
    for pid in place.served.job_processes():
        os.kill(pid, signal.SIGKILL)
    reaper.start_again()


def test_all_work_is_done_in_spite_of_kills(survived: SimpleNamespace) -> None:
    reaper, deeds = survived.reaper, survived.deeds
    assert not survived.work.errors, "\n".join(survived.work.errors[:3]) + reaper.served.told()
    assert not deeds.faults(), deeds.faults()[:3]
    broken = Counter(one.action for one in deeds.rows if one.status == 0)
    gaps = sorted(reaper.gaps)
    print(f"{len(deeds.done())} acknowledged, {sum(broken.values())} broken {dict(broken)};")
    print(f"killed {dict(reaper.killed)}; answers after {gaps[len(gaps) // 2]:.1f} s, at most {gaps[-1]:.1f} s")
    assert sum(reaper.killed.values()) >= (KILLS // 2 if SOAK else 1)


def test_what_was_acknowledged_is_there_once(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    outcome.acknowledged_once(place.stored, survived.deeds)
    assert outcome.reports_whole(place.stored) == {"accepted": REPORTS}
    outcome.told_once(place.stored)
    assert outcome.chain_whole(place.served)


def test_messages_leave_once_or_are_shown_as_doubtful(
    survived: SimpleNamespace, place: SimpleNamespace, group_robot: Receiver
) -> None:
    """After the lease of the dead, every message is sent or waits for a person; none was taken twice."""
    long_ago = "2026-01-01 00:00:00+00:00"
    place.stored.write("UPDATE core_delivery SET claimed_at = %s WHERE state = 'sending'", long_ago)
    end = time.monotonic() + RECOVERS
    while place.stored.rows("SELECT id FROM core_delivery WHERE state NOT IN ('sent', 'unknown')"):
        assert time.monotonic() < end
        send_now(place)
        time.sleep(0.2)
    states = Counter(state for (state,) in place.stored.rows("SELECT state FROM core_delivery"))
    taken = Counter(got.headers["idempotency-key"] for got in group_robot.taken)
    print(f"messages {dict(states)}")
    assert set(states) <= {"sent", "unknown"}
    assert set(taken.values()) == {1}
    assert states["sent"] <= len(taken) <= states["sent"] + states["unknown"]


def test_no_job_is_left_hanging(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    """A job whose runner is killed says so; one that was not begun is done by those who come after."""
    stored = place.stored
    jobs_end(place)
    states = Counter(state for (state,) in stored.rows("SELECT state FROM core_job WHERE kind = 'core.verify_audit'"))
    assert set(states) <= {"done", "failed"}
    assert states["done"] >= JOBS - 2, "of two workers"
    told = stored.rows("SELECT kind, message FROM core_job WHERE state = 'failed'")
    assert not [(kind, message) for kind, message in told if "没有完成" not in message]
