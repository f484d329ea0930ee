"""Receivers on 127.0.0.1 for what the platform sends: an HTTP server and a mail server, each in a thread.

Both take down what they took *before* they answer, so that a test knows what a receiver has, whatever the sender knows.
`answer` says how the next requests are dealt with; `hold` keeps the answer back.
"""

from __future__ import annotations

import json
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    """One request or mail."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """What was taken, and how to answer."""

    port: int = 0
    taken: list[Received] = field(default_factory=list)
    status: int = 200
    answer: str = '{"errcode": 0, "errmsg": "ok"}'
    let_go: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.let_go.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hold(self) -> None:
        """Take, but keep the answer back until `let_go` is set."""
        self.let_go.clear()
        self.arrived.clear()

    def took(self, one: Received) -> None:
        self.taken.append(one)
        self.arrived.set()
        self.let_go.wait(30)


@contextmanager
def hooks() -> Iterator[Receiver]:
    """An HTTP server that takes anything."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.took(Received(self.path, headers, body))
            self.send_response(receiver.status)
            if receiver.status in (301, 302, 307):
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.end_headers()
            self.wfile.write(receiver.answer.encode())

        do_GET = do_PUT = do_POST

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            pass  # a sender that was killed left its connection

    with _served(Server(("127.0.0.1", 0), Handler), receiver):
        yield receiver


@contextmanager
def mails() -> Iterator[Receiver]:
    """A mail server; `status` 200 takes, any other is its reply to the recipient."""
    receiver = Receiver()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 ready")
            for raw in self.rfile:
                line = raw.decode("ascii", "replace").strip()
                word = line[:4].upper()
                if word == "QUIT":
                    return self._say("221 bye")
                if word == "RCPT" and receiver.status != 200:
                    self._say(f"{receiver.status} no")
                elif word == "DATA":
                    self._say("354 go on")
                    self._take()
                else:
                    self._say("250 ok")
            return None

        def _take(self) -> None:
            lines: list[str] = []
            for raw in self.rfile:
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                if line == ".":
                    break
                lines.append(line)
            head, _, body = "\n".join(lines).partition("\n\n")
            headers = {name.lower(): value for name, value in re.findall(r"^([\w-]+): (.*)$", head, re.MULTILINE)}
            receiver.took(Received("", headers, body))
            self._say("250 taken")

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *args: Any) -> None:
            pass

    with _served(Server(("127.0.0.1", 0), Handler), receiver):
        yield receiver


@contextmanager
def _served(server: Any, receiver: Receiver) -> Iterator[None]:
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        receiver.let_go.set()
        server.shutdown()
        server.server_close()
        thread.join()
