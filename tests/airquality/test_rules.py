"""The rules behind the numbers: shipped, laid over by a district, told by how sure they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from lantian import rulebook
from lantian.airquality import aqi, edition, iaqi
from lantian.airquality.daily import mda8
from lantian.rulebook import RuleError
from lantian.rulebook.loader import editions, forget
from lantian.rulebook.schemas.standards import AirEvaluation


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    yield tmp_path
    forget()


def laid(place: Path, name: str, text: str) -> None:
    (place / name).write_text(text, encoding="utf-8")
    forget()


@pytest.mark.parametrize("id", ["air-edition", "gb3095", "hj633", "hj663"])
def test_every_edition_says_its_clause_and_how_sure_it_is(id: str):
    found = [loaded.entry for loaded in editions(id)]
    assert len(found) >= 2
    assert all(entry.clause and entry.sure and entry.title for entry in found)
    by_start = sorted(found, key=lambda entry: entry.valid_from)
    for one, following in pairwise(by_start):
        assert one.valid_to is not None
        assert (following.valid_from - one.valid_to).days == 1


def test_what_is_open_is_a_parameter_with_a_stated_default(overlay: Path):
    """Whoever reads HJ 663-2026 and finds 24 windows changes one line."""
    hours = [200.0] * 24 + [10.0] * 24
    assert rulebook.get("hj663", as_=AirEvaluation, edition="2026").mda8.sure == "assumed"
    assert mda8(hours, edition="2026").value[1] == 10
    laid(overlay, "hj663.toml", 'id = "hj663"\nschema = "hj663"\nedition = "2026"\nextends = true\n[mda8]\nfirst = 1\n')
    assert mda8(hours, edition="2026").value[1] == (7 * 200 + 10) / 8
    assert mda8(hours, edition="2018").value[1] == 10


def test_breakpoints_of_a_district_reach_every_table(overlay: Path):
    assert iaqi("pm25", 50, edition="2026") == 80
    text = 'id = "hj633"\nschema = "hj633"\nedition = "2026"\nextends = true\n[breakpoints.pm25_24h]\n'
    laid(overlay, "own.toml", text + "at = [0, 25, 50, 115, 150, 250, 350, 500]\n")
    assert iaqi("pm25", 50, edition="2026") == 100
    assert iaqi("pm25", 50, "1h", edition="2026") == 100
    assert aqi({"pm25": np.array([50.0])}, edition="2031", report="hour", not_monitored=_others()).aqi[0] == 100
    assert iaqi("pm25", 50, edition="2018") == 69


def _others() -> tuple[str, ...]:
    return ("so2", "no2", "co", "o3", "pm10")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("at = [0, 35, 35, 115, 150, 250, 350, 500]", "must rise"),
        ("at = [0, 1, 2, 3, 4, 5, 6, 7, 8]", "more breakpoints"),
        ('like = "pm1_24h"\nat = []', "pm1_24h"),
    ],
)
def test_breakpoints_that_cannot_be_are_refused(overlay: Path, line: str, told: str):
    text = 'id = "hj633"\nschema = "hj633"\nedition = "2026"\nextends = true\n[breakpoints.pm25_24h]\n'
    laid(overlay, "own.toml", text + line + "\n")
    with pytest.raises(RuleError, match=told):
        edition("2026")
