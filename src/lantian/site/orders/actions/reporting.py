"""What somebody outside found (发现上报): a draft for the desk, which hands it out, changes or withdraws it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import Actor
from lantian.site.orders import kinds
from lantian.site.orders.actions.common import Files, Spot, inform, looked_over, tell
from lantian.site.orders.models import Order
from lantian.site.orders.origins import REPORTED
from lantian.site.orders.people import People
from lantian.site.org.models import Area, Person

TITLE = 60  # of its words


def report_problem(
    actor: Actor, *, kind: str, area: Area, text: str, files: Files = (), spot: Spot | None = None
) -> Order:
    """Tell the desk of a problem with a photo and its place; the own unit is proposed to deal with it.

    Raises
    ------
    Refused : the actor does not go out, or not in this area
    Invalid : no words, no photo, or the person belongs to no unit
    """
    policy.require(actor, "orders.report")
    if not Area.objects.visible_to(actor).filter(pk=area.pk).exists():
        raise Refused(_("这个行政区不归您巡查。"), remedy=_("请选择本网格、本镇街的行政区。"))
    spot = spot or Spot()
    rule = kinds.kind_of(kind)
    unit = actor.unit if isinstance(actor, Person) else None
    if unit is None:
        raise Invalid(_("您的账号没有所属单位，不能上报。"), remedy=_("请系统管理员补上所属单位。"))
    if not text.strip():
        raise Invalid(_("请写明发现了什么。"), fields={"text": _("请填写。")})
    if not files:
        raise Invalid(_("请附照片。"), fields={"photo": _("至少要有一张照片。")})
    looked_over(files)
    title = " ".join(text.split())[:TITLE]
    made = Order(
        kind=rule.id, content=rule.model_dump(mode="json"), area=area, unit=unit, title=title, text=text.strip()
    )
    with change(actor, made, "orders.report") as order:
        order.made_by, order.made_at, order.origin = actor, clock.now(), REPORTED
        order.place, order.longitude, order.latitude = spot.words.strip()[:200], spot.longitude, spot.latitude
        order.full_clean(validate_constraints=False)
        order.save()
        tell(actor, order, "create", files=files, spot=spot)
        inform(People().office(order), order, "orders.todo", _("有发现上报，请派单：{order}"), text[:300], key="report")
    return made
