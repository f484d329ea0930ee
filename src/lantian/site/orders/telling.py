"""What is said once a step of an order was taken: what comes next, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import formats, timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Text
from lantian.site.orders.models import Order

DONE: dict[str, Text] = {
    "issue": _("已派单，并已通知{unit}。下一步：{unit}在 {accept_by} 前接单。"),
    "accept": _("已接单。下一步：到现场处置，在 {due} 前反馈。"),
    "note": _("已记录。办完以后请在 {due} 前反馈。"),
    "answer": _("已反馈。下一步：由派单的{giver}核查。"),
    "finish": _("已反馈。这类工单不需要核查，已销号。"),
    "decline": _("已退单。下一步：由派单的{giver}改派。"),
    "return": _("已退回重办，并已通知{unit}。下一步：{unit}重新处置后反馈。"),
    "reopen": _("工单已重新打开，并已通知{unit}。下一步：{unit}重新处置后反馈。"),
    "close": _("核查通过，已销号，工单办结。"),
    "withdraw": _("工单已撤销。"),
}


def after(step: str, order: Order) -> Text:
    """After a step was taken on an order."""
    order = Order.objects.select_related("unit", "from_unit", "issued_by__unit").get(pk=order.pk)
    if step == "answer" and order.state == "closed":
        step = "finish"
    due = _when(order.due_at)
    facts: dict[str, Any] = {"unit": order.unit.name, "giver": _giver(order), "due": due}
    return format_lazy(DONE[step], accept_by=_when(order.accept_by) or due, **facts)


def _when(moment: dt.datetime | None) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else ""


def _giver(order: Order) -> Text:
    """Who gave it: the unit, else the person; the air office where a rule did."""
    if order.from_unit is not None:
        return order.from_unit.name
    return order.issued_by.name if order.issued_by else _("大气办")
