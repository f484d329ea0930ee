"""How plan documents speak: roles and headers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from lantian.rulebook.entry import Entry, schema


class Words(BaseModel):
    """Words of one role: `labels` stand before a colon in prose, `headers` over a table column, `verbs` behind the
    units in a clause (由…牵头)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()


@schema("plan-roles")
class PlanRoles(Entry):
    """Role and column words by their meaning (lead, responsible, assist, leaders, deadline, text, title …)."""

    words: dict[str, Words]


class Style(BaseModel):
    """One way of numbering; `pattern` matches at the beginning of a paragraph, its first group is the number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    level: int
    pattern: str


@schema("plan-numbering")
class PlanNumbering(Entry):
    """How chapters, sections and items are numbered, from the outside in."""

    styles: tuple[Style, ...]


@schema("plan-layout")
class PlanLayout(Entry):
    """Words and patterns by which the parts of a plan document are told apart."""

    goal_sections: tuple[str, ...]
    preamble_sections: tuple[str, ...]
    safeguard_sections: tuple[str, ...]
    task_sections: tuple[str, ...]
    annex: str
    closing: str
    nothing: tuple[str, ...]
    markup: str
    page_line: str
    page_inline: str


@schema("plan-units")
class PlanUnits(Entry):
    """How names of offices, towns and companies are built."""

    suffixes: tuple[str, ...]
    prefixes: tuple[str, ...]
    groups: tuple[str, ...]
