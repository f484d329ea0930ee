"""Walks the whole trail, sealed segments and table, and holds it against the anchors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from lantian.site.core import triggers
from lantian.site.core.audit import anchors, segments
from lantian.site.core.audit.chain import START, event_hash
from lantian.site.core.models import AuditEvent, AuditHead, AuditSegment

Told = Callable[[float], None]
EVERY = 2000


@dataclass(frozen=True)
class Verdict:
    """Outcome of `verify`.

    Attributes
    ----------
    events : how many events were walked before the first fault, or in all
    broken_at : number of the first event that does not fit
    code : what is wrong, for programs: missing, unchained, changed, truncated, beyond-head, rewritten (against an
        anchor), anchor (the anchor file itself), segment
    why : the same for the reader
    segments, anchors : how many of each were read
    anchored_to : number of the last event that an anchor vouches for; later ones rest on the database alone
    warnings : what does not break the chain but needs attention
    """

    events: int
    broken_at: int | None = None
    why: str = ""
    code: str = ""
    segments: int = 0
    anchors: int = 0
    anchored_to: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether every event fits."""
        return self.broken_at is None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"whole": self.whole, **asdict(self)}


class Broken(Exception):
    """The first event that does not fit."""

    def __init__(self, seq: int, code: str, why: str) -> None:
        super().__init__(why)
        self.seq, self.code, self.why = seq, code, why


def verify(told: Told | None = None) -> Verdict:
    """Walk the whole chain in order; memory stays flat. `told` gets the share done, 0 to 1.

    New events may come and old ones may be sealed meanwhile; both are taken for what they are.
    """
    while True:
        sealed = AuditSegment.objects.count()
        verdict = _Walk(told).verdict()
        if verdict.whole or AuditSegment.objects.count() == sealed:
            return verdict


class _Walk:
    def __init__(self, told: Told | None) -> None:
        self.told = told
        self.head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        self.anchors, self.unfit = anchors.examine()
        self.anchored = {one.seq: one for one in self.anchors}
        self.before, self.walked, self.segments = START, 0, 0

    def verdict(self) -> Verdict:
        """The outcome of the walk."""
        try:
            for segment in AuditSegment.objects.order_by("first_seq").iterator():
                self._segment(segment)
            for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=EVERY):
                self._take(event)
            self._end()
        except Broken as broken:
            return self._outcome(broken_at=broken.seq, code=broken.code, why=broken.why)
        return self._outcome()

    def _outcome(self, **found: Any) -> Verdict:
        missing = triggers.missing(connection)
        warnings = []
        if missing:
            names = "、".join(missing)
            warnings.append(_("数据库中缺少防改动触发器：{names}。请运行 lantian init 补上。").format(names=names))
        if not self.anchors and self.walked:
            warnings.append(_("还没有锚定：末尾被截去时无从发现。请运行 lantian audit anchor。"))
        return Verdict(
            self.walked,
            segments=self.segments,
            anchors=len(self.anchors),
            anchored_to=self.anchors[-1].seq if self.anchors else 0,
            warnings=warnings,
            **found,
        )

    def _segment(self, segment: AuditSegment) -> None:
        if segment.first_seq != self.walked + 1:
            raise Broken(self.walked + 1, "missing", _("第 {seq} 条起没有封存记录可查。").format(seq=self.walked + 1))
        try:
            events = segments.read(segment)
        except segments.Unreadable as error:
            raise Broken(segment.first_seq, "segment", str(error)) from error
        for event in events:
            self._take(event)
        self.segments += 1

    def _take(self, event: AuditEvent) -> None:
        seq = event.seq
        if seq != self.walked + 1:
            raise Broken(self.walked + 1, "missing", _("缺少第 {seq} 条记录。").format(seq=self.walked + 1))
        if event.prev_hash != self.before:
            raise Broken(seq, "unchained", _("第 {seq} 条与前一条不相衔接。").format(seq=seq))
        if event_hash(event) != event.hash:
            raise Broken(seq, "changed", _("第 {seq} 条的内容被改动。").format(seq=seq))
        self._hold_against_anchors(event)
        self.before, self.walked = event.hash, seq
        if self.told and not seq % EVERY and self.head.seq:
            self.told(min(1.0, seq / self.head.seq))

    def _hold_against_anchors(self, event: AuditEvent) -> None:
        seq = event.seq
        if seq == self.head.seq and event.hash != self.head.hash:
            raise Broken(seq, "rewritten", _("第 {seq} 条与链尾登记的指纹不符。").format(seq=seq))
        held = self.anchored.get(seq)
        if held is not None and held.hash != event.hash:
            since = max((one.seq for one in self.anchors if one.seq < seq), default=0) + 1
            said = _("第 {seq} 条与 {date} 锚定的指纹不符：第 {since} 至 {seq} 条之间被整体改写，或锚定文件被改动。")
            raise Broken(seq, "rewritten", said.format(seq=seq, date=held.date, since=since))
        if event.action == anchors.ACTION:
            self._hold_anchor_against(event)

    def _hold_anchor_against(self, event: AuditEvent) -> None:
        """An event tells of an anchor: the file must still have that very line."""
        number, digest = event.facts.get("line"), event.facts.get("digest")
        if self.unfit is not None and isinstance(number, int) and number >= self.unfit.number:
            raise Broken(event.seq, "anchor", self.unfit.why)
        if not isinstance(number, int) or not 1 <= number <= len(self.anchors):
            said = _("锚定文件缺少第 {number} 行（第 {seq} 条记录记着它）。若移动过锚定目录，请把原文件一并移过去。")
            raise Broken(event.seq, "anchor", said.format(number=number, seq=event.seq))
        if self.anchors[number - 1].digest != digest:
            said = _("锚定文件第 {number} 行与当时写下的不同。")
            raise Broken(event.seq, "anchor", said.format(number=number))

    def _end(self) -> None:
        if self.walked < self.head.seq:
            raise Broken(self.walked + 1, "truncated", _("末尾的记录缺失：应有 {seq} 条。").format(seq=self.head.seq))
        now = AuditHead.objects.filter(pk=1).first()
        if self.walked > (now.seq if now else 0):
            at = (now.seq if now else 0) + 1
            raise Broken(at, "beyond-head", _("第 {seq} 条起的记录不是由平台写入的。").format(seq=at))
        last = self.anchors[-1] if self.anchors else None
        if last is not None and last.seq > self.walked:
            said = _("末尾的记录缺失：{date} 锚定时已有 {seq} 条，现在只有 {found} 条。")
            why = said.format(date=last.date, seq=last.seq, found=self.walked)
            raise Broken(self.walked + 1, "truncated", why)
        if self.unfit is not None:
            raise Broken(self.anchors[-1].seq + 1 if self.anchors else 1, "anchor", self.unfit.why)
