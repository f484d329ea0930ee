"""Lists that others keep (市场主体名录, 排污许可名单, 食品经营许可), and what ledgers are held against them for."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.checks import Pattern
from lantian.rulebook.schemas.ledger_lives import NAME, Name, Part
from lantian.rulebook.schemas.series import Label


class Suspect(Part):
    """Entries that should stand on a ledger: those whose trade or name has one of the words.

    Attributes
    ----------
    name : tells it from others of its kind
    words : regular expression over trade and name; '' for every entry
    unless : regular expression of what is none after all
    ledgers : on any of which it should stand; none named: on any ledger at all
    """

    name: Name = Field(pattern=NAME)
    label: Label
    words: Pattern = ""
    unless: Pattern = ""
    ledgers: tuple[Name, ...] = ()


class OutsideKind(Part):
    """A kind of list.

    Attributes
    ----------
    keeper : who keeps such lists
    ended : regular expression of the state of an entry that has ended (注销, 吊销); an end before the day counts too
    needed_by : ledgers whose firms must stand on it while they run
    suspect : entries that should stand on a ledger
    """

    name: Name = Field(pattern=NAME)
    label: Label
    about: Label
    keeper: Label
    ended: Pattern
    needed_by: tuple[Name, ...] = ()
    suspect: tuple[Suspect, ...] = ()


@schema("outside-lists")
class OutsideLists(Entry):
    """All kinds. A district adds its own, or changes single ones, by a file that extends this one.

    Attributes
    ----------
    least_share : a list on which fewer of the firms that need it stand is of another place, or a part: from it nobody
        is said to be missing
    """

    NAMED: ClassVar = {"kind": "name"}

    least_share: float = Field(ge=0, le=1)
    kind: tuple[OutsideKind, ...]
