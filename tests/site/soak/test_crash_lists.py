"""kill -9 while listings are rectified, accepted, signed and closed, orders accepted, answered and closed, and lists
brought in from Excel; and of the jobs that check lists and escalate orders, at random moments of their work.

What was acknowledged is there once and whole, with its files; what was not at most once. The trail verifies, files that
no row names are swept, and the jobs go on where they were, once.
"""

from __future__ import annotations

import io
import json
import queue
import random
import subprocess
import sys
import threading
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from openpyxl import Workbook
from PIL import Image

from tests.site.soak import outcome
from tests.site.soak.client import Files
from tests.site.soak.conftest import SOAK
from tests.site.soak.deeds import Answer, Someone
from tests.site.soak.reaper import LOGGED_IN, Persistence, Reaper, jobs_end, send_now

MANY = 60 if SOAK else 3  # listings, and as many orders
IMPORTS, ROWS = (30 if SOAK else 1), 5
PEOPLE = 6 if SOAK else 3
KILLS = 30
PAUSE = (0.3, 2.0) if SOAK else (0.2, 0.8)
JOB_KILLS = 24 if SOAK else 1  # besides those that the platform's own runner carries out
PATIENCE = 900 if SOAK else 300
TARGETS = {"a web worker": 4, "the web server": 1, "a job worker": 3, "the job runner": 1, "serve": 1}
SHORT = ["a web worker", "a job worker", "serve"]
FRAME = "/sources/ledgers"  # a page whose frame has a form
START = "import django; django.setup(); from lantian.site.core.policy import System; "
JOBS = {
    "checks": f"{START}from lantian.site.sources import actions; actions.run_checks(System())",
    "escalation": f"{START}from lantian.site.orders.escalation import take_steps; take_steps()",
}
LAST = f"""{JOBS["checks"]}
from lantian.site.orders.escalation import take_steps
take_steps()
import json, datetime as dt
from lantian.site.core.attachments import keeping
first, again = (keeping.clean(older_than=dt.timedelta(0)) for _time in range(2))
report = keeping.check()
print(json.dumps([first.files, again.files, report.files, report.missing, report.changed]))
"""


class Work(Persistence):
    """All that is to be done, by a few people who do not give up, each in a thread."""

    def __init__(self, place: SimpleNamespace) -> None:
        super().__init__()
        self.place = place
        self.errors: list[str] = []
        self.waiting: queue.Queue[Callable[[], None]] = queue.Queue()
        self.people: dict[tuple[int, str], Someone] = {}
        self.seats: dict[int, int] = {}  # of each thread: nobody is logged in too often at once
        world = place.world
        wishes: list[Callable[[], None]] = []
        for pk in world["listings"]:
            wishes.append(lambda pk=pk: self.listing(pk))  # type: ignore[misc]
        for pk in world["orders"]:
            wishes.append(lambda pk=pk: self.order(pk))  # type: ignore[misc]
        for number in range(IMPORTS):
            wishes.append(lambda number=number: self.brought_in(number))  # type: ignore[misc]
        random.Random(7).shuffle(wishes)
        for wish in wishes:
            self.waiting.put(wish)
        self.threads = [threading.Thread(target=self._guarded) for _one in range(PEOPLE)]

    def _guarded(self) -> None:
        try:
            while True:
                self.waiting.get_nowait()()
        except queue.Empty:
            return
        except Exception:
            self.errors.append(traceback.format_exc())

    def _someone(self, group: str) -> Someone:
        """A person of a group, at a browser of this thread."""
        people = self.place.world[group]
        seat = self.seats.setdefault(threading.get_ident(), len(self.seats))
        person = people[seat % len(people)]
        key = (threading.get_ident(), person["username"])
        if key not in self.people:
            made = Someone(self.place.served.port, person, self.deeds, browser=True)
            self.carry_out(made, "org.log_in", None, lambda _key: made.enter() or LOGGED_IN, key="")
            self.people[key] = made
        return self.people[key]

    def _press(
        self, me: Someone, action: str, thing: int, address: str, files: Files | None = None, **fields: str
    ) -> Answer:
        """Press a button until it is answered; its form carries a key, so that it counts once."""

        def act(key: str) -> Answer:
            answer = me.browser.submit(FRAME, address, files, once=key, **fields)  # type: ignore[union-attr]
            assert answer.status == 302, f"{address}: {answer.status} {answer.text[-3000:]}"
            return self.deeds.note(me.name, action, thing, answer, key=key)

        return self.carry_out(me, action, thing, act, key=uuid.uuid4().hex)

    def listing(self, pk: int) -> None:
        town, office = self._someone("towns"), self._someone("offices")
        at, step = f"/sources/listings/{pk}/steps", "sources.listing.step"
        names = ("materials_cleared", "products_cleared", "equipment_cleared")
        photos = {name: (f"{name}.jpg", photo(f"{pk}-{name}")) for name in names}
        self._press(town, step, pk, f"{at}/self_check", photos)
        self._press(town, step, pk, f"{at}/accept", {"acceptance": ("验收单.pdf", paper(f"accept {pk}"))})
        found = self.place.stored.rows(
            "SELECT id FROM sources_steptaken WHERE listing_id = %s AND state = 'signing'", pk
        )
        self._press(office, "sources.listing.sign", pk, f"/sources/steps/{found[0][0]}/sign", agrees="yes")
        self._press(office, step, pk, f"{at}/close", {"notice": ("公示.pdf", paper(f"close {pk}"))})

    def order(self, pk: int) -> None:
        water, office = self._someone("waters"), self._someone("offices")
        self._press(water, "orders.order.accept", pk, f"/orders/{pk}/steps/accept")
        files = {"files": ("现场.jpg", photo(f"order-{pk}"))}
        self._press(water, "orders.order.answer", pk, f"/orders/{pk}/answer", files, text="已处置")
        self._press(office, "orders.order.close", pk, f"/orders/{pk}/steps/close", text="属实", round="0")

    def brought_in(self, number: int) -> None:
        """A list from Excel: uploaded, looked at, confirmed. It tells whether a confirmation that broke went in."""
        office, found = self._someone("offices"), list[int]()

        def upload(_key: str) -> Answer:
            files = {"file": ("清单.xlsx", workbook(number))}
            answer = office.browser.submit(FRAME, "/sheets/sources.scattered_polluter", files)  # type: ignore[union-attr]
            assert answer.status == 302, answer.text[-3000:]
            found.append(int(answer.location.split("/")[3]))
            return self.deeds.note(office.name, "core.import_sheet", None, answer)

        self.carry_out(office, "core.import_sheet", None, upload, key="")
        pk, action = found[-1], "core.confirm_sheet"

        def confirm(key: str) -> Answer:
            address = f"/sheets/imports/{pk}/confirm"
            answer = office.browser.submit(FRAME, address, revision="1")  # type: ignore[union-attr]
            assert answer.status == 302, answer.text[-3000:]
            return self.deeds.note(office.name, action, pk, answer, key=key)

        self.carry_out(office, action, pk, confirm, key=uuid.uuid4().hex, seen=lambda: self._written(pk))

    def _written(self, pk: int) -> bool:
        return self.place.stored.rows("SELECT state FROM core_sheetimport WHERE id = %s", pk) == [("done",)]

    def check_lists(self) -> None:
        """Ask the platform's own runner to check."""
        office = self._someone("offices")
        self._press(office, "check", 0, "/sources/findings/run")


class KilledJobs:
    """Runs what the runner runs, as a process of its own that is killed at a random moment."""

    def __init__(self, place: SimpleNamespace, dice: random.Random) -> None:
        self.place, self.dice = place, dice
        self.killed: Counter[str] = Counter()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        served = self.place.served
        for number in range(JOB_KILLS):
            name = list(JOBS)[number % 2]
            began = time.monotonic()
            with subprocess.Popen([sys.executable, "-c", JOBS[name]], env=served.environ, cwd=served.directory) as one:
                try:
                    one.wait(self.dice.uniform(0.5, 4.0))
                except subprocess.TimeoutExpired:
                    one.kill()
                    self.killed[f"{name} after {time.monotonic() - began:.0f} s"] += 1


def photo(mark: str) -> bytes:
    """A picture like no other, with the time at which a camera would have taken it."""
    dice = random.Random(mark)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2026:01:15 10:20:30"
    out = io.BytesIO()
    Image.new("RGB", (320, 240), tuple(dice.randrange(256) for _one in range(3))).save(out, "JPEG", exif=exif)
    return out.getvalue() + mark.encode()


def paper(mark: str) -> bytes:
    return f"%PDF-1.4\n%{mark}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".encode()


def workbook(number: int) -> bytes:
    book = Workbook()
    book.active.append(["企业名称", "所在镇街", "行业", "分类"])
    for row in range(ROWS):
        book.active.append([f"导入第{number}批第{row}家", "松溪镇", "木器", "关停取缔"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def place(open_place: Callable[..., SimpleNamespace]) -> SimpleNamespace:
    return open_place("tests.site.soak.lists_world", MANY)


@pytest.fixture(scope="module")
def survived(place: SimpleNamespace) -> SimpleNamespace:
    """The work is done, in spite of all."""
    dice = random.Random(23)
    place.served.start()
    work, reaper, jobs = Work(place), Reaper(place, dice), KilledJobs(place, dice)
    for thread in (*work.threads, jobs.thread):
        thread.start()
    for number, what in enumerate(dice.choices(list(TARGETS), list(TARGETS.values()), k=KILLS) if SOAK else SHORT):
        time.sleep(dice.uniform(*PAUSE))
        send_now(place)
        if number % 2 == 0:
            work.check_lists()
        if any(thread.is_alive() for thread in work.threads):
            reaper.kill(what)
    for thread in (*work.threads, jobs.thread):
        thread.join(PATIENCE)
        assert not thread.is_alive()
    jobs_end(place)
    files = json.loads(place.served.run("-c", LAST))
    return SimpleNamespace(work=work, reaper=reaper, jobs=jobs, deeds=work.deeds, files=files)


def test_all_is_done_in_spite_of_kills(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    work, deeds = survived.work, survived.deeds
    assert not work.errors, "\n".join(work.errors[:3]) + place.served.told()
    assert not deeds.faults(), deeds.faults()[:3]
    print(f"{len(deeds.done())} acknowledged; killed {dict(survived.reaper.killed)} {dict(survived.jobs.killed)}")
    deeds.rows = [one for one in deeds.rows if one.action != "check"]  # asks for a job: no event of its own
    outcome.acknowledged_once(place.stored, deeds)
    assert outcome.chain_whole(place.served)


def test_listings_are_whole(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    rows, listings = place.stored.rows, place.world["listings"]
    for pk in listings:
        steps = rows("SELECT source, step, state FROM sources_steptaken WHERE listing_id = %s ORDER BY id", pk)
        assert [step for _source, step, _state in steps] == ["self_check", "accept", "close"], (pk, steps)
        assert {state for _source, _step, state in steps} == {"taken"}
        assert rows("SELECT state, means FROM sources_listing WHERE id = %s", pk) == [("closed", "done")]
    proofs = Counter(
        rows(
            "SELECT s.step, count(p.id) FROM sources_proofshown p JOIN sources_steptaken s ON s.id = p.taken_id"
            " WHERE p.attachment_id IS NOT NULL GROUP BY s.listing_id, s.step"
        )
    )
    assert proofs == {("self_check", 3): MANY, ("accept", 1): MANY, ("close", 1): MANY}
    assert rows("SELECT count(*) FROM sources_signature") == [(2 * MANY,)]


def test_orders_are_whole_and_told_once(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    rows = place.stored.rows
    for pk in place.world["orders"]:
        kinds = [kind for (kind,) in rows("SELECT kind FROM orders_orderevent WHERE order_id = %s ORDER BY id", pk)]
        assert [kind for kind in kinds if kind != "escalate"] == ["create", "issue", "accept", "answer", "close"], pk
    keys = rows("SELECT order_id, key FROM orders_orderevent WHERE key <> ''")
    assert len(keys) == len(set(keys)), "a step of the ladder is taken once"
    late = {pk for pk, _key in keys}
    assert set(place.world["late"]) <= late
    double = rows("SELECT person_id, key FROM core_notice WHERE key <> '' GROUP BY person_id, key HAVING count(*) > 1")
    assert not double


def test_imports_are_whole(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    rows = place.stored.rows
    names = Counter(name for (name,) in rows("SELECT name FROM sources_source") if name.startswith("导入第"))
    assert names == {f"导入第{k}批第{row}家": 1 for k in range(IMPORTS) for row in range(ROWS)}
    alone = "SELECT count(*) FROM sources_source s LEFT JOIN sources_listing l ON l.source_id = s.id WHERE l.id IS NULL"
    assert rows(alone) == [(0,)]


def test_jobs_end_and_findings_stand_once(survived: SimpleNamespace, place: SimpleNamespace) -> None:
    rows = place.stored.rows
    told = rows("SELECT state, message FROM core_job WHERE kind = 'sources.checks'")
    assert told
    assert {state for state, _message in told} <= {"done", "failed"}
    assert not [message for state, message in told if state == "failed" and "没有完成" not in message]
    found = rows("SELECT check_name, key FROM sources_finding")
    assert len(found) == len(set(found))
    assert [name for name, _key in found].count("sources.twice") >= 1


def test_files_that_no_row_names_are_swept(survived: SimpleNamespace) -> None:
    swept, again, named, missing, changed = survived.files
    assert (missing, changed, again) == ([], [], 0)
    print(f"{named} files named by rows, {swept} swept")
