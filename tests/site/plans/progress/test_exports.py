"""Every list of the platform goes out as xlsx and csv, and no cell of it starts a formula."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from lantian.site.core.policy import System
from lantian.site.core.table import FORMULA, Bound
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from tests.site.conftest import Browser, person
from tests.site.core.test_pages import ALL

pytestmark = pytest.mark.any_database

EVIL = "=1+1|'cmd'!A0"
# Tables that are no lists of the platform's things, or (the audit trail) have a way out of their own.
NOT_LISTS = {"schedules", "api_tokens", "notice_settings", "policy", "unit_tree", "handovers", "audit", "goals_to_bind"}
DRAWN = re.compile(r'<table class="table lt-table')


@pytest.fixture
def everyone(campaign: Any) -> list[Person]:
    """People who together see every list, among things whose names would start a formula."""
    unit = org.add_unit(System(), name=EVIL, kind="department")
    org.add_unit_name(System(), unit, name="+别名")
    org.add_area(System(), name="@村", kind="village", parent=campaign.north.area)
    made = [person(f"all-{role}", role, unit if role == "liaison" else None) for role in
            ("system_admin", "security_admin", "audit_admin", "air_office", "leader", "liaison")]  # fmt: skip
    Person.objects.filter(pk=made[0].pk).update(name="-演示", phone="+8613800001234")
    return [*made, campaign.north_liaison]


def lists(people: list[Person]) -> dict[str, tuple[Person, Any]]:
    """Every page without a place to fill in that somebody may open, with what it drew."""
    found: dict[str, tuple[Person, Any]] = {}
    for who in people:
        site = Browser().log_in(who)
        for where in (where for where, pattern in ALL.items() if "<" not in where and "(" not in where):
            declared = ALL[where].callback.declared  # type: ignore[attr-defined]
            if "GET" not in declared.methods or where.startswith("api/") or where in ("health", "logout"):
                continue
            answer = site.get(f"/{where}")
            table = (answer.context or {}).get("table") if answer.status_code == 200 else None
            if isinstance(table, Bound) and (table.rows or where not in found):
                found[where] = (who, table)
            elif answer.status_code == 200 and DRAWN.search(answer.content.decode()):
                assert declared.name in NOT_LISTS, f"/{where} draws a table of its own: use core.table"
    return found


def test_every_list_goes_out_and_no_cell_starts_a_formula(everyone: list[Person]) -> None:
    found = lists(everyone)
    assert len(found) >= 12
    for where, (who, table) in found.items():
        assert table.file_name, where
        if table.count:
            assert [kind for kind, _url in table.export_urls] == ["xlsx", "csv"], f"/{where} cannot be taken out"
        site = Browser().log_in(who)
        book = load_workbook(io.BytesIO(site.get(f"/{where}", {"export": "xlsx"}).content))
        rows = list(book.active.iter_rows())
        assert len(rows) == table.count + 1, where
        assert not [cell.value for row in rows for cell in row if cell.data_type == "f"], where
        text = b"".join(site.get(f"/{where}", {"export": "csv"}).streaming_content).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(FORMULA) and not _number(cell)], where
    filled = {where for where, (_who, table) in found.items() if table.count}
    assert {"units", "areas", "people", "plans/tasks", "plans/", "plans/goals", "plans/imports"} <= filled


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_telephones_go_out_only_where_the_page_shows_them(everyone: list[Person]) -> None:
    for who in everyone:
        answer = Browser().log_in(who).get("/people", {"export": "csv"})
        keeps = not {"system_admin", "security_admin"}.isdisjoint(who.roles)
        assert answer.status_code == (200 if keeps else 403), who
        if keeps:
            assert "13800001234" in b"".join(answer.streaming_content).decode()
