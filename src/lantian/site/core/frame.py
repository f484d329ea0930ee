"""The frame around a page: navigation by room, breadcrumbs, person, replay clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.faults import Text
from lantian.site.core.notify import queries as notices

Crumb = tuple[Text, str]


@dataclass(frozen=True)
class Entry:
    """One line of the navigation."""

    room: str
    name: str
    policy: str
    label: Text
    icon: str
    order: int
    section: str = ""


@dataclass(frozen=True)
class Room:
    """A group of the navigation."""

    name: str
    title: Text
    icon: str
    order: int


@dataclass(frozen=True)
class Section:
    """A group of its own for some entries of a large room; those without a section stand under the room's title."""

    room: str
    name: str
    title: Text
    icon: str
    order: int


ROOMS: dict[str, Room] = {}
SECTIONS: list[Section] = []
MENU: list[Entry] = []


def declare_room(name: str, title: Text, *, icon: str, order: int) -> None:
    """Name a room for navigation and breadcrumbs; called at the top of its `views.py`."""
    ROOMS[name] = Room(name, title, icon, order)
    SECTIONS.append(Section(name, "", title, icon, 0))


def declare_section(room: str, name: str, title: Text, *, icon: str, order: int) -> None:
    """Name a section of a room's navigation; `order` below 0 puts it above the room's own entries."""
    SECTIONS.append(Section(room, name, title, icon, order))


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame shows: the person, the navigation, the replay clock."""
    person = getattr(request, "person", None)
    inside = bool(person and person.is_authenticated)
    shift = clock.shift()
    return {
        "person": person if inside else None,
        "navigation": navigation(request) if inside else [],
        "replayed_now": clock.now() if shift else None,
        "unread": partial(notices.unread, request) if inside else "",
        "language": get_language(),
        "session_ends": getattr(request, "session_ends", None) if inside else None,
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Rooms and their sections with the entries that the person may open, in order."""
    person = request.person  # type: ignore[attr-defined]
    here = request.resolver_match
    view_name, app_name = (here.view_name, here.app_name) if here else ("", "")
    prefix = get_script_prefix()
    offered: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entry in sorted(MENU, key=lambda e: e.order):
        if policy.may(person, entry.policy):
            offered.setdefault((entry.room, entry.section), []).append(
                {
                    "label": entry.label,
                    "icon": entry.icon,
                    "url": _address(entry, prefix),
                    "active": view_name == f"{entry.room}:{entry.name}",
                }
            )
    return [
        {"title": one.title, "icon": one.icon, "entries": entries, "inside": app_name == one.room}
        for one in sorted(SECTIONS, key=lambda s: (ROOMS[s.room].order, s.order))
        if (entries := offered.get((one.room, one.name)))
    ]


@cache
def _address(entry: Entry, _prefix: str) -> str:
    """An entry's address: dozens stand on every page, and change only with the path that the platform lies below."""
    return reverse(f"{entry.room}:{entry.name}")


def room_crumbs(request: HttpRequest) -> list[Crumb]:
    """The room that the page belongs to, linked to the first of its entries that the person may open."""
    here = request.resolver_match
    if here is None or here.app_name not in ROOMS or here.view_name == "core:home":
        return []
    one = ROOMS[here.app_name]
    person = getattr(request, "person", None)
    if person is None or not person.is_authenticated:
        return []
    entries = [entry for entry in MENU if entry.room == one.name and policy.may(person, entry.policy)]
    if not entries or here.app_name == "core":
        return [(_("首页"), reverse("core:home"))]
    first = min(entries, key=lambda e: (e.section != "", e.order))  # the room's own entries stand for it
    return [(one.title, reverse(f"{first.room}:{first.name}"))]
