"""The web server where gunicorn does not run: `python -m lantian.cli.windows HOST PORT THREADS [CERTIFICATE KEY]`."""

from __future__ import annotations

import sys
from typing import Any

from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter


def server(application: Any, host: str, port: int, threads: int, certificate: str = "", key: str = "") -> wsgi.Server:
    """A server, not started yet; with a certificate it speaks https."""
    made = wsgi.Server((host, port), application, numthreads=threads, shutdown_timeout=10)
    if certificate:
        made.ssl_adapter = BuiltinSSLAdapter(certificate, key)
    return made


def main(host: str, port: str, threads: str, *files: str) -> None:
    """Serve until ended."""
    from lantian.site.wsgi import application

    running = server(application, host, int(port), int(threads), *files)
    try:
        running.start()
    except KeyboardInterrupt:
        running.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
