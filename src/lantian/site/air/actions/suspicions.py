"""Suspicions: stored when they are found, judged by people, judgements undone. Values change through `series` alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air_review import AirReview
from lantian.rulebook.schemas.series import Flags
from lantian.site.air.models import Suspicion, Watch
from lantian.site.air.models.suspicions import HOUR
from lantian.site.air.review_states import SECOND, SUSPICION
from lantian.site.air.suspecting import Found
from lantian.site.core import clock, policy
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.series import actions as series
from lantian.site.series.grid import local
from lantian.site.series.models import Stage
from lantian.site.series.queries import Cube, read

BY_HOURS = ("range", "flat", "spike", "inversion", "ratio", "neighbour")
MANY = 200
DECISIONS = ("keep", "invalidate")


def record_suspicions(
    actor: Actor,
    found: Sequence[Found],
    *,
    looked: Mapping[int, tuple[dt.date, dt.date]],
    looked_at: dt.datetime,
) -> dict[str, int]:
    """Store what was found; what is known already is widened, never doubled, and what was judged stays judged.

    Open suspicions within the days looked over that no rule marks any more have lapsed: newer values have replaced
    those that raised them.

    Parameters
    ----------
    looked : by station key, the first and the last day that was looked over
    looked_at : blocks that changed later are looked over next time
    """
    told = {"new": 0, "widened": 0, "lapsed": 0}
    if not looked:
        return told
    one = Watch.objects.filter(station__in=looked).first() or Watch(station_id=next(iter(looked)), looked_at=looked_at)
    with change(actor, one, "air.suspicion.record", found=told, stations=len(looked)) as watch:
        watch.looked_at = looked_at
        since = _begin(min(first for first, _last in looked.values()))
        known = list(locked(Suspicion.objects.filter(station__in=looked, last__gte=since)))
        by_kind: dict[tuple[int, str, str], list[Suspicion]] = {}
        for row in known:
            by_kind.setdefault((row.station_id, row.factor, row.rule), []).append(row)
        seen: set[int] = set()
        for item in sorted(found, key=lambda f: f.first):
            if item.station.pk in looked:
                _store(item, by_kind.setdefault((item.station.pk, item.factor, item.rule), []), seen, told)
        for row in known:
            if row.pk not in seen and _gone(row, looked):
                SUSPICION.step(row, "lapse")
                row.save(update_fields=["state"])
                told["lapsed"] += 1
        rows = [Watch(station_id=pk, looked_at=looked_at) for pk in looked if pk != watch.station_id]
        Watch.objects.bulk_create(rows, update_conflicts=True, unique_fields=["station"], update_fields=["looked_at"])
    return told


def _begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=clock.now().tzinfo)


def _store(item: Found, same: list[Suspicion], seen: set[int], told: dict[str, int]) -> None:
    """One finding: into an open suspicion that it touches; what is left of it after judged ones is a new one."""
    touching = [row for row in same if row.first - HOUR <= item.last and item.first - HOUR <= row.last]
    if row := next((row for row in touching if row.state == "open"), None):
        seen.add(row.pk)
        if row.first > item.first or row.last < item.last:
            row.first, row.last = min(row.first, item.first), max(row.last, item.last)
            row.score, row.evidence = max(row.score, item.score), item.evidence
            row.save(update_fields=["first", "last", "score", "evidence"])
            told["widened"] += 1
        return
    judged = [row for row in touching if row.state != "lapsed"]
    seen.update(row.pk for row in judged)
    first = max([item.first, *(row.last + HOUR for row in judged if row.first <= item.first)])
    if first > item.last or any(row.first <= first and item.last <= row.last for row in judged):
        return
    made = Suspicion(
        station=item.station, factor=item.factor, rule=item.rule, first=first, last=item.last, score=item.score,
        evidence=item.evidence, found_at=clock.now(),
    )  # fmt: skip
    made.save()
    seen.add(made.pk)
    same.append(made)
    told["new"] += 1


def _gone(row: Suspicion, looked: Mapping[int, tuple[dt.date, dt.date]]) -> bool:
    first, last = looked[row.station_id]
    inside = _begin(first) < row.first and row.last <= _begin(last + dt.timedelta(days=1))
    return row.state == "open" and row.rule in BY_HOURS and inside


def decide_suspicion(
    actor: Actor,
    suspicion: Suspicion,
    decision: str,
    *,
    reason: str,
    values: Mapping[dt.datetime, float] | None = None,
) -> Suspicion:
    """Keep, correct or invalidate the hours of a suspicion.

    Parameters
    ----------
    decision : 'keep', 'correct' or 'invalidate'
    values : of a correction, the new value by the hour's end; hours that are not named keep theirs

    Raises
    ------
    Refused : not this person's station, or one that only the second level may judge
    Invalid : no reason, no new value, or one that is none
    WrongState : it was judged already, or its hours are locked or reviewed further than the person may go
    """
    given = values or {}
    with change(actor, suspicion, f"air.suspicion.{decision}", note=reason) as current:
        _may_judge(actor, current)
        SUSPICION.step(current, decision, reason=reason.strip())
        cube = _hours(current)
        _change_hours(actor, current, decision, cube, given, reason)
        current.decided_by = actor if isinstance(actor, Person) else None
        current.decided_at, current.reason = clock.now(), reason.strip()[:300]
    return current


def decide_suspicions(actor: Actor, suspicions: Sequence[Suspicion], decision: str, *, reason: str) -> int:
    """Keep or invalidate many at once: all of them or none, as one audit event; how many were judged."""
    if decision not in DECISIONS:
        raise Invalid(_("请选择“保留原值”或“判为无效”。"))
    if not suspicions:
        raise Invalid(_("请先勾选疑点。"))
    if len(suspicions) > MANY:
        raise Invalid(_("一次最多判断 {n} 条。").format(n=MANY))
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("请写明理由。")})
    first, *_others = suspicions
    # told of the first one's station: each suspicion is saved by its own judgement
    with change_many(actor, first.station, "air.suspicion.decide", note=reason, decision=decision):
        for one in suspicions:
            decide_suspicion(actor, one, decision, reason=reason)
    return len(suspicions)


def undo_suspicion(actor: Actor, suspicion: Suspicion, *, reason: str) -> Suspicion:
    """Take a judgement back: values and notes are again what they were before it, and the suspicion is open.

    Raises
    ------
    WrongState : the hours are locked or reviewed further, or somebody changed them since
    """
    with change(actor, suspicion, "air.suspicion.undo", note=reason) as current:
        _may_judge(actor, current)
        SUSPICION.step(current, "undo", reason=reason.strip())
        cube = _hours(current)
        _undo_hours(actor, current, cube, reason)
        current.before, current.reason = [], ""
        current.decided_by = current.decided_at = None
    return current


def _may_judge(actor: Actor, suspicion: Suspicion) -> None:
    """Signs that point at whoever runs or guards a station are judged by the second level alone."""
    office_only = rulebook.get("air-review", as_=AirReview).office_only
    if suspicion.rule in office_only and not policy.roles(*SECOND).check(actor, suspicion):
        raise Refused(_("这类疑点由复审人员判断。"), roles=SECOND)


def _hours(suspicion: Suspicion) -> Cube:
    """The hours in question, as they are now."""
    owner, factor = suspicion.station.owner_id, suspicion.factor
    return read([owner], [factor], local(suspicion.first), local(suspicion.last))


def _change_hours(
    actor: Actor, one: Suspicion, decision: str, cube: Cube, given: Mapping[dt.datetime, float], reason: str
) -> None:
    raw, bits, stages = cube.raw[one.factor][0], cube.flags[one.factor][0], cube.stages[0]
    there = [k for k in range(len(cube.times)) if not np.isnan(raw[k])]
    rule = rulebook.get("series-flags", as_=Flags)
    new = {local(time): value for time, value in given.items()}
    if decision == "correct":
        if not new:
            raise Invalid(_("请至少填写一个小时的新值。"), fields={"values": _("请填写新值。")})
        if strange := [time for time in new if time not in cube.times[there]]:
            raise Invalid(_("{n} 个小时不在疑点范围内，或没有原值。").format(n=len(strange)))
        if not all(np.isfinite(value) for value in new.values()):
            raise Invalid(_("新值须是数字。"))
        there = [k for k in there if cube.times[k] in new]
    if not there:
        raise WrongState(_("这些小时已经没有数据。"), remedy=_("请刷新页面后再看。"))
    taken_out = "failed_check" if one.rule == "failed_check" else "invalid"
    cells, before = [], []
    for k in there:
        names = rule.names(int(bits[k]))
        noted = {"keep": (*names, "kept"), "correct": ("corrected",), "invalidate": (taken_out,)}[decision]
        cells.append(series.Cell(cube.times[k], one.factor, new.get(cube.times[k]), noted))
        before.append([str(cube.times[k]), float(raw[k]), list(names), new.get(cube.times[k]), sorted(set(noted))])
    _write(actor, one, cells, stages[there], reason)
    one.before = before


def _undo_hours(actor: Actor, one: Suspicion, cube: Cube, reason: str) -> None:
    rule = rulebook.get("series-flags", as_=Flags)
    cells, stages = [], []
    for time, value, names, changed, noted in one.before:
        k = int(np.searchsorted(cube.times, np.datetime64(time)))
        left = float(np.float32(value if changed is None else changed))
        bits = int(cube.flags[one.factor][0][k]) & ~rule.staying
        if cube.raw[one.factor][0][k] != np.float32(left) or bits != rule.mask(*noted) & ~rule.staying:
            raise WrongState(_("这些小时后来又有改动，不能直接撤销。"), remedy=_("请先撤销后来的判断，或重新更正。"))
        cells.append(series.Cell(cube.times[k], one.factor, value, tuple(names)))
        stages.append(int(cube.stages[0][k]))
    _write(actor, one, cells, np.array(stages), _("撤销：{reason}").format(reason=reason.strip()))


def _write(actor: Actor, one: Suspicion, cells: Sequence[series.Cell], stages: Any, reason: str) -> None:
    """Change the hours; a judged value counts as looked at, so that no feed writes over it."""
    highest = max(int(stages.max()), int(Stage.CHECKED))
    if highest > Stage.REVIEWED:
        raise WrongState(_("这些小时已有上级审定的结果，不能再改。"))
    series.correct(actor, one.station.owner, "1h", cells, reason=str(reason)[:500], stage=Stage(highest))
