"""Shapes of rules about names of units: which names mean a group, and when two names may be one mistyped."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from lantian.rulebook.entry import Entry, schema


class GroupWord(BaseModel):
    """Names that mean a group of one kind of unit.

    `certain` says that the group is all of them (各镇街); without it the name only says of which kind they are
    (相关镇街). `ends` narrows to units whose names end so (各街道).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: tuple[str, ...]
    kinds: tuple[Literal["town", "department"], ...]
    certain: bool = True
    ends: tuple[str, ...] = ()


@schema("group-words")
class GroupWords(Entry):
    """Group names, the first that fits counts; `includes` and `excludes` begin an exception in brackets."""

    group: tuple[GroupWord, ...]
    includes: tuple[str, ...]
    excludes: tuple[str, ...]


@schema("name-typos")
class NameTypos(Entry):
    """When a name may be another one mistyped.

    At least `min_length` characters, one of them different, missing, doubled or two changed over, and the rarer name
    standing at most `rare` times. Names that differ in one of `telling` (numerals, directions) are two names.
    """

    min_length: int
    rare: int
    telling: str
