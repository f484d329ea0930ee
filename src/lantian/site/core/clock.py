"""The only source of "now". A replay clock can set it to a past winter, so that deadlines come and go as they did.

>>> from lantian.site.core import clock
>>> clock.today()  # doctest: +SKIP
datetime.date(2017, 9, 16)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils import timezone


@dataclass
class _Held:
    """The shift that holds for a request, and its day once it was asked for: tables ask for it with every row."""

    shift: dt.timedelta
    day: dt.date | None = None


# The shift is read once a request (or job); outside of one, on every call.
_held: ContextVar[_Held | None] = ContextVar("lantian_clock_shift", default=None)


def shift() -> dt.timedelta:
    """How far the shown time stands from the real one; zero without a replay."""
    held = _held.get()
    return _read() if held is None else held.shift


def now() -> dt.datetime:
    """The time that counts, aware, in the site's time zone."""
    return timezone.localtime(timezone.now() + shift())


def today() -> dt.date:
    """The day that counts; the same from the beginning to the end of a request."""
    held = _held.get()
    if held is None:
        return now().date()
    if held.day is None:
        held.day = now().date()
    return held.day


def real_now() -> dt.datetime:
    """The time on the wall. For heartbeats, sessions and log-in limits only: what must run on during a replay."""
    return timezone.localtime(timezone.now())


def hold() -> Any:
    """Read the shift now and keep it until `release(token)`: one query a request, one time within it."""
    return _held.set(_Held(_read()))


def release(token: Any) -> None:
    """End of `hold`."""
    _held.reset(token)


def hold_again() -> None:
    """Read the shift anew within a hold, after the replay was changed."""
    if _held.get() is not None:
        _held.set(_Held(_read()))


@contextmanager
def as_of(moment: dt.datetime) -> Iterator[None]:
    """Everything within happens at another time: what a demo tells of past months. The audit trail keeps both times."""
    token = _held.set(_Held(moment - timezone.now()))
    try:
        yield
    finally:
        _held.reset(token)


def _read() -> dt.timedelta:
    replay = apps.get_model("core", "ReplayClock").objects.filter(pk=1).first()
    return replay.shift if replay else dt.timedelta()
