"""Firms whose process stands in the catalogue of what is to go: candidates for the list of exits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from lantian import rulebook
from lantian.ledgers import catalogue
from lantian.ledgers.conditions import Row, all_hold
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.exit_catalogue import ExitCatalogue, ExitEntry
from lantian.rulebook.schemas.ledgers import Ledger

__all__ = ["entry_for", "exit_rules"]


def exit_rules(on: dt.date | None = None) -> ExitCatalogue:
    """The catalogue as it holds on a day.

    Raises
    ------
    RuleError
        it names a ledger or a field that is not there
    """
    rules = rulebook.get("exit-catalogue", on=on, as_=ExitCatalogue)
    asked = [(one.ledger, one.fields) for one in rules.written] + [(rules.exits, rules.fills)]
    for name, fields in asked:
        ledger = catalogue.get(name, on=on)
        if lost := sorted(one for one in fields if not ledger.named(one)):
            named = "、".join(lost)
            raise RuleError(
                f"淘汰目录要用的内容“{named}”，清单“{ledger.label.zh}”没有。",
                f"the catalogue of exits asks for {named}, which ledger {name} does not have.",
            )
    return rules


def entry_for(entries: Iterable[ExitEntry], ledger: Ledger, row: Row, written: str, on: dt.date) -> ExitEntry | None:
    """The first line of the catalogue that a listing looks like; None for none.

    Parameters
    ----------
    row : values by name, for what a line asks besides its words
    written : the listing's trade, process and names, in words

    Examples
    --------
    >>> kiln = catalogue.get("industrial_kiln")
    >>> found = entry_for(exit_rules().entry, kiln, {}, "铸造 冲天炉", dt.date(2017, 10, 1))
    >>> found.label.zh, entry_for(exit_rules().entry, kiln, {}, "铸造 中频炉", dt.date(2017, 10, 1))
    ('冲天炉等落后铸造设备', None)
    """
    for one in entries:
        if not one.holds(on) or not re.search(one.words, written):
            continue
        if one.unless and re.search(one.unless, written):
            continue
        if all(ledger.named(name) for condition in one.when for name in condition.fields) and all_hold(one.when, row):
            return one
    return None
