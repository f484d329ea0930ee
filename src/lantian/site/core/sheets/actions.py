"""The life of an import: handed in, read and held against what is stored, looked at, written or thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, jobs, policy
from lantian.site.core.attachments import NotTaken, Upload, path_of, safe_name, take
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Fault, Invalid, WrongState
from lantian.site.core.in_bulk import create
from lantian.site.core.locks import locked
from lantian.site.core.models import Attachment, SheetImport, SheetRow
from lantian.site.core.policy import Actor, System
from lantian.site.core.sheets import storing
from lantian.site.core.sheets.books import Book, books
from lantian.site.core.sheets.comparing import Outcome, compare
from lantian.site.core.sheets.opening import old_format
from lantian.site.core.sheets.pieces import compare_pieces, read_pieces
from lantian.site.core.sheets.problems import both, joined
from lantian.site.core.sheets.reading import Reading, read
from lantian.site.core.sheets.scope import Params, Scope
from lantian.site.core.sheets.values import rules

Tell = Callable[..., None]
SMALL_FILE = 48 * 1024  # bytes that are read while the person waits: some 500 rows
FEW_ROWS = 100  # rows that are written while the person waits
BATCH = 1000
MOST_NOTES = 200  # on a file that is read in pieces
TAKEN = ("xlsx", "csv")
OLD = (".xls", ".et")  # refused as well, with how to save it anew
STATE = SheetImport.State
OPEN = (STATE.UPLOADED, STATE.PREVIEW, STATE.WRITING)


def _may(which: str) -> Callable[[Actor, Any], bool]:
    def check(actor: Actor, obj: Any) -> bool:
        if isinstance(obj, Book):
            return policy.may(actor, getattr(obj, which))
        if isinstance(obj, SheetImport):
            own = obj.created_by_id is None or (isinstance(actor, models.Model) and obj.created_by_id == actor.pk)
            return own and obj.book in books and policy.may(actor, getattr(books[obj.book], which))
        return True  # in general: the book decides

    return check


_who = _("能修改所列内容的人员")
policy.declare(
    {
        "core.export_sheet": policy.when(_may("see"), _("能看到所列内容的人员")),
        "core.import_sheet": policy.when(_may("change"), _who),
        "core.choose_sheet": policy.when(_may("change"), _who),
        "core.confirm_sheet": policy.when(_may("change"), _who),
        "core.discard_sheet": policy.when(_may("change"), _who),
    },
    titles={
        "core.export_sheet": _("导出 Excel"),
        "core.import_sheet": _("上传 Excel 并预览"),
        "core.choose_sheet": _("选定 Excel 里各表是什么"),
        "core.confirm_sheet": _("从 Excel 导入"),
        "core.discard_sheet": _("放弃 Excel 导入"),
    },
)


def upload(actor: Actor, book: Book, file: Upload, name: str, params: Params) -> SheetImport:
    """Take a workbook. Nothing is written but the preview: at once for a small file, by a job for a large one.

    Raises
    ------
    Refused : the actor may not change what the book holds
    Invalid : the file is no workbook or csv file, is locked, too large or made to do harm
    """
    made = SheetImport(
        book=book.name,
        params=params,
        title=str(book.called(params))[:300],
        file_name=safe_name(name),
        created_by_id=actor.pk if isinstance(actor, models.Model) else None,
    )
    with change(actor, made, "core.import_sheet") as made:
        kept = _taken(file, name, actor)
        made.attachment, made.sha256 = kept, kept.sha256
        made.save()
    return preview(actor, made) if kept.size <= SMALL_FILE else _by_job(actor, made, "core.preview_sheet")


def _taken(file: Upload, name: str, actor: Actor) -> Attachment:
    try:
        return take(file, name, actor, allowed=TAKEN)
    except NotTaken as refused:
        raise NotTaken(name, old_format()) if name.lower().endswith(OLD) else refused from refused


def _by_job(actor: Actor, one: SheetImport, kind: str) -> SheetImport:
    """Let a job do it; where jobs run at once it is done when this returns."""
    with transaction.atomic():
        job = jobs.enqueue(kind, actor, sheet_import=one.pk)
        SheetImport.objects.filter(pk=one.pk, state__in=(STATE.UPLOADED, STATE.WRITING)).update(job=job)
    one.refresh_from_db()
    return one


def preview(actor: Actor, one: SheetImport, tell: Tell | None = None, *, moved: int = 0) -> SheetImport:
    """Read the file and hold it against what is stored. No audit event: nothing of what it lists is changed.

    A file that cannot be read ends the import; it says why.
    """
    tell = tell or (lambda *_told: None)
    book, scope = books[one.book].of(one.params), Scope(actor, one.params)
    try:
        if one.attachment is None:
            raise WrongState(_("这次导入已经结束。"))
        tell(0.05, _("读取文件"))
        if book.long:
            return _in_pieces(one, path_of(one.attachment).read_bytes(), book, scope, moved=moved, tell=tell)
        reading = read(path_of(one.attachment).read_bytes(), one.file_name, book, scope, one.picks)
        tell(0.5, _("与现有内容比较"))
        outcomes = compare(reading, book, scope)
        if not reading.lines and not reading.waits and not one.picks:
            raise Invalid(_("表头下面没有数据。"), remedy=_("请填写后再上传。"))
    except Fault as fault:
        return _ended(one, STATE.FAILED, fault=joined(fault.message, fault.remedy))
    tell(0.8, _("保存预览"))
    return _store(one, reading, outcomes, moved)


def _in_pieces(one: SheetImport, content: bytes, book: Book, scope: Scope, *, moved: int, tell: Tell) -> SheetImport:
    """The same of a long file, each piece stored when it was compared. Until the last is, there is no preview."""
    whole, position = Reading(), 0
    about = max(content.count(b"\n"), rules().long.max_rows // 4)  # for progress alone: nobody knows before the end

    def gather(reading: Reading) -> None:
        whole.tables += reading.tables
        whole.sheets |= reading.sheets
        whole.notes += reading.notes[: max(0, MOST_NOTES - len(whole.notes))]
        tell(0.05 + 0.9 * min(1.0, position / about), _("读取文件"))

    SheetRow.objects.filter(sheet_import=one).delete()
    for outcomes in compare_pieces(read_pieces(content, one.file_name, book, scope, one.picks), book, scope, gather):
        with transaction.atomic():
            _expect(locked(SheetImport.objects.filter(pk=one.pk)).get(), *OPEN)
            _insert(one, position, outcomes)
        position += len(outcomes)
    if not position and not whole.waits and not one.picks:
        raise Invalid(_("表头下面没有数据。"), remedy=_("请填写后再上传。"))
    whole.tables.sort(key=lambda table: table.number)
    with transaction.atomic():
        current = locked(SheetImport.objects.filter(pk=one.pk)).get()
        _expect(current, *OPEN)
        return _previewed(current, whole, moved)


def _store(one: SheetImport, reading: Reading, outcomes: list[Outcome], moved: int) -> SheetImport:
    with transaction.atomic():
        current = locked(SheetImport.objects.filter(pk=one.pk)).get()
        _expect(current, *OPEN)
        current.rows.all().delete()
        _insert(one, 0, outcomes)
        return _previewed(current, reading, moved)


def _insert(one: SheetImport, position: int, outcomes: list[Outcome]) -> None:
    rows = (_stored(one, number, outcome) for number, outcome in enumerate(outcomes, position))
    while some := list(islice(rows, BATCH)):  # never all of them beside what was read
        create(some)


def _previewed(current: SheetImport, reading: Reading, moved: int) -> SheetImport:
    """The preview is whole: what it says of the file, and how many rows of it are what."""
    current.state, current.moved, current.job = STATE.PREVIEW, moved, None
    current.revision += 1
    current.notes = [both(note) for note in reading.notes]
    counts = storing.counts_of(current)
    current.counts = _counted(counts)
    current.tables = _tables([asdict(table) for table in reading.tables], counts)
    current.save()
    return current


def _tables(told: list[dict[str, Any]], counted: storing.Counts) -> list[dict[str, Any]]:
    """The file's tables, each with how many of its rows are of which kind; rows that the file lacks stand with the
    first table of their sheet."""
    counts: dict[int, dict[str, int]] = {table["number"]: dict.fromkeys(SheetRow.RANKS, 0) for table in told}
    first = {table["sheet"]: table["number"] for table in reversed(told) if table["sheet"]}
    for sheet, kind, grid, rows in counted:
        if (number := grid or first.get(sheet, 0)) in counts:
            counts[number][kind] += rows
    return [table | {"counts": counts[table["number"]]} for table in told]


def choose(actor: Actor, one: SheetImport, picks: Mapping[str, str], *, revision: int) -> SheetImport:
    """Say what tables of the file are: by number the sheet, or '' to leave one out. The preview is made anew.

    Raises
    ------
    WrongState : it was confirmed or thrown away already, or another preview was made since
    Invalid : no such table, or no such sheet
    """
    with change(actor, one, "core.choose_sheet", picks=dict(picks)) as current:
        _expect(current, STATE.PREVIEW)
        _expect_revision(current, revision)
        sheets = {sheet.name for sheet in books[current.book].of(current.params).sheets} | {""}
        numbers = {str(table["number"]) for table in current.tables}
        if not set(picks) <= numbers or not set(picks.values()) <= sheets:
            raise Invalid(_("没有这样的表，或没有这种内容。"), remedy=_("请刷新页面后再选。"))
        current.picks, current.state = current.picks | dict(picks), STATE.UPLOADED
    large = current.attachment is not None and current.attachment.size > SMALL_FILE
    return _by_job(actor, current, "core.preview_sheet") if large else preview(actor, current)


def _stored(one: SheetImport, position: int, outcome: Outcome) -> SheetRow:
    line = outcome.line
    columns = line.columns if line else {}
    return SheetRow(
        sheet_import=one,
        position=position,
        rank=SheetRow.RANKS[outcome.kind],
        kind=outcome.kind,
        sheet=outcome.sheet,
        grid=outcome.grid,
        grid_title=line.title[:100] if line else "",
        row=line.row if line else 0,
        ident=outcome.ident[:64],
        title=outcome.title[:300],
        values=outcome.values,
        was=outcome.was,
        problems=[storing.told(problem, columns) for problem in outcome.problems],
    )


def _counted(counted: storing.Counts) -> dict[str, int]:
    counts = dict.fromkeys(SheetRow.RANKS, 0)
    for _sheet, kind, _grid, rows in counted:
        counts[kind] += rows
    return counts


def confirm(actor: Actor, one: SheetImport, *, revision: int) -> SheetImport:
    """Write the good rows of the preview that was read: at once where they are few, by a job where they are many.

    The import's state tells what came of it: `done`; `writing` while the job runs; `preview` where what is stored had
    changed meanwhile, so that nothing was written and there is a new preview to look at.

    Raises
    ------
    Refused : not the own import, or the actor may not change what the book holds any more
    WrongState : it was confirmed or thrown away already, or another preview was made since
    Invalid : there is nothing to write
    """
    with transaction.atomic():
        current = locked(SheetImport.objects.filter(pk=one.pk)).get()
        policy.require(actor, "core.confirm_sheet", current)
        stuck = current.state == STATE.WRITING and current.job is not None and current.job.is_over
        _expect(current, STATE.WRITING if stuck else STATE.PREVIEW)
        _expect_revision(current, revision)
        rows = sum(current.counts.get(kind, 0) for kind in storing.WRITTEN)
        if not rows:
            raise Invalid(_("没有要写入的行。"), remedy=_("请改正文件后重新上传。"))
        if rows > FEW_ROWS:
            SheetImport.objects.filter(pk=current.pk).update(state=STATE.WRITING)
            return _by_job(actor, current, "core.write_sheet")
    return write(actor, current)


class _Moved(Exception):
    """Rows have changed since they were read; none is written."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows)
        self.rows = rows


def write(actor: Actor, one: SheetImport, tell: Tell | None = None) -> SheetImport:
    """Write the good rows: one transaction, one audit event. What `confirm` does, or its job.

    Raises
    ------
    WrongState : it was written or thrown away meanwhile, or another preview was made
    """
    say = tell or (lambda *_told: None)
    batches = _ready(actor, one, say)
    say(0.5, _("写入，完成之前不留下一半"))
    written: dict[str, int] = {}
    try:
        with change_many(actor, one, "core.confirm_sheet", sha256=one.sha256, written=written) as current:
            _expect(current, STATE.PREVIEW, STATE.WRITING)
            _expect_revision(current, one.revision)
            book, scope = books[current.book], Scope(actor, current.params, locked=True)
            if moved := storing.moved(current, book, scope):
                raise _Moved(moved)
            scope.forget()
            storing.write(actor, current, batches, scope)
            counts = storing.counts_of(current)
            written |= _counted(counts)
            current.counts, current.moved, current.job = dict(written), 0, None
            current.tables = _tables(current.tables, counts)
            current.state, current.finished_at = STATE.DONE, clock.now()
            _release(current, but="bad")
    except _Moved as found:
        return preview(actor, one, moved=found.rows)
    return current


def _ready(actor: Actor, one: SheetImport, say: Tell) -> list[storing.Batch]:
    """What is to be written, made ready before others have to wait for it."""
    policy.require(actor, "core.confirm_sheet", one)
    book, scope = books[one.book], Scope(actor, one.params)
    return storing.prepared(one, book, scope, lambda share: say(0.1 + 0.4 * share, _("核对要写入的行")))


def _expect_revision(one: SheetImport, revision: int) -> None:
    if revision != one.revision:
        raise WrongState(_("预览已经更新，您看到的不是最新的一份。"), remedy=_("请核对最新的预览后再确认。"))


def discard(actor: Actor, one: SheetImport) -> SheetImport:
    """Throw an import away that was not confirmed; file and preview go with it."""
    with change(actor, one, "core.discard_sheet") as current:
        _expect(current, STATE.UPLOADED, STATE.PREVIEW)
        current.state, current.finished_at = STATE.DISCARDED, clock.now()
        _release(current)
    return current


def sweep() -> dict[str, int]:
    """Throw away what nobody confirmed in time, and the last rows of what is over."""
    before = clock.now() - dt.timedelta(days=rules().kept_days)
    waiting = SheetImport.objects.filter(state__in=(STATE.UPLOADED, STATE.PREVIEW), created_at__lt=before)
    discarded = [discard(System(), one) for one in waiting]
    gone, _by_kind = SheetRow.objects.filter(sheet_import__finished_at__lt=before).delete()
    return {"discarded": len(discarded), "rows": gone}


def _ended(one: SheetImport, state: SheetImport.State, *, fault: dict[str, str]) -> SheetImport:
    with transaction.atomic():
        current = locked(SheetImport.objects.filter(pk=one.pk)).get()
        _expect(current, *OPEN)
        current.state, current.fault, current.finished_at, current.job = state, fault, clock.now(), None
        _release(current)
        current.save()
    return current


def _release(one: SheetImport, *, but: str = "") -> None:
    """Let go of the file and of the rows, `but` those of one kind."""
    one.rows.exclude(kind=but).delete()
    if one.attachment_id is not None:
        key, one.attachment = one.attachment_id, None
        SheetImport.objects.filter(pk=one.pk).update(attachment=None)
        Attachment.objects.filter(pk=key).delete()


def _expect(one: SheetImport, *states: str) -> None:
    if one.state not in states:
        raise WrongState(
            format_lazy(_("这次导入现在是“{state}”，不能再这样办理。"), state=STATE(one.state).label),
            found=one.state,
            expected=list(states),
            remedy=_("请刷新页面后再看。"),
        )
