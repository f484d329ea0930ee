"""Numbers and units in running text: what is a number, what is its unit, what only looks like one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from lantian import rulebook
from lantian.rulebook.schemas.quantities import MeasureUnits, QuantityWords

WIDTH: dict[str, str | int | None] = {
    **{chr(0xFF10 + k): str(k) for k in range(10)},
    **{chr(0xFF21 + k): chr(65 + k) for k in range(26)},
    **{chr(0xFF41 + k): chr(97 + k) for k in range(26)},
    **{"％": "%", "．": ".", "／": "/", "∕": "/", "＜": "<", "＞": ">"},
}
# one character to one character, so that offsets stay those of the text
FOLD = str.maketrans(
    WIDTH
    | {"≦": "≤", "≧": "≥", "(": "（", ")": "）"}
    | {";": "；", ":": "：", "•": "·", "⋅": "·", "・": "·", "∙": "·", "\u3000": " ", "\xa0": " ", "\t": " "}
    | {"–": "-", "—": "-", "―": "-", "－": "-", "～": "~", "∼": "~", "零": "〇"}
)
_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9])")


def fold(text: str) -> str:
    """Text with look-alike characters made the same, one for one; a comma between digits may part thousands and stays.

    >>> fold("完成1,200户,其中(约)３个村;")
    '完成1,200户，其中（约）3个村；'
    """
    return _COMMA.sub("，", text.translate(FOLD))


DIGITS = {c: k for k, c in enumerate("〇一二三四五六七八九")} | {"两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}

LONGEST_NUMBER = 18  # characters; a longer run of digits is no number of a plan
ARABIC = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+(?![0-9])|[0-9]+)(?: ?\. ?[0-9]+)?"
CHINESE = r"[〇一二三四五六七八九十百千万亿两]+"


@cache
def words() -> QuantityWords:
    entry = rulebook.get("quantity-words")
    assert isinstance(entry, QuantityWords)
    return entry


@cache
def units() -> MeasureUnits:
    entry = rulebook.get("measure-units")
    assert isinstance(entry, MeasureUnits)
    return entry


def any_of(items: Iterable[str]) -> str:
    """Regex alternation of literal words, longest first."""
    return "|".join(re.escape(w) for w in sorted(set(items), key=len, reverse=True))


@dataclass(slots=True)
class Number:
    """A number in the text, with its unit when one follows. `end` is behind the unit, or behind the digits."""

    start: int
    stop: int  # behind the digits
    end: int
    value: float
    unit: str
    group: str  # class of the unit, '' without one
    chinese: bool
    written: tuple[int, int] | None = None  # where the unit stands, which may be behind a later number of a list


def chinese_number(text: str) -> float | None:
    """Value of a Chinese numeral: 十六 is 16, 一千二百 1200, 二〇一七 2017.

    >>> chinese_number("三百五")
    350.0
    """
    if len(text) > 1 and all(c in DIGITS for c in text):
        return float("".join(str(DIGITS[c]) for c in text)) if len(text) < 9 else None
    total = section = digit = 0
    last = 1
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
            last = 1 if c == "〇" else last
        elif c in TENS:
            section += (digit or 1) * TENS[c]
            digit, last = 0, TENS[c]
        elif c in MYRIADS:
            total = (total + section + digit) * MYRIADS[c] if total or section or digit else 0
            section = digit = 0
            last = MYRIADS[c]
            if not total:
                return None
        else:
            return None
    if digit and last > 10 and text[-1] in DIGITS and "〇" not in text[-2:]:
        digit *= last // 10  # 三百五 is 350
    return float(total + section + digit)


@cache
def unit_pattern() -> re.Pattern[str]:
    """A unit as written: multiplier, unit, then what it is counted per."""
    rule = units()
    base = any_of(u for group in rule.classes.values() for u in group.units)
    per, times = any_of(rule.per), any_of(rule.times)
    below = any_of(rule.denominators)
    # of 万辆 and 万 alone the longer: the multiplier belongs to the unit
    return re.compile(
        rf"(?P<multiplier>(?:{any_of(rule.multipliers)}) ?)?(?P<base>{base})"
        rf"(?P<per>(?: ?(?:{per}) ?（?(?:{below})(?: ?(?:{times}) ?(?:{below}))*）?)*)"
        rf"(?P<more>(?:·(?:{below}))?)"
    )


@cache
def _group_of() -> dict[str, str]:
    return {u: name for name, group in units().classes.items() for u in group.units}


@cache
def _number_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<arabic>(?:(?<![A-Za-z0-9_.{{])|(?<=VOCs)|(?<=VOC)|(?<=NOx)|(?<=AQI)){ARABIC})"
        rf"|(?P<percent>百分之{CHINESE})|(?P<chinese>{CHINESE}|半)"
    )


# dates, clock times, document and standard numbers, references, pollutant names, versions: digits that count nothing
_DATE = (
    r"(?:19|20)[0-9]{2} ?年?度? ?[-~至到、和] ?(?:19|20)[0-9]{2} ?年(?:度)?",
    r"(?:19|20)[0-9]{2} ?年(?:度)?",
    r"(?:19|20)[0-9]{2}(?=版)",
    r"(?:19|20)[0-9]{2}[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?",
    r"(?<![0-9.])[0-9]{1,2} ?[-~至到、] ?[0-9]{1,2} ?月(?:份)?",
    r"(?<![0-9.])[0-9]{1,2} ?月(?:份)?(?: ?[0-9]{1,2} ?日)?",
    r"[一二三四五六七八九十]{1,3}月(?:份|[一二三四五六七八九十]{1,3}日|底|初|中|末)",
    r"(?<=月)[上中下]旬",
    r"(?:星期|礼拜|周)[一二三四五六日](?![0-9]|次|轮|遍)",
    r"[0-9]{1,2} ?[日号](?=前|起|之前|以前|至|到|-|~|报|向|，|、|开始)",
    r"[0-9]{1,2} ?日 ?[-~至到] ?[0-9]{1,2} ?日",
    r"[0-9]{1,2}[:：][0-9]{2}(?: ?[-~至到] ?[0-9]{1,2}[:：][0-9]{2})?",
    r"[0-9]{1,2} ?[时点](?:整|[0-9]{1,2}分)? ?[-~至到] ?(?:次日|翌日|第二天)?(?:凌晨|早|晚)? ?"
    r"[0-9]{1,2} ?[时点](?:[0-9]{1,2}分)?",
    r"[0-9]{1,2} ?时(?=前|起|后|，|开始|之)",
)
_NAMES = (
    r"《[^》\n]{0,120}》",
    r"[〔\[［【][0-9]{4}[〕\]］】] ?[0-9]*(?: ?号)?",
    r"（[0-9]{4}）[0-9]+ ?号",
    r"(?<![0-9])[0-9]{1,6} ?号(?=文|令|公告|通告|线|楼|井|院|路|地块)",
    r"(?:第|附件|附表|附录|附图|编号|序号|热线|电话|(?<![代报地])[表图])[0-9]+"
    r"(?:[、，,和及-] ?[0-9]+(?![0-9.]* ?[万个家台%]))*",
    r"第[〇一二三四五六七八九十百千两0-9 ]+(?:个|次|类|批|轮|期|阶段|条|款|项|季度|三方|级|名|位|届|产业|步|五)?",
    r"(?:GB|HJ|DB|JB|QB|SH|CJ|JT|AQ|ISO)[A-Za-z]*(?:/T)? ?[0-9][0-9./-]*",
    r"PM ?_?[{（]? ?(?:2[.、，]5|10|1(?![0-9]))\}?(?![0-9])",
    r"(?:NO|SO|CO|O|CH|NH|N|H)_?\{?[0-9](?:O|S)?\}?(?![0-9])",
    r"国[0-9一二三四五六]|京[一二三四五六](?=标准|排放|[”，])",
    r"(?<![0-9])[0-9]{1,6} ?[×xX*] ?(?=[0-9])",
    r"第? ?(?<![0-9])[0-9]{1,3} ?百?分位数?|最大 ?[0-9八] ?小时|[0-9八] ?小时(?=滑动|平均)",
    r"[0-9一二三四五六七八九十] ?个 ?(?:100 ?%|百分(?!点))",
    r"[“\"‘][^”\"’\n]{0,3}[一二三四五六七八九十百千两][^”\"’0-9\n]{0,16}[”\"’]",
    r"“?十[一二三四五]五”?",
    r"大气十条|土十条|水十条",
    r"[一二三四五六七八九十两](?:年|季)(?=行动|作战|攻坚|规划)",
    r"(?<![A-Za-z])(?!VOC|NOx|AQI)[A-Za-z]+[-_]?[0-9]+[A-Za-z0-9-]*",
    r"(?<![0-9])[0-9]{1,3}[SGDA](?![A-Za-z/])",
    r"一(?P<sign>[^一\d\s，。、])一[^一\d\s，。、]",
    r"(?:^|\n) ?（?[0-9]{1,2}[）、.．](?![0-9])",
    r"(?:^|\n) ?（?[一二三四五六七八九十]{1,3}[）、.．]",
    r"[①-⑳]|[ⅠⅡⅢⅣⅤⅥⅰ-ⅹ]+",
)


@cache
def _masks() -> re.Pattern[str]:
    said = any_of([*words().slogans, *words().not_numbers])
    return re.compile("|".join([*_DATE, *_NAMES, said]), re.MULTILINE)


# 发现1家关停1家: a way of working, not two factories
_FOUND_ONE = re.compile(r"([1一]) ?([家起处个台辆例户])[^。；\n0-9]{0,12}?\1 ?\2")


def blocked(text: str) -> bytearray:
    """Characters (of folded text) that belong to dates, names or slogans."""
    mask = bytearray(len(text))
    for m in _masks().finditer(text):
        mask[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
    for m in _FOUND_ONE.finditer(text):
        before = text[max(0, m.start() - 3) : m.start()]
        if re.search(r"发现|出现|查处|排查|建成|成熟|验收", before):
            mask[m.start() : m.end()] = b"\x01" * (m.end() - m.start())
    return mask


def _unit_at(text: str, at: int) -> tuple[int, str, str] | None:
    start = at
    while start < len(text) and text[start] == " ":
        start += 1
    m = unit_pattern().match(text, start)
    if not m or (text[m.end() - 1].isascii() and text[m.end() - 1].isalpha() and _letter(text, m.end())):
        return None
    per, group = m["per"] + m["more"], _group_of()[m["base"]]
    if per:
        group = group if group == "capacity" else _per(group, per)
    return m.end(), re.sub(r"\s", "", text[start : m.end()]), group


def _letter(text: str, at: int) -> bool:
    return at < len(text) and text[at].isascii() and text[at].isalpha()


def _per(group: str, per: str) -> str:
    """Class of a compound unit: 毫克/立方米 is a concentration, 吨/日 a rate."""
    volume = re.search(r"立方|m\^?\{?3|m³|升|L", per)
    return "concentration" if volume and group in ("mass", "volume") else "rate"


def written_unit(raw: str) -> str:
    """A unit as written, without white space and with half-width letters."""
    return re.sub(r"\s", "", raw).translate(str.maketrans(WIDTH))


def numbers(text: str) -> list[Number]:
    """All numbers of folded text outside dates, names and slogans, in order."""
    mask = blocked(text)
    found: list[Number] = []
    reach = 0
    for m in _number_pattern().finditer(text):
        if m.start() < reach or any(mask[m.start() : m.end()]):
            continue
        made = _number(text, m)
        if made:
            found.append(made)
            reach = made.end
    return found


def _number(text: str, m: re.Match[str]) -> Number | None:
    if m["percent"] and len(m[0]) <= LONGEST_NUMBER:
        value = chinese_number(m["percent"][3:])
        return None if value is None else Number(m.start(), m.end(), m.end(), value, "%", "ratio", True)
    raw, stop = m[0], m.end()
    if len(raw) > LONGEST_NUMBER:
        return None
    if m["arabic"]:
        unit = _unit_at(text, stop)
        value = float(re.sub(r"[, ]", "", raw))
        end, name, group = unit or (stop, "", "")
        return Number(m.start(), stop, end, value, name, group, False, (stop, end))
    value = 0.5 if raw == "半" else chinese_number(raw)
    # the multiplier of 三万户 belongs to the unit
    tail = re.search(r"[万亿]+$", raw) if raw != "半" else None
    if tail and tail.start():
        stop = m.start() + tail.start()
        value = chinese_number(raw[: tail.start()])
    unit = _unit_at(text, stop)
    if value is None or unit is None or not _countable(unit[2]):
        return None
    return Number(m.start(), stop, unit[0], value, unit[1], unit[2], True, (stop, unit[0]))


def _countable(group: str) -> bool:
    rule = units().classes.get(group)  # type: ignore[call-overload]
    return bool(rule and rule.chinese)
