"""Proposals to stop that are over, because what they were for is done: part of other actions."""

from __future__ import annotations

from lantian.site.core import clock
from lantian.site.sources.models import Listing, PeakShiftEntry, StopProposal
from lantian.site.sources.stop_states import OPEN, STOP
from lantian.site.sources.stopping import still_late
from lantian.site.sources.zoning import Zones


def lift_if_over(listing: Listing) -> bool:
    """Lift the open proposal of a listing that owes nothing any more."""
    proposal = StopProposal.objects.filter(listing=listing, state__in=OPEN).first()
    if proposal is None or still_late(listing, clock.today(), Zones()):
        return False
    lift(proposal)
    return True


def lift(proposal: StopProposal) -> None:
    """A proposal is over, and so is its entry in the peak-shift list."""
    STOP.step(proposal, "lift")
    proposal.lifted_on = clock.today()
    proposal.save(update_fields=["state", "lifted_on"])
    entry = PeakShiftEntry.objects.filter(proposal=proposal).first()
    if entry is not None and (entry.until_on is None or entry.until_on > clock.today()):
        entry.until_on = max(clock.today(), entry.from_on)
        entry.save(update_fields=["until_on"])
