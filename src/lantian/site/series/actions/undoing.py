"""A delivery taken back: asked for by a person, done in the background as one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, jobs, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.series import states  # noqa: F401 - declares the policies
from lantian.site.series.batch import Written
from lantian.site.series.models import Delivery
from lantian.site.series.rollups import mark_sources, settle
from lantian.site.series.storing import Why
from lantian.site.series.taking_back import take_back

UNDO = "series.undo_delivery"
SETTLING = 0.9  # the share of the work after which roll-ups are settled


def start_undo(actor: Actor, delivery: Delivery, *, reason: str) -> Delivery:
    """Have a delivery taken back in the background.

    Raises
    ------
    Refused : not for this person
    Invalid : no reason is given
    WrongState : it was taken back already, or is being taken back
    """
    _reasoned(reason)
    with transaction.atomic():
        current: Delivery = locked(Delivery.objects.filter(pk=delivery.pk)).get()
        policy.require(actor, "series.undo", current)
        _still_there(current)
        if current.undo_job is not None and not current.undo_job.is_over:
            raise WrongState(_("这次导入正在撤销。"), remedy=_("请等它完成，或先停止。"))
        job = jobs.enqueue(UNDO, actor, delivery=current.pk, reason=reason.strip())
        Delivery.objects.filter(pk=current.pk).update(undo_job=job)
    delivery.refresh_from_db()
    return delivery


def undo_delivery(
    actor: Actor, delivery: Delivery, *, reason: str, tell: Callable[..., None] | None = None
) -> Delivery:
    """Take a delivery back: values that it brought go, values that it replaced return. What others changed, reviewed
    or locked since stays, and is counted; the delivery stays in the list. Whole, or nothing of it happened.

    Raises
    ------
    Refused : not for this person
    Invalid : no reason is given
    WrongState : it was taken back already
    """
    _reasoned(reason)
    told: dict[str, Any] = {}

    def share(done: float) -> None:
        if tell:
            tell(SETTLING * done, _("撤销，完成之前不留下一半"))

    with change(actor, delivery, "series.undo", note=reason.strip(), done=told) as current:
        _still_there(current)
        person = actor if isinstance(actor, Person) else None
        said = format_lazy(_("撤销导入：{reason}"), reason=reason.strip())
        done = take_back(current, Why(by=actor.title, person=person, reason=str(said)), share)
        told |= {"values": done.values, "stays": done.stays}
        current.undone_at, current.undone_by = clock.now(), person
        current.undone, current.stays = done.values, done.stays
        share(1)
        settle(Written(blocks=done.blocks), actor=actor, marked=mark_sources(done.blocks))
    return current


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("撤销导入须写明理由。")})


def _still_there(delivery: Delivery) -> None:
    if delivery.undone_at is not None:
        raise WrongState(_("这次导入已经撤销。"), remedy=_("请刷新页面。"))
