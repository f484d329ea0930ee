"""`lantian serve`: the platform's web server and its job worker, as one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.language import t
from lantian.cli.processes import answers, need_free_port, run_together
from lantian.cli.screen import tell
from lantian.cli.site import SETTINGS, need_database, open_site

if TYPE_CHECKING:
    from lantian.site.environment import Tls

Host = Annotated[str, typer.Option(help=t("监听地址；0.0.0.0 为所有网卡。", "Address to listen on; 0.0.0.0 is all."))]
Port = Annotated[int, typer.Option(min=1, max=65535, help=t("端口。", "Port."))]
THREADS = 4
# A request may take so long to its end when we are asked to stop; below the grace that we give our children.
GRACEFUL_S = 10
# What served here before and was killed takes a moment to let go of the port; who starts us again need not know.
PREDECESSOR_S = GRACEFUL_S + 5


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[
        int | None, typer.Option(min=1, help=t("网页进程数，默认按处理器数。", "Web processes; default by processors."))
    ] = None,
    http_port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            help=t(
                "启用 https 时，另在此端口把 http 引到 https（如 80）。", "With https: sends http there on (say 80)."
            ),
        ),
    ] = None,
) -> None:
    """Run web server and job worker until either ends or we are asked to."""
    open_site()
    need_database()
    need_free_port(host, port, wait_s=PREDECESSOR_S)
    if http_port is not None:
        need_free_port(host, http_port, wait_s=PREDECESSOR_S)

    def ready() -> None:
        tell(address_line(host, port))

    raise typer.Exit(run(host, port, workers=workers, http_port=http_port, tell_ready=ready))


def run(
    host: str, port: int, *, workers: int | None = None, http_port: int | None = None, tell_ready: Callable[[], None]
) -> int:
    """Web server and job worker as child processes; gives the exit status."""
    secured = _tls()
    if secured is not None:
        _tell_its_end(secured)
    web = web_command(host, port, workers or min(4, (os.cpu_count() or 1) + 1), secured)
    commands = {"web": web, "jobs": job_command()}
    if secured is not None and http_port is not None:
        commands["http"] = [sys.executable, "-m", "lantian.cli.to_https", host, str(http_port), str(port)]
    return run_together(
        commands,
        environ={**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS},
        ready=lambda: answers(_reachable(host), port),
        tell=tell_ready,
        die_with_us={"jobs"},
    )


def web_command(host: str, port: int, workers: int, secured: Tls | None = None) -> list[str]:
    """gunicorn; where that does not run, cheroot: as small, and unlike waitress it speaks https."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    application = "lantian.site.wsgi:application"
    if sys.platform == "win32":
        files = [str(secured.certificate), str(secured.key)] if secured else []
        return [sys.executable, "-m", "lantian.cli.windows", host, str(port), str(workers * THREADS), *files]
    options = [f"--workers={workers}", f"--threads={THREADS}", "--timeout=120", f"--graceful-timeout={GRACEFUL_S}"]
    # Loaded once and forked: a web process that died is there again at once, and they share what they all need.
    options += ["--preload", "--log-level=warning"]
    if secured is not None:
        options += [f"--certfile={secured.certificate}", f"--keyfile={secured.key}"]
    return [sys.executable, "-m", "gunicorn", f"--bind={place}", *options, application]


def job_command() -> list[str]:
    """The job runner; the queue lies in the database."""
    return [sys.executable, "-m", "django", "run_jobs"]


def address_line(host: str, port: int) -> str:
    """Where the platform answers, for the person at the terminal."""
    secured = _tls()
    address = f"https://{secured.hosts[0]}:{port}/" if secured else f"http://{_reachable(host)}:{port}/"
    return t(f"平台已启动：{address}　（按 Ctrl-C 停止）", f"Lantian is at {address} (Ctrl-C stops it)")


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def _tls() -> Tls | None:
    from lantian.site.environment import tls, var_directory

    return tls(var_directory())


def _tell_its_end(secured: Tls) -> None:
    """Say at the start what would otherwise be seen by every phone first."""
    from lantian.cli.checks_tls import certificate

    result = certificate(secured)
    if result.state != "ok":
        tell(f"{result.message} → {result.remedy}")
