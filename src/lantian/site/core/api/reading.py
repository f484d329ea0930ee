"""The description of the API for people: from OpenAPI to what the page draws. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

DEEP = 6  # levels of a schema that are drawn


@dataclass(frozen=True)
class Line:
    """One field of a body, or one parameter."""

    name: str
    kind: str
    required: bool = False
    description: str = ""
    depth: int = 0
    where: str = ""


@dataclass(frozen=True)
class Shown:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    who: str
    parameters: list[Line]
    body: list[Line]
    media_type: str
    answer: list[Line]
    statuses: list[tuple[str, str]]


@dataclass
class Group:
    """The operations of one room."""

    title: str
    operations: list[Shown] = field(default_factory=list)


def groups(document: dict[str, Any], who: Callable[[str], str]) -> list[Group]:
    """Operations by room, in the order of the description; `who` says in words who may do an action."""
    found = {tag["name"]: Group(tag["description"]) for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            found[said["tags"][0]].operations.append(_shown(document, method.upper(), path, said, who))
    return [group for group in found.values() if group.operations]


def _shown(document: dict[str, Any], method: str, path: str, said: dict[str, Any], who: Callable[[str], str]) -> Shown:
    content = said.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    good = next(answer for status, answer in said["responses"].items() if status.startswith("2"))
    schema = good.get("content", {}).get("application/json", {}).get("schema")
    parameters = [
        Line(
            one["name"],
            kind_of(document, one["schema"]),
            one.get("required", False),
            one.get("description", ""),
            where=one["in"],
        )
        for one in said.get("parameters", [])
    ]
    return Shown(
        id=said["operationId"],
        method=method,
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        scope=said["x-scope"] or "",
        who=who(said["x-policy"]),
        parameters=parameters,
        body=list(lines(document, content[media_type]["schema"])) if media_type else [],
        media_type=media_type,
        answer=list(lines(document, schema)) if schema and "format" not in schema else [],
        statuses=[(status, answer["description"]) for status, answer in said["responses"].items()],
    )


def lines(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Iterator[Line]:
    """The fields of a schema, those of its objects indented below them."""
    told = _resolved(document, schema)
    if told.get("type") == "array":
        yield from lines(document, told["items"], depth)
        return
    required = told.get("required", [])
    for name, one in told.get("properties", {}).items():
        yield Line(name, kind_of(document, one), name in required, one.get("description", ""), depth)
        if depth < DEEP:
            yield from lines(document, one, depth + 1)


def kind_of(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A schema's type in a few words: `integer 1–200`, `open | closed`, `list of TaskOut`, `string or null`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind_of(document, one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {kind_of(document, schema.get('items', {}))}"
    kind = str(schema.get("format") or schema.get("type") or "any")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 2**31:
        return f"{kind} {low}–{high}"
    return f"{kind} ≤ {schema['maxLength']}" if "maxLength" in schema else kind


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, or behind "this or null"."""
    if "anyOf" in schema:
        schema = next((one for one in schema["anyOf"] if one.get("type") != "null"), {})
    if "$ref" in schema:
        return dict(document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]])
    return schema
