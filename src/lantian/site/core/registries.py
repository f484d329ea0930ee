"""What a lower room shows of a higher one: higher rooms register here in `ready()`, lower rooms only read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from lantian.site.core.checking import Check
from lantian.site.core.faults import Text
from lantian.site.core.metrics import Metric

T = TypeVar("T")


@dataclass(frozen=True)
class Family(Generic[T]):
    """Things of a registry that are made when they are asked for."""

    make: Callable[[str], T | None]
    names: Callable[[], Iterable[str]]


class Registry(Generic[T]):
    """Things by name, in the order of registration; a name is taken once.

    A `family` makes its things when they are asked for: what a file of the rulebook adds is there at once, and nobody
    who does not ask pays for reading it.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, T] = {}
        self._families: dict[str, Family[T]] = {}

    def register(self, name: str, entry: T) -> T:
        """Add an entry under a name."""
        if name in self._entries:
            raise LookupError(f"{self.what} {name!r} is registered twice")
        self._entries[name] = entry
        return entry

    def family(self, prefix: str, make: Callable[[str], T | None], names: Callable[[], Iterable[str]] = tuple) -> None:
        """Names that begin with `prefix` and a dot: `make` gives the thing for the rest of the name, None for none;
        `names` those that walks over the registry meet."""
        self._families[prefix] = Family(make, names)

    def _of_family(self, name: str) -> T | None:
        prefix, _dot, rest = name.partition(".")
        return self._families[prefix].make(rest) if rest and prefix in self._families else None

    def __getitem__(self, name: str) -> T:
        found = self.get(name)
        if found is None:
            raise LookupError(f"no {self.what} {name!r}; there are {sorted(self._entries)}")
        return found

    def get(self, name: str) -> T | None:
        """The thing of a name; None for none."""
        found = self._entries.get(name)
        return self._of_family(name) if found is None else found

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[T]:
        return (entry for _name, entry in self.items())

    def registered(self) -> Iterable[tuple[str, T]]:
        """Names with their entries, without those of families: at no cost, however many there are."""
        return self._entries.items()

    def items(self) -> Iterable[tuple[str, T]]:
        """Names with their entries, those of families last."""
        members = [f"{prefix}.{rest}" for prefix, family in self._families.items() for rest in family.names()]
        return [*self._entries.items(), *((name, self[name]) for name in members)]

    def __len__(self) -> int:
        return len(list(self.items()))


@dataclass(frozen=True)
class Panel:
    """A part of a lower room's page. `build(person, obj)` gives the template's context, or None to show nothing.

    One that is to come `later` is fetched by the page once it is drawn: many rooms may put panels on a page, and none
    of them holds it up. Its place must then be in `places`. `asked(obj)` tells without a query that it has nothing to
    say of such a thing, so that no page fetches it in vain.
    """

    place: str
    title: Text
    template: str
    build: Callable[[Any, Any], dict[str, Any] | None]
    order: int = 100
    policy: str | None = None
    later: bool = False
    asked: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class WorkItems:
    """What waits for a person in a room. `count(person)` and `url` make its line in "my work".

    `count` gives a number, or the rows themselves: rows of all rooms are counted in one SQL query.
    `tone`: red for what is late, amber for what soon will be, blue for what others wait for, '' otherwise.
    """

    title: Text
    count: Callable[[Any], int | QuerySet[Any]]
    url: str
    icon: str = "checklist"
    order: int = 100
    tone: str = ""


@dataclass(frozen=True)
class WorkRow:
    """One thing that waits, with what is said about it; `stands` is drawn as level, shape and words."""

    title: Text
    url: str
    note: Text = ""
    stands: Any = None


@dataclass(frozen=True)
class WorkLine:
    """A line of "my work" with the first of its rows below."""

    title: Text
    count: int
    url: str
    icon: str = "checklist"
    order: int = 100
    tone: str = ""
    rows: Sequence[WorkRow] = ()


@dataclass(frozen=True)
class LedgerExport:
    """A ledger of a room as a file, for what must be filed. `build(person, plan)` gives the file's name and content."""

    title: Text
    build: Callable[[Any, Any], tuple[str, bytes]]


@dataclass(frozen=True)
class TourStep:
    """One stop of the guided tour on the first visit: what it points at (a CSS selector) and says."""

    target: str
    title: Text
    text: Text
    order: int = 100
    policy: str | None = None


metrics: Registry[Metric] = Registry("metric")
# When what metrics are worked out of last changed, beside what `series` keeps; None where nothing is there.
data_changes: Registry[Callable[[], dt.datetime | None]] = Registry("change of data")
panels: Registry[Panel] = Registry("panel")
# What stands at a place of panels: gives the object by its key as far as the person may see it.
places: Registry[Callable[[Any, int], Any]] = Registry("place of panels")
work_items: Registry[WorkItems] = Registry("work item")
work_lines: Registry[Callable[[Any], Iterable[WorkLine]]] = Registry("lines of work")
tour_steps: Registry[TourStep] = Registry("step of the tour")
ledger_exports: Registry[LedgerExport] = Registry("export of a ledger")
checks: Registry[Check] = Registry("check")
origins: Registry[Any] = Registry("origin of orders")
# Addresses of pages that a person works on where there is no network: their phone keeps a copy.
offline_pages: Registry[Callable[[Any], Iterable[str]]] = Registry("pages of a phone")


def panels_for(place: str) -> list[tuple[str, Panel]]:
    """Panels of a place (`org.unit`, `org.area`, ...) with their names, in order."""
    return sorted((one for one in panels.items() if one[1].place == place), key=lambda one: one[1].order)
