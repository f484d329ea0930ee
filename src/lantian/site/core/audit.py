"""The audit trail: append-only and hash-chained, so that a change below the platform shows.

Each event's hash is SHA-256 over the canonical JSON of its content and the hash before it. `verify()` walks the
chain and names the first event that does not fit.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext as _

from lantian.site.core import clock
from lantian.site.core.context import origin
from lantian.site.core.models import AuditEvent, AuditHead
from lantian.site.core.policy import Actor

START = "0" * 64
CHAINED = (
    "seq", "person_id", "person_name", "unit_name", "ip", "request_id", "action", "kind", "ident", "title",
    "before", "after", "facts", "note", "prev_hash",
)  # fmt: skip
MASK = "***"


def plain(value: Any) -> Any:
    """The value as JSON keeps it, so that what is hashed is what will be read back."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).replace("\\u0000", "\\ufffd"))


def event_hash(event: AuditEvent) -> str:
    """Hash of an event over its canonical JSON: sorted keys, no spaces, UTF-8, time in UTC to the microsecond."""
    content = {name: getattr(event, name) for name in CHAINED}
    content["at"] = event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    line = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(line.encode()).hexdigest()


def kind_of(obj: Any) -> str:
    """The kind of a thing in trail and references: `plans.task`."""
    return str(obj._meta.label_lower)


def snapshot(obj: models.Model) -> dict[str, Any]:
    """The stored fields as JSON. Secret fields (`Model.audit_secret`) are masked, long ones (`audit_long`) hashed.

    A masked field still shows *that* it changed: the mask carries a short hash.
    """
    hidden = frozenset(getattr(obj, "audit_secret", ()))
    long = frozenset(getattr(obj, "audit_long", ()))
    kept: dict[str, Any] = {}
    for field in obj._meta.concrete_fields:
        value = field.value_from_object(obj)
        if field.name in hidden or field.name in long:
            digest = hashlib.sha256(json.dumps(plain(value), sort_keys=True).encode()).hexdigest()
            kept[field.attname] = f"{MASK}{digest[:8]}" if field.name in hidden else f"sha256:{digest}"
        else:
            kept[field.attname] = plain(field.get_prep_value(value) if isinstance(value, models.Model) else value)
    return kept


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, as they were and as they are."""
    changed = [name for name in after if before.get(name, ...) != after[name]]
    return {n: before[n] for n in changed if n in before}, {n: after[n] for n in changed}


def append(
    actor: Actor,
    action: str,
    obj: Any,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
    **facts: Any,
) -> AuditEvent:
    """Add one event, in the transaction of the change it tells of. Actions use `change()`, which calls this."""
    with transaction.atomic():
        # get_or_create only for a database whose rows were flushed; the migration lays the row down.
        AuditHead.objects.get_or_create(pk=1)
        head = AuditHead.objects.select_for_update().get(pk=1)
        person = actor if isinstance(actor, models.Model) else None
        where = origin()
        event = AuditEvent(
            seq=head.seq + 1,
            at=clock.now(),
            person_id=person.pk if person else None,
            person_name=actor.title[:150],
            unit_name=str(getattr(actor, "unit_name", ""))[:200],
            ip=where.ip[:45],
            request_id=where.request_id[:64],
            action=action,
            kind=kind_of(obj),
            ident=str(obj.pk or ""),
            title=str(obj)[:300].replace("\x00", "\ufffd"),
            before=plain(before),
            after=plain(after),
            facts=plain(facts),
            note=note.replace("\x00", "\ufffd"),
            prev_hash=head.hash,
        )
        event.hash = event_hash(event)
        event.save()
        head.seq, head.hash = event.seq, event.hash
        head.save(update_fields=["seq", "hash"])
    return event


def events_of(obj: models.Model) -> models.QuerySet[AuditEvent]:
    """What was done to a thing, latest first."""
    return AuditEvent.objects.filter(kind=kind_of(obj), ident=str(obj.pk))


@dataclass(frozen=True)
class Verdict:
    """Outcome of `verify`: how many events were walked, and where the chain breaks first, if it does."""

    events: int
    broken_at: int | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether every event fits."""
        return self.broken_at is None


def verify() -> Verdict:
    """Walk the whole chain in order; memory stays flat."""
    before, walked = START, 0
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=1000):
        if event.seq != walked + 1:
            return Verdict(walked, walked + 1, _("缺少第 {seq} 条记录。").format(seq=walked + 1))
        if event.prev_hash != before:
            return Verdict(walked, event.seq, _("第 {seq} 条与前一条不相衔接。").format(seq=event.seq))
        if event_hash(event) != event.hash:
            return Verdict(walked, event.seq, _("第 {seq} 条的内容被改动。").format(seq=event.seq))
        before, walked = event.hash, walked + 1
    head = AuditHead.objects.filter(pk=1).first()
    if head is not None and (head.seq, head.hash) != (walked, before):
        return Verdict(walked, walked + 1, _("末尾的记录缺失：应有 {seq} 条。").format(seq=head.seq))
    return Verdict(walked)
