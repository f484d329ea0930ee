"""The description of the API, as OpenAPI 3.1: ninja's, with what every route has by our own rules."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from django.utils import translation

from lantian.site.core.api.once import HEADER
from lantian.site.core.api.routing import ROUTES, Room, Route
from lantian.site.core.api.scopes import SCOPES
from lantian.site.core.problems import CODES, MEDIA_TYPE, PREFIX, Problem

WORDS = {
    400: "请求无法识别。The request cannot be read.",
    401: "没有登录，或令牌无效。Neither logged in nor a token that opens.",
    403: "没有权限，或令牌范围不够。Not allowed, or the token lacks the scope.",
    404: "没有，或不在可见范围内。It is not there, or not for you to see.",
    405: "这个地址不接受这种方法。The address does not take this method.",
    409: "状态已改变。It is not in the state that this starts from.",
    413: "内容过大。The content is too large.",
    422: "内容不符合约定。The content does not fit.",
    429: "请求过于频繁，见 Retry-After。Too many requests; see Retry-After.",
}

ONCE = "同一个键的同一请求只执行一次，24 小时内给同样的回答。The same request with the same key is done once."
KNOWN = "上次回答的 ETag。The ETag of an earlier answer."
FILE = {"type": "string", "format": "binary"}
JSON = {"type": "object"}  # GeoJSON and the like


@cache
def document(language: str) -> dict[str, Any]:
    """The whole description, its summaries in a language. Built once a process; do not change it."""
    from lantian.site.core.api.gate import api  # all rooms are declared by now

    with translation.override(language or "zh-hans"):
        built = json.loads(json.dumps(api().get_openapi_schema(path_prefix=PREFIX), default=str))
        tags = [{"name": room.name, "description": str(room.tag)} for room in Room.rooms]
        scopes = {name: str(title) for name, title in SCOPES.items()}
    schemas = built.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    built["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": _scopes(scopes)},
        "session": {"type": "apiKey", "in": "cookie", "name": "lantian_session"},
    }
    built["tags"] = tags
    for path in built["paths"].values():
        for method in list(path):
            path[method] = _completed(path[method])
    return built


def _scopes(scopes: dict[str, str]) -> str:
    return "\n".join(f"- `{name}` {title}" for name, title in scopes.items())


def _completed(said: dict[str, Any]) -> dict[str, Any]:
    """An operation with security, headers and every answer that it can give."""
    route, said = ROUTES[said["operationId"]], copy.deepcopy(said)
    said["security"] = [{"token": [route.scope] if route.scope else []}, {"session": []}]
    said["x-policy"], said["x-scope"] = route.policy, route.scope
    answers = {str(route.status): _answered(route, said)}
    if not route.writes and not route.file:
        answers["304"] = {"description": "If-None-Match 所给的内容没有改变。Not modified."}
    for status in sorted(route.problems):
        answers[str(status)] = _problem(status)
    said["responses"] = answers
    parameters = said.setdefault("parameters", [])
    for parameter in parameters:
        parameter["schema"] = _given(parameter["schema"])
    if route.further:
        parameters.append(_further(route.further))
    if route.writes:
        parameters.append(_header(HEADER, ONCE, {"type": "string", "pattern": "^[\\x21-\\x7e]{1,200}$"}))
    elif not route.file:
        parameters.append(_header("If-None-Match", KNOWN, {"type": "string"}))
    return said


def _answered(route: Route, said: dict[str, Any]) -> dict[str, Any]:
    if route.file:
        content = {one: {"schema": JSON if one.endswith("json") else FILE} for one in route.file.split("|")}
        return {"description": "OK", "content": content}
    answer: dict[str, Any] = said["responses"][str(route.status)]
    if not route.writes:
        answer["headers"] = {"ETag": {"required": True, "schema": {"type": "string"}}}
    return answer


def _problem(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": WORDS[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == 429:
        answer["headers"] = {"Retry-After": {"required": True, "schema": {"type": "string"}}}
    assert status in CODES
    return answer


def _header(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"in": "header", "name": name, "required": False, "description": description, "schema": schema}


def _further(description: str) -> dict[str, Any]:
    """Parameters whose names a file gives: each stands in the address by its own name."""
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "in": "query", "name": "fields", "required": False, "style": "form", "explode": True,
        "description": description, "schema": schema,
    }  # fmt: skip


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is left out or has a value: an address knows no null."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}
