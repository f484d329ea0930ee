"""What a lower room shows of a higher one: higher rooms register here in `ready()`, lower rooms only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lantian.site.core.faults import Text

T = TypeVar("T")


class Registry(Generic[T]):
    """Things by name, in the order of registration; a name is taken once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}

    def register(self, name: str, entry: T) -> T:
        """Add an entry under a name."""
        if name in self._entries:
            raise LookupError(f"{self.what} {name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            raise LookupError(f"no {self.what} {name!r}; there are {sorted(self._entries)}") from None

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[T]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True)
class Panel:
    """A part of a lower room's page. `build(person, obj)` gives the template's context, or None to show nothing."""

    place: str
    title: Text
    template: str
    build: Callable[[Any, Any], dict[str, Any] | None]
    order: int = 100
    policy: str | None = None


@dataclass(frozen=True)
class WorkItems:
    """What waits for a person in a room. `count(person)` and `url` make its line in "my work"."""

    title: Text
    count: Callable[[Any], int]
    url: str
    icon: str = "checklist"
    order: int = 100


metrics: Registry[Callable[..., Any]] = Registry("metric")
panels: Registry[Panel] = Registry("panel")
work_items: Registry[WorkItems] = Registry("work item")
checks: Registry[Callable[..., Any]] = Registry("check")
origins: Registry[Any] = Registry("origin of orders")


def panels_for(place: str) -> list[Panel]:
    """Panels of a place (`org.unit`, `org.area`, ...), in order."""
    return sorted((panel for panel in panels if panel.place == place), key=lambda panel: panel.order)
