"""`lantian audit` and what `lantian doctor` says of trail and files, on the test's own database."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from typer.testing import CliRunner

from lantian.cli import checks
from lantian.cli.app import app
from lantian.site.core import attachments, audit, triggers
from lantian.site.core.models import AuditEvent, Ref
from lantian.site.core.policy import System

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.LANTIAN_AUDIT = tmp_path
    settings.LANTIAN_ANCHORS = str(tmp_path)
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setenv("LANTIAN_LANG", "en")
    for number in range(3):
        audit.append(System(), "test.done", Ref(kind="t", ident=str(number), title="件"))
    return tmp_path


def lantian(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def test_a_whole_trail_verifies_with_status_0() -> None:
    assert lantian("audit", "anchor").exit_code == 0
    done = lantian("audit", "verify", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["whole"], told["events"], told["anchored_to"]) == (True, 4, 3)


@pytest.mark.parametrize("words", [("audit", "verify"), ("audit", "verify", "--json")])
def test_a_changed_trail_is_named_with_status_1(words: tuple[str, ...]) -> None:
    triggers.lift(connection)
    models.QuerySet(AuditEvent).filter(seq=2).update(note="改")
    triggers.install(connection)
    done = lantian(*words)
    assert done.exit_code == 1
    assert "2" in done.stdout


def test_sealing_by_a_day_and_exporting_all(place: Path) -> None:
    done = lantian("audit", "seal", "--before", "2100-01-01")
    assert done.exit_code == 0
    assert list((place / "segments").iterdir())
    file = place / "trail.jsonl"
    assert lantian("audit", "export", "--to", str(file)).exit_code == 0
    numbers = [json.loads(line)["seq"] for line in file.read_text().splitlines()]
    assert numbers == list(range(len(numbers), 0, -1))
    assert AuditEvent.objects.filter(action="core.export_audit").exists()
    out = lantian("audit", "export", "--format", "csv", "--until", "2000-01-01").stdout
    assert len(out.splitlines()) == 1


def test_a_period_the_wrong_way_round_is_a_usage_error() -> None:
    done = lantian("audit", "export", "--since", "2026-02-01", "--until", "2026-01-01")
    assert "--until" in str(done.exception)


def test_the_doctor_sees_missing_files_and_a_trail_without_anchor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (checks.files().state, checks.trail().state) == ("ok", "ok")
    monkeypatch.setattr(checks, "UNANCHORED", dt.timedelta(0))
    assert checks.trail().state == "warn"
    made = attachments.take(SimpleUploadedFile("x", b"abc"), "a.txt", System())
    attachments.path_of(made).unlink()
    audit.anchor()
    assert (checks.files().state, checks.trail().state) == ("fault", "ok")
    assert "a.txt" in checks.files().message
    triggers.lift(connection)
    assert checks.trail().state == "fault"
    triggers.install(connection)
