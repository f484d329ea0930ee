"""Twenty writers at once: numbers without gap, one chain, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from lantian.site.core import audit
from lantian.site.core.models import AuditEvent, Ref
from lantian.site.core.policy import System

WRITERS, EACH = 20, 5


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_and_an_anchor_get_one_chain(settings: Any, tmp_path: Path) -> None:
    settings.LANTIAN_AUDIT = tmp_path
    settings.LANTIAN_ANCHORS = str(tmp_path)
    start, faults = threading.Barrier(WRITERS + 1), []

    def write(writer: int) -> None:
        try:
            start.wait()
            for number in range(EACH):
                audit.append(System(f"写者{writer}"), "test.done", Ref(kind="t", ident=str(number), title="件"))
                if writer == 0:
                    audit.anchor()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    start.wait()
    for thread in threads:
        thread.join(timeout=120)
    assert not faults
    numbers = list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert AuditEvent.objects.filter(action="test.done").count() == WRITERS * EACH
    verdict = audit.verify()
    assert (verdict.whole, verdict.anchors) == (True, EACH)
