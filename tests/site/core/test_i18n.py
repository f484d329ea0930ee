"""Every text of the platform has its English, with the same places to fill in."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import gettext, pgettext

pytestmark = pytest.mark.any_database
SCRIPTS = Path(__file__).parents[3] / "scripts"
_spec = importlib.util.spec_from_file_location("extract_messages", SCRIPTS / "extract_messages.py")
assert _spec
assert _spec.loader
tool = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tool)

PLACES = re.compile(r"%\(\w+\)s|\{\w*\}")
ROOMS = {room.name: room for room in tool.rooms()}


def english(room: Path) -> dict[tuple[str, str | None], tuple[str, ...]]:
    with tool.catalogue(room).open("rb") as file:
        catalogue = read_po(file, locale="en")
    return {
        tool.Text(one.id, one.context).key: (one.string,) if isinstance(one.string, str) else tuple(one.string)
        for one in catalogue
        if one.id
    }


@pytest.mark.parametrize("name", ROOMS)
def test_every_text_has_its_english(name):
    known = english(ROOMS[name])
    missing = sorted({text.key for text in tool.texts(ROOMS[name]) if not all(known.get(text.key) or [""])})
    assert missing == [], "run scripts/extract_messages.py and translate them"


def test_rooms_agree_on_the_english_of_a_text():
    """They share one space of texts: where they differ, one room's words show on the other's pages."""
    said: dict[tuple[str, str | None], dict[str, tuple[str, ...]]] = {}
    for name, room in ROOMS.items():
        for key, strings in english(room).items():
            said.setdefault(key, {})[name] = strings
    differing = {key: rooms for key, rooms in said.items() if len({strings[0] for strings in rooms.values()}) > 1}
    assert differing == {}, "agree on one, or give one of them a context: pgettext_lazy('menu', …)"


def test_a_text_with_a_context_has_an_english_of_its_own():
    with translation.override("en"):
        assert (pgettext("menu", "方案"), gettext("方案")) == ("Plans", "Plan")
        assert (pgettext("declaration", "已退回"), gettext("已退回")) == ("Refused", "Returned")


def test_contexts_are_read_from_python_and_templates(tmp_path):
    (tmp_path / "words.py").write_text('a = pgettext_lazy("menu", "甲")\nb = _("甲")\n', encoding="utf-8")
    (tmp_path / "page.html").write_text('{% load i18n %}{% translate "乙" context "token" %}', encoding="utf-8")
    assert {text.key for text in tool.texts(tmp_path)} == {("甲", "menu"), ("甲", None), ("乙", "token")}


@pytest.mark.parametrize("name", ROOMS)
def test_a_translation_has_the_same_places_to_fill_in(name):
    for (chinese, _context), strings in english(ROOMS[name]).items():
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
