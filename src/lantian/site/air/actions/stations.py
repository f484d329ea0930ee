"""Stations: entered in the register, changed, closed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.series import Factors
from lantian.site.air import states  # noqa: F401 - declares the policies
from lantian.site.air.days import KIND
from lantian.site.air.models import Station
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Unit
from lantian.site.series import actions as series

CHANGEABLE = (
    "name", "kind", "area", "unit", "longitude", "latitude", "factors", "counts", "background", "valid_from",
    "valid_to", "source",
)  # fmt: skip


def add_station(
    actor: Actor, *, code: str, name: str, kind: str, area: Area, unit: Unit | None = None, **fields: Any
) -> Station:
    """Enter a station. `fields` are those of `Station`, as far as known.

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : the code is taken, a factor is unknown, the point is none
    """
    made = Station(code=code.strip(), name=name.strip(), kind=kind, area=area, unit=unit)
    with change(actor, made, "air.station.add") as made:
        _set(made, fields)
        made.full_clean(exclude=["owner"])
        made.owner = series.add_owner(kind=KIND, code=made.code, name=made.name, area=area, unit=unit)
        made.save()
        series.change_owner(made.owner, url=made.get_absolute_url())
    return made


def change_station(actor: Actor, station: Station, **fields: Any) -> Station:
    """Change what is known of a station; its code stays. With `valid_to` it is closed, and its values stay."""
    with change(actor, station, "air.station.change") as current:
        _set(current, fields)
        current.full_clean()
        series.change_owner(current.owner, name=current.name, area=current.area, unit=current.unit)
    return current


def _set(station: Station, fields: dict[str, Any]) -> None:
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"a station has no {sorted(unknown)} that could be set")
    for name, value in fields.items():
        setattr(station, name, value)
    known = {one.code for one in rulebook.get("series-factors", as_=Factors).factor}
    if strange := [code for code in station.factors if code not in known]:
        raise Invalid(
            _("没有这种监测因子：{codes}。").format(codes="、".join(strange)),
            fields={"factors": _("请从列表中选择。")},
        )
