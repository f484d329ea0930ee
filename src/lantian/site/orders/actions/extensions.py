"""A later deadline for an answer: asked for by the unit, granted or refused by who gave the order."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.working_time import closing_time
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.orders.actions.common import inform, tell
from lantian.site.orders.actions.giving import FARTHEST
from lantian.site.orders.models import Order, OrderExtension
from lantian.site.orders.people import People
from lantian.site.orders.states import EXTENSION, WITH_UNIT
from lantian.site.org.models import person_of


def ask_extension(actor: Actor, order: Order, *, until: dt.date, reason: str) -> OrderExtension:
    """Ask for more time, to the end of office hours of a day.

    Raises
    ------
    WrongState : there is nothing to answer
    Invalid : no reason, a day that is no later than the deadline, or one request is open already
    """
    with change(actor, OrderExtension(order=order), "orders.extension.ask", note=reason) as made:
        current = locked(Order.objects.filter(pk=order.pk)).get()
        if current.state not in WITH_UNIT or current.due_at is None:
            raise WrongState(_("这张工单现在不能申请延期。"), found=current.state, expected=WITH_UNIT)
        wanted = closing_time(until, timezone.localtime(clock.now()))
        if wanted <= max(current.due_at, clock.now()) or (until - clock.today()).days > FARTHEST:
            raise Invalid(_("延期日期不对。"), fields={"until": _("请填晚于原期限的日期，不超过 400 天。")})
        if not reason.strip():
            raise Invalid(_("请填写申请理由。"), fields={"reason": _("请填写申请理由。")})
        made.order, made.until, made.old_due, made.text = current, wanted, current.due_at, reason.strip()[:500]
        made.asked_by, made.asked_at = person_of(actor), clock.now()
        event = tell(actor, current, "extension_ask", reason, due_at=wanted)
        inform(People().givers(current), current, "orders.todo", _("申请延期：{order}"), reason, key=f"ask:{event.pk}")
    return made


def grant_extension(actor: Actor, extension: OrderExtension, *, reason: str = "") -> OrderExtension:
    """Give the time that was asked for: the order's deadline moves."""
    return _decide(actor, extension, "grant", reason)


def refuse_extension(actor: Actor, extension: OrderExtension, *, reason: str) -> OrderExtension:
    """The deadline stays."""
    return _decide(actor, extension, "refuse", reason)


def _decide(actor: Actor, extension: OrderExtension, step: str, reason: str) -> OrderExtension:
    # the order before the request, as all who hold both do
    with transaction.atomic():
        current = locked(Order.objects.filter(pk=extension.order_id)).get()
        return _decided(actor, current, extension, step, reason)


def _decided(actor: Actor, current: Order, extension: OrderExtension, step: str, reason: str) -> OrderExtension:
    with change(actor, extension, f"orders.extension.{step}", note=reason) as made:
        EXTENSION.step(made, step, reason=reason.strip())
        made.decided_by, made.decided_at, made.reason = person_of(actor), clock.now(), reason.strip()[:500]
        if step == "grant":
            current.due_at = max(made.until, current.due_at or made.until)
            current.save(update_fields=["due_at"])
        event = tell(actor, current, f"extension_{step}", reason, due_at=current.due_at)
        title = _("已同意延期：{order}") if step == "grant" else _("不同意延期：{order}")
        body = format_lazy(_("反馈期限：{due}"), due=f"{timezone.localtime(current.due_at):%Y-%m-%d %H:%M}")
        inform(People().of(current, ("handler", "unit")), current, "orders.told", title, body, key=f"ext:{event.pk}")
    return made
