"""The district that programs ask about."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.site.core.api import limits
from tests.site.api.world import world

__all__ = ["world"]


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Every test starts with nothing counted."""
    limits.forget()


@pytest.fixture(autouse=True)
def private_place(settings: Any, tmp_path: Any) -> None:
    """Uploads in a directory of their own; jobs run at once."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LANTIAN_JOBS = "inline"
    settings.AUTH_PASSWORD_VALIDATORS = []  # no test here is about passwords
