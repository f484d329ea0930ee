"""`lantian demo`: the demo district, ready to look at."""

from __future__ import annotations

import typer

from lantian.cli.language import t
from lantian.cli.processes import need_free_port
from lantian.cli.screen import bar, console, table, tell
from lantian.cli.serve import Host, Port, address_line, run
from lantian.cli.site import migrate, open_site


def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Fill an empty database with the demo district, print the logins, and serve it."""
    need_free_port(host, port)
    open_site()
    with bar(t("正在准备演示区", "Preparing the demo district")) as progress:
        progress(0, t("数据库", "database"))
        migrate()
        from lantian.site.demo.load import load

        logins = load(progress)

    def ready() -> None:
        drawn = table(t("用户名", "User name"), t("口令", "Password"), t("姓名", "Name"))
        for login in logins:
            drawn.add_row(login.username, login.password, login.name)
        console().print(drawn)
        tell(address_line(host, port))

    raise typer.Exit(run(host, port, tell_ready=ready))
