"""Proposals to stop: made when a day passes undone, decided one by one or many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from lantian.ledgers import Owed
from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock, policy
from lantian.site.core.change import change, change_many, one_of_many
from lantian.site.core.faults import Fault, Invalid, Text, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.org.queries import root_area
from lantian.site.sources import reading, stopping
from lantian.site.sources.actions.lifting import lift
from lantian.site.sources.actions.steps import take_step
from lantian.site.sources.models import Listing, PeakShiftEntry, StepTaken, StopProposal
from lantian.site.sources.models.stops import told
from lantian.site.sources.stop_states import OPEN, STOP
from lantian.site.sources.zoning import Zones

STEPS = ("confirm", "decline")


@dataclass
class Decided:
    """What came of a decision on many: how many were decided, and why others were not."""

    done: int = 0
    refused: list[tuple[str, Text]] = field(default_factory=list)


def propose_stops(actor: Actor) -> dict[str, int]:
    """Propose to stop every listing whose day passed undone; lift what is over. One audit event, where anything
    changed.

    What is proposed or decided is not proposed again; what was declined comes again only for something else.
    """
    root, today = root_area(), clock.today()
    counts = {"proposed": 0, "lifted": 0}
    if root is None:
        return counts
    policy.require(actor, "sources.stop.propose", root)
    late = list(stopping.all_late(today))  # reads alone, before anything is locked
    zones = Zones(today)
    with change_many(actor, root, "sources.stop.propose", counts=counts):
        there = {one.listing_id: one for one in StopProposal.objects.filter(state__in=OPEN).select_related(
            "listing__source__area")}  # fmt: skip
        declined = _declined()
        new = [
            _proposal(listing, ledger, owed)
            for listing, ledger, owed in late
            if listing.pk not in there and not _keys(ledger, owed) <= declined.get(listing.pk, set())
        ]
        StopProposal.objects.bulk_create(new, batch_size=1000)
        for one in there.values():
            if not stopping.still_late(one.listing, today, zones):
                lift(one)
                counts["lifted"] += 1
        counts["proposed"] = len(new)
    return counts


def _proposal(listing: Listing, ledger: Ledger, owed: list[Owed]) -> StopProposal:
    days = [one.due for one in owed if one.due]
    return StopProposal(
        listing=listing,
        due_on=min(days) if days else None,
        duties=[told(one.duty, one.due, one.duty.clause or ledger.clause) for one in owed],
    )


def _declined() -> dict[int, set[tuple[str, str]]]:
    """What was declined of each listing: duties with their day."""
    found: dict[int, set[tuple[str, str]]] = {}
    for listing, duties in StopProposal.objects.filter(state="declined").values_list("listing", "duties"):
        found.setdefault(listing, set()).update((one["name"], one["due"]) for one in duties)
    return found


def _keys(ledger: Ledger, owed: list[Owed]) -> set[tuple[str, str]]:
    return {(one.duty.name, one.due.isoformat() if one.due else "") for one in owed}


def confirm_stop(
    actor: Actor, proposal: StopProposal, *, reason: str = "", until: dt.date | None = None
) -> StopProposal:
    """Decide that a listing stops: it takes the step of its life cycle if that asks for no proof, and its source enters
    the peak-shift list, until a day or until its work is accepted.

    Raises
    ------
    Refused : the actor may not
    WrongState : it is decided already, or a step of the listing waits for signatures
    Invalid : the last day lies behind
    """
    if until is not None and until < clock.today():
        raise Invalid(_("日期不对。"), fields={"until": _("结束日期不能早于今天。")})
    with change_many(actor, proposal, "sources.stop.confirm", note=reason) as current:
        STOP.step(current, "confirm", actor=actor)
        _decide(current, actor, reason)
        current.taken = _stopped(actor, current, reason)
        current.save()
        PeakShiftEntry.objects.create(
            source=current.listing.source,
            proposal=current,
            from_on=clock.today(),
            until_on=until,
            why={"zh": "；".join(one["zh"] for one in current.duties),
                 "en": "; ".join(one["en"] for one in current.duties)},
            clause="；".join(current.clauses)[:500],
        )  # fmt: skip
    return current


def _stopped(actor: Actor, proposal: StopProposal, reason: str) -> StepTaken | None:
    listing = proposal.listing
    ledger = reading.ledger_of(listing.ledger)
    step = stopping.step_to_stop(ledger, listing)
    if step is None or stopping.needs_proof(ledger, step):
        return None
    return take_step(
        actor, listing, step.name, reason=reason.strip() or "；".join(one["zh"] for one in proposal.duties)
    )


def decline_stop(actor: Actor, proposal: StopProposal, *, reason: str) -> StopProposal:
    """Decide that a listing need not stop; for the same day of the same duty it is not proposed again."""
    with change(actor, proposal, "sources.stop.decline", note=reason) as current:
        STOP.step(current, "decline", actor=actor, reason=reason.strip())
        _decide(current, actor, reason)
    return current


def _decide(proposal: StopProposal, actor: Actor, reason: str) -> None:
    proposal.decided_by = actor if isinstance(actor, Person) else None
    proposal.decided_at, proposal.reason = clock.now(), reason.strip()[:500]


def decide_stops(
    actor: Actor, proposals: Iterable[StopProposal], step: str, *, reason: str = "", until: dt.date | None = None
) -> Decided:
    """Decide on many at once, as one event: what cannot be decided is told, and holds nothing else up."""
    root = root_area()
    if root is None or step not in STEPS:
        raise WrongState(_("没有这一步。"))
    if step == "decline" and not reason.strip():
        raise Invalid(_("还缺少必填内容。"), fields={"reason": _("请填写理由。")})
    decided = Decided()
    with change_many(actor, root, "sources.stop.decide_many", note=reason, step=step):
        for one in proposals:
            try:
                with one_of_many():
                    if step == "confirm":
                        confirm_stop(actor, one, reason=reason, until=until)
                    else:
                        decline_stop(actor, one, reason=reason)
            except Fault as fault:
                decided.refused.append((str(one), fault.message))
            else:
                decided.done += 1
    return decided
