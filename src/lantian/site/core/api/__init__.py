"""The HTTP API: what every room's `api.py` stands on.

A room makes a `Room`, declares its scopes, and its routes with policy and scope; see `routing`. The rest is written
once: the way in (`entrance`), errors (`problems`), paging (`paging`), writes that are done once (`once`), limits
(`limits`), the description (`document`).
"""

from lantian.site.core.api.paging import orders, paged
from lantian.site.core.api.routing import Room, refuse_unknown
from lantian.site.core.api.schemas import In, Key, Line, Moment, Named, Out, Page, Paged, Prose, Told, Word
from lantian.site.core.api.scopes import declare as declare_scopes

__all__ = [
    "In",
    "Key",
    "Line",
    "Moment",
    "Named",
    "Out",
    "Page",
    "Paged",
    "Prose",
    "Room",
    "Told",
    "Word",
    "declare_scopes",
    "orders",
    "paged",
    "refuse_unknown",
]
