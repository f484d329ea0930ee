"""What a plan's text orders, with the units that it names and what has been ordered of it already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from lantian.plandoc.parse.deadlines import Context
from lantian.site.core.policy import Actor
from lantian.site.org.models import Unit
from lantian.site.org.register import Register, register_of
from lantian.site.plans import chains, words
from lantian.site.plans.deliverable_words import Announced, Found, read
from lantian.site.plans.models import Plan


@dataclass
class Suggestion:
    """One that the text orders, and what it would become. `unknown`: owners that the register does not know."""

    found: Found
    chain: str
    owners: list[Unit]
    unknown: list[str]
    reviewers: list[Unit]
    plan: Plan
    ordered: Any = None

    @property
    def kind_label(self) -> Any:
        return dict(words.DELIVERABLES)[self.found.kind]

    @property
    def chain_label(self) -> str:
        return chains.said(chains.chain(self.chain).label)

    @property
    def ready(self) -> bool:
        """Whether it can be ordered as it is."""
        return bool(self.owners) and not self.unknown and self.ordered is None

    @property
    def party_steps(self) -> list[str]:
        return [one.name for one in chains.chain(self.chain).step if one.by == "party"]

    def values(self) -> dict[str, Any]:
        """As the action takes it."""
        parties = dict.fromkeys(self.party_steps, self.reviewers) if self.reviewers else {}
        return {
            "kind": self.found.kind,
            "title": self.found.title[:300],
            "chain": self.chain,
            "owners": self.owners,
            "each": self.found.each,
            "due": self.found.due,
            "parties": parties,
            "quote": self.found.quote,
            "quote_start": self.found.start,
        }

    @property
    def url(self) -> str:
        """The form to order it, filled in."""
        given: list[tuple[str, Any]] = [
            ("plan", self.plan.pk),
            ("title", self.found.title),
            ("kind", self.found.kind),
            ("chain", self.chain),
            ("quote", self.found.quote),
            ("quote_start", self.found.start),
            *(("owners", unit.pk) for unit in self.owners),
            *((f"party-{step}", unit.pk) for step in self.party_steps for unit in self.reviewers),
        ]
        given += [("due", self.found.due.isoformat())] if self.found.due else []
        given += [("each", "on")] if self.found.each else []
        return f"{reverse('plans:deliverable_new')}?{urlencode(given)}"


@dataclass
class Group:
    """Suggestions under one announcement, or (`announced` None) elsewhere in the text."""

    announced: Announced | None
    rows: list[Suggestion] = field(default_factory=list)

    @property
    def kind_label(self) -> Any:
        return dict(words.DELIVERABLES)[self.announced.kind] if self.announced else ""


def suggestions(person: Actor, plan: Plan) -> list[Group]:
    """Groups of what the plan orders, those it announces first: four SQL queries beside the register's."""
    reading = read(plan.source, context_of(plan))
    tasks = _tasks(plan)
    register = register_of(person)
    ordered = {(one.title, one.quote_start): one for one in plan.deliverables.all()}

    def made(found: Found, text: str) -> Suggestion:
        found = _completed(found, tasks)
        owners, unknown = _units(found.owners, register)
        reviewers, _others = _units(found.to, register)
        chain = chains.fitting(found.kind, text)
        there = ordered.get((found.title, found.start)) or next(
            (one for (title, _start), one in ordered.items() if title == found.title), None
        )
        return Suggestion(found, chain, owners, unknown, reviewers, plan, there)

    groups = [Group(one, [made(found, one.body) for found in one.found]) for one in reading.announced]
    if reading.others:
        groups.append(Group(None, [made(found, found.quote) for found in reading.others]))
    return groups


Spans = list[tuple[int, int, tuple[str, ...], dt.date | None]]


def _tasks(plan: Plan) -> Spans:
    """Where the text of each task lies, with who does it (those who lead, else those responsible) and until when."""
    found: Spans = []
    for task in plan.tasks.prefetch_related("roles").only("spans", "due", "plan"):
        span = task.spans.get("text")
        if not span:
            continue
        names = {role: tuple(r.name for r in task.roles.all() if r.role == role) for role in ("lead", "responsible")}
        found.append((span["start"], span["end"], names["lead"] or names["responsible"], task.due))
    return found


def _completed(found: Found, tasks: Spans) -> Found:
    """What a sentence does not say is that of the task that it stands in."""
    inside = next((one for one in tasks if one[0] <= found.start < one[1]), None)
    if inside is None:
        return found
    return replace(found, owners=found.owners or inside[2], due=found.due or inside[3])


def context_of(plan: Plan) -> Context:
    """What dates without a year in the plan's text refer to."""
    day: dt.date | None = plan.period_start or plan.issued_on
    return Context(
        year=day.year if day else None,
        period_start=plan.period_start,
        period_end=plan.period_end,
        issued_on=plan.issued_on,
    )


def _units(names: Iterable[str], register: Register) -> tuple[list[Unit], list[str]]:
    known = [(name, register.by_name.get(name)) for name in names]
    return [register.units[pk] for _name, pk in known if pk], [name for name, pk in known if not pk]
