"""A scanner may take a minute over a file: meanwhile everybody else must be able to write."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from lantian.site.core.attachments import storing
from lantian.site.plans import actions
from tests.site.plans.progress.world import asked, closing, paper, photo, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def scans(monkeypatch: Any) -> list[bool]:
    """For each scan whether it held up others: ran within a transaction (the test's own stands around all)."""
    seen: list[bool] = []
    monkeypatch.setattr(storing.antivirus, "scan", lambda path: seen.append(bool(connection.savepoint_ids)))
    return seen


def test_files_are_looked_over_before_the_transaction(campaign: SimpleNamespace, scans: list[bool]) -> None:
    report = written(campaign)
    kept = actions.attach(campaign.north_liaison, report, [photo(), paper()])
    asked(campaign, files=[paper("document")])
    closing(campaign)
    assert len(kept) == 2
    assert scans == [False] * 5
