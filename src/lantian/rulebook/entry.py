"""What every rule says about itself, and the registry of rule shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """Head of every rule file; each shape in `rulebook.schemas` adds its content.

    `sure` tells how the rule is known: read in the source, second-hand, from memory, an assumption, or our own
    observation of how plan documents are written ('practice'). `extends` in a district's file lays it over the
    shipped rule of the same id and edition key by key; without it the file takes that rule's place. `NAMED`: lists of
    tables that it changes one by one, by the key that names them, instead of all at once.
    """

    NAMED: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    schema_name: str = Field(alias="schema")
    edition: str = "1"
    title: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    clause: str = ""
    sure: Literal["read", "second-hand", "memory", "assumed", "practice"] = "practice"
    areas: tuple[str, ...] = ()
    extends: bool = False

    def holds(self, on: date | None, area: str | None) -> bool:
        """Whether the rule holds on a day (None: any day) and in an area (None: any)."""
        if on and ((self.valid_from and on < self.valid_from) or (self.valid_to and on > self.valid_to)):
            return False
        return not (self.areas and area and area not in self.areas)


SCHEMAS: dict[str, type[Entry]] = {}
E_ = TypeVar("E_", bound=Entry)


def schema(name: str) -> Callable[[type[E_]], type[E_]]:
    """Register the shape of rule files that carry `schema = "name"`."""

    def register(cls: type[E_]) -> type[E_]:
        SCHEMAS[name] = cls
        return cls

    return register
