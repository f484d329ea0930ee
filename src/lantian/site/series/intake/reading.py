"""What the files of an import hold: read, their stations found, held against what is stored; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Q
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.airquality.faults import AirError
from lantian.airquality.read import Layout, Measured, ReadReport, Skipped, read_values
from lantian.airquality.read.frames import LINE, frame_of
from lantian.site.core import clock
from lantian.site.core.attachments import path_of
from lantian.site.core.policy import Actor
from lantian.site.core.sheets.problems import Told, both
from lantian.site.series.intake.comparing import NAMES, Counts, Grids, compare, known
from lantian.site.series.intake.opening import opened, rules
from lantian.site.series.models import Intake, IntakeFlaw, Owner, Stage

HEADERS = 200


@dataclass
class Read:
    """What was read, with what could not be."""

    loaded: Measured | None = None
    fault: Told | None = None
    headers: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[Told] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    rows: int = 0


@contextmanager
def reading(intake: Intake) -> Iterator[Read]:
    """The values in an import's files; of those that cannot be read the reason."""
    files = [(path_of(one.attachment), one.name) for one in intake.files.select_related("attachment")]
    with opened(files) as tables:
        found = Read(skipped=list(tables.skipped))
        if tables.aside:
            said = _("压缩包中 {n} 个文件不是数据表，没有读取。")
            found.notes.append(both(format_lazy(said, n=tables.aside)))
        if tables.tables:
            _read(found, tables.tables, intake.layout)
        elif not found.fault:
            found.fault = both(_("没有可以读取的文件。"))
        found.counts["unreadable-file"] = found.counts.get("unreadable-file", 0) + len(tables.skipped)
        yield found


def _read(found: Read, tables: Sequence[Any], layout: Mapping[str, Any]) -> None:
    now = timezone.localtime(clock.now()).replace(tzinfo=None)
    try:
        loaded = read_values(tables, layout=Layout(**layout), now=now, most=rules().max_values)
    except AirError as error:
        found.fault = {"zh-hans": error.zh, "en": error.en}
        found.headers = _headers(tables)
        return
    report: ReadReport = loaded.report
    found.loaded, found.rows, found.files = loaded, report.rows, report.files
    found.skipped += report.skipped
    found.counts = {str(code): count for code, count in report.counts.items()}
    found.notes += [{"zh-hans": zh, "en": en} for zh, en in report.notes]
    if others := "、".join(list(loaded.published)[:20]):
        found.notes.append(both(format_lazy(_("不是监测因子的值，没有导入：{others}。"), others=others)))
    found.headers = _headers(tables)


def _headers(tables: Sequence[Any]) -> list[str]:
    """Headers of the first table that opens, for a person to say what they are."""
    for table in tables[:3]:
        try:
            return [name for name in frame_of(table).columns if name != LINE][:HEADERS]
        except AirError:
            continue
    return []


@dataclass(frozen=True)
class Station:
    """A station of the files: its place in the arrays, and the owner that it stands for; `how` it was found."""

    name: str
    row: int
    owner: Owner | None
    how: str  # code, name, chosen; skipped, unknown, twice


def stations_of(actor: Actor, names: Sequence[str], mapping: Mapping[str, int]) -> list[Station]:
    """Whom the stations of the files stand for: as a person chose, else by code or name; one owner stands for one."""
    chosen = {key for key in mapping.values() if key}
    rows = Owner.objects.visible_to(actor).filter(Q(code__in=names) | Q(name__in=names) | Q(pk__in=chosen))
    owners = list(rows)
    by_key, by_name = {one.pk: one for one in owners}, known(names, owners)
    found, taken = [], set()
    for row, name in enumerate(names):
        owner, how = by_name.get(name, (None, "unknown"))
        if name in mapping:
            owner = by_key.get(mapping[name])
            how = "chosen" if owner else "skipped"
        if owner is not None and owner.pk in taken:
            how, owner = "twice", None
        if owner is not None:
            taken.add(owner.pk)
        found.append(Station(name, row, owner, how))
    return found


def grids_of(loaded: Measured, stations: Sequence[Station]) -> Grids:
    """Values of the stations that stand for an owner."""
    some = [one for one in stations if one.owner is not None]
    owners = [one.owner.pk for one in some if one.owner]
    return Grids(loaded.interval, owners, [one.row for one in some], loaded.times, loaded.values)


def months(grids: Grids) -> list[Grids]:
    """The values as one part, or hours by calendar months as many parts as the bound of one delivery asks for."""
    most = rules().part_values
    if grids.cells <= most or grids.interval != "1h":
        return [grids]
    edges = np.arange(
        (grids.times[0] - 1).astype("datetime64[M]"), (grids.times[-1] - 1).astype("datetime64[M]") + 2
    ).astype("datetime64[s]")
    parts, first = [], edges[0]
    for here, after in zip(edges[1:], [*edges[2:], None], strict=True):
        if after is None or grids.between(first, after).cells > most:
            parts.append(grids.between(first, here))
            first = here
    return [part for part in parts if len(part.times)]


def preview(actor: Actor, intake: Intake) -> tuple[dict[str, Any], list[IntakeFlaw]]:
    """What the files would bring, for the page; and the places that are refused."""
    with reading(intake) as found:
        told: dict[str, Any] = {
            "fault": found.fault,
            "headers": found.headers,
            "files": len(found.files),
            "rows": found.rows,
            "notes": found.notes,
            "refused": {code: count for code, count in found.counts.items() if count},
        }
        if found.loaded is not None:
            told |= _told(actor, intake, found.loaded)
    return told, [_flaw(intake, one) for one in found.skipped[: rules().told]]


def _told(actor: Actor, intake: Intake, loaded: Measured) -> dict[str, Any]:
    names = loaded.stations
    if len(names) > rules().stations:
        said = _("站点过多（{n}）。请检查文件的列，或分批导入。")
        return {"fault": both(format_lazy(said, n=len(names)))}
    stations = stations_of(actor, names, intake.mapping)
    grids = grids_of(loaded, stations)
    counts = compare(grids, Stage(intake.stage))
    values = sum((~np.isnan(array)).sum(1) for array in loaded.values.values())
    place = {one: at for at, one in enumerate(grids.rows)}
    there = np.flatnonzero(np.any([(~np.isnan(a)).any(0) for a in loaded.values.values()], axis=0))
    return {
        "interval": loaded.interval,
        "since": str(grids.times[there[0]]) if len(there) else "",
        "until": str(grids.times[there[-1]]) if len(there) else "",
        "factors": {code: _sums(one) for code, one in counts.items()},
        "total": {name: sum(int(getattr(one, name).sum()) for one in counts.values()) for name in NAMES},
        "stations": [
            {
                "name": one.name,
                "how": one.how,
                "owner": one.owner.pk if one.owner else None,
                "code": one.owner.code if one.owner else "",
                "title": one.owner.name if one.owner else "",
                "values": int(values[one.row]),
                **{name: _of(counts, name, place.get(one.row)) for name in NAMES},
            }
            for one in stations
        ],
    }


def _sums(counts: Counts) -> dict[str, int]:
    return {name: int(getattr(counts, name).sum()) for name in NAMES}


def _of(counts: Mapping[str, Counts], name: str, at: int | None) -> int:
    return 0 if at is None else sum(int(getattr(one, name)[at]) for one in counts.values())


def _flaw(intake: Intake, one: Skipped) -> IntakeFlaw:
    return IntakeFlaw(
        intake=intake,
        code=one.code,
        file=_clean(one.file, 255),
        row=one.row,
        column=_clean(one.column, 100),
        value=_clean(one.value, 100),
        zh=_clean(one.zh, 500),
        en=_clean(one.en, 500),
    )


def _clean(text: str, length: int) -> str:
    """As a database keeps it."""
    return "".join(char for char in text[: length * 2] if char >= " ")[:length]
