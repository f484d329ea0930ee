"""Checking answers: closed, sent back, opened again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Refused, WrongState
from lantian.site.core.policy import Actor
from lantian.site.orders import kinds
from lantian.site.orders.actions.common import Files, inform, looked_over, tell
from lantian.site.orders.actions.merging import tell_merged
from lantian.site.orders.models import Order
from lantian.site.orders.people import People
from lantian.site.orders.states import ORDER
from lantian.site.org.models import person_of


def close_order(actor: Actor, order: Order, *, text: str = "", files: Files = (), round: int | None = None) -> Order:
    """The answer was checked and holds: the order is closed (销号).

    Parameters
    ----------
    round : `returns` of the order as it was read, so that nobody judges an answer that they have not seen

    Raises
    ------
    Refused : who answered does not check the answer
    WrongState : it was sent back and answered anew since it was read
    """
    policy.require(actor, "orders.order.close", order)
    looked_over(files)
    with change(actor, order, "orders.order.close", note=text) as current:
        ORDER.step(current, "close")
        _require_round(current, round)
        person = person_of(actor)
        if person is not None and person.pk == current.answered_by_id:
            raise Refused(_("反馈人不能核查自己的反馈。"), remedy=_("请由交办单位或大气办的其他人核查。"))
        current.closed_by, current.closed_at = person, clock.now()
        event = tell(actor, current, "close", text, files=files)
        people = People().of(current, ("handler", "unit"))
        inform(people, current, "orders.told", _("工单已销号：{order}"), text[:300], key=f"close:{event.pk}")
        tell_merged(current, text.strip())
    return current


def return_order(actor: Actor, order: Order, *, reason: str, files: Files = (), round: int | None = None) -> Order:
    """The answer does not hold: back to the unit, with a reason and the time that the kind gives for it. `round` as
    for `close_order`."""
    return _again(actor, order, "return", reason, files, round)


def reopen_order(actor: Actor, order: Order, *, reason: str, files: Files = ()) -> Order:
    """Open a closed order again: the matter has come back, or it was closed by mistake."""
    return _again(actor, order, "reopen", reason, files)


def _require_round(order: Order, round: int | None) -> None:
    if round is not None and round != order.returns:
        raise WrongState(
            _("“{order}”已被退回，并有了新的反馈。").format(order=order), remedy=_("请刷新页面，看过新的反馈后再核查。")
        )


def _again(actor: Actor, order: Order, step: str, reason: str, files: Files, round: int | None = None) -> Order:
    policy.require(actor, f"orders.order.{step}", order)
    looked_over(files)
    with change(actor, order, f"orders.order.{step}", note=reason) as current:
        ORDER.step(current, step, reason=reason.strip())
        _require_round(current, round)
        current.reason, current.returns = reason.strip()[:500], current.returns + 1
        current.closed_by = current.closed_at = current.check_by = None
        current.due_at = kinds.after(clock.now(), current.rule.redo)
        event = tell(actor, current, step, reason, files=files, due_at=current.due_at)
        title = _("被退回重办：{order}") if step == "return" else _("重新打开：{order}")
        people = People().of(current, ("handler", "unit"))
        inform(people, current, "orders.todo", title, reason, key=f"{step}:{event.pk}")
    return current
