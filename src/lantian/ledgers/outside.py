"""Ledgers held against lists that others keep: who is missing there, has ended there, or is missing here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lantian import rulebook
from lantian.ledgers.similar import core_of
from lantian.rulebook.schemas.outside_lists import OutsideKind, OutsideLists, Suspect

__all__ = ["Firm", "Held", "Outsider", "kind_of", "kinds", "ledgers_for", "mark_of", "rules"]


def rules() -> OutsideLists:
    """The rule as it holds here."""
    return rulebook.get("outside-lists", as_=OutsideLists)


def kinds() -> tuple[OutsideKind, ...]:
    """Kinds of lists."""
    return rules().kind


def kind_of(name: str) -> OutsideKind | None:
    """A kind by its name."""
    return next((one for one in kinds() if one.name == name), None)


def mark_of(name: str, places: Sequence[str] = ()) -> str:
    """A firm's name as lists are compared by it: its core, without the place that it begins with.

    >>> mark_of("青河区松溪建材有限责任公司", ["青河区"]), mark_of("松溪建材厂", ["青河区"])
    ('松溪建材', '松溪建材')
    """
    core = core_of(name)
    while cut := next((one for one in places if core.startswith(one) and len(core) > len(one) + 1), ""):
        core = core.removeprefix(cut)
    return core


@dataclass(frozen=True)
class Firm:
    """A listing as it is compared; `runs` while it is neither stopped nor done."""

    key: int
    ledger: str
    mark: str
    credit_code: str
    runs: bool


@dataclass(frozen=True)
class Outsider:
    """An entry of the list."""

    key: int
    name: str
    mark: str
    credit_code: str = ""
    trade: str = ""
    state: str = ""
    valid_to: dt.date | None = None

    def ended(self, kind: OutsideKind, day: dt.date) -> bool:
        """Whether it has ended there by a day."""
        return bool(re.search(kind.ended, self.state)) or (self.valid_to is not None and self.valid_to < day)


@dataclass
class Held:
    """The firms of ledgers and a list, brought together by credit code, else by name.

    A firm that has both a running and an ended entry runs: it got a new licence.
    """

    kind: OutsideKind
    firms: Sequence[Firm]
    entries: Sequence[Outsider]
    day: dt.date
    _there: dict[str, list[Outsider]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.entries:
            for mark in filter(None, (one.credit_code, one.mark)):
                self._there.setdefault(mark, []).append(one)

    def entries_of(self, firm: Firm) -> list[Outsider]:
        """Entries that are the firm: by code; by name only where not both have a code."""
        if firm.credit_code and (found := self._there.get(firm.credit_code)):
            return found
        named = self._there.get(firm.mark, []) if firm.mark else []
        return [one for one in named if not (firm.credit_code and one.credit_code)]

    @property
    def share(self) -> float:
        """How many of the firms that need it stand on the list (0 to 1); 1 where none needs it."""
        needing = self._needing()
        return sum(bool(self.entries_of(one)) for one in needing) / len(needing) if needing else 1.0

    def _needing(self) -> list[Firm]:
        return [one for one in self.firms if one.ledger in self.kind.needed_by and one.runs]

    def missing(self) -> Iterator[Firm]:
        """Firms that run and need to stand on the list, and do not, each once. None where so few of them stand there
        that the list must be of another place."""
        if self.share < rules().least_share:
            return
        yield from _once(one for one in self._needing() if not self.entries_of(one))

    def ended(self) -> Iterator[tuple[Firm, Outsider]]:
        """Firms that run, though every entry of theirs has ended."""
        for firm in _once(one for one in self.firms if one.runs):
            found = self.entries_of(firm)
            if found and all(one.ended(self.kind, self.day) for one in found):
                yield firm, found[0]

    def unlisted(self) -> Iterator[tuple[Outsider, Suspect]]:
        """Entries that run and look as if they should stand on a ledger, and stand on none; each once."""
        seen: set[str] = set()
        for suspect in self.kind.suspect:
            known = {
                mark
                for one in self.firms
                if not suspect.ledgers or one.ledger in suspect.ledgers
                for mark in (one.credit_code, one.mark)
                if mark
            }
            for one in self.entries:
                marks = {mark for mark in (one.credit_code, one.mark) if mark}
                if marks & known or marks & seen or one.ended(self.kind, self.day) or not _looks(suspect, one):
                    continue
                seen |= marks
                yield one, suspect


def _looks(suspect: Suspect, entry: Outsider) -> bool:
    told = f"{entry.trade} {entry.name}"
    if suspect.unless and re.search(suspect.unless, told):
        return False
    return not suspect.words or bool(re.search(suspect.words, told))


def ledgers_for(kind: OutsideKind, entry: Outsider) -> tuple[str, ...]:
    """Ledgers on one of which an entry looks as if it should stand, where its kind of list names them.

    >>> ledgers_for(kind_of("registry"), Outsider(1, "青河石灰厂", "青河石灰", trade="石灰制造"))
    ('industrial_kiln',)
    """
    return tuple(dict.fromkeys(name for one in kind.suspect if _looks(one, entry) for name in one.ledgers))


def _once(firms: Iterable[Firm]) -> Iterator[Firm]:
    """The first of every firm."""
    seen: set[str] = set()
    for one in firms:
        marks = {mark for mark in (one.credit_code, one.mark) if mark}
        if marks and not marks & seen:
            seen |= marks
            yield one
