"""The grammar of Chinese dates in plan documents: finds time phrases and resolves them to calendar dates.

Every expression here is bounded, so that finding takes time linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from lantian import rulebook
from lantian.plandoc.plan import Recurrence
from lantian.rulebook.calendar import heating_season, holiday_start
from lantian.rulebook.schemas.deadlines import DeadlineWords

Day = date  # TimePhrase has a field of that name
Kind = Literal["by", "from", "in", "until", "span", "every", "within"]


@dataclass(frozen=True)
class Context:
    """What a time phrase without a year, or with a season, refers to.

    `year` is the plan's year, `city` the city (or district with its city in front) whose heating season counts.
    """

    year: int | None = None
    period_start: date | None = None
    period_end: date | None = None
    issued_on: date | None = None
    city: str | None = None

    @property
    def base_year(self) -> int | None:
        """The year in which 年底 lies."""
        if self.year:
            return self.year
        day = self.period_start or self.issued_on
        return day.year if day else None

    @property
    def winter(self) -> bool:
        """Whether the plan runs over a turn of the year, for less than a year."""
        start, end = self.period_start, self.period_end
        return bool(start and end and start.year + 1 == end.year and end.month < start.month)


@dataclass(frozen=True)
class TimePhrase:
    """A time phrase and the days it names.

    `start`, `end` are offsets in the text. `kind`: by (…底前), from (…起), in (a named period), until (保留至…), span
    (6-9月), every (每月10日前), within (10个工作日内). `date` is the day the text names: the last day of a month or
    year, the first day for `from`; None where it names no calendar date (采暖季前) or no year is known. `first` is a
    span's first day, `due` the computed day, `named_year` a year that the phrase itself names. `duty` is false where
    the date describes an object, a comparison or a sanction. `opens` says that it stands at the beginning of a clause.
    """

    text: str
    start: int
    end: int
    kind: Kind
    date: Day | None = None
    first: Day | None = None
    due: Day | None = None
    rule: str | None = None
    recurrence: Recurrence | None = None
    duty: bool = True
    opens: bool = False
    named_year: int | None = None


DIGITS = {**{d: k for k, d in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "Ｏ": 0, "O": 0}
NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
YEAR4 = r"(?:(?<!\d)(?:19|20)\d\d|二[〇零○O0][〇零○O0一二三四五六七八九]{2})"
DASH = r"(?:[-—–―~〜─]{1,2}|至|到)"
CLAUSE_END = '，。；：！？,;:!?、\n（）()“”" '
NEAR = 24  # characters of a clause that are looked at on either side of a phrase


def number(text: str) -> int:
    """A whole number below 100 in Arabic or Chinese digits; 0 where it is none.

    >>> number("十二"), number("07"), number("三十一")
    (12, 7, 31)
    """
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return DIGITS.get(text, 0)
    return DIGITS.get(tens or "一", 0) * 10 + (DIGITS.get(ones, 0) if ones else 0)


def year_number(text: str) -> int:
    """A year of four Arabic or Chinese digits."""
    return int("".join(c if c.isdigit() and c.isascii() else str(DIGITS[c]) for c in text))


def last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True)
class Compact:
    """A text without the blanks that layout puts into dates, half-width; `at[k]` is where character k stood."""

    text: str
    at: tuple[int, ...]


_JOINS = "年月日号度第"
_SPLIT_NUMBER = re.compile(r"(?:(?<!\d)\d\s\d(?=\s?[月日号])|(?<!\d)(?:\d\s\d{3}|\d\d\s\d\d|\d{3}\s\d)(?=\s?年))")


@lru_cache(maxsize=8192)
def _half_width(c: str) -> str:
    half = unicodedata.normalize("NFKC", c)
    return half if len(half) == 1 and c not in CLAUSE_END else c


def compact(text: str) -> Compact:
    """Half-width, without blanks; a line break stays unless it splits a date, a blank stays between two numbers.

    >>> compact("２０１７ 年 1 0月\\n底前").text
    '2017年10月底前'
    """
    split = {k for m in _SPLIT_NUMBER.finditer(text) if m.start() for k in range(m.start(), m.end())}
    kept: list[str] = []
    at: list[int] = []
    blank, where = "", 0
    for k, c in enumerate(text):
        if c.isspace() or c in "\u200b\ufeff":
            if k not in split:
                blank, where = ("\n" if c in "\n\r" or blank == "\n" else " "), k
            continue
        half = _half_width(c) if c > "\u2000" else c
        if blank and kept:
            last = kept[-1]
            in_date = last in _JOINS or half in _JOINS
            if (blank == "\n" and not in_date) or (last.isdigit() and half.isdigit()):
                kept.append(blank)
                at.append(where)
        blank = ""
        kept.append(half)
        at.append(k)
    return Compact("".join(kept), tuple(at))


def _either(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


def _point(side: str, words: DeadlineWords) -> str:
    """One date; `side` ('' or '2') marks the group names of a span's two sides."""
    seasons = _either(tuple(w for s in words.season for w in s.words))
    festivals = _either(tuple(w for f in words.festival for w in f.words))
    return rf"""
        (?:
          (?P<short{side}>(?<![\d.])(?:1[0-2]|0?[1-9])[./](?:3[01]|[12]\d|0?[1-9])(?=[之以]?前))
        | (?P<dotted{side}>
            (?<![\d.])(?:19|20)\d\d[./-](?:1[0-2]|0?[1-9])(?:[./-](?:3[01]|[12]\d|0?[1-9]))?日?(?![\d吨万家台个辆亩]))
        | (?P<year{side}>{YEAR4}年度?(?![版款])|[今本当明次翌来]年度?)?
          (?:
            (?P<month{side}>{NUMBER})月份?
              (?:(?P<day{side}>{NUMBER})(?:[日号]|(?={DASH}{NUMBER}[日号]))
               |(?P<third{side}>[上中下])旬|(?P<month_end{side}>月?[底末])|(?P<mid{side}>中(?=前|旬|完|，|。|$)))?
          | 第?(?P<quarter{side}>[1-4一二三四])季度[底末]?
          | (?P<half{side}>[上下])半年[底末]?
          | (?P<heating{side}>{_either(words.heating)})(?P<over{side}>结束|[底末](?=前))?
          | (?P<heat{side}>{_either(words.heating_begins)})(?=(?:开始|启动|来临|到来)?[之以]?前)
          | (?P<season{side}>{seasons})
          | (?P<festival{side}>{festivals})(?=前|之前|以前)
          | (?(year{side})(?P<year_end{side}>年?[底末终])?(?:年?内)?
              |(?<![0-9一二两三四五六七八九十几多近每半成])(?P<this_year{side}>年度?(?:[底末终]|内)))
          )
        )
    """


@lru_cache(maxsize=4)
def pattern(words: DeadlineWords) -> re.Pattern[str]:
    """The expression that finds one time phrase in compact text."""
    every = _either(tuple(w for e in words.every for w in e.words))
    seasons = _either((*words.heating, *(w for s in words.season for w in s.words)))
    named = (
        *words.heating,
        *words.heating_begins,
        *(w for part in (words.season, words.festival, words.every) for x in part for w in x.words),
    )
    begins = "".join(sorted({w[0] for w in named})) + "0-9一二三四五六七八九十两自从由截直到至今本当明次翌来第上下年月"
    year, quarter = rf"(?:{YEAR4}年|[今本当明次翌来]年)", "[1-4一二三四]"
    return re.compile(
        rf"""
        (?=[{begins}])(?:  # most characters begin no phrase: one look instead of every branch
        (?P<every>{every})(?!计划|任务|要求|目标|安排|方案|进度|工作)
            (?:(?P<every_month>{NUMBER})月份?)?(?:(?:[首末]月)?(?P<every_day>{NUMBER})[日号]|[末年]?月?[底末初])?
            (?:{DASH}(?:次年)?(?P<every_month2>{NUMBER})月份?(?:(?P<every_day2>{NUMBER})[日号]|[底末])?)?(?:[之以]?前)?
      | (?P<count>\d{{1,3}}|{NUMBER}|两)(?P<unit>个?工作日|自然日|日|天|个月|周|年)(?:之|以)?内
      | (?<![\d一二三四五六七八九十每个])(?P<this_month>[本当]?月[底末])[之以]?前
      | (?P<prefix>自从|自|从|由|截至|截止到|截止至|截止|直至|到|至)?
        (?:
          (?P<span_month_year>{year})?(?P<span_month>{NUMBER})月?{DASH}(?P<span_month2>{NUMBER})月份?
            (?!{NUMBER}[日号]|[上中下]旬)[底末]?
        | (?P<span_quarter_year>{year})?
            第?(?P<span_quarter>{quarter})季?度?(?:{DASH}|、)第?(?P<span_quarter2>{quarter})季度[底末]?
        | (?P<span_year>{YEAR4})年?度?{DASH}(?P<span_year2>{YEAR4})(?:年?度?(?P<span_season>{seasons})|年度?|$)
            (?!{NUMBER}月|第?{quarter}季)(?:年?[底末])?
        | {_point("", words)}(?:起?{DASH}(?:{_point("2", words)}|(?P<day_only2>{NUMBER})[日号]))?
        )
        (?:\d{{1,2}}[时点]|\d{{1,2}}:\d\d|[（(]含(?:当[日天])?[）)])?
        (?P<suffix>(?:开始|启动|来临|到来)?[之以]?前(?![后期款述提列往端置])|[之以]?后(?![期续])|起(?!点)|开始|以来|止|为止|期间|[之以]?内(?!部))?
        )""",
        re.VERBOSE,
    )


def words() -> DeadlineWords:
    """The vocabulary that holds."""
    return rulebook.get("deadline-words", as_=DeadlineWords)


@dataclass(frozen=True)
class Named:
    """The days that one date of a phrase stands for.

    `last` is None where the text names no calendar date (采暖季前); then `due` is the computed day for 前. `over` is
    the last day of a season. `precise`: 前 after it counts the named day or period in (10月底前, not 10月前).
    """

    first: date | None
    last: date | None
    rule: str
    due: date | None = None
    precise: bool = True
    over: date | None = None
    recurrence: Recurrence | None = None


class Resolver:
    """Gives the dates of one text their year: from the phrase, from what was named before it, from the plan."""

    def __init__(self, context: Context, words: DeadlineWords) -> None:
        self.context, self.words = context, words
        self.named_year: int | None = None

    def year_of(self, text: str | None) -> int | None:
        """The year that a phrase names itself."""
        if not text:
            return None
        if text[0] not in "今本当明次翌来":
            return year_number(text[:4])
        base = self.context.base_year
        if text[0] in "今本当" or base is None:
            return base
        return (self.named_year or base) + 1

    def year_for(self, month: int) -> int | None:
        """The year of a month that stands without one."""
        context, base = self.context, self.context.base_year
        if context.winter and context.period_start and context.period_end:
            years = (context.period_start.year, context.period_end.year)
            if self.named_year is None or self.named_year in years:
                # Months of the plan's autumn and the months of preparation before it belong to the first year.
                return years[0] if month > max(6, context.period_end.month) else years[1]
        if self.named_year and base and self.named_year >= base:
            return self.named_year
        return base

    def named(self, g: dict[str, str | None], side: str = "") -> Named | None:
        """What a date means; None where it is no date (13月)."""
        if short := g["short" + side]:
            month, day = (int(n) for n in re.split(r"[./]", short))
            known = self.year_for(month)
            return self._day(known, month, day) if known else Named(None, None, "text-date")
        if dotted := g["dotted" + side]:
            numbers = [int(n) for n in re.findall(r"\d+", dotted)]
            return self._day(*numbers[:3])
        year = self.year_of(g["year" + side])
        if in_month := g["month" + side]:
            return self._month(year, number(in_month), g, side)
        if quarter := g["quarter" + side]:
            return self._months(year, number(quarter) * 3 - 2, number(quarter) * 3, "quarter-end")
        if half := g["half" + side]:
            return self._months(year, *((1, 6) if half == "上" else (7, 12)), "half-year-end")
        if heating := g["heating" + side]:
            season = self.season(heating, year)
            return replace(season, due=season.over, rule="heating-season-end") if g["over" + side] else season
        if g["heat" + side]:
            return self.season(self.words.heating[0], year)
        if name := g["season" + side]:
            return self.season(name, year)
        if festival := g["festival" + side]:
            return self._festival(year, festival)
        # 年底 stands for the plan's year, also in a winter plan; a year alone is a period.
        whole = self.year_of(g["year" + side]) if g["year" + side] else self._year_end()
        if whole is None:
            return Named(None, None, "year-end")
        ends = bool(g["year_end" + side] or g["this_year" + side])
        return Named(date(whole, 1, 1), date(whole, 12, 31), "year-end", precise=ends)

    def _year_end(self) -> int | None:
        base = self.context.base_year
        return self.named_year if self.named_year and base and self.named_year > base else base

    def remember(self, named_year: int) -> None:
        """A phrase with a year: dates without one that follow it in the sentence lie in that year."""
        self.named_year = named_year

    def sentence_ends(self) -> None:
        """Only a plan over several years goes on from sentence to sentence in the year named last."""
        start, end = self.context.period_start, self.context.period_end
        if not (start and end and end.year > start.year and not self.context.winter):
            self.named_year = None

    def _day(self, year: int, month: int, day: int | None = None) -> Named | None:
        if not 1 <= month <= 12:
            return None
        if day is None:
            return Named(date(year, month, 1), last_of_month(year, month), "month-end", precise=False)
        if not 1 <= day <= monthrange(year, month)[1]:
            return None
        return Named(date(year, month, day), date(year, month, day), "text-date")

    def _month(self, year: int | None, month: int, g: dict[str, str | None], side: str) -> Named | None:
        if not 1 <= month <= 12:
            return None
        year = year or self.year_for(month)
        day, third = g["day" + side], g["third" + side] or ("中" if g["mid" + side] else None)
        if year is None:
            return Named(None, None, "text-date" if day else "month-end")
        if day:
            return self._day(year, month, number(day))
        if third:
            first, last = {"上": (1, 10), "中": (11, 20), "下": (21, monthrange(year, month)[1])}[third]
            return Named(date(year, month, first), date(year, month, last), "ten-days-end")
        ends = bool(g["month_end" + side])
        return Named(date(year, month, 1), last_of_month(year, month), "month-end", precise=ends)

    def _months(self, year: int | None, first: int, last: int, rule: str) -> Named | None:
        if not 1 <= first <= last <= 12:
            return None
        year = year or self.year_for(last)
        if year is None:
            return Named(None, None, rule)
        return Named(date(year, first, 1), last_of_month(year, last), rule)

    def day_of(self, month: date | None, day: int) -> Named | None:
        """Another day of the same month (6月1日至10日)."""
        return self._day(month.year, month.month, day) if month and day else None

    def month(self, year: int, month: int) -> Named:
        """A whole month."""
        return Named(date(year, month, 1), last_of_month(year, month), "month-end")

    def yearly(self, month: int, day: int) -> Named | None:
        """A month or a day of it in the plan's year."""
        year = self.year_for(month) if 1 <= month <= 12 else None
        if year is None:
            return None
        return self._day(year, month, day) if day else self.month(year, month)

    def season(self, name: str, year: int | None) -> Named:
        """A season with a name, in the year in which it begins."""
        heating = name in self.words.heating
        rule = "before-heating-season" if heating else "before-season"
        listed = next((s for s in self.words.season if name in s.words), None)
        recurrence: Recurrence | None = "heating-season" if heating else listed.recurrence if listed else None
        year = year or self.context.base_year
        if year is None:
            return Named(None, None, rule, recurrence=recurrence)
        if listed is None:
            season = heating_season(self.context.city, year)
            start, end = season.start, season.end
        else:
            first, last = _month_day(listed.start), _month_day(listed.end)
            start, end = date(year, *first), date(year + (last < first), *last)
        return Named(start, None, rule, due=start - timedelta(days=1), over=end, recurrence=recurrence)

    def _festival(self, year: int | None, name: str) -> Named:
        festival = next(f for f in self.words.festival if name in f.words)
        context, base = self.context, self.context.base_year
        if year is None and base is None:
            return Named(None, None, "before-holiday")
        # Without a year the next one counts: from the day of issue or the beginning of the plan.
        after = context.issued_on or context.period_start or date(base or 1, 1, 1)
        for y in [year] if year else [after.year, after.year + 1]:
            day = date(y, *_month_day(festival.day)) if festival.day else holiday_start(festival.holiday, y)
            if day and (year or day > after):
                return Named(day, None, "before-holiday", due=day - timedelta(days=1))
        return Named(None, None, "before-holiday")


def _month_day(text: str) -> tuple[int, int]:
    return int(text[:2]), int(text[3:])
