"""Bulletins of the city: entered as they were published, removed where they were entered wrongly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.air.bulletin_table import Line
from lantian.site.air.models import Bulletin, BulletinRow
from lantian.site.air.models.bulletins import bulletin_rule
from lantian.site.air.queries.city import Matching
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person


def enter_bulletin(
    actor: Actor,
    *,
    kind: str,
    area: Area,
    first: dt.date,
    last: dt.date,
    lines: Sequence[Line],
    issuer: str = "",
    total: int | None = None,
) -> Bulletin:
    """Keep a bulletin of the city. Lines are matched with areas by name and alias; others keep their name alone.

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : no such kind, entered already, no line, a line without a place, or a place beyond the total
    """
    if bulletin_rule().of(kind) is None:
        raise Invalid(_("没有这种通报。"), fields={"kind": _("请从列表中选择。")})
    places = [line.place or 0 for line in lines]
    if not places or min(places) < 1:
        raise Invalid(_("表格里没有可用的行。"), fields={"table": _("请核对表格。")})
    if last > clock.today():
        raise Invalid(_("时段还没有结束。"), fields={"last": _("请核对日期。")})
    ranked = total or max(len(places), *places)
    if ranked < max(places):
        raise Invalid(_("参加排名总数小于表中的名次。"), fields={"total": _("请核对总数。")})
    made = Bulletin(kind=kind, area=area, first=first, last=last, issuer=issuer.strip(), total=ranked)
    made.person, made.made_at = actor if isinstance(actor, Person) else None, clock.now()
    told: Any = {"lines": len(lines)}
    with change(actor, made, "air.bulletin.enter", **told) as made:
        made.full_clean()
        made.save()
        matching = Matching(area)
        BulletinRow.objects.bulk_create(
            BulletinRow(
                bulletin=made, name=line.name, district=line.district, value=line.value, place=line.place or 0,
                area=matching.area_of(line.name, line.district),
            )
            for line in lines
        )  # fmt: skip
    return made


def remove_bulletin(actor: Actor, bulletin: Bulletin, *, reason: str) -> None:
    """Remove a bulletin that was entered wrongly."""
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("删除通报须写明理由。")})
    with change(actor, bulletin, "air.bulletin.remove", note=reason.strip()) as current:
        current.delete()
