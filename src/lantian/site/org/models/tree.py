"""Rows that lie below each other."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def subtree(parents: dict[int, int | None], tops: set[int]) -> frozenset[int]:
    """The tops and all that lies below them, from a table of child and parent."""
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = [top for top in tops if top in parents]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, [])
    return frozenset(found)


def refuse_circle(model: type[models.Model], pk: int | None, parent_id: int | None) -> None:
    """Raise if the parent lies at or below the row itself."""
    if pk is None or parent_id is None:
        return
    parents = dict(model._default_manager.values_list("pk", "parent_id"))
    if parent_id in subtree(parents, {pk}):
        raise ValidationError({"parent": _("上级不能是它自己或它的下级。")})
