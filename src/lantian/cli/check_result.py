"""What one check of `lantian doctor` tells."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

State = Literal["ok", "warn", "fault"]


@dataclass(frozen=True)
class Result:
    """What one check saw, and what to do about it."""

    name: str
    state: State
    message: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)
