"""Who asks the platform over HTTP: a person's browser with cookies and form tokens, or a program with a token.

Small on purpose: the generator shares the processors with what it measures.
"""

from __future__ import annotations

import json
import re
import socket
import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEEP = 1.0  # seconds a connection is used again; the server closes idle ones a little later
PATIENCE = 60.0
Files = dict[str, tuple[str, bytes]]  # name of the field to file name and content


class Broken(Exception):
    """No answer came: whether the request was carried out is not known."""

    def __init__(self, message: str, request_id: str) -> None:
        super().__init__(message)
        self.request_id = request_id


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    request_id: str
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def location(self) -> str:
        return urlsplit(self.headers.get("location", "")).path

    @property
    def ok(self) -> bool:
        return self.status < 400


class Client:
    """One connection with its cookies."""

    def __init__(self, port: int, *, patience: float = PATIENCE) -> None:
        self.port = port
        self.patience = patience
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self._connection: HTTPConnection | None = None
        self._used = 0.0

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """One request, redirects not followed. Every request has a number of its own, which the trail keeps."""
        request_id = uuid.uuid4().hex
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        sent["X-Request-ID"] = request_id
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        try:
            connection = self._open()
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            self.close()
            raise Broken(f"{method} {path}: {error!r}", request_id) from error
        self._used = time.monotonic()
        for value in response.headers.get_all("Set-Cookie", []):
            name, _sign, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        told = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close:
            self.close()
        return Answer(response.status, told, content, request_id, time.perf_counter() - began)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> HTTPConnection:
        if self._connection is not None and time.monotonic() - self._used > KEEP:
            self.close()
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
            self._connection.connect()
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._connection


class Browser(Client):
    """A person at the pages."""

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def log_in(self, username: str, password: str) -> Answer:
        return self.submit("/login", "/login", username=username, password=password)

    def submit(self, page: str, action: str, files: Files | None = None, **fields: Any) -> Answer:
        """Open a page, then send a form of it, as its button does."""
        shown = self.get(page)
        if not shown.ok:
            return shown
        return self.send(shown, action, files, **fields)

    def send(self, shown: Answer, action: str, files: Files | None = None, **fields: Any) -> Answer:
        """Send a form of a page that is open already."""
        found = FORM_TOKEN.search(shown.text)
        assert found, f"no form on {action}: {shown.status}"
        told = {"csrfmiddlewaretoken": found.group(1), **{name: str(value) for name, value in fields.items()}}
        body, kind = (
            _multipart(told, files) if files else (urlencode(told).encode(), "application/x-www-form-urlencoded")
        )
        return self.ask("POST", action, body, Content_Type=kind)


class Program(Client):
    """A program at the API, below /api/v1/."""

    def __init__(self, port: int, secret: str, **given: Any) -> None:
        super().__init__(port, **given)
        self.headers["Authorization"] = f"Bearer {secret}"

    def read(self, path: str) -> Answer:
        return self.ask("GET", f"/api/v1/{path}")

    def write(self, path: str, body: Any = None, *, method: str = "POST", key: str = "") -> Answer:
        headers = {"Idempotency_Key": key} if key else {}
        content = json.dumps({} if body is None else body).encode()
        return self.ask(method, f"/api/v1/{path}", content, Content_Type="application/json", **headers)


def _multipart(fields: dict[str, str], files: Files) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, (file_name, content) in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
