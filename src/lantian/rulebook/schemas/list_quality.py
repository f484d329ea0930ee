"""What makes an entry of a list a good one: how fresh it must be, how near its proofs."""

from __future__ import annotations

from pydantic import Field

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.ledger_lives import Part


class FreshDays(Part):
    """Days within which an entry was changed or worked on, by what its state means."""

    open: int = Field(ge=1, le=3660)
    stopped: int = Field(ge=1, le=3660)
    done: int = Field(ge=1, le=3660)


@schema("list-quality")
class ListQuality(Entry):
    """Thresholds of the quality of lists.

    Attributes
    ----------
    fresh : days by what the state means
    proof_metres : a photo taken farther from its source than this proves nothing about it
    """

    fresh: FreshDays
    proof_metres: float = Field(gt=0)
