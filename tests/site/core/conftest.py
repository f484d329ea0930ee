"""Receivers on this machine, and the file of channels that leads to them."""

from __future__ import annotations

import pytest

from tests.site.core.receivers import hooks, mails


@pytest.fixture
def hook():
    with hooks() as receiver:
        yield receiver


@pytest.fixture
def mail():
    with mails() as receiver:
        yield receiver


@pytest.fixture
def channels(settings, tmp_path):
    """Writes the file of channels and makes it hold."""

    def write(text: str) -> None:
        path = tmp_path / "channels.toml"
        path.write_text(text, "utf-8")
        settings.LANTIAN_CHANNELS = str(path)

    return write
