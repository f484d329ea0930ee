"""Shapes of rules about access: which roles exclude each other, and what a password must be."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema


class Exclusion(BaseModel):
    """Roles that nobody holds together: one of `one` and one of `other`, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    one: tuple[str, ...] = Field(min_length=1)
    other: tuple[str, ...] = Field(min_length=1)
    why: str
    why_en: str

    def parts(self, first: str, second: str) -> bool:
        """Whether the two roles are kept apart."""
        return (first in self.one and second in self.other) or (second in self.one and first in self.other)


@schema("role-exclusions")
class RoleExclusions(Entry):
    """All exclusions."""

    exclusive: tuple[Exclusion, ...]

    def between(self, role: str, held: Iterable[str]) -> tuple[str, Exclusion] | None:
        """The first of the held roles that excludes `role`, with the exclusion; None when there is none."""
        return next(
            ((other, rule) for other in held for rule in self.exclusive if other != role and rule.parts(role, other)),
            None,
        )


@schema("passwords")
class Passwords(Entry):
    """What a password must be, and the parts that common passwords are put together from.

    A password of `min_length` has signs of `classes` of the four classes; from `passphrase` on no classes are asked
    for. Whatever its length, `own` of its signs lie outside words, numbers, surnames, walks over the `keyboard`
    (forwards or backwards, four signs or more), years, dates and repetitions, also where a sign that `looks_like` a
    letter stands for it.
    """

    min_length: int = Field(ge=8)
    classes: int = Field(ge=1, le=4)
    passphrase: int
    own: int = Field(ge=1)
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    surnames: tuple[str, ...]
    keyboard: tuple[str, ...]
    years: tuple[int, int]
    looks_like: dict[str, str]
