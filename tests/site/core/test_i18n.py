"""Every text of the platform has its English, with the same places to fill in."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext

SCRIPTS = Path(__file__).parents[3] / "scripts"
_spec = importlib.util.spec_from_file_location("extract_messages", SCRIPTS / "extract_messages.py")
assert _spec
assert _spec.loader
tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tool)

PLACES = re.compile(r"%\(\w+\)s|\{\w*\}")
ROOMS = {room.name: room for room in tool.rooms()}


def english(room: Path) -> dict[str, tuple[str, ...]]:
    with tool.catalogue(room).open("rb") as file:
        catalogue = read_po(file, locale="en")
    strings = {message.id: message.string for message in catalogue if message.id}
    return {
        key if isinstance(key, str) else key[0]: (value,) if isinstance(value, str) else tuple(value)
        for key, value in strings.items()
    }


@pytest.mark.parametrize("name", ROOMS)
def test_every_text_has_its_english(name):
    known = english(ROOMS[name])
    texts = {text if isinstance(text, str) else text[0] for text in tool.texts(ROOMS[name])}
    missing = sorted(text for text in texts if not all(known.get(text) or [""]))
    assert missing == [], "run scripts/extract_messages.py and translate them"


@pytest.mark.parametrize("name", ROOMS)
def test_a_translation_has_the_same_places_to_fill_in(name):
    for chinese, strings in english(ROOMS[name]).items():
        for string in filter(None, strings):
            assert set(PLACES.findall(string)) == set(PLACES.findall(chinese)), chinese


@pytest.mark.parametrize("name", ROOMS)
def test_a_translation_has_no_chinese_left(name):
    for strings in english(ROOMS[name]).values():
        for string in strings:
            assert not re.search(r"[，。；：？！、]", string), string


def test_compiled_catalogues_are_used():
    with translation.override("en"):
        assert gettext("任何登录人员") == "anyone logged in"
    with translation.override("zh-hans"):
        assert gettext("任何登录人员") == "任何登录人员"
