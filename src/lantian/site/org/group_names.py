"""What a group's name tells of its members: 各镇街（含某管委，不含某镇）."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantian import rulebook
from lantian.rulebook.schemas.unit_names import GroupWord, GroupWords

BRACKET = re.compile(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]")
BETWEEN = re.compile(r"[，,；;]")
NAMES = re.compile(r"[、和及与]")


@dataclass(frozen=True)
class GroupName:
    """A group's name taken apart; `word` is None where it does not say whom it means."""

    base: str
    word: GroupWord | None
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def read_group(name: str) -> GroupName:
    """Whom a group's name means, and its exceptions in brackets.

    >>> found = read_group("各镇街（含云门管委，不含松溪镇、柳湾镇）")
    >>> found.base, found.included, found.excluded
    ('各镇街', ('云门管委',), ('松溪镇', '柳湾镇'))
    """
    rule = rulebook.get("group-words", as_=GroupWords)
    word = next((w for w in rule.group if any(text in name for text in w.words)), None)
    included: list[str] = []
    excluded: list[str] = []

    def taken(bracket: re.Match[str]) -> str:
        parts = [(part.strip(), _begin(part.strip(), rule)) for part in BETWEEN.split(bracket[1])]
        if not any(begin for _part, begin in parts):
            return bracket[0]
        into = included
        for part, begin in parts:
            if begin:
                into = excluded if begin in rule.excludes else included
            bare = part.removeprefix(begin).removesuffix("除外").removesuffix("外").strip("：: ")
            into += [one.strip() for one in NAMES.split(bare) if one.strip()]
        return ""

    base = BRACKET.sub(taken, name).strip()
    return GroupName(base, word, tuple(included), tuple(excluded))


def _begin(part: str, rule: GroupWords) -> str:
    """The word that begins an exception, the longest; '' for none."""
    words: Sequence[str] = sorted((*rule.excludes, *rule.includes), key=len, reverse=True)
    return next((word for word in words if part.startswith(word)), "")
