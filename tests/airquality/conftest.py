"""The rule vectors that lie beside the standards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.shared import shared_path


@pytest.fixture(scope="session")
def vectors() -> dict[str, list[dict[str, Any]]]:
    return json.loads(shared_path("standards/vectors.json").read_text("utf-8"))
