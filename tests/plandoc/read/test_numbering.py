"""Automatic numbers: rules in the file, text in print."""

import pytest

from lantian.plandoc.read import read
from lantian.plandoc.read.numbering import number_text
from tests.plandoc.read.making import level, lines, one_list, para, word

ABSTRACT = '<w:abstractNum w:abstractNumId="7">{}</w:abstractNum>'
NUM = '<w:num w:numId="{}"><w:abstractNumId w:val="7"/>{}</w:num>'


@pytest.mark.parametrize(
    ("format", "n", "shown"),
    [
        ("decimal", 12, "12"),
        ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 21, "㉑"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("decimalEnclosedFullstop", 5, "⒌"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 11, "十一"),
        ("chineseCounting", 20, "二十"),
        ("chineseCountingThousand", 101, "一百零一"),
        ("chineseCountingThousand", 110, "一百一十"),
        ("chineseCountingThousand", 1001, "一千零一"),
        ("japaneseCounting", 23, "二十三"),
        ("taiwaneseCountingThousand", 4, "四"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographDigital", 10, "一〇"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 12, "亥"),
        ("lowerLetter", 27, "aa"),
        ("upperLetter", 2, "B"),
        ("lowerRoman", 4, "iv"),
        ("upperRoman", 1999, "MCMXCIX"),
        ("none", 5, ""),
        ("someFormatOfTomorrow", 7, "7"),
        ("decimalEnclosedCircle", 99, "99"),
    ],
)
def test_formats(format, n, shown):
    assert number_text(n, format) == shown


def test_the_usual_three_levels_of_a_plan():
    numbering = one_list(
        level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%3.")
    )
    depths = [0, 1, 1, 2, 2, 1, 0, 1, 2]
    body = "".join(para("甲", list_id=1, level=d) for d in depths)
    assert lines(read(word(body, numbering=numbering))) == [
        "一、甲", "（一）甲", "（二）甲", "1. 甲", "2. 甲", "（三）甲", "二、甲", "（一）甲", "1. 甲",
    ]  # fmt: skip


def test_chapters_and_compound_numbers():
    numbering = one_list(level(0, "chineseCountingThousand", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    body = para("总则", list_id=1) + para("目标", list_id=1, level=1) + para("附则", list_id=1)
    assert lines(read(word(body, numbering=numbering))) == ["第一章 总则", "1.1 目标", "第二章 附则"]


def test_a_number_before_a_figure_stays_apart():
    numbering = one_list(level(0, "decimal", "%1."))
    assert lines(read(word(para("2017年底前完成", list_id=1), numbering=numbering))) == ["1. 2017年底前完成"]


def test_lists_of_one_definition_go_on_unless_they_say_where_to_start():
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = (
        ABSTRACT.format(level(0, "decimal", "%1、")) + NUM.format(1, "") + NUM.format(2, "") + NUM.format(3, again)
    )
    body = "".join(para("甲", list_id=k) for k in (1, 1, 2, 3, 3))
    assert lines(read(word(body, numbering=numbering))) == ["1、甲", "2、甲", "3、甲", "5、甲", "6、甲"]


def test_an_override_may_bring_its_own_format():
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1）")}</w:lvlOverride>'
    numbering = ABSTRACT.format(level(0, "decimal", "%1、")) + NUM.format(1, own)
    assert lines(read(word(para("甲", list_id=1), numbering=numbering))) == ["A）甲"]


def test_a_level_that_never_restarts_counts_through():
    numbering = one_list(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2．", '<w:lvlRestart w:val="0"/>'))
    body = "".join(para("甲", list_id=1, level=d) for d in (0, 1, 1, 0, 1))
    assert lines(read(word(body, numbering=numbering))) == ["一、甲", "1．甲", "2．甲", "二、甲", "3．甲"]


def test_a_level_may_restart_after_the_topmost_only():
    deep = level(2, "decimal", "%3）", '<w:lvlRestart w:val="1"/>')
    numbering = one_list(level(0, "decimal", "%1、"), level(1, "decimal", "（%2）"), deep)
    body = "".join(para("甲", list_id=1, level=d) for d in (0, 1, 2, 1, 2, 0, 1, 2))
    numbers = [x.removesuffix("甲") for x in lines(read(word(body, numbering=numbering)))]
    assert numbers == ["1、", "（1）", "1）", "（2）", "2）", "2、", "（1）", "1）"]


def test_a_style_brings_its_list_and_level_and_zero_takes_it_away():
    numbering = one_list(level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2.", '<w:pStyle w:val="b"/>'))
    style = (
        '<w:style w:type="paragraph" w:styleId="{}"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = para("甲", style="a") + para("乙", style="b") + para("丙", style="a", list_id=0)
    assert lines(read(word(body, numbering=numbering, styles=style.format("a") + style.format("b")))) == [
        "一、甲", "1. 乙", "丙",
    ]  # fmt: skip


def test_a_list_by_a_numbering_style():
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="s"/></w:abstractNum>'
        + ABSTRACT.format('<w:styleLink w:val="s"/>' + level(0, "decimal", "（%1）"))
        + '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        + NUM.format(2, "")
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="s"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    )
    assert lines(read(word(para("甲", list_id=1), numbering=numbering, styles=styles))) == ["（1）甲"]


def test_bullets_are_shown_as_such():
    numbering = one_list(level(0, "bullet", "\uf06c"), level(1, "bullet", "—"))
    body = para("甲", list_id=1) + para("乙", list_id=1, level=1)
    assert lines(read(word(body, numbering=numbering))) == ["• 甲", "— 乙"]


def test_a_list_that_is_not_defined_has_no_number():
    assert lines(read(word(para("甲", list_id=9) + para("乙", list_id=9, level=12)))) == ["甲", "乙"]
