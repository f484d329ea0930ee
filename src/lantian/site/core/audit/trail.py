"""Reading the trail for people: filtered, newest first, page by page by number; sealed events follow the table's own.

A page costs a bounded number of queries whatever the size of the trail: it starts from a number, never counts, and
each filter has an index. In sealed segments a search goes through at most `LOOK_THROUGH` events at a time and then
offers to go on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from lantian.site.core.audit import segments
from lantian.site.core.models import AuditEvent, AuditSegment, AuditTouch

PAGE = 50
LOOK_THROUGH = 20_000
# No index finds words within a text: of the table so many events are looked through at a time.
LOOK_THROUGH_TABLE = 100_000


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty fields are left out. Names are found by a part of them, times are aware."""

    text: str = ""
    person: str = ""
    unit: str = ""
    action: str = ""
    kind: str = ""
    ident: str = ""
    request_id: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def rows(self) -> QuerySet[AuditEvent]:
        """Events of the table, newest first."""
        where = Q()
        for name, value in (("action", self.action), ("request_id", self.request_id), ("kind", self.kind)):
            where &= Q(**{name: value}) if value else Q()
        if self.kind and self.ident:
            touched = AuditTouch.objects.filter(kind=self.kind, ident=self.ident).values("seq")
            where = Q(where, ident=self.ident) | Q(self._but_kind(), seq__in=touched)
        for name, part in (("person_name", self.person), ("unit_name", self.unit)):
            where &= Q(**{f"{name}__in": _names(name, part)}) if part else Q()
        if self.text:
            where &= Q(title__icontains=self.text) | Q(note__icontains=self.text)
        return AuditEvent.objects.filter(where & self._span()).order_by("-seq")

    def _but_kind(self) -> Q:
        rest = (("action", self.action), ("request_id", self.request_id))
        return Q(**{name: value for name, value in rest if value})

    def _span(self) -> Q:
        """The period, and the numbers that it spans: with both, the table is read from the right place on."""
        if not (self.since or self.until):
            return Q()
        period = Q(at__gte=self.since) if self.since else Q()
        period &= Q(at__lt=self.until) if self.until else Q()
        ends = AuditEvent.objects.filter(period).order_by().aggregate(first=Min("seq"), last=Max("seq"))
        if ends["first"] is None:
            return Q(pk__in=[])
        return period & Q(seq__gte=ends["first"], seq__lte=ends["last"])

    def fits(self, event: AuditEvent) -> bool:
        """The same conditions on one event of a segment."""
        exact = ((self.action, event.action), (self.request_id, event.request_id))
        parts = ((self.person, event.person_name), (self.unit, event.unit_name))
        text = self.text.casefold()
        return (
            all(not asked or asked == found for asked, found in exact)
            and all(asked.casefold() in found.casefold() for asked, found in parts)
            and (not text or text in event.title.casefold() or text in event.note.casefold())
            and (self.since is None or event.at >= self.since)
            and (self.until is None or event.at < self.until)
            and self._touches(event)
        )

    def _touches(self, event: AuditEvent) -> bool:
        if not self.kind:
            return True
        if event.kind == self.kind and (not self.ident or event.ident == self.ident):
            return True
        listed = event.facts.get("differences")
        told = [one for one in listed if isinstance(one, dict)] if self.ident and isinstance(listed, list) else []
        return any((one.get("kind"), one.get("ident")) == (self.kind, self.ident) for one in told)

    def may_hold(self, segment: AuditSegment) -> bool:
        """Whether a segment's time could hold what is asked for."""
        late = self.since is not None and segment.last_at < self.since
        early = self.until is not None and segment.first_at >= self.until
        return not (late or early)


def _names(field: str, part: str) -> list[str]:
    """Names with such a part: read from the index alone, then looked up by it."""
    found = AuditEvent.objects.filter(**{f"{field}__icontains": part}).order_by().values_list(field, flat=True)
    return list(found.distinct()[:500])


@dataclass(frozen=True)
class Slice:
    """One page of the trail.

    Attributes
    ----------
    rows : events, newest first
    below : go on with events below this number; None at the end of the trail
    searched_to : down to this number sealed events were searched, where the search stopped before the page was full
    unreadable : what is wrong with a segment that could not be read
    """

    rows: list[AuditEvent]
    below: int | None = None
    searched_to: int | None = None
    unreadable: str = ""


def read(asked: Asked, *, below: int | None = None, size: int = PAGE) -> Slice:
    """A page of the trail: events with numbers below `below`, newest first."""
    rows = asked.rows().defer("before", "after", "facts")
    if below is not None:
        rows = rows.filter(seq__lt=below)
    floor = _floor(below) if asked.text else None
    found = list((rows.filter(seq__gte=floor) if floor else rows)[: size + 1])
    if len(found) > size:
        return Slice(found[:size], below=found[size - 1].seq)
    if floor:
        return Slice(found, below=floor, searched_to=floor)
    looked = 0
    for segment in segments.backwards(below):
        if not asked.may_hold(segment):
            continue
        if looked >= LOOK_THROUGH:
            return Slice(found, below=segment.last_seq + 1, searched_to=segment.last_seq + 1)
        try:
            sealed = segments.read(segment)
        except segments.Unreadable as error:
            return Slice(found, below=segment.first_seq, unreadable=str(error))
        for event in reversed(sealed):
            if (below is None or event.seq < below) and asked.fits(event):
                found.append(event)
                if len(found) > size:
                    return Slice(found[:size], below=found[size - 1].seq)
        looked += len(sealed)
    return Slice(found)


def _floor(below: int | None) -> int | None:
    """Where a search for words in the table stops for now; None when the rest is short enough."""
    ends = AuditEvent.objects.order_by().aggregate(first=Min("seq"), last=Max("seq"))
    top = below if below is not None else (ends["last"] or 0) + 1
    floor = top - LOOK_THROUGH_TABLE
    return floor if ends["first"] is not None and floor > ends["first"] else None


def walk(asked: Asked) -> Iterator[AuditEvent]:
    """Every event that is asked for, newest first, the sealed ones after the table's; memory stays flat.

    Raises
    ------
    segments.Unreadable : a segment cannot be read
    """
    yield from asked.rows().iterator(chunk_size=1000)
    for segment in segments.backwards():
        if asked.may_hold(segment):
            yield from (event for event in reversed(segments.read(segment)) if asked.fits(event))


def one(seq: int) -> AuditEvent | None:
    """One event by its number, wherever it lies.

    Raises
    ------
    segments.Unreadable : it lies in a segment that cannot be read
    """
    event = AuditEvent.objects.filter(seq=seq).first()
    if event is not None:
        return event
    segment = AuditSegment.objects.filter(first_seq__lte=seq, last_seq__gte=seq).first()
    return segments.read(segment)[seq - segment.first_seq] if segment else None


def kinds() -> list[str]:
    """Kinds of things that the table's events tell of."""
    return list(AuditEvent.objects.order_by("kind").values_list("kind", flat=True).distinct())


def summary() -> dict[str, Any]:
    """What lies in segments: how many, and to which number."""
    return AuditSegment.objects.order_by().aggregate(segments=Count("pk"), sealed_to=Max("last_seq"))
