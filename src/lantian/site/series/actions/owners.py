"""Owners of series, made by the rooms whose things they are."""

from __future__ import annotations

from typing import Any

from lantian.site.org.models import Area, Unit
from lantian.site.series.models import Owner


def add_owner(*, kind: str, code: str, name: str, area: Area, unit: Unit | None = None, url: str = "") -> Owner:
    """Make the owner of a thing's series. Part of the action that makes the thing, which asks the policy and audits."""
    made = Owner(kind=kind, code=code, name=name, area=area, unit=unit, url=url)
    made.full_clean()
    made.save()
    return made


def change_owner(owner: Owner, **fields: Any) -> Owner:
    """Bring the owner in line with its thing. Part of the action that changes the thing."""
    for name, value in fields.items():
        setattr(owner, name, value)
    owner.full_clean()
    owner.save(update_fields=list(fields))
    return owner
