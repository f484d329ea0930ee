"""Where units stand: higher rooms tell here which names they use, how often and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from lantian.site.core.registries import Registry


@dataclass(frozen=True)
class Use:
    """A name of a unit as something wrote it: how often, in what, since when."""

    unit: int
    name: str
    count: int
    where: str
    url: str
    on: dt.date | None = None


# Each gives the uses of some units, or of all (None), in one SQL query.
unit_uses: Registry[Callable[[Collection[int] | None], list[Use]]] = Registry("use of units")


def uses(units: Collection[int] | None = None) -> list[Use]:
    """All uses, most frequent first."""
    found = [use for ask in unit_uses for use in ask(units)]
    return sorted(found, key=lambda use: (-use.count, use.name))
