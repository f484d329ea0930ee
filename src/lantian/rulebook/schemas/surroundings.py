"""What the page of a source tells of its surroundings."""

from __future__ import annotations

from pydantic import Field

from lantian.rulebook.entry import Entry, schema


@schema("surroundings")
class Surroundings(Entry):
    """How far, and for what, is looked around a source.

    Attributes
    ----------
    metres : within which places of the `ledgers` are named
    stations : of air monitoring, the nearest so many, however far
    """

    metres: float = Field(gt=0, le=10_000)
    stations: int = Field(ge=0, le=20)
    ledgers: tuple[str, ...]
