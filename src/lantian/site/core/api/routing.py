"""Routes: what each declares about itself, and what all of them do alike.

    rooms = api.Room("plans", "/plans", tag=_("方案任务"))

    @rooms.get("/tasks", "tasks", policy="plans.see", scope="plans:read", summary=_("任务台账"), returns=Page[TaskRow])
    def tasks(request, asked: Query[TaskQuery]) -> Page[TaskRow]:
        ...

A route returns what its schema says, as an object; the bytes, the ETag and the memory of writes are made here, so that
no room makes them. Errors are raised, never returned.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, get_type_hints

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import gettext_lazy as _
from ninja import Router
from ninja.constants import NOT_SET
from pydantic import BaseModel, TypeAdapter

from lantian.site.core.api.once import once
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.page import Declared

Endpoint = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """What a route declares.

    Attributes
    ----------
    scope : that a token must have; None for what any token may see (who it belongs to)
    parameters : names of its query parameters; any other is refused
    problems : statuses of the errors that can come of it
    file : it hands out a file instead of JSON
    further : what other query parameters there are, where they depend on the path; the function refuses the rest
    """

    room: str
    name: str
    method: str
    policy: str
    scope: str | None
    parameters: frozenset[str]
    problems: tuple[int, ...]
    status: int = 200
    file: str = ""
    further: str = ""

    @property
    def writes(self) -> bool:
        return self.method != "GET"

    @property
    def declared(self) -> Declared:
        """As the pages say it, for the walk over all addresses."""
        return Declared("api", self.name, self.policy, (self.method,))


ROUTES: dict[str, Route] = {}
ALWAYS = (400, 401, 403, 405, 413, 422, 429)


class Room:
    """The routes of one room of the platform, below one prefix."""

    rooms: list[Room] = []  # noqa: RUF012 - all of them, in the order of their making

    def __init__(self, name: str, prefix: str, *, tag: Text) -> None:
        self.name = name
        self.prefix = prefix
        self.tag = tag
        self.router = Router(tags=[name])
        Room.rooms.append(self)

    def get(self, path: str, name: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        """A read; see `route`."""
        return self.route("GET", path, name, **said)

    def post(self, path: str, name: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        """A write; see `route`."""
        return self.route("POST", path, name, **said)

    def put(self, path: str, name: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        """A write that says the whole content anew; see `route`."""
        return self.route("PUT", path, name, **said)

    def delete(self, path: str, name: str, **said: Any) -> Callable[[Endpoint], Endpoint]:
        """A removal; see `route`."""
        return self.route("DELETE", path, name, **said)

    def route(
        self,
        method: str,
        path: str,
        name: str,
        *,
        policy: str,
        scope: str | None,
        summary: Text,
        returns: Any,
        status: int = 200,
        conflicts: bool = False,
        file: str = "",
        further: str = "",
        hidden: bool = False,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a route.

        Parameters
        ----------
        path : below the room's prefix, with `{int:pk}`
        policy : asked in general at the door; whether it covers the very thing is for the action and `visible_to`
        returns : schema of the answer
        conflicts : it can meet a state that it does not start from (409)
        file : media types (`|` between them), where it hands out a file: the function then returns the response
        further : query parameters beside those of its schema, in words, where they depend on the path: fields that
            a file names. The function refuses what it does not know
        hidden : not part of the description
        """

        def decorate(function: Endpoint) -> Endpoint:
            hints = get_type_hints(function, include_extras=True)
            called = f"{self.name}_{name}"
            if called in ROUTES:
                raise LookupError(f"API route {called!r} is declared twice")
            problems = (*ALWAYS, *([404] if "{" in path or method != "GET" else []), *([409] if conflicts else []))
            found = Route(self.name, called, method, policy, scope, _query(hints), problems, status, file, further)
            ROUTES[called] = found
            wrapped = self._wrapped(found, function, TypeAdapter(returns) if not file else None)
            wrapped.__signature__ = _resolved(function, hints)  # type: ignore[attr-defined]
            self.router.api_operation(
                [method],
                path,
                response=NOT_SET if file else {status: returns},
                url_name=called,
                operation_id=called,
                summary=summary,  # type: ignore[arg-type]
                description=inspect.getdoc(function),
                include_in_schema=not hidden,
            )(wrapped)
            return function

        return decorate

    def _wrapped(self, route: Route, function: Endpoint, schema: TypeAdapter[Any] | None) -> Endpoint:
        def act(request: Any, values: dict[str, Any]) -> HttpResponse:
            return _answer(route, schema, function(request, **values))

        @wraps(function)
        def wrapped(request: Any, **values: Any) -> HttpResponseBase:
            if schema is None:
                return function(request, **values)
            if route.writes:
                return once(request, request.person.pk, partial(act, request, values))
            return _unless_known(request, act(request, values))

        return wrapped


def _answer(route: Route, schema: TypeAdapter[Any] | None, result: Any) -> HttpResponse:
    assert schema is not None
    response = HttpResponse(schema.dump_json(result), status=route.status, content_type="application/json")
    location = getattr(result, "location", None)
    if route.status == 201 and location:
        response["Location"] = location
    return response


def _unless_known(request: Any, response: HttpResponse) -> HttpResponse:
    """304 for a caller who has the same content already."""
    tag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if tag in {one.removeprefix("W/") for one in known} or "*" in known:
        response = HttpResponse(status=304)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    return response


def refuse_unknown(names: Iterable[str]) -> None:
    """Refuse query parameters that nobody knows, lest a filter with a slip of the pen means everything.

    Raises
    ------
    Invalid : there is one
    """
    if unknown := sorted(names):
        raise Invalid(
            _("有不认识的查询参数，没有处理。"), fields={name[:100]: _("没有这个参数。") for name in unknown[:20]}
        )


def _query(hints: dict[str, Any]) -> frozenset[str]:
    """Names of the parameters that a function takes from the query: the fields of its `Query[...]` schemas."""
    names: set[str] = set()
    for hint in hints.values():
        for mark in getattr(hint, "__metadata__", ()):
            if type(mark).__name__ == "Query" and issubclass(hint.__origin__, BaseModel):
                names |= set(hint.__origin__.model_fields)
    return frozenset(names)


def _resolved(function: Endpoint, hints: dict[str, Any]) -> inspect.Signature:
    """The signature with types instead of their names, which ninja could not look up from here."""
    signature = inspect.signature(function)
    parameters: Sequence[inspect.Parameter] = [
        one.replace(annotation=hints.get(one.name, one.annotation)) for one in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)
