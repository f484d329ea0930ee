"""The review desk: suspicions as they wait, and one with its hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from lantian import rulebook
from lantian.rulebook.schemas.series import Flag, Flags
from lantian.site.air.models import Suspicion
from lantian.site.core.policy import Actor
from lantian.site.series.grid import aware, local
from lantian.site.series.models import Stage
from lantian.site.series.queries import Change, changes, read


def suspicions(person: Actor) -> QuerySet[Suspicion]:
    """Suspicions that the person may see, with what the desk shows of them."""
    return Suspicion.objects.visible_to(person).select_related("station", "station__unit", "decided_by")


@dataclass(frozen=True)
class HourRow:
    """An hour of a suspicion as it is now; `around` is the neighbours' median when it was found."""

    time: dt.datetime
    value: float | None
    around: float | None
    notes: tuple[Flag, ...]
    stage: Stage
    inside: bool


def hours_of(one: Suspicion, *, before: int = 3, after: int = 3) -> list[HourRow]:
    """The hours in question with some before and after them, as they are now: three SQL queries."""
    first, last = one.first - dt.timedelta(hours=before), one.last + dt.timedelta(hours=after)
    cube = read([one.station.owner_id], [one.factor], local(first), local(last))
    raw, bits = cube.raw[one.factor][0], cube.flags[one.factor][0]
    notes = rulebook.get("series-flags", as_=Flags).flag
    around = _around(one)
    return [
        HourRow(
            aware(time),
            None if np.isnan(raw[k]) else float(raw[k]),
            around.get(aware(time)),
            tuple(flag for flag in notes if bits[k] >> flag.bit & 1),
            Stage(int(cube.stages[0][k])),
            one.first <= aware(time) <= one.last,
        )
        for k, time in enumerate(cube.times)
    ]


def changes_of(one: Suspicion) -> list[Change]:
    """What the values of these hours were before: one SQL query."""
    return changes(one.station.owner_id, "1h", one.first, one.last, factors=[one.factor])


def _around(one: Suspicion) -> dict[dt.datetime, float | None]:
    start = one.evidence.get("from")
    if not start:
        return {}
    first = aware(np.datetime64(start, "s"))
    return {first + dt.timedelta(hours=k): value for k, value in enumerate(one.evidence.get("around", []))}
