"""Values looked at by people: corrected, judged invalid, reviewed, locked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.series import Flags
from lantian.site.core import policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.series import archive, states  # noqa: F401 - declares the policies
from lantian.site.series.batch import Batch, Written
from lantian.site.series.grid import GRIDS, aware, local
from lantian.site.series.models import Block, Owner, Stage
from lantian.site.series.queries import read
from lantian.site.series.rollups import settle
from lantian.site.series.storing import Layouts, Why, merge


@dataclass(frozen=True)
class Cell:
    """One value to be changed. `value` None leaves the value as it is; `flags` names what is to be noted about it,
    beside what its source noted."""

    time: np.datetime64
    factor: str
    value: float | None = None
    flags: tuple[str, ...] = ("corrected",)


def correct(
    actor: Actor,
    owner: Owner,
    interval: str,
    cells: Sequence[Cell],
    *,
    reason: str,
    stage: Stage = Stage.CHECKED,
) -> Written:
    """Change values of an owner, or what is noted about them; what was there is kept with person and reason.

    Raises
    ------
    Refused : not for this person
    Invalid : no reason is given, or there is no value to judge
    WrongState : a value has been reviewed further, or is locked
    """
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("更正数据须写明理由。")})
    if stage > Stage.CHECKED:
        policy.require(actor, "series.review", owner)
    told = [[str(cell.time), cell.factor, cell.value, list(cell.flags)] for cell in cells]
    with change(actor, owner, "series.correct", note=reason, interval=interval, cells=told) as current:
        written = Written()
        person = actor if isinstance(actor, Person) else None
        for batch in _batches(current, interval, cells):
            one = merge(batch, stage=stage, why=Why(by=actor.title, person=person, reason=reason.strip()))
            if one.kept or one.locked:
                raise WrongState(
                    _("有的数据已经复审或锁定，没有保存。"), remedy=_("请刷新页面；确需更正的，请由上级审定后导入。")
                )
            written.new, written.replaced = written.new + one.new, written.replaced + one.replaced
            written.blocks += one.blocks
        settle(written, actor=actor)
    return written


def _batches(owner: Owner, interval: str, cells: Sequence[Cell]) -> list[Batch]:
    """The cells with the values that stand, one batch a factor."""
    rule = rulebook.get("series-flags", as_=Flags)
    found = []
    for factor in dict.fromkeys(cell.factor for cell in cells):
        mine = [cell for cell in cells if cell.factor == factor]
        times = np.array([cell.time for cell in mine], "datetime64[s]")
        there = read([owner.pk], [factor], times.min(), times.max(), interval=interval)
        at = np.searchsorted(there.times, times)
        stands = there.raw[factor][0][at]  # one that was judged invalid can be judged anew
        values = np.array([np.nan if cell.value is None else cell.value for cell in mine])
        values = np.where(np.isnan(values), stands, values)
        if np.isnan(values).any():
            raise Invalid(_("有的时间没有数据，无法标记。"), remedy=_("请刷新页面后重新选择。"))
        noted = there.flags[factor][0][at] & np.uint16(rule.staying)
        flags = (np.array([rule.mask(*cell.flags) for cell in mine], np.uint16) | noted)[:, None]
        batch = Batch.of_owner(owner.pk, interval, times, [factor], values[:, None])
        batch.flags = flags
        found.append(batch)
    return found


def review(actor: Actor, owner: Owner, interval: str, since: dt.datetime, until: dt.datetime, *, stage: Stage) -> int:
    """Mark the values of a span as reviewed up to a stage; how many slots rose. What is missing stays unreviewed."""
    if stage not in (Stage.CHECKED, Stage.REVIEWED):
        raise Invalid(_("只能标为初审或复审。"))
    told: dict[str, int] = {}
    span = {"since": since.isoformat(), "until": until.isoformat()}
    action = "series.check" if stage == Stage.CHECKED else "series.review"
    with change(actor, owner, action, interval=interval, stage=int(stage), done=told, **span) as current:
        told["slots"] = _raise(_blocks(current, interval, since, until), interval, since, until, stage)
    return told["slots"]


def _blocks(owner: Owner, interval: str, since: dt.datetime, until: dt.datetime) -> QuerySet[Block]:
    grid = GRIDS[interval]
    first, last = grid.place(np.array([local(since), local(until)]))[0]
    archive.restore(interval, [owner.pk], first, last)
    return Block.objects.filter(owner=owner, interval=interval, start__gte=aware(first), start__lte=aware(last))


def _raise(blocks: QuerySet[Block], interval: str, since: dt.datetime, until: dt.datetime, stage: Stage) -> int:
    layouts, rose, changed = Layouts(), 0, []
    for block in locked(blocks):
        content = block.content(len(layouts.codes(block.layout_id)))
        times = GRIDS[interval].block_times(local(block.start))
        inside = (times > local(since)) & (times <= local(until))
        rising = inside & (content.stages < stage) & ~np.isnan(content.values).all(1)
        if rising.any():
            block.stages = np.where(rising, np.uint8(stage), content.stages).tobytes()
            changed.append(block)
            rose += int(rising.sum())
    Block.objects.bulk_update(changed, ["stages"])
    return rose


def lock(actor: Actor, owner: Owner, until: dt.datetime, *, reason: str = "") -> Owner:
    """Let no value up to a time change any more, but by the result of the authority above. Never moved back."""
    with change(actor, owner, "series.lock", note=reason) as current:
        if current.locked_until is not None and until < current.locked_until:
            raise WrongState(_("数据已锁定到更晚的时间，不能提前。"), remedy=_("请核对日期。"))
        current.locked_until = until
    return current
