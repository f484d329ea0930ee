"""Checks: small rules with a name that look over what a room keeps and say what cannot be right.

    checks.register("sources.twice", Check(_("重复上账"), about=_("…"), run=twice))

A check finds; it changes nothing. What it found is kept as a finding by the room that runs them, for people to decide.
Checks that look at the same thing work it out by `once`: of those that run together only the first has the work.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lantian.site.core.faults import Text

T = TypeVar("T")
_found: ContextVar[dict[Hashable, Any] | None] = ContextVar("found", default=None)


@dataclass(frozen=True)
class Hit:
    """Something that cannot be right.

    Attributes
    ----------
    key : tells it from other hits of the check, and is the same when the check runs again
    area_id : where it is
    text : one sentence for the reader
    things : stored things that it is about, the first before all
    facts : evidence: label and value
    """

    key: str
    area_id: int
    text: Text
    things: Sequence[Any] = ()
    facts: Mapping[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A rule.

    Attributes
    ----------
    run : (day) to its hits: all that there are, so that one which is not among them any more is over. They are kept
        while it runs, some at a time: it yields them as it finds them, and holds no lists of them
    about : what it looks for, for the reader
    """

    title: Text
    run: Callable[[dt.date], Iterable[Hit]]
    about: Text = ""
    order: int = 100


@contextmanager
def together() -> Iterator[None]:
    """Checks that run within share what `once` has worked out."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def once(key: Hashable, work_out: Callable[[], T]) -> T:
    """What several checks look at: worked out once by those that run together."""
    found = _found.get()
    if found is None:
        return work_out()
    if key not in found:
        found[key] = work_out()
    kept: T = found[key]
    return kept
