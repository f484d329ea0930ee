"""Ledgers, sources and zones over the HTTP API. `register()` imports what declares the routes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core.api import Room, declare_scopes

declare_scopes(
    {"sources:read": _("读取清单、污染源、疑点和管控区"), "sources:write": _("上账、修改、办理清单步骤，处理疑点")}
)
room = Room("sources", "/sources", tag=_("清单台账"))
READ: dict[str, Any] = {"policy": "sources.see", "scope": "sources:read"}


def register() -> None:
    """Declare the routes; called once the models of all rooms are there."""
    from lantian.site.sources.api import (  # noqa: F401 - they declare routes of `room`
        findings,
        gate,
        ledgers,
        listings,
        ordering,
        parts,
        places,
        sources,
        steps,
        writing,
        zones,
    )
