"""Evidence in bulk: an archive handed in, read into a preview, filed with its listings or thrown away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.filing import Filed, Filing
from lantian.site.core import attachments, clock, jobs, policy
from lantian.site.core.attachments import archives
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Fault, Invalid, Text, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.models import Attachment
from lantian.site.core.policy import Actor, System
from lantian.site.core.sheets.problems import both, joined
from lantian.site.core.sheets.values import rules
from lantian.site.sources import reading
from lantian.site.sources.actions.steps import DOCUMENTS, PHOTOS
from lantian.site.sources.models import ProofBatch, ProofFile
from lantian.site.sources.queries import batches as queries

Tell = Callable[..., None]
STATE = ProofBatch.State
SMALL = 5 * 1024 * 1024  # bytes that are read while the person waits
READ = "sources.read_batch"  # the job
WHY: dict[str, Text] = {
    "no_entry": _("文件夹或文件名里没有认出是哪一条记录。请以“编号 名称”作文件夹名。"),
    "many_entries": _("有几条记录叫这个名称。请在文件夹名前写上记录编号。"),
    "no_proof": _("认出了记录，但看不出是哪一项材料。请以材料名称作文件名。"),
    "many_proofs": _("看不出是几项材料中的哪一项。请以材料名称作文件名。"),
}


def most_of_batch() -> int:
    """Bytes that an archive of evidence may have: more than other uploads, as it holds many photos."""
    return max(settings.LANTIAN_UPLOAD_MAX, settings.LANTIAN_BATCH_MAX)


def add_batch(
    actor: Actor, ledger: str, file: attachments.Upload, name: str, *, taken_at: dt.datetime | None = None
) -> ProofBatch:
    """Hand in a zip file of evidence for a ledger. Nothing is filed until its preview is confirmed.

    Raises
    ------
    Refused : the actor takes no steps of listings
    Invalid : the file is too large, or no zip file
    """
    rule = reading.ledger_of(ledger)
    made = ProofBatch(ledger=rule.name, file_name=attachments.safe_name(name), taken_at=taken_at)
    made.made_by_id = actor.pk if isinstance(actor, models.Model) else None
    with change(actor, made, "sources.batch.add") as made:
        made.archive = attachments.store(file, name, actor, media_type="application/zip", most=most_of_batch())
        made.save()
    assert made.archive is not None
    if made.archive.size <= SMALL:
        return read_batch(actor, made)
    with transaction.atomic():
        job = jobs.enqueue(READ, actor, batch=made.pk)
        ProofBatch.objects.filter(pk=made.pk, state=STATE.READING).update(job=job)
    made.refresh_from_db()
    return made


def read_batch(actor: Actor, batch: ProofBatch, tell: Tell | None = None) -> ProofBatch:
    """Take the archive apart and find where each file belongs. An archive that cannot be read ends the batch."""
    tell = tell or (lambda *_told: None)
    rows: list[ProofFile] = []
    try:
        if batch.archive is None:
            raise WrongState(_("这批材料已经读过。"))
        with archives.opened(attachments.path_of(batch.archive)) as archive:
            found = archives.members(archive)
            if not found:
                raise Invalid(_("压缩包里没有文件。"))
            reader = _Reader(actor, batch)
            for at, member in enumerate(found):
                tell(at / len(found), format_lazy(_("第 {n} 个，共 {of} 个"), n=at + 1, of=len(found)))
                rows.append(reader.row(archive, member))
    except Fault as fault:
        return _ended(batch, STATE.FAILED, fault=joined(fault.message, fault.remedy))
    except BaseException:  # the job was stopped: what it took goes again
        Attachment.objects.filter(pk__in=[row.attachment_id for row in rows if row.attachment_id]).delete()
        raise
    with transaction.atomic():
        current = locked(ProofBatch.objects.filter(pk=batch.pk)).get()
        _expect(current, STATE.READING)
        ProofFile.objects.bulk_create(rows, batch_size=500)
        current.state, current.job = STATE.PREVIEW, None
        current.save()
        _let_go(current)
    return current


class _Reader:
    """Reads the files of a batch one by one."""

    def __init__(self, actor: Actor, batch: ProofBatch) -> None:
        self.actor, self.batch = actor, batch
        self.ledger = reading.ledger_of(batch.ledger)
        self.filing = Filing(queries.entries(actor, self.ledger))
        self.known = queries.digests(actor, self.ledger)
        self.proofs = {one.name: one for one in self.ledger.proof}

    def row(self, archive: Any, member: archives.Member) -> ProofFile:
        """What a file is, and where it belongs."""
        made = ProofFile(batch=self.batch, path=member.path)
        if member.astray:
            return _sorted(made, "bad", _("名称会指向别处，或是一个链接，可能是恶意文件。"))
        picture = member.path.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".jpe", ".heic", ".heif"))
        filed = self.filing.place(member.path, picture=picture)
        if filed.entry:
            made.listing_id = filed.entry.number
        if filed.slot is None:
            return _sorted(made, "nowhere", WHY[filed.why])
        made.name = filed.slot.name
        try:
            return self._taken(archive, member, made, filed)
        except attachments.NotTaken as fault:  # its name stands beside
            return _sorted(made, "bad", format_lazy("{}{}", fault.why, fault.remedy))
        except Fault as fault:
            return _sorted(made, "bad", format_lazy("{}{}", fault.message, fault.remedy))

    def _taken(self, archive: Any, member: archives.Member, made: ProofFile, filed: Filed) -> ProofFile:
        assert filed.slot is not None
        assert filed.entry is not None
        file = archives.content(archive, member)
        seen = attachments.look_over(file, file.name or "", allowed=PHOTOS if filed.slot.photo else DOCUMENTS)
        if (place := self.known.get(seen.incoming.sha256)) is not None:
            same = place == filed.entry.number
            told = _("同样的文件这条记录已经有了。") if same else _("同样的文件已经是另一条记录（编号 {n}）的材料。")
            return _sorted(made, "double", format_lazy(told, n=place))
        camera = seen.told.taken_at if seen.told else None
        if filed.slot.photo and camera is None and self.batch.taken_at is None:
            return _sorted(made, "bad", _("照片里没有拍摄时间。请上传原图，或在上传时填写拍摄时间。"))
        self.known[seen.incoming.sha256] = filed.entry.number
        allowed = PHOTOS if filed.slot.photo else DOCUMENTS
        made.attachment = attachments.take(file, file.name or "", self.actor, allowed=allowed)
        return _sorted(made, "fits", "")


def _sorted(made: ProofFile, kind: str, told: Text) -> ProofFile:
    made.kind, made.rank, made.told = kind, ProofFile.RANKS[kind], both(told) if told else {}
    return made


def file_batch(actor: Actor, batch: ProofBatch) -> ProofBatch:
    """File what fits with its listings: one transaction, one event. It then lies ready for the steps that ask for it.

    Raises
    ------
    Refused : not the own batch, or one of the listings is not the actor's to work on any more
    WrongState : it was filed or thrown away already
    """
    filed: dict[str, int] = {}
    with change_many(actor, batch, "sources.batch.file", filed=filed) as current:
        _expect(current, STATE.PREVIEW)
        rows = list(current.files.filter(kind="fits").select_related("listing__source", "attachment"))
        if not rows:
            raise Invalid(_("没有对上的文件，没有可归档的。"), remedy=_("请按编号和材料名称改名后重新上传。"))
        for row in rows:
            policy.require(actor, "sources.listing.step", row.listing)
            row.filed_at = clock.now()
            filed[str(row.listing_id)] = filed.get(str(row.listing_id), 0) + 1
        ProofFile.objects.bulk_update(rows, ["filed_at"], batch_size=500)
        current.state = STATE.DONE
    return current


def discard_batch(actor: Actor, batch: ProofBatch) -> ProofBatch:
    """Throw a batch away that was not filed; its files go with it."""
    with change(actor, batch, "sources.batch.discard") as current:
        _expect(current, STATE.PREVIEW, STATE.READING)
        kept = list(current.files.exclude(attachment=None).values_list("attachment", flat=True))
        current.files.all().delete()
        Attachment.objects.filter(pk__in=kept).delete()
        current.state = STATE.DISCARDED
        _let_go(current)
    return current


def sweep_batches() -> int:
    """Throw away what nobody confirmed in time, with the files that it brought; how many."""
    before = clock.now() - dt.timedelta(days=rules().kept_days)
    waiting = ProofBatch.objects.filter(state__in=(STATE.READING, STATE.PREVIEW), made_at__lt=before)
    return len([discard_batch(System(), one) for one in waiting])


def _ended(batch: ProofBatch, state: str, *, fault: dict[str, str]) -> ProofBatch:
    with transaction.atomic():
        current = locked(ProofBatch.objects.filter(pk=batch.pk)).get()
        current.state, current.fault, current.job = state, fault, None
        current.save()
        _let_go(current)
    return current


def _let_go(batch: ProofBatch) -> None:
    """Let go of the archive."""
    if batch.archive_id is not None:
        key, batch.archive = batch.archive_id, None
        ProofBatch.objects.filter(pk=batch.pk).update(archive=None)
        Attachment.objects.filter(pk=key).delete()


def _expect(batch: ProofBatch, *states: str) -> None:
    if batch.state not in states:
        raise WrongState(
            format_lazy(_("这批材料现在是“{state}”，不能再这样办理。"), state=STATE(batch.state).label),
            found=batch.state,
            expected=list(states),
            remedy=_("请刷新页面后再看。"),
        )
