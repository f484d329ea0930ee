"""Kinds of regulatory zones (管控区) that rules ask for."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.series import Label


class ZoneKind(BaseModel):
    """A kind of zone: its name in rules, its label, what it forbids, and its colour on the map."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: Label
    about: Label
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")


@schema("zone-kinds")
class ZoneKinds(Entry):
    """All kinds. A district adds its own by a file that extends this one."""

    NAMED: ClassVar = {"kind": "name"}

    kind: tuple[ZoneKind, ...]
