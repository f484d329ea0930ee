"""The rule vectors of this repository; those that lie beside the standards must be the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

AIR = Path(__file__).parents[1] / "fixtures" / "air"


@pytest.fixture(scope="session")
def vectors() -> dict[str, list[dict[str, Any]]]:
    return json.loads((AIR / "vectors.json").read_text("utf-8"))
