"""A delivery taken back."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.series import states  # noqa: F401 - declares the policies
from lantian.site.series.batch import Written
from lantian.site.series.models import Delivery
from lantian.site.series.rollups import mark_sources, settle
from lantian.site.series.storing import Why
from lantian.site.series.taking_back import take_back


def undo_delivery(actor: Actor, delivery: Delivery, *, reason: str) -> Delivery:
    """Take a delivery back: values that it brought go, values that it replaced return. What others changed, reviewed
    or locked since stays, and is counted; the delivery stays in the list.

    Raises
    ------
    Refused : not for this person
    Invalid : no reason is given
    WrongState : it was taken back already
    """
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("撤销导入须写明理由。")})
    told: dict[str, Any] = {}
    with change(actor, delivery, "series.undo", note=reason.strip(), done=told) as current:
        if current.undone_at is not None:
            raise WrongState(_("这次导入已经撤销。"), remedy=_("请刷新页面。"))
        person = actor if isinstance(actor, Person) else None
        said = format_lazy(_("撤销导入：{reason}"), reason=reason.strip())
        done = take_back(current, Why(by=actor.title, person=person, reason=str(said)))
        told |= {"values": done.values, "stays": done.stays}
        current.undone_at, current.undone_by, current.undone = clock.now(), person, done.values
        settle(Written(blocks=done.blocks), actor=actor, marked=mark_sources(done.blocks))
    return current
