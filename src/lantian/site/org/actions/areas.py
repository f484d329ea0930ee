"""What can be done to areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor, roles
from lantian.site.org.models import Area

OFFICE = roles("system_admin", "air_office")

policy.declare(
    {
        "org.add_area": OFFICE,
        "org.change_area": OFFICE,
    },
    titles={
        "org.add_area": _("新增行政区"),
        "org.change_area": _("修改行政区"),
    },
)


def add_area(
    actor: Actor,
    *,
    name: str,
    kind: str,
    parent: Area | None = None,
    code: str = "",
    aliases: Sequence[str] = (),
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Area:
    """Add an area. Only one has no parent: the root of this deployment."""
    area = Area(
        name=name,
        kind=kind,
        parent=parent,
        code=code,
        aliases=_clean_names(aliases, name),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with change(actor, area, "org.add_area") as area:
        _one_root(area)
    return area


def change_area(
    actor: Actor,
    area: Area,
    *,
    name: str,
    kind: str,
    parent: Area | None = None,
    code: str = "",
    aliases: Sequence[str] = (),
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Area:
    """Change what is known of an area."""
    with change(actor, area, "org.change_area") as area:
        area.name, area.kind, area.parent, area.code = name, kind, parent, code
        area.aliases, area.valid_from, area.valid_to = _clean_names(aliases, name), valid_from, valid_to
        _one_root(area)
    return area


def _one_root(area: Area) -> None:
    if area.parent_id is None and Area.objects.filter(parent=None).exclude(pk=area.pk).exists():
        raise Invalid(_("一套系统只有一个最上级行政区。"), fields={"parent": _("请选择上级。")})


def _clean_names(names: Iterable[str], but: str) -> list[str]:
    return [name for name in dict.fromkeys(name.strip() for name in names) if name and name != but]
