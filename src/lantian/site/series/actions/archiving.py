"""Old months leave the database for files."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from lantian.site.core import audit, clock, jobs, policy, schedules
from lantian.site.core.change import change
from lantian.site.core.faults import WrongState
from lantian.site.core.locks import locked
from lantian.site.core.models import ScheduleRun
from lantian.site.core.policy import Actor
from lantian.site.series import archive, states  # noqa: F401 - declares the policies
from lantian.site.series.archive import Kept
from lantian.site.series.grid import aware, local
from lantian.site.series.models import Archive, Block, Layout, Owner
from lantian.site.series.storing import CHUNK

SCHEDULE = "series.archive"


def archive_month(actor: Actor, interval: str, month: dt.date) -> Archive | None:
    """Move the blocks of a month into its file; None where there are none. Blocks with corrections stay, as what was
    there before belongs to them; so does what somebody writes meanwhile.

    Whatever breaks off on the way, every value is in the database or in the file: the file is whole on the disk before
    the first row goes.
    """
    first = month.replace(day=1)
    after = (first + dt.timedelta(days=32)).replace(day=1)
    names = dict(Layout.objects.values_list("pk", "factors"))
    blocks = Block.objects.filter(
        interval=interval, start__gte=aware(np.datetime64(first, "s")), start__lt=aware(np.datetime64(after, "s")),
        corrections=None,
    )  # fmt: skip
    rows = {row.pk: Kept.of(row, names[row.layout_id]) for row in blocks.iterator(chunk_size=CHUNK)}
    if not rows:
        return None
    taken = {(row.owner, row.start) for row in rows.values()}
    since, until = np.datetime64(first, "s"), np.datetime64(after, "s") - np.timedelta64(1, "s")
    everything = [*rows.values(), *archive.kept(interval, since, until, but=taken)]
    path = archive.place(interval, first)
    digest = archive.write(path, everything)
    told: dict[str, Any] = {"sha256": digest}
    made = Archive.objects.filter(interval=interval, month=first).first() or Archive(interval=interval, month=first)
    with change(actor, made, "series.archive", done=told) as current:
        current.sha256, current.blocks = digest, len(everything)
        current.size, current.at = path.stat().st_size, clock.now()
        told["removed"] = _remove(rows, names)
    return current


def _remove(rows: dict[int, Kept], names: dict[int, str]) -> int:
    """Take rows away that are exactly what the file holds; how many."""
    keys, removed = list(rows), 0
    for first in range(0, len(keys), CHUNK):
        some = keys[first : first + CHUNK]
        list(locked(Owner.objects.filter(pk__in={rows[key].owner for key in some})).values_list("pk"))
        there = Block.objects.filter(pk__in=some, corrections=None)
        same = [row.pk for row in there if Kept.of(row, names.get(row.layout_id, "")) == rows[row.pk]]
        removed += len(same)
        Block.objects.filter(pk__in=same).delete()
    return removed


def start_archiving(actor: Actor) -> ScheduleRun:
    """Have old months archived at once, in the background, as the schedule does at night.

    Raises
    ------
    Refused : not for this person
    WrongState : all months stay in the database, or a run is not over yet
    """
    policy.require(actor, "series.archive")
    if not settings.LANTIAN_SERIES_MONTHS:
        raise WrongState(_("没有开启归档，全部数据留在数据库。"), remedy=_("请管理员设置 LANTIAN_SERIES_MONTHS。"))
    jobs.sweep()
    with transaction.atomic():
        last = ScheduleRun.objects.filter(name=SCHEDULE).select_related("job").first()
        if last is not None and last.job is not None and not last.job.is_over:
            raise WrongState(_("正在归档。"), remedy=_("请等它完成。"))
        run = schedules.start(schedules.schedules[SCHEDULE], clock.now(), by=actor, by_hand=True)
        if run is None:
            raise WrongState(_("正在归档。"), remedy=_("请等它完成。"))
        audit.append(actor, "series.archive", run, after={"due_at": run.due_at})
    return run


def archive_old(actor: Actor) -> list[Archive]:
    """Archive all months that are older than the setting keeps; nothing where it keeps all."""
    if not settings.LANTIAN_SERIES_MONTHS:
        return []
    done = []
    now = local(clock.now()).astype("datetime64[M]")
    until = (now - settings.LANTIAN_SERIES_MONTHS).astype("datetime64[s]")
    for interval in archive.INTERVALS:
        old = Block.objects.filter(interval=interval, start__lt=aware(until), corrections=None)
        oldest = old.aggregate(first=Min("start"))["first"]
        if oldest is None:
            continue
        for month in np.arange(local(oldest).astype("datetime64[M]"), until.astype("datetime64[M]")):
            if made := archive_month(actor, interval, month.astype("datetime64[D]").item()):
                done.append(made)
    return done


def broken_archives() -> list[str]:
    """Archives whose file is missing or not what its hash says."""
    broken = []
    for one in Archive.objects.all():
        path = archive.place(one.interval, one.month)
        try:
            with path.open("rb") as opened:
                whole = hashlib.file_digest(opened, "sha256").hexdigest() == one.sha256
        except OSError:
            whole = False
        if not whole:
            broken.append(str(one))
    return broken
