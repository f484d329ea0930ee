"""The audit trail is whole or says where it is not: changed, cut, swapped, rewritten, sealed, anchored."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import DatabaseError, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.site.core import audit, clock, triggers
from lantian.site.core.audit import anchors, chain, files, segments
from lantian.site.core.faults import Invalid
from lantian.site.core.models import AuditEvent, AuditHead, AuditSegment, Ref, ReplayClock
from lantian.site.core.policy import System

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    """Anchors and segments in a directory of their own."""
    settings.LANTIAN_AUDIT = tmp_path
    settings.LANTIAN_ANCHORS = str(tmp_path)
    return tmp_path


def some_events(count: int, **facts: Any) -> None:
    for number in range(count):
        thing = Ref(kind="test", ident=str(number), title=f"第{number}件")
        audit.append(System(), "test.done", thing, before={"state": "甲"}, after={"state": "乙"}, note="演示", **facts)


def rows() -> models.QuerySet[AuditEvent]:
    """The table without the guard of its own query set, as somebody below the platform has it."""
    return models.QuerySet(AuditEvent)


def behind_the_platform(act: Callable[[], object]) -> None:
    """Do something to the trail that the triggers would refuse."""
    triggers.lift(connection)
    try:
        act()
    finally:
        triggers.install(connection)


def rewrite_from(seq: int) -> None:
    """Give all events from `seq` on right hashes again, and the head too: what a careful forger does."""
    before = rows().filter(seq=seq - 1).values_list("hash", flat=True).first() or audit.START
    for event in rows().filter(seq__gte=seq).order_by("seq"):
        event.prev_hash = before
        event.hash = before = audit.event_hash(event)
        rows().filter(pk=event.pk).update(prev_hash=event.prev_hash, hash=event.hash)
    last = rows().order_by("-seq").first()
    AuditHead.objects.filter(pk=1).update(seq=last.seq, hash=last.hash)


# Every single field of every event counts

FIELDS = [field for field in AuditEvent._meta.concrete_fields if field.name != "id"]


def other_than(field: models.Field[Any, Any], value: Any) -> st.SearchStrategy[Any]:
    """Values that the field could hold instead."""
    text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
    made: st.SearchStrategy[Any]
    if isinstance(field, models.JSONField):
        made = st.dictionaries(text, text | st.integers(-(2**31), 2**31), max_size=3) | st.none()
        if not field.null:
            made = made.filter(lambda one: one is not None)
    elif isinstance(field, models.DateTimeField):
        made = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2050, 1, 1), timezones=st.just(dt.UTC))
    elif isinstance(field, models.BigIntegerField):
        made = st.integers(100, 2**40)
    elif isinstance(field, models.ForeignKey):
        made = st.none() if value is not None else st.nothing()
    else:
        made = text.map(lambda one: one[: field.max_length])
    return made.filter(lambda one: one != value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_field_of_any_event_is_found(district: Any, data: st.DataObject) -> None:
    with transaction.atomic():
        event = data.draw(st.sampled_from(list(rows().order_by("seq"))), label="event")
        field = data.draw(st.sampled_from([one for one in FIELDS if not (one.is_relation and event.person_id is None)]))
        value = data.draw(other_than(field, getattr(event, field.attname)), label=field.name)
        behind_the_platform(lambda: rows().filter(pk=event.pk).update(**{field.attname: value}))
        verdict = audit.verify()
        transaction.set_rollback(True)
    assert not verdict.whole
    assert verdict.broken_at in {event.seq, event.seq + 1}


def swap(first: int, second: int) -> None:
    one, other = rows().get(seq=first), rows().get(seq=second)
    rows().filter(pk=one.pk).update(seq=1000)
    rows().filter(pk=other.pk).update(seq=first)
    rows().filter(pk=one.pk).update(seq=second)


def insert_after(seq: int) -> None:
    for event in rows().filter(seq__gt=seq).order_by("-seq"):
        rows().filter(pk=event.pk).update(seq=event.seq + 1)
    forged = rows().get(seq=seq)
    forged.pk, forged._state.adding, forged.seq, forged.hash = None, True, seq + 1, "f" * 64
    forged.save()


def add_at_the_end() -> None:
    last = rows().order_by("-seq").first()
    forged = chain.from_record(chain.record(last) | {"seq": last.seq + 1, "prev_hash": last.hash})
    forged.hash = audit.event_hash(forged)
    forged.save()


@pytest.mark.parametrize(
    ("deed", "code", "broken_at"),
    [
        (lambda: rows().filter(seq=3)._raw_delete("default"), "missing", 3),
        (lambda: rows().filter(seq=6)._raw_delete("default"), "truncated", 6),
        (lambda: swap(2, 4), "unchained", 2),
        (lambda: insert_after(2), "unchained", 3),
        (add_at_the_end, "beyond-head", 7),
        (lambda: AuditHead.objects.update(hash="0" * 64), "rewritten", 6),
    ],
)
def test_the_first_event_that_does_not_fit_is_named(deed: Callable[[], object], code: str, broken_at: int) -> None:
    some_events(6)
    behind_the_platform(deed)
    verdict = audit.verify()
    assert (verdict.whole, verdict.code, verdict.broken_at) == (False, code, broken_at)
    assert str(broken_at) in verdict.why or code == "truncated"


# Anchors


def test_an_anchor_keeps_number_and_hash_outside_the_database(place: Path) -> None:
    some_events(3)
    made = audit.anchor()
    line = json.loads((place / "anchors.jsonl").read_text())
    assert (line["seq"], line["hash"]) == (3, AuditEvent.objects.get(seq=3).hash)
    assert line["date"].startswith(str(clock.today()))
    assert made is not None
    told = AuditEvent.objects.get(seq=4)
    assert (told.action, told.facts["digest"]) == ("core.anchor_audit", made.digest)
    verdict = audit.verify()
    assert (verdict.whole, verdict.anchors, verdict.anchored_to, verdict.warnings) == (True, 1, 3, [])


def test_nothing_new_needs_no_anchor() -> None:
    assert audit.anchor() is None
    some_events(1)
    assert audit.anchor() is not None
    assert audit.anchor() is None
    some_events(1)
    assert audit.anchor() is not None
    assert [one.seq for one in anchors.read()] == [1, 3]


def test_a_trail_without_anchor_is_warned_of() -> None:
    some_events(1)
    assert "锚定" in audit.verify().warnings[0]


def test_a_cut_tail_is_found_against_the_anchor_even_when_the_head_was_set_back() -> None:
    some_events(5)
    audit.anchor()

    def cut() -> None:
        rows().filter(seq__gt=3)._raw_delete("default")
        AuditHead.objects.update(seq=3, hash=rows().get(seq=3).hash)

    behind_the_platform(cut)
    verdict = audit.verify()
    assert (verdict.code, verdict.broken_at) == ("truncated", 4)
    assert "5" in verdict.why


def test_a_trail_rewritten_with_right_hashes_is_found_against_the_anchor() -> None:
    some_events(3)
    audit.anchor()
    some_events(2)
    audit.anchor()

    def forge() -> None:
        rows().filter(seq=5).update(note="改")
        rewrite_from(5)

    behind_the_platform(forge)
    verdict = audit.verify()
    assert (verdict.code, verdict.broken_at) == ("rewritten", 6)
    assert "第 4 至 6 条" in verdict.why


def lines_of(place: Path) -> list[str]:
    return (place / "anchors.jsonl").read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    "deed",
    [
        lambda lines: [lines[0].replace('"seq":2', '"seq":1'), *lines[1:]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: lines[:2],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines[:2], lines[2].replace("20", "19", 1)],
        lambda lines: [*lines[:2], "not json\n"],
        lambda lines: [*lines, "[]\n"],
        lambda lines: [],
    ],
)
def test_a_changed_anchor_file_is_found(place: Path, deed: Callable[[list[str]], list[str]]) -> None:
    for _day in range(3):
        some_events(2)
        audit.anchor()
    (place / "anchors.jsonl").write_text("".join(deed(lines_of(place))))
    verdict = audit.verify()
    assert not verdict.whole
    assert verdict.code in {"anchor", "rewritten"}
    assert "锚定" in verdict.why


def test_a_line_torn_by_a_power_cut_is_no_fault_and_is_written_anew(place: Path) -> None:
    some_events(1)
    audit.anchor()
    with (place / "anchors.jsonl").open("a") as file:
        file.write('{"date":"20')
    assert audit.verify().whole
    some_events(1)
    assert audit.anchor() is not None
    assert [one.number for one in anchors.read()] == [1, 2]
    assert audit.verify().whole


def test_a_place_that_cannot_be_written_is_named(settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    settings.LANTIAN_ANCHORS = str(blocked)
    some_events(1)
    with pytest.raises(Invalid, match=r"anchors\.jsonl（.+）。请"):
        audit.anchor()
    assert AuditEvent.objects.count() == 1


# Sealed segments


def test_sealed_events_leave_the_table_and_are_read_back_as_they_were(place: Path, district: Any) -> None:
    some_events(4)
    before = [chain.record(event) for event in AuditEvent.objects.order_by("seq")]
    [segment] = audit.seal(before=clock.now() + LATER)
    assert (segment.first_seq, segment.last_seq) == (1, len(before) + 1)  # the anchor's own event with them
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["core.seal_audit"]
    assert [chain.record(event) for event in segments.read(segment)][:-1] == before
    verdict = audit.verify()
    assert (verdict.whole, verdict.segments, verdict.events) == (True, 1, len(before) + 2)


def test_only_old_events_are_sealed_and_the_next_segment_joins_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "LONGEST", 3)
    some_events(5)
    limit = clock.now()
    some_events(2)
    assert [str(one) for one in audit.seal(before=limit)] == ["1–3", "4–5"]
    assert audit.seal(before=limit) == []
    assert next(str(one) for one in audit.seal(before=clock.now() + LATER)) == "6–8"
    assert audit.verify().whole
    joined = AuditSegment.objects.order_by("first_seq")
    assert [one.prev_hash for one in joined][1:] == [one.last_hash for one in joined][:-1]


def test_without_a_date_the_setting_says_how_old(settings: Any) -> None:
    settings.LANTIAN_AUDIT_MONTHS = 6
    some_events(1)
    assert audit.seal() == []
    real = clock.real_now()
    ReplayClock.objects.create(pk=1, started_at=real, shown_at=real + dt.timedelta(days=220))
    [segment] = audit.seal()
    assert (segment.first_seq, segment.last_seq) == (1, 2)  # the event and its anchoring


def test_a_segment_is_lines_of_json_that_anybody_can_read(place: Path) -> None:
    some_events(2)
    [segment] = audit.seal(before=clock.now() + LATER)
    head, first, *_rest = gzip.decompress((place / "segments" / segment.file_name).read_bytes()).decode().splitlines()
    assert json.loads(head)["prev_hash"] == audit.START
    assert json.loads(first)["title"] == "第0件"


@pytest.mark.parametrize("deed", ["change", "cut", "remove", "other"])
def test_a_changed_segment_is_found(place: Path, deed: str) -> None:
    some_events(3)
    [segment] = audit.seal(before=clock.now() + LATER)
    file = place / "segments" / segment.file_name
    content = file.read_bytes()
    file.unlink()
    if deed == "change":
        file.write_bytes(gzip.compress(gzip.decompress(content).replace("演示".encode(), "改动".encode())))
    elif deed == "cut":
        file.write_bytes(content[:-20])
    elif deed == "other":
        file.write_bytes(b"")
    verdict = audit.verify()
    assert (verdict.code, verdict.broken_at) == ("segment", 1)
    assert segment.file_name in verdict.why


def test_a_segment_made_up_with_its_row_is_found_by_the_anchor(place: Path) -> None:
    some_events(3)
    audit.anchor()
    [segment] = audit.seal(before=clock.now() + LATER)
    events = segments.read(segment)
    events[1].note = "改"
    before = audit.START
    for event in events:
        event.prev_hash = before
        event.hash = before = audit.event_hash(event)
    content = segments._packed(events, audit.START)
    (place / "segments" / segment.file_name).unlink()
    (place / "segments" / segment.file_name).write_bytes(content)

    def forge() -> None:
        AuditSegment.objects.filter(pk=segment.pk).update(sha256=hashlib.sha256(content).hexdigest(), last_hash=before)
        rewrite_after_segment(before)

    def rewrite_after_segment(last_hash: str) -> None:
        for event in rows().order_by("seq"):
            event.prev_hash = last_hash
            event.hash = last_hash = audit.event_hash(event)
            rows().filter(pk=event.pk).update(prev_hash=event.prev_hash, hash=event.hash)
        AuditHead.objects.update(hash=last_hash)

    behind_the_platform(forge)
    verdict = audit.verify()
    assert (verdict.code, verdict.broken_at) == ("rewritten", 3)


def test_a_broken_chain_is_not_sealed(place: Path) -> None:
    some_events(3)
    behind_the_platform(lambda: rows().filter(seq=2).update(note="改"))
    with pytest.raises(Invalid, match="不符"):
        audit.seal(before=clock.now() + LATER)
    assert AuditSegment.objects.count() == 0
    assert rows().filter(seq__lte=3).count() == 3


def test_the_database_lets_go_of_sealed_events_only() -> None:
    some_events(3)
    audit.seal(before=clock.now() + LATER)
    some_events(1)
    for sql in (
        "DELETE FROM core_auditevent",
        "UPDATE core_auditsegment SET last_seq = 9000",
        "DELETE FROM core_auditsegment",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_missing_triggers_are_warned_of_and_mended() -> None:
    some_events(1)
    triggers.lift(connection)
    try:
        assert "触发器" in audit.verify().warnings[0]
    finally:
        triggers.mend(connection)
    assert triggers.missing(connection) == []


# What an event may hold


def test_a_bulk_event_is_found_from_each_thing_it_touched(district: Any) -> None:
    things = [district.water, district.songxi_town]
    were = [audit.snapshot(thing) for thing in things]
    for thing in things:
        thing.name += "（演示）"
    told = [audit.difference(thing, was) for thing, was in zip(things, were, strict=True)]
    event = audit.append(System(), "test.bulk", Ref(kind="test", ident="", title="2 个单位"), differences=told)
    for thing, line in zip(things, event.facts["differences"], strict=True):
        assert audit.events_of(thing).first() == event
        assert (line["ident"], line["after"]) == (str(thing.pk), {"name": thing.name})
    assert event not in audit.events_of(district.office)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(-1e15, 1e15) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(st.text(max_size=5), JSON, max_size=4), listed=st.lists(JSON, max_size=3))
def test_the_hash_is_that_of_the_whole_event_as_canonical_json(facts: dict[str, Any], listed: list[Any]) -> None:
    event = AuditEvent(seq=1, at=clock.now(), facts=chain.plain(facts | {"differences": listed}), prev_hash=audit.START)
    content = {name: getattr(event, name) for name in chain.CHAINED}
    content["at"] = event.at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    whole = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert audit.event_hash(event) == hashlib.sha256(whole.encode()).hexdigest()


@pytest.mark.parametrize(
    "value", [1e22, -0.0, 1e-7, "\0", "\ud800", "\\u0000", {"\0": 1}, 2**70, [1.5, {"甲": None}], "\U0001f343"]
)
def test_whatever_a_database_would_turn_is_turned_before_it_is_hashed(value: object) -> None:
    some_events(1, told=value)
    assert audit.verify().whole


def test_an_event_of_a_replay_tells_the_time_on_the_wall() -> None:
    real = clock.real_now()
    ReplayClock.objects.create(pk=1, started_at=real, shown_at=real - dt.timedelta(days=300))
    some_events(1)
    event = AuditEvent.objects.get()
    assert event.at < real - dt.timedelta(days=299)
    assert dt.datetime.fromisoformat(event.facts["real_at"]) >= real.replace(microsecond=0)


def test_a_line_of_a_segment_gives_the_event_back(district: Any) -> None:
    for event in AuditEvent.objects.all():
        again = chain.from_record(json.loads(json.dumps(chain.record(event))))
        assert (
            serializers.serialize("json", [again], fields=[one.name for one in FIELDS]).split('"fields"')[1]
            == (serializers.serialize("json", [event], fields=[one.name for one in FIELDS]).split('"fields"')[1])
        )


def test_writing_whole_leaves_nothing_behind_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "name").mkdir()
    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        files.write_whole(tmp_path / "name", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["name"]
