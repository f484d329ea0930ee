"""Pages: who may open them, where they stand in the navigation, and the frame around them.

    @room("plans", "ledger", policy="plans.see", menu=_("任务台账"), icon="list-details", order=20)
    def ledger_page(request):
        return page(request, "plans/ledger.html", ...)

The address of such a page is named `plans:ledger` in the room's `urls.py`. A test walks all addresses and fails for
a view that went through neither `room` nor `open_page`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from lantian.site.core import errors
from lantian.site.core import policy as policies
from lantian.site.core.faults import Text
from lantian.site.core.frame import MENU, Crumb, Entry, declare_room, declare_section, frame, room_crumbs
from lantian.site.core.registries import Panel, panels_for

__all__ = ["Declared", "declare_room", "declare_section", "open_page", "page", "panels", "room", "see_other"]

P = ParamSpec("P")
# A view takes the request as our middleware leaves it: core.request.Request.
View = Callable[Concatenate[Any, P], HttpResponseBase]


@dataclass(frozen=True)
class Declared:
    """What a view says about itself. `policy` None: open, no login needed; `why` says why that is right."""

    room: str
    name: str
    policy: str | None
    methods: tuple[str, ...]
    why: str = ""


def room(
    room: str,
    name: str,
    *,
    policy: str,
    menu: Text = "",
    icon: str = "point",
    order: int = 100,
    section: str = "",
    methods: Sequence[str] = ("GET",),
) -> Callable[[View[P]], View[P]]:
    """A page of a room: log-in, methods and policy are checked before the view runs; `menu` makes it an entry, below
    the title of its `section` where the room has declared one.

    The policy is asked in general here; whether it covers the very object is for the action or for `visible_to`.
    """

    def decorate(view: View[P]) -> View[P]:
        declared = Declared(room, name, policy, tuple(methods))

        @wraps(view)
        def wrapped(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return _guarded(declared, request) or view(request, *args, **kwargs)

        wrapped.declared = declared  # type: ignore[attr-defined]
        if menu:
            MENU.append(Entry(room, name, policy, menu, icon, order, section))
        return wrapped

    return decorate


def open_page(room: str, name: str, *, why: str, methods: Sequence[str] = ("GET",)) -> Callable[[View[P]], View[P]]:
    """A page that needs no log-in; `why` says why that is right."""

    def decorate(view: View[P]) -> View[P]:
        declared = Declared(room, name, None, tuple(methods), why)

        @wraps(view)
        def wrapped(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            return _wrong_method(declared, request) or view(request, *args, **kwargs)

        wrapped.declared = declared  # type: ignore[attr-defined]
        return wrapped

    return decorate


def page(
    request: HttpRequest,
    template: str,
    *,
    title: Text = "",
    crumbs: Sequence[Crumb] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a page in its frame; for htmx only the content, as the frame stands already.

    Parameters
    ----------
    title : heading and window title
    crumbs : (label, address) of the pages between the room and this one
    """
    htmx = getattr(request, "htmx", None)
    fragment = bool(htmx and not htmx.boosted and not htmx.history_restore_request)
    context |= frame(request) | {
        "frame": "core/fragment.html" if fragment else "core/base.html",
        "title": title,
        "crumbs": [*room_crumbs(request), *crumbs],
    }
    return render(request, template, context, status=status)


def panels(place: str, person: Any, obj: Any) -> list[dict[str, Any]]:
    """Panels that higher rooms put on a page of `obj`, as far as the person may see them."""
    built = []
    for name, panel in panels_for(place):
        if (panel.policy and not policies.may(person, panel.policy)) or (panel.asked and not panel.asked(obj)):
            continue
        if panel.later:
            url = reverse("core:panel", args=[name, obj.pk])
            built.append({"title": panel.title, "url": url})
        elif shown := built_panel(panel, person, obj):
            built.append(shown)
    return built


def built_panel(panel: Panel, person: Any, obj: Any) -> dict[str, Any] | None:
    """A panel as its template draws it; None where it shows nothing."""
    context = panel.build(person, obj)
    return None if context is None else {"title": panel.title, "template": panel.template, "context": context}


def see_other(to: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """To another page after a form was taken: `see_other("plans:plan", pk=7)` or a path."""
    return HttpResponseRedirect(to if to.startswith("/") else reverse(to, args=args, kwargs=kwargs))


def _guarded(declared: Declared, request: HttpRequest) -> HttpResponse | None:
    person = request.person  # type: ignore[attr-defined]
    if not person.is_authenticated:
        return _to_login(request)
    first = person.must_first
    if first and f"{declared.room}:{declared.name}" not in {first, "org:logout"}:
        return see_other(first)
    if wrong := _wrong_method(declared, request):
        return wrong
    policies.require(person, str(declared.policy))
    return None


def _wrong_method(declared: Declared, request: HttpRequest) -> HttpResponse | None:
    if request.method in declared.methods or (request.method == "HEAD" and "GET" in declared.methods):
        return None
    return errors.wrong_method(request, list(declared.methods))


def _to_login(request: HttpRequest) -> HttpResponse:
    after = request.get_full_path() if request.method == "GET" else ""
    address = reverse("org:login") + (f"?{urlencode({'next': after})}" if after else "")
    if getattr(request, "htmx", False):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("org:login")
        return response
    return HttpResponseRedirect(address)
