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
