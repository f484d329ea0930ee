"""For whom, and for what part of the world, a sheet is read or written."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lantian.site.core.policy import Actor

T = TypeVar("T")
Params = dict[str, str]


@dataclass
class Scope:
    """For whom, and for what part of the world, a book is read or written.

    Attributes
    ----------
    params : what the address asks for (a window, a unit), checked by the book
    locked : rows are to be read under a lock, as they will be written
    incoming : names that good rows of this file bring, by sheet
    """

    actor: Actor
    params: Params = field(default_factory=dict)
    locked: bool = False
    incoming: dict[str, set[str]] = field(default_factory=dict)
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """What a look-up gives, read once."""
        if key not in self._kept:
            self._kept[key] = read()
        found: T = self._kept[key]
        return found

    def forget(self) -> None:
        """Read look-ups anew, after something was written."""
        self._kept.clear()
