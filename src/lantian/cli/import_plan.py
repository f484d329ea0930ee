"""`lantian import-plan`: a plan document into the platform, by the same actions as on its pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop, report
from lantian.cli.language import t
from lantian.cli.screen import bar, tell
from lantian.cli.site import need_database, open_site

if TYPE_CHECKING:
    from lantian.site.core.policy import Actor


def import_plan(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", show_default=False, help=t("方案文件。", "Plan documents."))
    ],
    confirm: Annotated[
        bool,
        typer.Option(
            "--confirm",
            help=t("不经页面核对，直接确认为正式方案。", "Start the plan at once, without a review on the page."),
        ),
    ] = False,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help=t("以哪个用户的身份导入（默认：系统）。", "User name to act for; default: the system.")
        ),
    ] = None,
) -> None:
    """Import each file; one that cannot be read is told and does not stop the rest."""
    open_site()
    need_database()
    from lantian.site.plans.actions import import_file

    actor, status = _actor(by), Exit.OK
    for file in files:
        try:
            with bar(file.name) as progress:
                done = import_file(actor, file, confirm=confirm, progress=progress)
        except (Exception, KeyboardInterrupt) as error:
            status = report(error)
            if status in (Exit.BUG, Exit.INTERRUPTED):
                break
            continue
        where = done.get_absolute_url()
        if confirm:
            tell(t(f"{file.name}：已确认为方案，见 {where}", f"{file.name}: started as a plan, see {where}"))
        else:
            tell(t(f"{file.name}：待核对，见 {where}", f"{file.name}: waits for review, see {where}"))
    raise typer.Exit(status)


def _actor(username: str | None) -> Actor:
    from lantian.site.core.policy import System
    from lantian.site.org.models import Person

    if username is None:
        return System()
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Stop(Exit.USAGE, f"没有用户“{username}”。", f"There is no user {username!r}.")
    return person
