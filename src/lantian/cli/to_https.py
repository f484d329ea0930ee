"""Sends http on to https: `python -m lantian.cli.to_https HOST PORT HTTPS_PORT`, a child of `lantian serve`.

A phone fetches the certificate of our own authority here: it is public, the phone does not trust us yet, and whoever
installs it compares the fingerprint.
"""

from __future__ import annotations

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from lantian.site.environment import Tls, tls, var_directory

AUTHORITY = "/ca.crt"


class Server(ThreadingHTTPServer):
    """One place to listen, and where https is."""

    daemon_threads = True

    def __init__(self, host: str, port: int, https_port: int, secured: Tls) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.https_port, self.secured = https_port, secured
        super().__init__((host, port), Handler)


class Handler(BaseHTTPRequestHandler):
    """Answers every address with where it is by https."""

    server: Server
    timeout = 10
    server_version, sys_version = "lantian", ""

    def do_GET(self) -> None:
        """The way on, or the authority's certificate."""
        authority = self.server.secured.authority
        if self.path == AUTHORITY and authority is not None:
            self._answer(200, authority.read_bytes(), ("Content-Type", "application/x-x509-ca-cert"))
        else:
            self._answer(307, b"", ("Location", self._there()))

    do_HEAD = do_POST = do_GET

    def _there(self) -> str:
        """The same address by https; under a name of ours, for nobody else may choose where we send people."""
        hosts = self.server.secured.hosts
        asked = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        asked = f"[{asked}]" if ":" in asked else asked
        host = asked if any(asked == one or (one[:1] == "." and asked.endswith(one)) for one in hosts) else hosts[0]
        port = "" if self.server.https_port == 443 else f":{self.server.https_port}"
        path = self.path if self.path.startswith("/") else "/"
        return f"https://{host.removeprefix('.')}{port}{path}"

    def _answer(self, status: int, body: bytes, header: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header(*header)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what is asked for is asked again by https, and counted there."""


def main(host: str, port: str, https_port: str) -> None:
    """Listen until ended."""
    secured = tls(var_directory())
    assert secured is not None, "started by `lantian serve` where there is a certificate"
    Server(host, int(port), int(https_port), secured).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
