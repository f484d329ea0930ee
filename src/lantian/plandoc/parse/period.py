"""The time a plan covers: stated months, a winter, one year or several."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import cache

from lantian import rulebook
from lantian.plandoc.parse.quantities.lexer import FOLD
from lantian.rulebook.schemas.quantities import HeadWords

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTHS = re.compile(
    rf"({_YEAR}) ?年 ?([0-9]{{1,2}}) ?(?:月(?: ?[0-9]{{1,2}} ?日)?)? ?(?:至|-|到|~) ?"
    rf"(?:({_YEAR}|次) ?年 ?)?([0-9]{{1,2}}) ?月"
)
_YEARS = re.compile(rf"({_YEAR}) ?年? ?(?:至|-|到|~) ?({_YEAR}) ?年?")
_HORIZON = re.compile(rf"(?<![\u4e00-\u9fff])到 ?({_YEAR}) ?年(?:底|末)?(?![0-9 ]*月)")
_ONE_YEAR = re.compile(rf"({_YEAR}) ?年")


@cache
def head_words() -> HeadWords:
    entry = rulebook.get("head-words")
    assert isinstance(entry, HeadWords)
    return entry


def period_of_title(title: str, lines: Sequence[str]) -> tuple[date, date] | None:
    """First and last day of what a title names; `lines` are the text below it, which may state the months.

    >>> period_of_title("青河区2018—2019年秋冬季攻坚行动方案", [])
    (datetime.date(2018, 10, 1), datetime.date(2019, 3, 31))
    """
    text = title.translate(FOLD)
    months = months_in(text)
    if not months and any(w in text for w in head_words().winter):
        months = _winter(text, lines)
    elif not months and any(w in text for w in head_words().seasons):
        months = _season(text, lines)
    return months or _whole_years(text)


def months_in(text: str) -> tuple[date, date] | None:
    """First and last day of a stated run of months.

    >>> months_in("2018年10月至次年3月")
    (datetime.date(2018, 10, 1), datetime.date(2019, 3, 31))
    """
    text = text.translate(FOLD)
    m = _MONTHS.search(text)
    if not m:
        return None
    year, first, last = int(m[1]), int(m[2]), int(m[4])
    end = year + 1 if m[3] == "次" else int(m[3] or year)
    if not (1 <= first <= 12 and 1 <= last <= 12) or (end, last) < (year, first):
        return None
    return date(year, first, 1), date(end, last, monthrange(end, last)[1])


def horizon(lines: Sequence[str]) -> tuple[int, date] | None:
    """The line that names the year by which goals are to be reached, and that year's last day; of years joined by a
    goal of the way there (到2023年…，到2025年…) the last.

    >>> horizon(["到2023年完成一半，到2025年全部完成。"])
    (0, datetime.date(2025, 12, 31))
    """
    for k, line in enumerate(lines):
        years = [int(y) for y in _HORIZON.findall(line.translate(FOLD))]
        if years:
            return k, date(max(years), 12, 31)
    return None


def _winter(text: str, lines: Sequence[str]) -> tuple[date, date] | None:
    """A winter plan runs over the months that its text states, or from October to March."""
    m = _YEARS.search(text) or _ONE_YEAR.search(text)
    if not m:
        return None
    year = int(m[1])
    for line in lines:
        months = months_in(line)
        if months and months[0].year == year and months[0].month >= 9 and months[1].year == year + 1:
            return months
    return date(year, 10, 1), date(year + 1, 3, 31)


def _season(text: str, lines: Sequence[str]) -> tuple[date, date] | None:
    """A summer plan runs over the months that its text states, if they are of its year."""
    years = [int(m[1]) for m in _ONE_YEAR.finditer(text)]
    stated = (months_in(line) for line in lines)
    return next((m for m in stated if m and years and m[0].year == m[1].year == years[-1]), None)


def _whole_years(text: str) -> tuple[date, date] | None:
    spans = [(m.start(), m.end(), int(m[1]), int(m[2])) for m in _YEARS.finditer(text)]
    single = [int(m[1]) for m in _ONE_YEAR.finditer(text) if not any(a <= m.start() < b for a, b, *_ in spans)]
    if single:
        return date(single[-1], 1, 1), date(single[-1], 12, 31)
    if spans and spans[-1][2] <= spans[-1][3]:
        return date(spans[-1][2], 1, 1), date(spans[-1][3], 12, 31)
    return None
