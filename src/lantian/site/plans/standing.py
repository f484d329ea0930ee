"""How tasks stand: traffic light, percent done, numbers against their targets. The one place that says so.

Pure functions over loaded rows. Ledger, task page, unit panel, wall chart and API all ask here.

>>> task_standing(due=dt.date(2026, 9, 30), state="open", percent=40, today=dt.date(2026, 10, 2)).state
'overdue'
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian import rulebook
from lantian.rulebook.schemas.progress import ProgressReview
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.plans import lights

# state: (level, shape, words). The shape tells states apart without colour.
STATES: dict[str, tuple[str, str, Text]] = {
    "overdue": ("red", "■", _("已过期")),
    "missing": ("red", "✕", _("缺报")),
    "soon": ("amber", "▲", _("30 天内到期")),
    "unreported": ("amber", "◇", _("有单位未报")),
    "behind": ("amber", "▼", _("进度滞后")),
    "complete": ("green", "◆", _("已完成，待销号")),
    "later": ("green", "●", _("正常推进")),
    "none": ("grey", "○", _("无日期")),
    "closed": ("done", "✓", _("已销号")),
    "withdrawn": ("grey", "–", pgettext_lazy("task", "已撤销")),
}
LEVELS: dict[str, Text] = {
    "red": _("红灯"),
    "amber": _("黄灯"),
    "green": _("绿灯"),
    "grey": _("无日期"),
    "done": _("已销号"),
}
# What counts upward to a number; a limit such as "≤ 33" is not something to be done a part of.
COUNTED = (">=", ">", "=", "~", "complete")


class Standing(NamedTuple):
    """How one task stands on a day. `days` from that day to its due date; `missing` units whose report is late."""

    state: str
    percent: int | None = None
    days: int | None = None
    missing: int = 0

    @property
    def level(self) -> str:
        """red, amber, green, grey or done."""
        return STATES[self.state][0]

    @property
    def shape(self) -> str:
        return STATES[self.state][1]

    @property
    def words(self) -> Text:
        return STATES[self.state][2]

    @property
    def days_off(self) -> int:
        """Days between the day and the due date, whichever comes first."""
        return abs(self.days or 0)


def task_standing(
    *,
    due: dt.date | None,
    state: str = "open",
    percent: int | None = None,
    begun: dt.date | None = None,
    missing: int = 0,
    strict: bool = False,
    today: dt.date | None = None,
) -> Standing:
    """How a task stands.

    Parameters
    ----------
    due : the date that counts, after extensions; state : of the task's life cycle
    percent : by accepted reports, 0 to 100; None where nothing was accepted
    begun : when work began (the plan's first day); without it a task is never behind
    missing : units whose report of the last window is late
    strict : a missing report is red: the cycle asks for evidence of every unit
    """
    today = today or clock.today()
    if state == "closed":
        return Standing("closed", 100 if percent is None else percent)
    if state == "withdrawn":
        return Standing("withdrawn", percent)
    light = lights.light(due, today=today)
    found = light.state
    if found != "overdue":
        if missing and strict:
            found = "missing"
        elif percent is not None and percent >= 100:
            found = "complete"
        elif found == "soon":
            pass
        elif missing:
            found = "unreported"
        elif is_behind(percent, begun, due, today):
            found = "behind"
    return Standing(found, percent, light.days, missing)


def of_task(task: Any, *, missing: int = 0, strict: bool = False, today: dt.date | None = None) -> Standing:
    """How a stored task stands; its plan must be loaded."""
    return task_standing(
        due=task.due,
        state=task.state,
        percent=task.percent,
        begun=task.plan.period_start or task.plan.issued_on,
        missing=missing,
        strict=strict,
        today=today,
    )


def is_behind(percent: int | None, begun: dt.date | None, due: dt.date | None, today: dt.date) -> bool:
    """Whether the percent lies well under the share of the time that is gone."""
    if percent is None or begun is None or due is None or due <= begun or today <= begun:
        return False
    gone = 100 * (today - begun).days / (due - begun).days
    return percent + rulebook.get("progress-review", as_=ProgressReview).behind < min(gone, 100)


# Numbers


@dataclass(frozen=True)
class Wanted:
    """A quantity of a task. `town` is None for the headline."""

    key: int
    value: float
    unit: str = ""
    op: str = "="
    kind: str = "target"
    town: int | None = None
    town_name: str = ""
    what: str = ""

    @property
    def counts(self) -> bool:
        """Whether a part of it can be done."""
        return self.kind == "target" and self.op in COUNTED and self.value > 0


@dataclass(frozen=True)
class Said:
    """A number of an accepted report: how much of a quantity was done in all by the end of its window.

    `lead` tells that a lead unit of the task says it, `own` that it comes from the town whose share it is, `part` that
    it is what a part of the task (分解任务) adds up to, `measured` that a metric to which a person bound it gave it.
    """

    quantity: int
    value: float
    end: dt.date
    town: int | None = None
    by: int = 0
    lead: bool = False
    own: bool = False
    part: bool = False
    measured: bool = False


@dataclass(frozen=True)
class Share:
    """What a part of a task has done of one of its numbers."""

    quantity: int
    done: float
    end: dt.date
    town: int | None
    by: int


@dataclass(frozen=True)
class NumberStanding:
    """A headline with its towns, or a number alone, as far as it is done.

    `done` is None where nobody said anything; `stated` is what the lead unit says of the whole, `sum` what the towns
    (or units) add up to. `rolled` tells that parts of the task say it, `measured` that its metric does.
    """

    wanted: Wanted
    done: float | None = None
    stated: float | None = None
    sum: float | None = None
    parts: tuple[NumberStanding, ...] = ()
    shares: Mapping[int | None, float] = field(default_factory=dict)
    rolled: bool = False
    measured: bool = False

    @property
    def share(self) -> float | None:
        """Part of the target that is done, 0 to 1; None where nothing can be said."""
        if self.done is None or not self.wanted.counts:
            return None
        return min(1.0, max(0.0, self.done / self.wanted.value))

    @property
    def agrees(self) -> bool | None:
        """Whether what the lead unit says equals what the towns add up to; None where one of them is missing."""
        if self.stated is None or self.sum is None:
            return None
        return abs(self.stated - self.sum) <= 1e-6 * max(1.0, abs(self.stated))


def numbers(wanted: Sequence[Wanted], said: Iterable[Said]) -> list[NumberStanding]:
    """Every quantity of a task with what was done; numbers of towns below the headline of the same unit before them."""
    latest = _latest(said)
    found: list[NumberStanding] = []
    parts: dict[int, list[NumberStanding]] = defaultdict(list)
    heads: list[Wanted] = []
    for one in wanted:
        head = next((h for h in reversed(heads) if one.town_name and h.unit == one.unit and not h.town_name), None)
        if head is not None:
            parts[head.key].append(_alone(one, latest))
            continue
        heads.append(one)
    for head in heads:
        found.append(_with_parts(head, parts[head.key], latest) if not head.town_name else _alone(head, latest))
    return found


def shares_of(
    found: Iterable[NumberStanding], of: Mapping[int, int], *, by: int, end: dt.date, closed: bool
) -> list[Share]:
    """What the numbers of a part tell of those of the whole.

    A closed part of which nothing was reported is done: the air office has looked at it.

    Parameters
    ----------
    of : number of the whole by the part's own
    by, end : unit of the part, and the day until which it reported
    """
    shares = []
    for one in found:
        done = one.wanted.value if one.done is None and closed else one.done
        whose = of.get(one.wanted.key)
        if whose is not None and done is not None:
            shares.append(Share(whose, done, end, one.wanted.town, by))
    return shares


def added(shares: Iterable[Share]) -> list[Said]:
    """Shares as said of the whole; several parts of one unit are one word."""
    groups: dict[tuple[int, int | None, int], list[Share]] = defaultdict(list)
    for one in shares:
        groups[one.quantity, one.town, one.by].append(one)
    return [
        Said(quantity, _added(s.done for s in rows), max(s.end for s in rows), town, by, own=True, part=True)
        for (quantity, town, by), rows in groups.items()
    ]


Latest = Mapping[tuple[int, int | None, int, bool], Said]


def _latest(said: Iterable[Said]) -> Latest:
    """The last word of everybody on every share: (quantity, town, who said it, of a part of the task)."""
    found: dict[tuple[int, int | None, int, bool], Said] = {}
    for one in sorted(said, key=lambda s: s.end):
        found[one.quantity, one.town, one.by, one.part] = one
    return found


def _best(words: list[Said]) -> Said | None:
    """Of several words on one share what a part of the task says, else the town's own, the lead unit's, the last."""
    return max(words, key=lambda s: (s.part, s.own, s.lead, s.end), default=None)


def _alone(one: Wanted, latest: Latest) -> NumberStanding:
    words = [s for (key, *_whose), s in latest.items() if key == one.key]
    if (measured := next((s for s in words if s.measured), None)) is not None:  # before whatever anybody says
        return NumberStanding(one, done=measured.value, measured=True)
    if any(s.part for s in words):  # a town's share that is broken down further
        return NumberStanding(one, done=_added(s.value for s in words if s.part), rolled=True)
    best = _best(words)
    return NumberStanding(one, done=best.value if best else None)


def _with_parts(head: Wanted, parts: list[NumberStanding], latest: Latest) -> NumberStanding:
    words = [s for (key, *_whose), s in latest.items() if key == head.key]
    measured = next((s.value for s in words if s.measured), None)
    words = [s for s in words if not s.measured]
    broken_down = {s.by for s in words if s.part}
    whole = _best([s for s in words if s.town is None and s.lead and not s.part])
    shares: dict[int | None, float] = {}
    for town in {s.town for s in words if s.town is not None}:
        of_town = [s for s in words if s.town == town]
        best = _best(of_town)
        shares[town] = _added(s.value for s in of_town if s.part) or (best.value if best else 0.0)
    others = [s.value for s in words if s.town is None and (s.part or (not s.lead and s.by not in broken_down))]
    said = [p.done for p in parts if p.done is not None] + list(shares.values()) + others
    total = _added(said) if said else None
    stated = whole.value if whole else None
    # what is broken down is the sum of its parts, whatever the lead unit said of the whole
    rolled = bool(broken_down) or any(p.rolled or p.measured for p in parts)
    done = total if rolled or stated is None else stated
    if measured is not None:
        done = measured
    return NumberStanding(head, done, stated, total, tuple(parts), shares, rolled, measured is not None)


def _added(values: Iterable[float]) -> float:
    """Fifteen digits: what floats add to the sum of decimals goes, what was said stays."""
    return float(f"{sum(values):.15g}")


def percent_done(
    found: Iterable[NumberStanding],
    percents: Sequence[tuple[bool, int]],
    reporters: int,
    *,
    parts: Sequence[tuple[str, int | None]] = (),
) -> int | None:
    """Percent of a task: by its numbers where any was reported, else by its parts, else by what units say.

    Parameters
    ----------
    percents : (is a lead unit, percent) of each unit's last accepted report; a lead unit's word counts for the whole,
        otherwise the mean over all `reporters`, who stand at nothing until they report
    parts : state and percent of each part; their mean counts as soon as one of them has any
    """
    counted = [n for n in found if n.wanted.counts]
    if any(n.share is not None for n in counted):
        # floor: 100 is said when all of it is done, and not before
        return int(100 * sum(n.share or 0.0 for n in counted) / len(counted) + 1e-9)
    of_parts = [100 if state == "closed" and percent is None else percent for state, percent in parts]
    if any(percent is not None for percent in of_parts):
        return sum(percent or 0 for percent in of_parts) // len(of_parts)
    leads = [percent for lead, percent in percents if lead]
    if leads:
        return sum(leads) // len(leads)
    if percents:
        return sum(percent for _lead, percent in percents) // max(len(percents), reporters)
    return None


# Roll-ups


@dataclass(frozen=True)
class RollUp:
    """How a group of tasks stands: how many in each level and state, and their mean percent (unsaid counts as 0)."""

    total: int
    levels: Mapping[str, int]
    states: Mapping[str, int]
    percent: int | None

    @property
    def worst(self) -> str:
        """The level that colours the group: red as soon as one task is."""
        return next((level for level in ("red", "amber", "green", "grey", "done") if self.levels.get(level)), "grey")


def roll_up(standings: Iterable[Standing]) -> RollUp:
    """The standing of a unit, a section, a plan or the district by those of its tasks."""
    rows = list(standings)
    found = Counter(one.state for one in rows)
    levels: dict[str, int] = dict.fromkeys(LEVELS, 0)
    states = {state: found[state] for state in STATES}
    for state, count in found.items():
        levels[STATES[state][0]] += count
    said = any(one.percent is not None for one in rows)
    percent = sum(one.percent or 0 for one in rows) // len(rows) if said else None
    return RollUp(len(rows), levels, states, percent)


K = TypeVar("K", bound=Hashable)


def roll_up_by(pairs: Iterable[tuple[K, Standing]]) -> dict[K, RollUp]:
    """Roll-ups by any key, in order of appearance: unit, section, plan, or a pair of them."""
    groups: dict[K, list[Standing]] = defaultdict(list)
    for key, one in pairs:
        groups[key].append(one)
    return {key: roll_up(rows) for key, rows in groups.items()}
