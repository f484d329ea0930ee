"""What pages of org share."""

from __future__ import annotations

from typing import Any

from lantian.site.core import audit, policy
from lantian.site.core.request import Request

FORM = ("GET", "POST")


def history(request: Request, obj: Any) -> list[Any]:
    """Latest events of a thing, for those who may see the trail."""
    if not policy.may(request.person, "core.see_audit"):
        return []
    return list(audit.events_of(obj).defer("before", "after")[:8])
