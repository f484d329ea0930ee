"""Automatic numbers of Word: kept as rules in the file, shown as text in print."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from lantian.plandoc.read.ooxml import attribute, child, children, integer, value

LEVELS = 9
BARE_ENDS = "、）)．。】〕》：:"  # after these a number needs no blank
DIGITS = "〇一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
PRIVATE = re.compile("[\ue000-\uf8ff]")


def chinese(n: int, digits: str = DIGITS, ten: str = "十", hundred: str = "百", thousand: str = "千") -> str:
    """A number below 10,000 in words.

    >>> chinese(12), chinese(20), chinese(101)
    ('十二', '二十', '一百零一')
    """
    if not 0 < n < 10_000:
        return digits[0] if n == 0 else str(n)
    out, gap = "", False
    for unit, name in ((1000, thousand), (100, hundred), (10, ten), (1, "")):
        d, n = divmod(n, unit)
        if d:
            out += ("零" if gap and out else "") + digits[d] + name
            gap = False
        else:
            gap = True
    short = digits[1] + ten
    return out[1:] if digits is DIGITS and out.startswith(short) else out


def formal(n: int) -> str:
    """A number in the characters that cannot be forged.

    >>> formal(12)
    '壹拾贰'
    """
    return chinese(n, FORMAL, "拾", "佰", "仟")


def roman(n: int) -> str:
    """A number below 4,000 in Roman figures.

    >>> roman(14)
    'XIV'
    """
    steps = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    )
    out = ""
    for worth, figure in steps:
        count, n = divmod(n, worth)
        out += figure * min(count, 4)
    return out


def letter(n: int) -> str:
    """a to z, then aa, bb … as Word counts."""
    return chr(ord("a") + (n - 1) % 26) * min((n - 1) // 26 + 1, 30) if n > 0 else ""


def _from(characters: str, n: int) -> str:
    return characters[n - 1] if 0 < n <= len(characters) else str(n)


def _run(first: str, count: int) -> str:
    return "".join(chr(ord(first) + k) for k in range(count))


CIRCLED = _run("①", 20) + _run("㉑", 15) + _run("㊱", 15)
_ENCLOSED = {
    "decimalEnclosedCircle": CIRCLED,
    "decimalEnclosedCircleChinese": CIRCLED,
    "decimalEnclosedFullstop": _run("⒈", 20),
    "decimalEnclosedParen": _run("⑴", 20),
    "ideographEnclosedCircle": _run("㊀", 10),
    "ideographTraditional": STEMS,
    "ideographZodiac": BRANCHES,
}
_WIDE = {ord(str(d)): chr(ord("０") + d) for d in range(10)}
_IDEOGRAPHS = {ord(str(d)): DIGITS[d] for d in range(10)}
IN_WORDS = (
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "koreanCounting",
)  # fmt: skip
IN_FORMAL_WORDS = ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal")
FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda n: "",
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate(_WIDE),
    "decimalFullWidth2": lambda n: str(n).translate(_WIDE),
    "numberInDash": lambda n: f"- {n} -",
    "ordinal": lambda n: f"{n}.",
    "lowerLetter": letter,
    "upperLetter": lambda n: letter(n).upper(),
    "lowerRoman": lambda n: roman(n).lower(),
    "upperRoman": roman,
    "hex": lambda n: f"{n:X}",
    "ideographDigital": lambda n: str(n).translate(_IDEOGRAPHS),
    "japaneseDigitalTenThousand": lambda n: str(n).translate(_IDEOGRAPHS),
    "taiwaneseDigital": lambda n: str(n).translate(_IDEOGRAPHS),
    **dict.fromkeys(IN_WORDS, chinese),
    **dict.fromkeys(IN_FORMAL_WORDS, formal),
    **{name: partial(_from, characters) for name, characters in _ENCLOSED.items()},
}


def number_text(n: int, format: str) -> str:
    """`n` in one of Word's number formats; an unknown format counts in Arabic figures.

    >>> number_text(3, "chineseCounting"), number_text(4, "decimalEnclosedCircle")
    ('三', '④')
    """
    return FORMATS.get(format, str)(n)


@dataclass(slots=True)
class Level:
    """One level of a list: what it shows (`text` with %1 … %9), where it starts, after which level it restarts."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False
    glued: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    """A `w:num`: shares its counters with all lists of the same abstract definition."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts a document's lists, paragraph by paragraph, in reading order."""

    def __init__(self, part: etree._Element | None, list_of_style: Callable[[str], str | None]) -> None:
        """`list_of_style` leads from a numbering style's id to its list's id."""
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()
        if part is not None:
            self._load(part, list_of_style)

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level that a list ties to a paragraph style."""
        found = self._lists.get(list_id)
        return next((k for k, level in found.levels.items() if level.style == style), None) if found else None

    def next(self, list_id: str, depth: int) -> str:
        """Count one paragraph and give its number as shown, with a blank where one is needed; '' for none."""
        found = self._lists.get(list_id)
        level = found.levels.get(depth) if found else None
        if not found or not level:
            return ""
        counts = self._counts.setdefault(found.abstract, [None] * LEVELS)
        fresh = depth in found.starts and (list_id, depth) not in self._started
        self._started.add((list_id, depth))
        before = counts[depth]
        if fresh:
            counts[depth] = found.starts[depth]
        else:
            counts[depth] = level.start if before is None else before + 1
        for upper in range(depth):
            if counts[upper] is None:
                counts[upper] = found.levels[upper].start if upper in found.levels else 1
        for lower in range(depth + 1, LEVELS):
            restart = found.levels[lower].restart if lower in found.levels else None
            if restart is None or depth < restart:
                counts[lower] = None
        return self._shown(found, level, counts)

    def _shown(self, found: _List, level: Level, counts: list[int | None]) -> str:
        if level.format == "bullet":
            mark = PRIVATE.sub("•", level.text) or "•"
            return mark + ("" if level.glued else " ")

        def figure(match: re.Match[str]) -> str:
            k = int(match[1]) - 1
            of = found.levels.get(k)
            format = "decimal" if level.legal or not of else of.format
            count = counts[k]
            return number_text(count, format) if count is not None else ""

        shown = re.sub(r"%([1-9])", figure, level.text)
        bare = level.glued or not shown or shown[-1] in BARE_ENDS or shown[-1].isspace()
        return shown if bare else shown + " "

    def _load(self, part: etree._Element, list_of_style: Callable[[str], str | None]) -> None:
        abstracts = {attribute(a, "abstractNumId"): a for a in children(part, "abstractNum")}
        nums = {attribute(n, "numId"): n for n in children(part, "num")}
        for id, num in nums.items():
            abstract = value(num, "abstractNumId")
            definition = abstracts.get(abstract)
            if definition is None:
                continue
            link = value(definition, "numStyleLink")
            linked = nums.get(list_of_style(link) or "") if link else None
            if linked is not None:
                abstract = value(linked, "abstractNumId")
                definition = abstracts.get(abstract, definition)
            found = _List(abstract, {integer(attribute(x, "ilvl"), 0): _level(x) for x in children(definition, "lvl")})
            for override in children(num, "lvlOverride"):
                depth = integer(attribute(override, "ilvl"), 0)
                own = child(override, "lvl")
                if own is not None:
                    found.levels[depth] = _level(own)
                start = child(override, "startOverride")
                if start is not None and 0 <= depth < LEVELS:
                    found.starts[depth] = integer(attribute(start, "val"), 1)
            found.levels = {k: v for k, v in found.levels.items() if 0 <= k < LEVELS}
            self._lists[id] = found


def _level(x: etree._Element) -> Level:
    # A format that Word 2010 added stands beside its fallback; the fallback is the one that all programs know.
    formats = [attribute(f, "val") for f in x.iter("{*}numFmt")]
    restart = child(x, "lvlRestart")
    legal = child(x, "isLgl")
    return Level(
        format=next((f for f in formats if f and f != "custom"), "decimal"),
        text=value(x, "lvlText"),
        start=integer(value(x, "start"), 1),
        restart=None if restart is None else integer(attribute(restart, "val"), 0),
        legal=legal is not None and attribute(legal, "val") not in ("0", "false"),
        glued=value(x, "suff") == "nothing",
        style=value(x, "pStyle"),
    )
