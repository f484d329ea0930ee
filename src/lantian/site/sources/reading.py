"""Ledgers as the platform shows them: names in the reader's language, life cycles as tables, what holds today."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language

from lantian import ledgers
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger, LedgerLife, LifeState, Proof, Signer
from lantian.rulebook.schemas.series import Label
from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.lifecycle import Lifecycle, Step
from lantian.site.sources.models import Listing


def said(words: Label) -> str:
    """A text of the rulebook in the reader's language."""
    return words.en if get_language() == "en" else words.zh


said_later: Callable[[Label], Text] = lazy(said, str)  # in the language of whoever reads it, not of who acts


def unit_said(unit: str) -> str:
    """A unit in the reader's language."""
    return said(ledgers.unit_label(unit))


unit_later: Callable[[str], Text] = lazy(unit_said, str)


def _with_unit(label: Text, unit: str) -> str:
    shown = unit_said(unit)
    if not shown:
        return str(label)
    return f"{label} ({shown})" if get_language() == "en" else f"{label}（{shown}）"


with_unit: Callable[[Text, str], Text] = lazy(_with_unit, str)  # a label with the unit of its number


def all_ledgers() -> tuple[Ledger, ...]:
    """Ledgers that hold today."""
    return ledgers.all_ledgers(clock.today())


def ledger_of(name: str) -> Ledger:
    """A ledger by the name that a listing has, also one that it had in an earlier edition.

    Raises
    ------
    RuleError : there is none, as where a district took its file away
    """
    try:
        return ledgers.get(name, on=clock.today())
    except RuleError:
        renamed = next((one for one in all_ledgers() if name in one.renamed_from), None)
        if renamed is None:
            raise
        return renamed


def found(name: str) -> Ledger:
    """The ledger of an address, also by a name that it had; Http404 where there is none."""
    try:
        return ledger_of(name)
    except RuleError as error:
        raise Http404 from error


def life(ledger: Ledger) -> LedgerLife:
    """The rule of its life cycle."""
    return ledgers.life_of(ledger)


@lru_cache(maxsize=64)
def life_cycle(rule: LedgerLife) -> Lifecycle:
    """The rule as a table of steps."""
    rows = [
        Step(one.name, source, one.target, by=one.by, needs=one.needs, label=said_later(one.label), tone=one.tone)
        for one in rule.step
        for source in one.source
    ]
    labels: dict[str, Text] = {one.name: said_later(one.label) for one in rule.state}
    return Lifecycle("sources.listing", rule.state[0].name, rows, labels=labels, register=False)


@dataclass(frozen=True)
class Standing:
    """A state for the reader: its name, its colour, and whether its day is past."""

    label: Text
    tone: str
    late: bool = False


def standing(listing: Listing) -> Standing:
    """How a listing stands."""
    try:
        state = state_of(ledger_of(listing.ledger), listing.state)
    except RuleError:
        state = None
    return Standing(said(state.label) if state else listing.state, state.tone if state else "grey", listing.late)


def title_of(name: str) -> str:
    """A ledger's title by its name; the name itself where its file is gone."""
    try:
        return said(ledger_of(name).label)
    except RuleError:
        return name


def address_of(name: str) -> str:
    """The page of a ledger."""
    return reverse("sources:ledger", args=[name])


def state_of(ledger: Ledger, state: str) -> LifeState | None:
    """A state of its life cycle; None for one that an earlier edition had."""
    return next((one for one in life(ledger).state if one.name == state), None)


def proofs_of(ledger: Ledger, step: str) -> list[Proof]:
    """What must be shown with a step."""
    return [one for one in ledger.proof if one.step == step]


def signers_of(ledger: Ledger, step: str) -> list[Signer]:
    """Who must sign a step, in their turns."""
    return sorted((one for one in ledger.signer if one.step == step), key=lambda one: one.turn)


def at_turn(signers: Iterable[Signer], done: Container[str]) -> list[Signer]:
    """Of those who have not signed, the ones whose turn it is."""
    left = [one for one in signers if one.name not in done]
    turn = min((one.turn for one in left), default=0)
    return [one for one in left if one.turn == turn]
