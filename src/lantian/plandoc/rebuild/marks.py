"""Patterns of the rulebook, compiled once: numbering, roles, headers, markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lantian import rulebook
from lantian.plandoc.rebuild.plain import chinese_number, plain
from lantian.rulebook.schemas.plandoc import PlanLayout, PlanNumbering, PlanRoles, PlanUnits
from lantian.rulebook.schemas.quantities import HeadWords

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at the head of a paragraph: its style, level, value, the text as printed, and where the rest begins."""

    style: str
    level: int
    value: int
    printed: str
    end: int


@lru_cache
def layout() -> PlanLayout:
    return cast(PlanLayout, rulebook.get("plan-layout"))


@lru_cache
def roles() -> PlanRoles:
    return cast(PlanRoles, rulebook.get("plan-roles"))


@lru_cache
def _styles() -> list[tuple[str, int, re.Pattern[str]]]:
    styles = cast(PlanNumbering, rulebook.get("plan-numbering")).styles
    return [(s.name, s.level, re.compile(r"\s*" + s.pattern + r"\s*")) for s in styles]


def number_of(text: str) -> Number | None:
    """The number that opens a paragraph, None where none does.

    >>> number_of("（三）加快散煤治理").value, number_of("3.5万吨")
    (3, None)
    """
    head = plain(text[:24])
    for name, level, pattern in _styles():
        m = pattern.match(head)
        if m:
            printed = m.group(1)
            value = CIRCLED.index(printed) + 1 if printed in CIRCLED else chinese_number(printed)
            if value is not None:
                return Number(name, level, value, printed, m.end())
    return None


@lru_cache
def role_label() -> re.Pattern[str]:
    """A role word with its colon, at a line's beginning or after a stop; group 'label' is the word."""
    return re.compile(rf"(?:^|(?<=[\s。;,.()\[\]]))\s*(?P<label>{_label()})\s*:\s*")


@lru_cache
def next_role_label() -> re.Pattern[str]:
    """A role word with its colon anywhere: inside a role's field it may follow the last name without a stop."""
    return re.compile(rf"\s*(?P<label>{_label()})\s*:\s*")


@lru_cache
def _label() -> str:
    labels = sorted(role_of_label(), key=len, reverse=True)
    return "|".join(r"\s?".join(map(re.escape, label)) for label in labels)


@lru_cache
def role_of_label() -> dict[str, str]:
    return {label: role for role, words in roles().words.items() for label in words.labels}


@lru_cache
def role_of_header() -> dict[str, str]:
    return {header: role for role, words in roles().words.items() for header in words.headers}


def opens_role_label(text: str) -> bool:
    """Whether a text is the beginning of a role word, cut off.

    >>> opens_role_label("牵头单"), opens_role_label("牵头完成")
    (True, False)
    """
    word = compact(plain(text))
    return len(word) > 1 and any(label.startswith(word) for label in role_of_label())


@lru_cache
def _title() -> re.Pattern[str]:
    words = cast(HeadWords, rulebook.get("head-words"))
    kinds = "|".join(sorted(map(re.escape, (*words.kinds, *words.notice_kinds)), key=len, reverse=True))
    return re.compile(rf"[^,。;:!?]{{8,}}(?:{kinds})[》”〉]?(?:\([^()]{{1,24}}\))?")


def is_title(text: str) -> bool:
    """Whether a text is the whole title of a plan or a notice.

    >>> is_title("青河区2021年大气污染防治工作方案"), is_title("青河区2021年大气污染")
    (True, False)
    """
    return bool(_title().fullmatch(plain(text).strip()))


@lru_cache
def annex_line() -> re.Pattern[str]:
    return re.compile(r"\s*" + layout().annex + r"\s*")


def is_section_name(text: str) -> bool:
    """Whether a text is a usual name of a plan's section (总体要求, 保障措施).

    >>> is_section_name("总体要求"), is_section_name("要求")
    (True, False)
    """
    words = layout()
    known = (words.goal_sections, words.preamble_sections, words.safeguard_sections, words.task_sections)
    return any(compact(text) in names for names in known)


def compact(text: str) -> str:
    """Text without any white space."""
    return BLANK.sub("", text)


def header_role(text: str) -> str | None:
    """What a column holds by its header; None for a header of no fixed meaning.

    >>> header_role("完成 时限")
    'deadline'
    """
    word = compact(plain(text)).strip(":")
    known = role_of_header()
    for form in (word, re.sub(r"\(.*?\)$", "", word)):
        if form in known:
            return known[form]
        ends = [h for h in known if len(h) > 2 and form.endswith(h)]
        if ends:
            return known[max(ends, key=len)]
    return None


def is_nothing(text: str) -> bool:
    """Whether a cell says 'none' (——, 无) or is blank."""
    return compact(text) in layout().nothing or not compact(text)


@lru_cache
def grammar() -> PlanUnits:
    return cast(PlanUnits, rulebook.get("plan-units"))


AREA = re.compile(r"[^\W\d_和与及或局委办]{1,6}?[省市区县旗镇乡州]")


def begins_like_unit(name: str) -> bool:
    """Whether a text begins as full names of units do, not as the rest of one.

    >>> begins_like_unit("区住建局"), begins_like_unit("青河区应急局"), begins_like_unit("人民政府")
    (True, True, False)
    """
    word = compact(plain(name))
    return word.startswith(grammar().prefixes) or bool(AREA.match(word))


def ends_like_unit(name: str) -> bool:
    """Whether a name ends as names of units do.

    >>> ends_like_unit("区生态环境局"), ends_like_unit("区住房城")
    (True, False)
    """
    bare = re.sub(r"\(.*?\)$", "", plain(compact(name)))
    return bare.endswith(grammar().suffixes)
