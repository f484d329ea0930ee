"""All rooms' routes as one API: its addresses, and what ninja itself refuses said as problems."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from lantian.site.core import problems
from lantian.site.core.api.entrance import enter
from lantian.site.core.api.routing import ROUTES, Room, Route

VERSION = "1"


@cache
def api() -> NinjaAPI:
    """The API of all rooms that are installed. Built once, when all of them have declared their routes."""
    built = NinjaAPI(title="Lantian 蓝天", version=VERSION, docs_url=None, openapi_url=None, urls_namespace="api")
    for room in Room.rooms:
        built.add_router(room.prefix, room.router)
    built.add_exception_handler(ValidationError, _validation)
    built.add_exception_handler(HttpError, _unreadable)
    for kind in (Exception, Http404):
        built.add_exception_handler(kind, _raised)
    return built


def addresses() -> list[URLPattern]:
    """Addresses of all routes below `/api/v1/`; one for each path, whatever the number of its methods."""
    several: dict[str, list[URLPattern]] = defaultdict(list)
    for pattern in api().urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name in ROUTES:
            several[str(pattern.pattern)].append(pattern)
    return [_address(where, patterns) for where, patterns in several.items()]


def _address(where: str, patterns: list[URLPattern]) -> URLPattern:
    routes = {ROUTES[str(one.name)].method: ROUTES[str(one.name)] for one in patterns}
    first = ROUTES[str(patterns[0].name)]
    return path(where, _view(routes, patterns[0].callback, first), name=first.name)


def _view(routes: dict[str, Route], answer: Any, first: Route) -> Any:
    def view(request: Any, **kwargs: Any) -> HttpResponseBase:
        return enter(routes, request) or answer(request, **kwargs)

    view.csrf_exempt = True  # type: ignore[attr-defined]  # asked for in `enter`, of cookies alone
    view.declared = first.declared  # type: ignore[attr-defined]
    view.routes = tuple(routes.values())  # type: ignore[attr-defined]
    return view


def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.of_validation(request, error.errors)


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.of_fault(
        request, problems.BadRequest(_("请求的正文不是有效的 JSON。"), remedy=_("请核对 UTF-8 编码、括号和引号。"))
    )


def _raised(request: HttpRequest, error: Any) -> HttpResponse:
    """Everything else goes on to the site's own handling, which says it as a problem too."""
    raise error
