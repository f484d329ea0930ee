"""Deliverables and filings as pages, files and API read them, cut to what a person may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Min, Prefetch, Q, QuerySet

from lantian.rulebook.schemas.chains import ChainStep
from lantian.site.core import clock
from lantian.site.core.deadlines import shifted
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.org.models import Unit
from lantian.site.org.register import register_of
from lantian.site.plans import chains, lights, words
from lantian.site.plans.lights import Light
from lantian.site.plans.models import Deliverable, FiledList, Filing, FilingFile, FilingParty, FilingReceipt

OWED = ~Q(filings__shape="whole")
DONE = ("gathered", "filed")
GONE = ("refused", "cancelled")


def deliverables(person: Actor) -> QuerySet[Deliverable]:
    """Deliverables with how many filings they have, how many are done, and the day that comes next.

    Two SQL queries with their filings. The counts are of the whole house, whoever looks: that a list is late is no
    secret among those who may see that it is owed.
    """
    today = clock.today()
    open_ = ~Q(filings__turn="")
    rows: QuerySet[Deliverable] = Deliverable.objects.visible_to(person).annotate(
        n=Count("filings", filter=OWED & ~Q(filings__state="cancelled"), distinct=True),
        n_done=Count("filings", filter=OWED & Q(filings__state__in=DONE), distinct=True),
        n_open=Count("filings", filter=open_, distinct=True),
        n_late=Count("filings", filter=open_ & Q(filings__due__lt=today), distinct=True),
        next_due=Min("filings__due", filter=open_ & ~Q(filings__turn="parts")),
    )
    return rows.select_related("plan", "applicant").defer(
        "plan__source", "plan__blocks", "plan__spans"
    ).prefetch_related(Prefetch("filings", Filing.objects.select_related("unit").order_by("pk")))  # fmt: skip


def light_of(deliverable: Any) -> Light:
    """The light of a deliverable: that of its next step's day; done once nothing waits."""
    if not deliverable.n_open:
        return Light("closed", lights.SHAPES["closed"], dict(lights.STATES)["closed"])
    return lights.light(deliverable.next_due)


def where_light(state: str, due: str = "next_due", open_: Q | None = None) -> Q:
    """The condition for a light, of deliverables or (`due`) of filings."""
    today = clock.today()
    waits = Q(n_open__gt=0) if open_ is None else open_
    if state == "closed":
        return ~waits
    dates = {
        "overdue": Q(**{f"{due}__lt": today}),
        "soon": Q(**{f"{due}__gte": today, f"{due}__lte": today + lights.SOON}),
        "later": Q(**{f"{due}__gt": today + lights.SOON}),
    }.get(state, Q(**{f"{due}__isnull": True}))
    return waits & dates


def filings(person: Actor) -> QuerySet[Filing]:
    """Filings with their deliverable and those who are asked: two SQL queries."""
    rows: QuerySet[Filing] = Filing.objects.visible_to(person)
    return rows.select_related("deliverable", "deliverable__plan", "unit").defer(
        "deliverable__plan__source", "deliverable__plan__blocks", "deliverable__plan__spans"
    ).prefetch_related(Prefetch("parties", FilingParty.objects.select_related("unit")))  # fmt: skip


def filing(person: Actor, pk: int) -> Filing | None:
    """One filing that the person sees."""
    return filings(person).filter(pk=pk).first()


def waiting_for(person: Any) -> QuerySet[Filing]:
    """Filings whose next step is the person's: one SQL query, beside what the register costs."""
    mine = Q(pk__in=[])
    if person.holds("air_office"):
        mine |= Q(turn__in=("office", "outside", "assign"))
    if person.holds("leader"):
        mine |= Q(turn="leader")
    for turn, roles in (("owner", chains.OWNERS), ("party", chains.ROLES["party"])):
        units = _held_for(person, roles)
        if units:
            asked = FilingParty.objects.filter(unit__in=units, step=F("filing__state")).values("filing")
            mine |= Q(turn=turn, pk__in=asked)
    rows: QuerySet[Filing] = Filing.objects.filter(mine)
    areas = person.visible_area_ids
    if areas is None:
        return rows
    return rows.filter(Q(deliverable__area__in=areas) | Q(turn__in=("owner", "party")))


def _held_for(person: Any, roles: Iterable[str]) -> frozenset[int]:
    """Units for which the person holds one of the roles, with those below and those whose work they do."""
    if not any(grant.role in roles for grant in person.held):
        return frozenset()
    units = person.visible_unit_ids
    return frozenset(unit for unit in units if any(person.holds(role, unit_id=unit) for role in roles))


def who_has(one: Filing) -> str:
    """Who has a filing now, by name; '' at an end. Its parties must be loaded."""
    step = one.step
    if step is None:
        return ""
    names = [str(party) for party in one.parties.all() if party.step == step.name]
    return "、".join(names) or chains.said(step.who)


@dataclass
class Hand:
    """A step of a chain as it is drawn: `state` is done, now, later or stopped; `receipts` all that was done at it."""

    step: ChainStep
    label: str
    who: str
    state: str
    due: dt.date | None
    receipts: list[FilingReceipt] = field(default_factory=list)

    @property
    def light(self) -> Light:
        return lights.light(self.due)

    @property
    def passed(self) -> FilingReceipt | None:
        """The receipt that it was last passed with."""
        return next((one for one in reversed(self.receipts) if one.outcome == "pass"), None)


def hands(one: Filing, receipts: list[FilingReceipt]) -> list[Hand]:
    """The chain of a filing with what was done at each step of the present round."""
    steps, due = one.steps, one.deliverable.due
    now = next((k for k, step in enumerate(steps) if step.name == one.state), None)
    done = len(steps) if one.state in DONE else (now if now is not None else 0)
    found = []
    for k, step in enumerate(steps):
        names = [str(party) for party in one.parties.all() if party.step == step.name]
        state = "now" if k == now else "done" if k < done else "later"
        said = [r for r in receipts if r.step == step.name and r.round == one.round]
        if any(r.outcome == "refuse" for r in said):
            state = "stopped"
        day = one.due if k == now else shifted(due, step.days) if due and one.round == 1 else None
        found.append(Hand(step, chains.said(step.label), "、".join(names) or chains.said(step.who), state, day, said))
    return [*_of_parts(one), *found] if one.shape == "whole" else found


def _of_parts(whole: Filing) -> list[Hand]:
    """The steps that the parts of a whole go through, with how many are past each: one SQL query."""
    steps = chains.stretch(whole.deliverable.rule.step, "part")
    places = {step.name: k for k, step in enumerate(steps)} | {"gathered": len(steps)}
    parts = Filing.objects.filter(deliverable=whole.deliverable_id, shape="part").exclude(state="cancelled")
    at = [places[state] for state in parts.values_list("state", flat=True)]
    found, due = [], whole.deliverable.due
    for k, step in enumerate(steps):
        past = sum(place > k for place in at)
        state = "done" if past == len(at) else "now" if k in at else "later"
        day = shifted(due, step.days) if due else None
        found.append(Hand(step, chains.said(step.label), f"{past}/{len(at)}", state, day))
    return found


def receipts(one: Filing) -> list[FilingReceipt]:
    """All receipts of a filing with their files and lists, the first one first: two SQL queries."""
    files = FilingFile.objects.select_related("attachment")
    rows = one.receipts.select_related("person", "filed_list").defer("filed_list__rows", "filed_list__heads")
    return list(rows.prefetch_related(Prefetch("files", files)).order_by("pk"))


@dataclass(frozen=True)
class Version:
    """A document that was handed in: which it is, when, by whom, whether it is the one that counts."""

    number: int
    receipt: FilingReceipt
    counts: bool

    @property
    def files(self) -> list[FilingFile]:
        return [one for one in self.receipt.files.all() if one.kind == "file"]

    @property
    def listed(self) -> FiledList | None:
        """The list of a ledger that went with it."""
        return getattr(self.receipt, "filed_list", None)


def versions(one: Filing, said: list[FilingReceipt]) -> list[Version]:
    """Documents handed in, the latest first."""
    found = [r for r in said if r.outcome == "pass" and (_listed(r) or any(f.kind == "file" for f in r.files.all()))]
    return [Version(r.version, r, r.version == one.filed_version) for r in reversed(found)]


def _listed(receipt: FilingReceipt) -> bool:
    return getattr(receipt, "filed_list", None) is not None


def turns(person: Actor) -> list[tuple[str, Text, int, int]]:
    """What waits where: for each hand how many filings and how many are late; one SQL query."""
    late = Q(due__lt=clock.today())
    rows = Filing.objects.visible_to(person).exclude(turn="").order_by().values_list("turn")
    counts = {turn: (n, k) for turn, n, k in rows.annotate(n=Count("pk"), k=Count("pk", filter=late))}
    return [(turn, label, *counts[turn]) for turn, label in words.TURNS if turn in counts]


def unit_choices(person: Actor) -> list[tuple[int, str]]:
    """Units that filings of the person's sight name."""
    named = FilingParty.objects.filter(filing__in=Filing.objects.visible_to(person).values("pk"), unit__isnull=False)
    return list(Unit.objects.filter(pk__in=named.values("unit")).order_by("name").values_list("pk", "name"))


def of_units(person: Any, units: Iterable[int]) -> QuerySet[Filing]:
    """Open filings that units own or have in hand."""
    answering = register_of(person).predecessors(set(units))
    asked = FilingParty.objects.filter(unit__in=answering).filter(
        Q(step=F("filing__state")) | Q(filing__unit=F("unit"))
    )
    return filings(person).filter(pk__in=asked.values("filing")).exclude(turn="")


def stands(one: Any) -> Text:
    """Where a deliverable is, in a few words; its filings must be loaded."""
    rows = list(one.filings.all())
    whole = next((row for row in rows if row.shape == "whole"), rows[0] if len(rows) == 1 else None)
    if whole is None:
        return chains.ENDS["filed"] if rows and not one.n_open else words.TURNS[0][1]
    if whole.turn == "parts":
        return dict(words.TURNS)["parts"]
    whole.deliverable = one
    return whole.state_label
