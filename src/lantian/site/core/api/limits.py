"""How often one may ask: a sliding minute for each token, person and address, over all processes.

The counts lie in the database, so that all web processes see them; each process keeps its own additions for a moment
and writes them together, so that reading does not become writing. It may let a few more through than the limit: at
most a fiftieth for each process.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.models import ApiCount
from lantian.site.core.problems import TooMany

log = logging.getLogger(__name__)

MINUTE = 60.0
SHARE = 50  # what a process keeps to itself at most: this part of the limit
HOLD = 2.0  # and for at most so many seconds
KEYS = 10_000  # that a process remembers


@dataclass
class _Kept:
    minute: int
    before: int = 0  # requests of the minute before
    total: int = 0  # of this minute, as far as the database told
    own: int = 0  # of this minute and not yet written
    read_at: float = 0.0


_kept: dict[str, _Kept] = {}
_lock = threading.Lock()


def count(key: str, limit: int) -> None:
    """Count one request; raises `TooMany` over the limit, in which case it is not counted."""
    now = clock.real_now().timestamp()
    minute, passed = int(now // MINUTE), now % MINUTE / MINUTE
    with _lock:
        kept = _current(key, minute, now)
        used = kept.before * (1 - passed) + kept.total + kept.own
        if used + 1 > limit:
            raise TooMany(
                _("您在一分钟内的请求超过上限，没有处理。"),
                seconds=_wait(kept, limit, passed),
                remedy=_("请按 Retry-After 给出的秒数等待后再试。"),
            )
        kept.own += 1
        if kept.own * SHARE >= limit or now - kept.read_at > HOLD:
            _write(key, kept, now)


def forget() -> None:
    """Forget what this process remembers; for tests."""
    with _lock:
        _kept.clear()


def sweep() -> int:
    """Remove counts that no longer matter; returns how many."""
    return ApiCount.objects.filter(minute__lt=int(clock.real_now().timestamp() // MINUTE) - 1).delete()[0]


def _wait(kept: _Kept, limit: int, passed: float) -> float:
    """Seconds until one more request fits."""
    this = kept.total + kept.own
    if this + 1 <= limit:  # it fits once enough of the minute before has slid out
        share = max(0.0, (limit - 1 - this) / max(1, kept.before))
        return (1 - passed - share) * MINUTE
    return (1 - passed) * MINUTE + max(0.0, 1 - (limit - 1) / this) * MINUTE


def _current(key: str, minute: int, now: float) -> _Kept:
    kept = _kept.get(key)
    if kept is not None and kept.minute == minute:
        return kept
    if kept is not None and kept.own:
        _write(key, kept, now)
    if len(_kept) >= KEYS:
        _kept.clear()
    kept = _kept[key] = _Kept(minute, read_at=now)
    _read(key, kept)
    return kept


def _read(key: str, kept: _Kept) -> None:
    rows = dict(ApiCount.objects.filter(key=key, minute__gte=kept.minute - 1).values_list("minute", "count"))
    kept.before, kept.total = rows.get(kept.minute - 1, 0), rows.get(kept.minute, 0)


def _write(key: str, kept: _Kept, now: float) -> None:
    """Add what this process counted to the database's count, and learn what the others added."""
    try:
        with transaction.atomic():
            row = ApiCount.objects.filter(key=key, minute=kept.minute)
            if not row.update(count=F("count") + kept.own):
                try:
                    with transaction.atomic():
                        ApiCount.objects.create(key=key, minute=kept.minute, count=kept.own)
                except IntegrityError:
                    row.update(count=F("count") + kept.own)
        kept.own, kept.read_at = 0, now
        _read(key, kept)
    except DatabaseError:
        # A busy database is no reason to refuse anybody; the count stays and is written next time.
        log.warning("requests of %s not written this time", key.partition(":")[0], exc_info=True)
