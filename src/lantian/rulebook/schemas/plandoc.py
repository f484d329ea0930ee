"""How plan documents speak: roles and headers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from lantian.rulebook.entry import Entry, schema


class Words(BaseModel):
    """Words of one role: `labels` stand before a colon in prose, `headers` over a table column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


@schema("plan-roles")
class PlanRoles(Entry):
    """Role and column words by their meaning (lead, responsible, assist, leaders, deadline, text, title …)."""

    words: dict[str, Words]
