"""What `kept` lays back is what was made, and only where the test stands where it stood then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Unit
from tests.site import kept as keeping


@pytest.fixture
def laid(settings: Any, tmp_path: Any) -> SimpleNamespace:
    """Two fixtures, one on the other, and how often each was built."""
    settings.MEDIA_ROOT = tmp_path / "media"
    built: list[str] = []

    @keeping.kept
    def place() -> Area:
        built.append("place")
        return org.add_area(System(), name="云岭市", kind="city")

    @keeping.kept
    def offices(place: Area) -> SimpleNamespace:
        built.append("offices")
        (tmp_path / "media").mkdir(exist_ok=True)
        (tmp_path / "media" / "paper").write_bytes(b"1")
        unit = org.add_unit(System(), name="市大气办", kind="department", area=place)
        org.change_area(System(), place, name="云岭新市", kind="city")
        return SimpleNamespace(place=place, units=[unit])

    return SimpleNamespace(place=place, offices=offices, built=built)


def one_test(laid: SimpleNamespace, between: Any = lambda: None) -> tuple[Area, SimpleNamespace, Any]:
    """What a test would be given, and the rows that it would find; all is taken back at its end."""
    trace = keeping.begin("a module")
    with transaction.atomic():
        place = laid.place()
        between()
        offices = laid.offices(place)
        rows = [list(kind.objects.order_by("pk").values()) for kind in (Area, Unit, AuditEvent)]
        transaction.set_rollback(True)
    keeping.end(trace)
    return place, offices, rows


def test_the_second_test_gets_the_same_rows_and_objects_of_its_own(db, laid, tmp_path):
    place, offices, rows = one_test(laid)
    (tmp_path / "media" / "paper").unlink()
    again, others, rows_again = one_test(laid)
    assert laid.built == ["place", "offices"]
    assert rows_again == rows
    assert [row["name"] for row in rows[0]] == ["云岭新市"]
    assert others.units == offices.units
    assert others.units[0] is not offices.units[0]
    assert others.place is again, "the same thing is the same object, as when it was made"
    assert again is not place
    assert (tmp_path / "media" / "paper").read_bytes() == b"1"


def test_where_anything_else_was_written_it_is_built(db, laid):
    one_test(laid)
    _place, _offices, rows = one_test(laid, lambda: org.add_unit(System(), name="市水务局", kind="department"))
    assert laid.built == ["place", "offices", "offices"]
    assert len(rows[1]) == 2


def test_another_module_begins_anew(db, laid):
    one_test(laid)
    keeping.end(keeping.begin("another module"))
    one_test(laid)
    assert laid.built == ["place", "offices"] * 2
