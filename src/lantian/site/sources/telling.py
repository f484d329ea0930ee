"""What is said once something was done with a listing: where it stands now, what comes next, and whose turn it is."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.lifecycle import Step
from lantian.site.orders.models import Order
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, StepTaken

BACK = ("reopen", "return")
TONES = ("primary", "plain", "danger")


@dataclass(frozen=True)
class Next:
    """The step that lies ahead on the main road, and who takes it."""

    step: Text
    by: Text


def next_of(listing: Listing) -> Next | None:
    """What comes next for a listing; None at the end of its road."""
    rule = reading.life(reading.ledger_of(listing.ledger))
    ahead = [one for one in reading.life_cycle(rule).steps if one.source == listing.state and _leads_on(one)]
    ahead = [one for one in ahead if rule.means(one.target) != "gone"]
    if not ahead:
        return None
    step = min(ahead, key=lambda one: TONES.index(one.tone))
    return Next(step.label, _all(policy.ROLES[role] for role in step.roles))


def entered(listing: Listing) -> Text:
    """After it was put on the ledger."""
    return format_lazy(_("“{name}”已登记。{now}"), name=listing.source.name, now=stands(listing))


def after(step: StepTaken) -> Text:
    """After a step was taken, or handed in to be signed."""
    if step.state == StepTaken.State.SIGNING:
        return format_lazy(_("已提交，还等{parties}会签，全部签完才生效。"), parties=parties(step))
    return format_lazy(_("已办理。{now}"), now=stands(step.listing))


def signed(step: StepTaken) -> Text:
    """After a party has signed, or refused."""
    if step.state == StepTaken.State.SIGNING:
        return format_lazy(_("已签，还等{parties}会签。"), parties=parties(step))
    if step.state == StepTaken.State.DROPPED:
        return format_lazy(_("已退回，没有通过会签。{now}"), now=stands(step.listing))
    return format_lazy(_("已签，会签完成。{now}"), now=stands(step.listing))


def ordered(order: Order) -> Text:
    """After an order was made of it."""
    return format_lazy(_("已派单 {number}。下一步：{unit}接单。"), number=order.number, unit=order.unit.name)


def step_label(step: StepTaken) -> Text:
    """A step's name; its key where the life cycle has none such any more."""
    rule = reading.life(reading.ledger_of(step.listing.ledger))
    return next((reading.said_later(one.label) for one in rule.step if one.name == step.step), step.step)


def parties(step: StepTaken) -> Text:
    """Whose signature a step waits for now."""
    done = {one.signer for one in step.signatures.all()}
    asked = reading.signers_of(reading.ledger_of(step.listing.ledger), step.step)
    return _all(reading.said_later(one.label) for one in reading.at_turn(asked, done))


def stands(listing: Listing) -> Text:
    """Where it stands, and what comes next."""
    listing.refresh_from_db(fields=["state", "means"])
    state = reading.standing(listing).label
    coming = next_of(listing)
    if coming is None:
        return format_lazy(_("现在是“{state}”，没有下一步了。"), state=state)
    return format_lazy(
        _("现在是“{state}”。下一步“{step}”，由{who}办理。"), state=state, step=coming.step, who=coming.by
    )


def _leads_on(step: Step) -> bool:
    return step.name not in BACK and bool(step.roles)


def _all(words: Iterable[Text]) -> Text:
    """Names in a row, as the reader's language parts them."""
    return functools.reduce(lambda some, more: format_lazy(_("{some}、{more}"), some=some, more=more), words)
