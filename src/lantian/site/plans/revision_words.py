"""The two sides of a difference in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from lantian.plandoc.export.words import number_text
from lantian.plandoc.plan import ROLES
from lantian.site.plans import words
from lantian.site.plans.models import RevisionPiece

SIGNS = dict(words.COMPARISONS)
RECURRENCES = dict(words.RECURRENCES)
ROLE_NAMES = dict(words.ROLES)


def in_words(piece: RevisionPiece, side: Any) -> str:
    """One side of a piece, as a person reads it."""
    if side in (None, "", []):
        return ""
    if piece.kind == "goal":
        return _goal(side)
    if piece.op != "changed":
        return _task(side)
    if piece.field in ("deadline", "due"):
        return _deadline(side)
    if piece.field == "quantities":
        return "\n".join(_quantity(one) for one in side)
    return "、".join(side) if isinstance(side, list) else str(side)


def _task(task: dict[str, Any]) -> str:
    lines = [
        " ".join(x for x in (task["number"], task["title"]) if x),
        task["text"],
        *(f"{ROLE_NAMES[role]}：{'、'.join(task[role])}" for role in ROLES if task[role]),
        _deadline(task),
        "；".join(_quantity(one) for one in task["quantities"]),
    ]
    return "\n".join(line for line in lines if line)


def _deadline(given: dict[str, Any]) -> str:
    lines = [
        given.get("deadline_text") or "",
        _("到期日 {day}").format(day=given["due"]) if given.get("due") else "",
        str(RECURRENCES.get(given.get("recurrence") or "", "")),
    ]
    return "\n".join(line for line in lines if line)


def _quantity(given: dict[str, Any]) -> str:
    sign = "" if given["op"] == "=" else str(SIGNS[given["op"]])
    return " ".join(x for x in (given["town"], given["what"], sign, number_text(given["value"]), given["unit"]) if x)


def _goal(given: dict[str, Any]) -> str:
    scope = _("全区") if given["scope"] == "district" else given["scope"]
    value = "" if given["value"] is None else number_text(given["value"])
    sign = "" if given["op"] == "=" else str(SIGNS[given["op"]])
    period = " — ".join(given[name] or "" for name in ("period_start", "period_end"))
    lines = [
        " ".join(x for x in (scope, sign, value, given["unit"]) if x),
        given["baseline"] or "",
        period if period.strip(" —") else "",
        given["text"],
    ]
    return "\n".join(line for line in lines if line)
