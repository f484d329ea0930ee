"""Points of dustfall and the limits of areas: entered, changed, ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.air.models import DustfallLimit, DustfallPoint
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area

OF_POINT = ("name", "kind", "area", "longitude", "latitude", "mouth", "valid_from", "valid_to", "source")
OF_LIMIT = ("limit", "comparison", "valid_from", "valid_to", "source")


def add_point(actor: Actor, *, code: str, **given: Any) -> DustfallPoint:
    """Enter a point. `given` are fields of `DustfallPoint`, as far as known."""
    made = DustfallPoint(code=code.strip())
    _set(made, given, OF_POINT)
    with change(actor, made, "air.dustfall.keep"):
        pass
    return made


def change_point(actor: Actor, point: DustfallPoint, **given: Any) -> DustfallPoint:
    """Change what is known of a point; its code stays. With `valid_to` it is closed, and its results stay."""
    with change(actor, point, "air.dustfall.keep") as current:
        _set(current, given, OF_POINT)
    return current


def set_limits(
    actor: Actor,
    areas: Sequence[Area],
    *,
    limit: float,
    comparison: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    source: str,
) -> list[DustfallLimit]:
    """Give areas a limit, all of them or none.

    Raises
    ------
    Invalid : no area, no such comparison, or an area has a limit in these days already
    """
    if not areas:
        raise Invalid(_("请选择行政区。"), fields={"areas": _("请选择。")})
    given = {"limit": limit, "comparison": comparison, "valid_from": valid_from, "valid_to": valid_to,
             "source": source.strip()}  # fmt: skip
    made = []
    with change_many(actor, areas[0], "air.dustfall.keep"):
        for area in areas:
            with change(actor, DustfallLimit(area=area, **given), "air.dustfall.keep") as one:
                pass
            made.append(one)
    return made


def change_limit(actor: Actor, limit: DustfallLimit, /, **given: Any) -> DustfallLimit:
    """Change a limit, or end it with `valid_to`."""
    with change(actor, limit, "air.dustfall.keep") as current:
        _set(current, given, OF_LIMIT)
    return current


def remove_limit(actor: Actor, limit: DustfallLimit) -> None:
    """Remove a limit that was entered wrongly."""
    with change(actor, limit, "air.dustfall.keep") as current:
        current.delete()


def _set(thing: Any, given: dict[str, Any], known: tuple[str, ...]) -> None:
    if unknown := set(given) - set(known):
        raise TypeError(f"{type(thing).__name__} has no {sorted(unknown)} that could be set")
    for name, value in given.items():
        setattr(thing, name, value.strip() if isinstance(value, str) else value)
