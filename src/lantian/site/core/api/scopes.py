"""What a token may be used for. A room declares its scopes beside its routes; a person is never allowed more by one."""

from __future__ import annotations

from lantian.site.core.faults import Text

SCOPES: dict[str, Text] = {}


def declare(scopes: dict[str, Text]) -> None:
    """Add scopes with their names for the reader: `{"plans:read": _("读取方案、任务")}`."""
    for name, title in scopes.items():
        if name in SCOPES:
            raise LookupError(f"scope {name!r} is declared twice")
        SCOPES[name] = title
