"""Outside data for tests: real plans and their labels, found through LANTIAN_SHARED (default: ../shared)."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("LANTIAN_SHARED", Path(__file__).parents[1] / ".." / "shared")).resolve()


def shared_path(relative: str) -> Path:
    """The path of an outside file; skips the test by name when it is not there, fails when CI must run all."""
    path = SHARED / relative
    if not path.exists():
        message = f"{relative} not found below LANTIAN_SHARED ({SHARED})"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path
