"""Shapes of rules about units."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from lantian.rulebook.entry import Entry, schema


class KindOfUnit(BaseModel):
    """How names of one kind of unit begin or end."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["department", "town", "city", "firm", "group", "other"]
    starts: tuple[str, ...]
    ends: tuple[str, ...]

    def fits(self, name: str) -> bool:
        """Whether a name begins or ends like this kind."""
        return name.startswith(self.starts) or name.endswith(self.ends)


@schema("unit-kinds")
class UnitKinds(Entry):
    """Kinds in the order in which they are tried."""

    kind: tuple[KindOfUnit, ...]
