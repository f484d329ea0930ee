"""Life cycles of this room, as tables, and who may do what."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

DESK = ("air_office", "duty_officer")  # hand orders out, look after them, check
HANDLERS = ("liaison", "grid_officer", *policy.OUTSIDE)  # deal with them: a firm with those that it was given itself
REPORTERS = ("liaison", "grid_officer", "inspector")  # go out, and tell the desk what they find
SPEAKERS = (*DESK, "leader", "inspector", *HANDLERS)  # may say something
OPEN = ("issued", "accepted", "returned", "declined", "answered")
WITH_UNIT = ("issued", "accepted", "returned")  # the unit is to do something
UNDER_WAY = ("accepted", "returned")


def is_outside(actor: policy.Actor) -> bool:
    """Whether somebody is of a firm or the like, and nothing else: they see no more than what is their own to do."""
    return not any(actor.holds(role) for role in policy.OFFICIALS)


def _gives(actor: policy.Actor, order: Any) -> bool:
    """Whether the actor speaks for the unit that gave the order."""
    if order is None or isinstance(order, type):
        return actor.holds("liaison")
    giver = getattr(order, "from_unit_id", None)
    return giver is not None and giver in actor.visible_unit_ids and actor.holds("liaison")


def _hands_over(actor: policy.Actor, order: Any) -> bool:
    """Whether the actor's unit may hand such an order to another unit."""
    if not _gives(actor, order):
        return False
    return order is None or isinstance(order, type) or order.rule.given_by == "units"


def _sees(actor: policy.Actor, order: Any) -> bool:
    """Whether the actor may say something about the order: whoever sees it, if they do any of this work."""
    if not any(actor.holds(role) for role in SPEAKERS):
        return False
    if order is None or isinstance(order, type):
        return True
    return bool(type(order).objects.visible_to(actor).filter(pk=order.pk).exists())


GIVER = policy.Rule(_gives, (_("交办单位的联络员"),), ("liaison",))
BETWEEN_UNITS = policy.Rule(_hands_over, (_("移交线索的单位的联络员"),), ("liaison",))

ORDER = Lifecycle(
    "orders.order",
    start="draft",
    labels={
        "draft": pgettext_lazy("order", "草稿"),
        "issued": _("待接单"),
        "accepted": pgettext_lazy("order", "处置中"),
        "answered": _("待核查"),
        "returned": _("退回重办"),
        "declined": _("已退单"),
        "closed": pgettext_lazy("order", "已销号"),
        "withdrawn": pgettext_lazy("order", "已撤销"),
        "merged": _("已并单"),
    },
    steps=[
        Step("edit", "draft", "draft", by=DESK, also=GIVER, label=_("修改工单草稿")),
        Step("issue", "draft", "issued", by=DESK, also=GIVER, label=_("派单"), tone="primary"),
        Step("accept", "issued", "accepted", by=HANDLERS, label=_("接单"), tone="primary"),
        Step("decline", "issued", "declined", by=HANDLERS, needs=["reason"], label=_("退单")),
        Step("note", "accepted", "accepted", by=HANDLERS, label=_("记录处置")),
        Step("note", "returned", "returned", by=HANDLERS, label=_("记录处置")),
        Step("answer", "accepted", "answered", by=HANDLERS, needs=["text"], label=_("反馈"), tone="primary"),
        Step("answer", "returned", "answered", by=HANDLERS, needs=["text"], label=_("反馈"), tone="primary"),
        Step("decline", "accepted", "declined", by=HANDLERS, needs=["reason"], label=_("退单")),
        Step("close", "answered", "closed", by=DESK, also=GIVER, label=_("核查通过，销号"), tone="primary"),
        Step(
            "return",
            "answered",
            "returned",
            by=DESK,
            also=GIVER,
            needs=["reason"],
            label=pgettext_lazy("step", "退回重办"),
        ),
        Step("finish", "answered", "closed", by=()),  # by nobody: part of an answer that needs no check
        *(
            Step("transfer", state, "issued", by=DESK, also=GIVER, needs=["unit", "reason"], label=_("转办"))
            for state in ("declined", *WITH_UNIT)
        ),
        *(Step("assign", state, state, by=HANDLERS, needs=["person"], label=_("指定经办人")) for state in WITH_UNIT),
        *(Step("copy", state, state, by=DESK, also=GIVER, needs=["units"], label=_("增加抄送")) for state in OPEN),
        *(
            Step(
                "withdraw",
                state,
                "withdrawn",
                by=DESK,
                also=GIVER,
                needs=["reason"],
                label=pgettext_lazy("order", "撤销"),
                tone="danger",
            )
            for state in ("draft", *OPEN)
        ),
        *(Step("merge", state, "merged", by=DESK, also=GIVER, needs=["into"], label=_("并入另一单")) for state in OPEN),
        Step("reopen", "closed", "returned", by=DESK, also=GIVER, needs=["reason"], label=_("重新打开")),
    ],
)

EXTENSION = Lifecycle(
    "orders.extension",
    start="asked",
    labels={"asked": _("申请中"), "granted": _("已同意"), "refused": pgettext_lazy("order", "不同意")},
    steps=[
        Step("grant", "asked", "granted", by=DESK, also=GIVER, label=_("同意延期"), tone="primary"),
        Step("refuse", "asked", "refused", by=DESK, also=GIVER, needs=["reason"], label=_("不同意延期")),
        Step("lapse", "asked", "refused", by=()),  # by nobody: the order is answered, transferred or over
    ],
)

policy.declare(
    {
        "orders.see": policy.roles(*policy.OFFICIALS, *policy.OUTSIDE),
        "orders.statistics.see": policy.roles(*policy.OFFICIALS),
        "orders.order.create": policy.roles(*DESK) | BETWEEN_UNITS,
        "orders.report": policy.roles(*REPORTERS),
        "orders.comment": policy.Rule(_sees, (_("能看到这张工单的人员"),), SPEAKERS),
        "orders.extension.ask": policy.roles(*HANDLERS),
        "orders.escalate": policy.roles(),  # by nobody: the clock does
    },
    titles={
        "orders.see": _("查看工单"),
        "orders.statistics.see": _("查看工单统计"),
        "orders.order.create": _("新建工单"),
        "orders.report": _("上报发现的问题"),
        "orders.comment": _("在工单下留言"),
        "orders.extension.ask": _("申请延期反馈"),
        "orders.escalate": _("催办升级"),
    },
)
