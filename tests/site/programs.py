"""Programs that ask the HTTP API, for the tests of every room."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lantian.site.core.api import limits, tokens
from lantian.site.core.api.scopes import SCOPES
from lantian.site.org.models import Person


class Program(Client):
    """Django's test client with a token in hand; paths stand below /api/v1/."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"} if secret else {})

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return self.generic(method, f"/api/v1/{path}", **_raw(data), headers=named)

    def read(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def write(self, path: str, body: Any = None, *, method: str = "POST", **headers: str) -> Any:
        return self.ask(method, path, {} if body is None else body, **headers)

    def all(self, path: str, *, limit: int = 200) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        rows: list[dict[str, Any]] = []
        cursor = ""
        while True:
            mark = "&" if "?" in path else "?"
            answer = self.read(f"{path}{mark}limit={limit}" + (f"&cursor={cursor}" if cursor else ""))
            assert answer.status_code == 200, answer.content.decode()
            rows += answer.json()["items"]
            cursor = answer.json()["next"]
            if not cursor:
                return rows


def _raw(data: dict[str, Any]) -> dict[str, Any]:
    if not data:
        return {}
    body = data["data"]
    return {
        "data": body if isinstance(body, str | bytes) else json.dumps(body),
        "content_type": data["content_type"],
    }


@pytest.fixture
def program() -> Callable[..., Program]:
    """A program of a person, with all scopes or the named ones."""

    def made(person: Person, *scopes: str) -> Program:
        _token, secret = tokens.make_token(person, name="测试", scopes=scopes or tuple(SCOPES), days=30)
        return Program(secret)

    return made


@pytest.fixture
def uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are not counted: a process writes its counts every two seconds, into whatever is measured then."""
    monkeypatch.setattr(limits, "count", lambda _key, _limit: None)
