"""The chain itself: what an event holds, how it is hashed, and how one is added."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from operator import is_
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from lantian.site.core import clock
from lantian.site.core.context import origin
from lantian.site.core.in_bulk import as_written, insert
from lantian.site.core.lease import hold
from lantian.site.core.locks import locked
from lantian.site.core.models import AuditEvent, AuditHead, AuditTouch
from lantian.site.core.policy import Actor

START = "0" * 64
CHAINED = (
    "seq", "person_id", "person_name", "unit_name", "ip", "request_id", "action", "kind", "ident", "title",
    "before", "after", "facts", "note", "prev_hash",
)  # fmt: skip
MASK = "***"
ENCODER = DjangoJSONEncoder()
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


# From here on PostgreSQL's jsonb writes a float without exponent, so that it comes back as a whole number.
WRITTEN_OUT = 1e16


class Plain(list[dict[str, Any]]):
    """Differences whose values are plain already: those of a large bulk event are not looked through twice."""


def plain(value: Any) -> Any:
    """The value as every database's JSON keeps it, so that what is hashed is what will be read back.

    NUL characters and lone surrogates, which no database keeps, become the replacement character; huge floats become
    whole numbers and -0.0 becomes 0.0, as jsonb reads them.
    """
    kind = type(value)
    if value is None or kind is bool or kind is int:
        return value
    if kind is str or kind is float:
        return _kept(value)
    if kind is dt.datetime or kind is dt.date:
        return ENCODER.default(value)
    if kind is Plain:
        return list(value)
    # One by one, and nothing made anew that is plain already: what a bulk event tells may be large.
    if kind is list:
        return [plain(one) for one in value]
    if kind is dict and all(type(name) is str for name in value):
        kept = {words(name): plain(one) for name, one in value.items()}
        return value if all(map(is_, kept.values(), value.values())) and kept.keys() == value.keys() else kept
    return _kept(json.loads(json.dumps(value, cls=DjangoJSONEncoder)))


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, float):
        return int(value) if abs(value) >= WRITTEN_OUT else value + 0.0
    if isinstance(value, dict):
        return {words(name): _kept(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_kept(one) for one in value]
    return value


def words(text: str) -> str:
    """Text as every database keeps it."""
    if text.isprintable():  # as nearly all is: it holds neither of the two
        return text
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\0", "\ufffd")


def event_hash(event: AuditEvent) -> str:
    """Hash of an event over its canonical JSON: sorted keys, no spaces, UTF-8, time in UTC to the microsecond."""
    content = {name: getattr(event, name) for name in CHAINED}
    content["at"] = event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    digest = hashlib.sha256()
    for piece in _pieces(content):
        digest.update(piece.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


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
    """Add one event, in the transaction of the change it tells of. Actions use `change()`, which calls this.

    A bulk action passes `differences=[difference(obj, before), ...]`: the event is then found from each of them, too.
    During a replay the event also tells the time on the wall.
    """
    if clock.shift():
        facts["real_at"] = clock.real_now()
    hold()
    with transaction.atomic():
        head = locked_head()
        person = actor if isinstance(actor, models.Model) else None
        where = origin()
        event = AuditEvent(
            seq=head.seq + 1,
            at=clock.now(),
            person_id=person.pk if person else None,
            person_name=words(actor.title[:150]),
            unit_name=words(str(getattr(actor, "unit_name", ""))[:200]),
            ip=words(where.ip[:45]),
            request_id=words(where.request_id[:64]),
            action=action,
            kind=kind_of(obj),
            ident=str(obj.pk or ""),
            title=words(str(obj)[:300]),
            before=plain(before),
            after=plain(after),
            facts=plain(facts),
            note=words(note),
            prev_hash=head.hash,
        )
        event.hash = event_hash(event)
        with as_written() if facts.get("differences") else nullcontext():
            event.save()
        insert(AuditTouch, ("seq", "kind", "ident"), _touched(event))
        head.seq, head.hash = event.seq, event.hash
        head.save(update_fields=["seq", "hash"])
    return event


def locked_head() -> AuditHead:
    """The chain's end, locked until the transaction ends: whoever holds it writes alone."""
    head = locked(AuditHead.objects.filter(pk=1)).first()
    if head is None:  # a database whose rows were flushed; the migration lays the row down
        AuditHead.objects.get_or_create(pk=1)
        head = locked(AuditHead.objects.filter(pk=1)).get()
    return head


def _touched(event: AuditEvent) -> list[tuple[int, str, str]]:
    listed = event.facts.get("differences")
    if not isinstance(listed, list):
        return []
    things = {(one.get("kind"), one.get("ident")): None for one in listed if isinstance(one, dict)}
    return [
        (event.seq, kind[:100], ident[:64])
        for kind, ident in things
        if isinstance(kind, str) and isinstance(ident, str)
    ]


def difference(obj: models.Model, before: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a bulk event: what changed on a thing since `before = snapshot(obj)` was taken."""
    was, now = differences(dict(before), snapshot(obj))
    return {"kind": kind_of(obj), "ident": str(obj.pk), "title": str(obj)[:300], "before": was, "after": now}


def events_of(*things: models.Model) -> models.QuerySet[AuditEvent]:
    """What was done to a thing (or to several), alone or in bulk, latest first. Sealed events are not among them."""
    where = models.Q(pk__in=[])
    touched = models.Q(pk__in=[])
    for thing in things:
        of = {"kind": kind_of(thing), "ident": str(thing.pk)}
        where |= models.Q(**of)
        touched |= models.Q(**of)
    in_bulk = AuditTouch.objects.filter(touched).values("seq")
    return AuditEvent.objects.filter(where | models.Q(seq__in=in_bulk))


def record(event: AuditEvent) -> dict[str, Any]:
    """An event as one line of a segment or an export: all that is hashed, and the hash."""
    kept = {name: getattr(event, name) for name in CHAINED}
    return kept | {"at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"), "hash": event.hash}


def from_record(line: Mapping[str, Any]) -> AuditEvent:
    """The event of such a line, as read from a segment; it has no row in the table."""
    kept = {name: line[name] for name in (*CHAINED, "hash")}
    return AuditEvent(at=dt.datetime.fromisoformat(line["at"]), **kept)


def canonical(content: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, no NaN."""
    return CANONICAL.encode(content)


def _pieces(content: Any, deep: int = 3) -> Iterator[str]:
    """Canonical JSON in pieces, down to each difference of a bulk event: the whole of a large one would take the memory
    of the event once more."""
    if not deep or not content or type(content) not in (dict, list):
        yield canonical(content)
        return
    named = type(content) is dict
    for place, one in enumerate(sorted(content) if named else content):
        head = "," if place else "{" if named else "["
        yield f"{head}{canonical(one)}:" if named else head
        yield from _pieces(content[one] if named else one, deep - 1)
    yield "}" if named else "]"


def chained(events: Iterable[AuditEvent], prev_hash: str) -> bool:
    """Whether events follow one another from a hash on, each as it was written."""
    for event in events:
        if event.prev_hash != prev_hash or event_hash(event) != event.hash:
            return False
        prev_hash = event.hash
    return True
