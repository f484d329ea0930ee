"""Checks: small rules with a name that look over what a room keeps and say what cannot be right.

    checks.register("sources.twice", Check(_("重复上账"), about=_("…"), run=twice))

A check finds; it changes nothing. What it found is kept as a finding by the room that runs them, for people to decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lantian.site.core.faults import Text


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
    run : (day) to its hits: all that there are, so that one which is not among them any more is over
    about : what it looks for, for the reader
    """

    title: Text
    run: Callable[[dt.date], Iterable[Hit]]
    about: Text = ""
    order: int = 100
