"""The station diary: entries made and struck out; a failed check asks a reviewer about the hours before it."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
from django.utils.translation import gettext as _

from lantian import rulebook
from lantian.airquality.editions import LABELS
from lantian.rulebook.schemas.air_diary import AirDiary
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.air.diary_states import DIARY
from lantian.site.air.models import CheckDue, DiaryEntry, Station, Suspicion
from lantian.site.air.models.diary import CHECKS, KINDS
from lantian.site.air.models.suspicions import HOUR
from lantian.site.air.review_states import SUSPICION
from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.series.grid import local
from lantian.site.series.queries import read


def record_entry(
    actor: Actor,
    station: Station,
    *,
    kind: str,
    at: dt.datetime,
    until: dt.datetime | None = None,
    factor: str = "",
    reference: float | None = None,
    reading: float | None = None,
    passed: bool | None = None,
    note: str = "",
) -> DiaryEntry:
    """Write what happened at a station. Whether a check passed follows from the rule; of others the person says so.

    A check that failed raises a suspicion about the hours back to the last one that passed: a proposal, nothing more.

    Raises
    ------
    Refused : not this person's station; a spot check by who runs it
    Invalid : times or figures do not fit the kind
    """
    if kind not in dict(KINDS):
        raise Invalid(_("没有这种事项。"), fields={"kind": _("请从列表中选择。")})
    _check_times(at, until)
    action = "air.diary.spot" if kind == "spot" else "air.diary.write"
    made = DiaryEntry(station=station, kind=kind, at=at, until=until, note=note.strip()[:1000], factor=factor)
    with change(actor, made, action, note=note.strip()[:300]) as made:
        made.by, made.recorded_at = actor if isinstance(actor, Person) else None, clock.now()
        if kind in CHECKS:
            _judge(made, reference, reading)
            _due_again(made)
        else:
            made.reference, made.reading, made.passed = reference, reading, passed if kind == "spot" else None
        if made.passed is False and made.factor:
            made.suspicion = _doubt(made)
    return made


def strike_entry(actor: Actor, entry: DiaryEntry, *, reason: str) -> DiaryEntry:
    """Strike out an entry that was wrong. It stays readable; an open suspicion that it raised lapses with it."""
    with change(actor, entry, "air.diary.strike", note=reason) as current:
        if current.kind == "spot":
            policy.require(actor, "air.diary.spot", current)
        DIARY.step(current, "strike", reason=reason.strip())
        doubt = current.suspicion
        if doubt is not None and doubt.state == "open":
            SUSPICION.step(doubt, "lapse")
            doubt.save(update_fields=["state"])
    return current


def _check_times(at: dt.datetime, until: dt.datetime | None) -> None:
    if at > clock.now() + HOUR:
        raise Invalid(_("时间在将来。"), fields={"at": _("请填已发生的时间。")})
    if until is not None and until < at:
        raise Invalid(_("结束时间早于开始时间。"), fields={"until": _("请核对时间。")})


def _judge(entry: DiaryEntry, reference: float | None, reading: float | None) -> None:
    """Whether a check passed: the reading lies within the rule's bound of the reference."""
    rule = rulebook.get("air-diary", as_=AirDiary, on=entry.at.date()).of(entry.kind, entry.factor)
    if rule is None:
        raise Invalid(_("这种检查不用于这个因子。"), fields={"factor": _("请换一个因子。")})
    held = reference if reference is not None else rule.reference
    if held is None or not math.isfinite(held):
        raise Invalid(_("请填写标准值。"), fields={"reference": _("请填写标准值。")})
    if reading is None or not math.isfinite(reading):
        raise Invalid(_("请填写仪器读数。"), fields={"reading": _("请填写仪器读数。")})
    entry.reference, entry.reading, entry.unit = held, reading, rule.unit
    off = abs(reading - held)
    entry.passed = off <= rule.allowed(held) or math.isclose(off, rule.allowed(held), rel_tol=1e-9)


def _due_again(entry: DiaryEntry) -> None:
    """When the check is due next; an entry made late does not set it back."""
    rule = rulebook.get("air-diary", as_=AirDiary, on=entry.at.date()).of(entry.kind, entry.factor)
    day = entry.at.astimezone(clock.now().tzinfo).date()
    if rule is None:
        return
    row, _made = CheckDue.objects.get_or_create(
        station=entry.station, kind=entry.kind, factor=entry.factor,
        defaults={"last": day, "due": day + dt.timedelta(days=rule.every_days)},
    )  # fmt: skip
    if row.last < day:
        row.last, row.due = day, day + dt.timedelta(days=rule.every_days)
        row.save(update_fields=["last", "due"])


def _doubt(entry: DiaryEntry) -> Suspicion | None:
    """The hours from the last check that passed up to this one, for a reviewer; None where nothing was measured."""
    rule = rulebook.get("air-diary", as_=AirDiary, on=entry.at.date())
    good = DiaryEntry.objects.filter(
        station=entry.station, kind=entry.kind, factor=entry.factor, passed=True, state="recorded", at__lt=entry.at
    )
    last_good = good.order_by("-at").values_list("at", flat=True).first()
    since = max(filter(None, [last_good, entry.at - dt.timedelta(days=rule.back_days)]))
    first, last = (_hour(since) + HOUR, _hour(entry.at))
    if last < first:
        return None
    cube = read([entry.station.owner_id], [entry.factor], local(first), local(last))
    values = cube.values.get(entry.factor, np.full((1, 0), np.nan))[0]
    there = np.flatnonzero(np.isfinite(values))
    if not len(there):
        return None
    first, last = first + int(there[0]) * HOUR, first + int(there[-1]) * HOUR
    part = values[there[0] : there[-1] + 1]
    weight = rulebook.get("air-review", as_=AirReview).weights["failed_check"]
    label = LABELS.get(entry.factor, entry.factor)
    told = f"{entry.get_kind_display()} {label} {entry.reading:g}（{entry.reference:g}）{entry.unit}" \
        if entry.reading is not None and entry.reference is not None else str(entry.get_kind_display())  # fmt: skip
    doubt = Suspicion(
        station=entry.station, factor=entry.factor, rule="failed_check", first=first, last=last,
        score=round(weight * len(there), 1), found_at=clock.now(),
        evidence={
            "check": told,
            "from": str(local(first)),
            "values": [None if np.isnan(value) else round(float(value), 2) for value in part],
            "around": [], "neighbours": [],
        },
    )  # fmt: skip
    doubt.save()
    return doubt


def _hour(time: dt.datetime) -> dt.datetime:
    """The full hour at or before a time."""
    return time.replace(minute=0, second=0, microsecond=0)
