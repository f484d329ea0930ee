"""New projects held against the gate, by the library."""

from __future__ import annotations

from collections.abc import Mapping

from lantian import ledgers, rulebook
from lantian.ledgers import Balance, Verdict
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.rulebook.schemas.project_gate import ProjectGate
from lantian.site.core import clock
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import offsets
from lantian.site.sources.rows import row_of
from lantian.site.sources.zoning import Zones


def rules() -> ProjectGate:
    """The gate as it holds today."""
    return rulebook.get("project-gate", on=clock.today(), as_=ProjectGate)


def is_project(listing: Listing) -> bool:
    """Whether it is a project that goes through the gate."""
    return listing.ledger == rules().project


def lets_through(ledger: Ledger, step: str) -> bool:
    """Whether a step lets a project through that does not meet every rule."""
    gate = rules()
    if ledger.name != gate.project or not gate.special:
        return False
    return any(one.name == step and one.target == gate.special for one in reading.life(ledger).step)


def is_cut(listing: Listing) -> bool:
    """Whether it is a cut of the bank."""
    return listing.ledger == rules().bank


def verdict_of(project: Listing, zones: Zones | None = None, bank: Mapping[str, Balance] | None = None) -> Verdict:
    """How a project stands today: at most three SQL queries, fewer where zones and bank were read already."""
    gate, ledger, _cuts = ledgers.gate_rules(clock.today())
    inside = (zones or Zones()).around(project.source.place)
    bank = offsets.balances(gate, project) if bank is None else bank
    return ledgers.gate(ledger, row_of(project), bank, rules=gate, on=clock.today(), inside=inside)
