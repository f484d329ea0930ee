"""What the unit does with an order: accepts or declines it, notes what is done, answers; anyone says something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.orders import kinds
from lantian.site.orders.actions.common import Files, Spot, inform, lapse, looked_over, missing, tell
from lantian.site.orders.actions.giving import handles
from lantian.site.orders.actions.merging import tell_merged
from lantian.site.orders.models import Order, OrderEvent
from lantian.site.orders.people import People
from lantian.site.orders.states import ORDER
from lantian.site.org.models import Person, person_of


def accept_order(actor: Actor, order: Order) -> Order:
    """The unit takes an order on; whoever accepts deals with it, unless somebody was named."""
    with change(actor, order, "orders.order.accept") as current:
        ORDER.step(current, "accept")
        current.accepted_at = clock.now()
        current.person = current.person or person_of(actor)
        tell(actor, current, "accept")
    return current


def decline_order(actor: Actor, order: Order, *, reason: str) -> Order:
    """Send an order back that is not the unit's, with a reason; who gave it decides where it goes."""
    with change(actor, order, "orders.order.decline", note=reason) as current:
        ORDER.step(current, "decline", reason=reason.strip())
        lapse(current)
        current.reason = reason.strip()[:500]
        event = tell(actor, current, "decline", reason)
        people = People().of(current, ("giver", "office"))
        inform(people, current, "orders.todo", _("被退单，请改派：{order}"), reason, key=f"decline:{event.pk}")
    return current


def assign_order(actor: Actor, order: Order, person: Person) -> Order:
    """Name the colleague who deals with an order; told at once."""
    with change(actor, order, "orders.order.assign") as current:
        ORDER.step(current, "assign", person=person)
        if not (person.is_active and handles(person, current)):
            raise Invalid(
                _("{person}不能办理这张工单。").format(person=person),
                fields={"person": _("请选择本单位的联络员，或负责该网格的网格员。")},
            )
        current.person = person
        event = tell(actor, current, "assign", person.name)
        inform([person], current, "orders.todo", _("请办理工单：{order}"), current.text[:300], key=f"assign:{event.pk}")
    return current


def note_order(actor: Actor, order: Order, *, text: str, files: Files = (), spot: Spot | None = None) -> OrderEvent:
    """Keep what was done so far, with photos.

    Raises
    ------
    Invalid : neither words nor files
    """
    policy.require(actor, "orders.order.note", order)
    looked_over(files)
    with change(actor, order, "orders.order.note", note=text) as current:
        ORDER.step(current, "note")
        if not text.strip() and not files:
            raise Invalid(_("请写明做了什么，或附照片。"), fields={"text": _("请填写，或附照片。")})
        return tell(actor, current, "note", text, files=files, spot=spot)


def answer_order(actor: Actor, order: Order, *, text: str, files: Files = (), spot: Spot | None = None) -> Order:
    """Say what was done and how the matter stands, with the evidence that the kind asks for. What needs no check is
    closed with it. After its deadline the order is marked as late, once and for all.

    Raises
    ------
    Invalid : no words, or evidence is missing
    """
    policy.require(actor, "orders.order.answer", order)
    looked_over(files)
    with change(actor, order, "orders.order.answer", note=text) as current:
        ORDER.step(current, "answer", text=text.strip())
        event = tell(actor, current, "answer", text, files=files, spot=spot)
        if lacking := missing(current, event):
            raise Invalid(
                _("还缺少佐证：{named}。").format(named="、".join(lacking)),
                fields={"files": _("请补充：{named}。").format(named="、".join(lacking))},
            )
        lapse(current)
        now = clock.now()
        current.answered_by, current.answered_at, current.answer = person_of(actor), now, text.strip()
        current.late = current.late or bool(current.due_at and now > current.due_at)
        if current.rule.check:
            current.check_by = kinds.after(now, kinds.escalation().check)
            people = People().givers(current)
            inform(people, current, "orders.todo", _("请核查：{order}"), text[:300], key=f"answer:{event.pk}")
        else:
            ORDER.step(current, "finish")
            current.closed_at = now
            tell_merged(current, "")
    return current


def comment_order(actor: Actor, order: Order, *, text: str, files: Files = ()) -> OrderEvent:
    """Say something about an order that one sees, such as a unit with a copy does. Its people are told."""
    policy.require(actor, "orders.comment", order)
    looked_over(files)
    with change(actor, order, "orders.comment", note=text) as current:
        if not text.strip():
            raise Invalid(_("请填写留言。"), fields={"text": _("请填写留言。")})
        event = tell(actor, current, "comment", text, files=files)
        author = person_of(actor)
        people = [one for one in People().of(current, ("handler", "giver")) if author is None or one.pk != author.pk]
        inform(people, current, "orders.told", _("工单有留言：{order}"), text[:300], key=f"comment:{event.pk}")
    return event
