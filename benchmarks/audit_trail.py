"""The audit trail with 200,000 events: appending, verifying, each filter of its page, and which index answers it.

The bound is 150 ms for a page. SQLite, in a directory of its own; LANTIAN_BENCH_EVENTS sets another number.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

EVENTS = int(os.environ.get("LANTIAN_BENCH_EVENTS", "200000"))
SAMPLE = 300
ROUNDS = 5


def best(act: Callable[[], object]) -> float:
    """Milliseconds of the quickest of some rounds."""
    times = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"LANTIAN_VAR": directory, "DJANGO_SETTINGS_MODULE": "lantian.site.settings"}
        os.environ["LANTIAN_LOG"] = "ERROR"
        import django

        django.setup()
        measure(Path(directory))


def measure(directory: Path) -> None:
    from django.core.management import call_command
    from django.db import connection

    from lantian.site.core import audit, clock
    from lantian.site.core.audit import trail
    from lantian.site.core.models import Ref
    from lantian.site.core.policy import System

    call_command("migrate", verbosity=0)
    fill()
    start = time.perf_counter()
    for number in range(SAMPLE):
        audit.append(System(), "plans.report.submit", Ref(kind="plans.task", ident=str(number), title="松溪镇"))
    print(f"append                {1000 * (time.perf_counter() - start) / SAMPLE:9.2f} ms each, with commit")
    start = time.perf_counter()
    verdict = audit.verify()
    took = time.perf_counter() - start
    print(f"verify                {took:9.1f} s for {verdict.events} events, whole: {verdict.whole}")
    now = clock.now()
    month = now.replace(day=1)
    asked = {
        "no filter": trail.Asked(),
        "person": trail.Asked(person="演示17"),
        "nobody": trail.Asked(person="查无此人"),
        "unit": trail.Asked(unit="单位3"),
        "action": trail.Asked(action="plans.report.return"),
        "object": trail.Asked(kind="plans.task", ident="77"),
        "request": trail.Asked(request_id="request-4711"),
        "period": trail.Asked(since=month.replace(year=now.year - 1), until=month),
        "text, common": trail.Asked(text="第7"),
        "text, not there": trail.Asked(text="查无此事"),
        "person and text": trail.Asked(person="演示17", text="查无此事"),
    }
    for name, one in asked.items():
        plan = " | ".join(line.split("\n")[0] for line in one.rows()[:51].explain().splitlines())
        print(f"{name:<22}{best(lambda one=one: trail.read(one)):9.1f} ms   {plan[:110]}")
    print(f"{'page 2,000':<22}{best(lambda: trail.read(trail.Asked(), below=EVENTS // 2)):9.1f} ms")
    print(f"{'kinds to choose':<22}{best(trail.kinds):9.1f} ms")
    file = Path(str(connection.settings_dict["NAME"]))
    print(f"database              {file.stat().st_size / 1e6:9.0f} MB")
    start = time.perf_counter()
    sealed = audit.seal(before=now.replace(month=1, day=1))
    size = sum(segment.size for segment in sealed) / 1e6
    print(f"seal                  {time.perf_counter() - start:9.1f} s, {len(sealed)} segments, {size:.1f} MB")


def fill() -> None:
    """Many more events with right hashes, written in bulk: what the platform's own way would take hours for."""
    import datetime as dt

    from django.db import models, transaction

    from lantian.site.core import audit, clock
    from lantian.site.core.models import AuditEvent, AuditHead

    head = AuditHead.objects.get(pk=1)
    seq, before = head.seq, head.hash
    first = clock.now() - dt.timedelta(days=730)
    step = dt.timedelta(days=730) / EVENTS
    actions = ("plans.report.submit", "plans.report.accept", "plans.report.return", "org.change_unit")
    with transaction.atomic():
        for start in range(seq + 1, EVENTS + 1, 2000):
            batch = []
            for seq in range(start, min(start + 2000, EVENTS + 1)):
                event = AuditEvent(
                    seq=seq,
                    at=first + step * seq,
                    person_name=f"演示{seq % 300}",
                    unit_name=f"单位{seq % 40}",
                    ip="10.1.2.3",
                    request_id=f"request-{seq}",
                    action=actions[seq % 4],
                    kind="plans.task",
                    ident=str(seq % 3000),
                    title=f"第{seq % 3000}项任务的月度进展",
                    before={"state": "draft", "text": "本月完成整治若干处" * 5, "number": seq},
                    after={"state": "submitted", "text": "本月完成整治若干处并已复查" * 5, "number": seq + 1},
                    facts={},
                    note="",
                    prev_hash=before,
                )
                event.hash = before = audit.event_hash(event)
                batch.append(event)
            models.QuerySet(AuditEvent).bulk_create(batch)
        AuditHead.objects.filter(pk=1).update(seq=seq, hash=before)
