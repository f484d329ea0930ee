"""What office people write into cells, understood: numbers as text, full-width digits, dates in many spellings.

Pure functions. They raise `BadCell` with a sentence that says what to write instead.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, cast

from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.sheets import SheetRules
from lantian.site.core.sheets.problems import bad

NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(.*)", re.IGNORECASE | re.DOTALL)
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)")
# Behind the day a time, as other systems write it, or the word of a term: 2017年10月31日前.
DAY = re.compile(
    r"(\d{4})\s*[-/.,、年]\s*(\d{1,2})\s*[-/.,、月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|[.。]|(?:之|以)?前)?"
)
TIME = re.compile(r"[ T]+(\d{1,2})[:时点](\d{2})(?:分|:\d{2}(?:\.\d+)?)?$")  # behind its day
DIGITS = re.compile(r"\d{8}")
SHORT_YEAR = re.compile(r"(\d{1,2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
YEAR_LAST = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}")
LINE_BREAK = re.compile(r"(?:(?<=([A-Za-z0-9,.])))?[ \u3000]*\n\s*(?:(?=([A-Za-z0-9])))?")
SEPARATORS = re.compile(r"[、，,；;\n]+")
ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"}
# Serial numbers of days that a cell which lost its date format shows: 1954 to 2119.
SERIALS = range(20_000, 80_000)
EPOCH = dt.date(1899, 12, 30)
EXACT = 1e15  # digits beyond the fifteenth are lost when a spreadsheet keeps text as a number


def rules() -> SheetRules:
    """The rule as it holds here."""
    return cast(SheetRules, rulebook.get("sheets"))


def text(raw: Any) -> str:
    """A cell as text: whole numbers without a tail, no control characters, no space around.

    >>> text(990101.0), text(" 松溪镇\\u200b ")
    ('990101', '松溪镇')
    """
    if raw is None:
        return ""
    if type(raw) is str:  # as most are
        return _words(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        if abs(raw) >= EXACT:
            raise bad(_("“{raw}”是按数字保存的，超过 15 位的部分已经失真。请把这一列设为文本后重新填写。"), raw)
        return str(int(raw)) if float(raw).is_integer() else f"{raw:.15g}"  # as many digits as a spreadsheet shows
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(sep=" ", timespec="minutes")
    if isinstance(raw, dt.date | dt.time):
        return raw.isoformat()
    return _words(str(raw))


def _words(kept: str) -> str:
    if not kept.isprintable():  # most are, and need no look at each sign
        kept = "".join(char for char in kept if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    found = kept.replace("\t", " ").strip().strip("\u3000\xa0")
    if found.startswith("#") and found.upper() in ERRORS:
        raise bad(_("单元格是公式错误“{raw}”。请改正公式，或直接填写内容。"), found)
    return found


def one_line(text: str) -> str:
    """A text without its breaks: what a narrow column broke is one word, but for those of Latin letters.

    >>> one_line("松溪\n建材厂"), one_line("Songxi\nWorks")
    ('松溪建材厂', 'Songxi Works')
    """
    return LINE_BREAK.sub(lambda found: " " if found[1] and found[2] else "", text)


def narrow(raw: Any) -> str:
    """Text for comparing: full-width signs made narrow, no spaces.

    >>> narrow("１２ ．５")
    '12.5'
    """
    return "".join(unicodedata.normalize("NFKC", text(raw)).split())


def is_nothing(raw: Any) -> bool:
    """Whether a cell of numbers or dates says that there is none: empty, or a stroke."""
    if type(raw) is not str:
        return raw is None
    if raw[:1].isdigit():  # as most do, and none of those words
        return False
    return not (found := narrow(raw)) or found in rules().nothing


def is_unsaid(raw: Any) -> bool:
    """Whether a cell of numbers, dates or names says in words that there is none: 无, 不详."""
    if type(raw) is not str or raw[:1].isdigit():
        return False
    return narrow(raw).strip("。.").lower() in rules().unsaid


def number(
    raw: Any, *, units: Mapping[str, float] | None = None, plain: float = 1.0, example: str = "10"
) -> float | None:
    """A cell as a number, whatever it is kept as.

    Parameters
    ----------
    units : units that may be written behind it, each with what the number is then multiplied by
    plain : what a number with no unit behind it is multiplied by

    >>> number("１，２００"), number("3.5 万元", units={"万元": 10_000}), number("—")
    (1200.0, 35000.0, None)
    """
    if is_nothing(raw):
        return None
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        if math.isfinite(raw):
            return _times(float(raw), plain)
        raise bad(_("“{raw}”不是数字。请填数字，如 {example}。"), raw, example=example)
    if isinstance(raw, dt.date | dt.time | bool):
        raise bad(_("这里是日期或是否，不是数字。请把单元格格式改为常规，填数字，如 {example}。"), example=example)
    found = narrow(raw)
    if match := THOUSANDS.match(found):
        found = match[0].replace(",", "") + found[match.end() :]
    match = NUMBER.fullmatch(found)
    if not match:
        raise bad(_("“{raw}”不是数字。请填数字，如 {example}。"), raw, example=example)
    factor = _factor(match[2], units or {}) if match[2] else plain
    if factor is None:
        raise bad(_("“{raw}”的单位不认识。请只填数字，如 {example}。"), raw, example=example)
    value = _times(float(match[1]), factor)
    if not math.isfinite(value):
        raise bad(_("“{raw}”不是数字。请填数字，如 {example}。"), raw, example=example)
    return value


def _times(value: float, factor: float) -> float:
    """A product without the dust of binary fractions: 12,345 元 are 1.2345 万元."""
    return value if factor == 1.0 else float(f"{value * factor:.14g}")


def _factor(written: str, units: Mapping[str, float]) -> float | None:
    return next((factor for unit, factor in units.items() if narrow(unit).lower() == written.lower()), None)


def day(raw: Any) -> dt.date | None:
    """A cell as a day.

    >>> [day(w).isoformat() for w in ("2026.3.1", "2026年3月1日", "2026/03/01", "20260301", 46082, "46082")]
    ['2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01', '2026-03-01']
    """
    if is_nothing(raw):
        return None
    if isinstance(raw, dt.date):
        if raw.year <= EPOCH.year + 1:  # a small number that has the format of a date
            raise bad(_("“{raw}”不是日期，或没有写全年月日。请按“2026-03-01”的样子填写。"), raw)
        return raw.date() if isinstance(raw, dt.datetime) else raw
    written = unicodedata.normalize("NFKC", text(raw)).strip()
    try:
        if match := DAY.fullmatch(written):
            return dt.date(*map(int, match.groups()))
        if DIGITS.fullmatch(written):
            return dt.datetime.strptime(written, "%Y%m%d").date()
    except ValueError:
        raise bad(_("“{raw}”不是存在的日期。请按“2026-03-01”的样子填写。"), raw) from None
    if re.fullmatch(r"\d{5}(\.0+)?", written) and int(float(written)) in SERIALS:
        return EPOCH + dt.timedelta(days=int(float(written)))
    if SHORT_YEAR.fullmatch(written):
        raise bad(_("“{raw}”的年份只有两位，看不出是哪一年。请写全四位年份，如“2026-03-01”。"), raw)
    if YEAR_LAST.fullmatch(written):
        raise bad(_("“{raw}”看不出哪个是月、哪个是日。请按“2026-03-01”的样子填写。"), raw)
    raise bad(_("“{raw}”不是日期，或没有写全年月日。请按“2026-03-01”的样子填写。"), raw)


def moment(raw: Any) -> dt.date | None:
    """A cell as a moment; as a day where it tells no time, or midnight, as cells do that hold a day alone.

    >>> [str(moment(w)) for w in ("2026-03-01 8:20", "2026年3月1日 8时20分", "2026/03/01", "2026-3-1T08:20:30")]
    ['2026-03-01 08:20:00', '2026-03-01 08:20:00', '2026-03-01', '2026-03-01 08:20:00']
    """
    if isinstance(raw, dt.datetime):
        found, clock = day(raw), raw.time().replace(second=0, microsecond=0)
    else:
        written = "" if isinstance(raw, dt.date) else unicodedata.normalize("NFKC", text(raw)).strip()
        match = TIME.search(written)
        found = day(written[: match.start()] if match else raw)
        try:
            clock = dt.time(int(match[1]), int(match[2])) if match else dt.time()
        except ValueError:
            raise bad(_("“{raw}”不是存在的时刻。请按“2026-03-01 08:20”的样子填写。"), raw) from None
    return dt.datetime.combine(found, clock) if found and clock != dt.time() else found


def names(raw: Any) -> list[str]:
    """Several names of one cell, each once."""
    return list(dict.fromkeys(name for part in SEPARATORS.split(text(raw)) if (name := part.strip())))
