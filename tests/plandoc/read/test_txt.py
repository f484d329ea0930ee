"""Plain text: lines with their numbers, pages by form feed, and any Chinese encoding."""

import pytest

from lantian.plandoc.document import Line, Place
from lantian.plandoc.read import ReadError, read
from tests.plandoc.read.making import lines

SIMPLIFIED = "青河区2018年大气污染防治行动计划\n\t1\n\t区环保局\n区发展改革委\n（一）淘汰燃煤锅炉21台。\n"
TRADITIONAL = "青河區2018年空氣污染防制計畫\n（一）汰換燃煤鍋爐，由環保局負責辦理。\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_simplified_text_is_read_in_any_encoding(encoding):
    assert read(SIMPLIFIED.encode(encoding)).source == SIMPLIFIED


def test_utf_16_without_a_mark_is_text_for_all_its_zero_bytes():
    text = "　　一、2018年\n　　1. 一台\n" * 3
    assert read(text.encode("utf-16-le")).source == text
    assert read(text.encode("utf-16-be")).source == text


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16", "utf-16-be"])
def test_traditional_text_is_read_in_any_encoding(encoding):
    assert read(TRADITIONAL.encode(encoding)).source == TRADITIONAL


@pytest.mark.parametrize("text", ["联通", "各镇街", "青河区", "一", "PM2.5浓度", "区环保局、各镇街", "３５微克"])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_few_characters_are_enough_to_tell_the_encoding(text, encoding):
    assert read(text.encode(encoding)).source == text + "\n"


def test_traditional_characters_in_gb18030_are_not_taken_for_big5():
    assert read(TRADITIONAL.encode("gb18030")).source == TRADITIONAL


def test_a_damaged_character_costs_a_warning_not_the_file():
    damaged = (SIMPLIFIED * 20).encode("gb18030")[:-1] + b"\x81"
    document = read(damaged)
    assert document.source.startswith(SIMPLIFIED)
    assert "1 characters are damaged" in document.warnings[0]


def test_text_in_no_chinese_encoding_is_refused():
    with pytest.raises(ReadError, match=r"notes\.txt.*UTF-8") as caught:
        read("Grüße aus Köln, schöne Straße, Äpfel übrig".encode("latin-1"), name="notes.txt")
    assert caught.value.code == "encoding"


def test_every_physical_line_is_a_line_and_keeps_tabs_and_its_number():
    document = read(b"a\r\n\r\n\tb\rc\n")
    assert [(b.text.text, b.number) for b in document.blocks] == [("a", 1), ("", 2), ("\tb", 3), ("c", 4)]
    assert not any(b.whole for b in document.blocks)


def test_a_form_feed_begins_a_page():
    document = read("第一页\n\f第二页\n页尾\f\n第三页".encode())
    found = [(b.text.text, b.page, b.number) for b in document.blocks if isinstance(b, Line)]
    assert found == [("第一页", 1, 1), ("第二页", 2, 2), ("页尾", 2, 3), ("第三页", 3, 4)]
    assert document.pages == 3


def test_without_form_feeds_pages_are_not_known():
    document = read("松溪镇".encode())
    assert document.pages is None
    assert document.place(1) == Place(page=None, line=1)


def test_control_characters_are_left_out_and_counted():
    document = read("松\x00溪\x07镇\u200b街\n".encode() * 3)
    assert lines(document) == ["松溪镇街"] * 3
    assert "9 invisible control characters" in document.warnings[0]


def test_markup_left_in_a_text_is_not_the_readers_business():
    text = "[bookmark:x]PM_{2.5}<p>浓度</p>\n"
    document = read(text.encode())
    assert (document.format, document.source) == ("txt", text)


def test_a_place_is_found_from_an_offset():
    document = read("标题\n\n第二段".encode())
    assert document.place(document.source.index("第二段") + 1).line == 3
