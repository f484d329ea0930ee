"""The audit trail: what was done is found again; nothing below or above Django changes it unseen."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import DatabaseError, close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.site.core import audit, triggers
from lantian.site.core.context import Origin, coming_from
from lantian.site.core.models import AppendOnly, AuditEvent, AuditHead, Ref
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Person, Unit

pytestmark = pytest.mark.django_db


def some_events(count: int = 3) -> None:
    for number in range(count):
        audit.append(System(), "test.done", Ref(kind="test", ident=str(number), title=f"第{number}件"), note="演示")


def test_a_chain_is_whole(district):
    verdict = audit.verify()
    assert verdict.whole
    assert verdict.events == AuditEvent.objects.count() > 0


def test_an_event_says_who_when_from_where_before_and_after(district):
    with coming_from(Origin("10.1.2.3", "req-1")):
        org.change_unit(district.air_office, district.water, name="区水务中心", kind="department", area=district.area)
    event = audit.events_of(district.water).first()
    assert (event.person, event.unit_name, event.ip, event.request_id) == (
        district.air_office,
        "区大气办",
        "10.1.2.3",
        "req-1",
    )
    assert event.before["name"] == "区水务局"
    assert event.after["name"] == "区水务中心"
    assert "kind" not in event.after


def test_a_password_never_enters_the_trail(district):
    org.change_password(district.leader, old="Qinghe-demo-2024", new="another-Word-77")
    stored = Person.objects.get(pk=district.leader.pk).password
    text = json.dumps(list(AuditEvent.objects.values("before", "after", "facts")))
    assert stored not in text
    assert "another-Word-77" not in text
    event = audit.events_of(district.leader).first()
    assert event.before["password"] != event.after["password"]  # that it changed is told


def test_events_are_neither_changed_nor_removed_through_django():
    some_events(1)
    event = AuditEvent.objects.get()
    event.note = "改"
    for forbidden in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(note=""),
    ):
        with pytest.raises(AppendOnly):
            forbidden()


@pytest.mark.parametrize("sql", ["UPDATE core_auditevent SET note = 'x'", "DELETE FROM core_auditevent"])
def test_events_are_neither_changed_nor_removed_below_django(sql):
    some_events(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ("UPDATE core_auditevent SET note = 'x' WHERE seq = 2", 2),
        ("UPDATE core_auditevent SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 1", 1),
        ("DELETE FROM core_auditevent WHERE seq = 2", 2),
        ("DELETE FROM core_auditevent WHERE seq = 3", 3),
    ],
)
def test_who_takes_the_triggers_away_is_found_by_the_chain(sql, broken_at):
    some_events(3)
    triggers.lift(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
    finally:
        triggers.install(connection)
    verdict = audit.verify()
    assert not verdict.whole
    assert verdict.broken_at == broken_at
    assert verdict.why


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | st.dates() | DECIMALS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON, note=st.text(st.characters(exclude_categories=("Cs",)), max_size=50))
def test_whatever_is_told_verifies_after_it_was_read_back(value, note):
    audit.append(System(), "test.done", Ref(kind="test", ident="1", title="件"), note=note, told=value)
    assert audit.verify().whole


def test_a_refused_action_leaves_no_event(district):
    before = AuditEvent.objects.count()
    with pytest.raises(Exception, match="没有这项操作的权限"):
        org.add_unit(district.songxi_liaison, name="北桥街道", kind="town")
    assert AuditEvent.objects.count() == before
    assert not Unit.objects.filter(name="北桥街道").exists()


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_get_numbers_one_after_the_other():
    AuditHead.objects.get_or_create(pk=1)
    faults: list[BaseException] = []

    def write() -> None:
        try:
            for _number in range(5):
                some_events(1)
        except BaseException as fault:
            faults.append(fault)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    verdict = audit.verify()
    assert (verdict.whole, verdict.events) == (True, 20)


def test_time_is_hashed_to_the_microsecond():
    some_events(1)
    event = AuditEvent.objects.get()
    event.at += dt.timedelta(microseconds=1)
    assert audit.event_hash(event) != event.hash
