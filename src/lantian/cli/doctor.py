"""`lantian doctor`: looks at an installation and says what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.language import t
from lantian.cli.screen import console, table

MARKS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "fault": ("✗", "red")}


def doctor(
    json: Annotated[bool, typer.Option("--json", help=t("输出 JSON。", "Print JSON."))] = False,
) -> None:
    """Print every check with its remedy; exit status 1 when one is at fault (a mere warning is not)."""
    from lantian.cli.checks import examine

    results = examine()
    if json:
        from json import dumps

        print(dumps([result.as_dict() for result in results], ensure_ascii=False, indent=2))
    else:
        from rich.text import Text

        drawn = table()
        drawn.show_header = False
        drawn.add_column(no_wrap=True)
        drawn.add_column(no_wrap=True, style="bold")
        drawn.add_column(overflow="fold", ratio=1)
        for result in results:
            mark, style = MARKS[result.state]
            what = Text(result.message)
            if result.remedy:
                what.append(f"\n→ {result.remedy}", style=style)
            drawn.add_row(Text(mark, style=style), result.name, what)
        console().print(drawn)
    raise typer.Exit(Exit.FOUND if any(result.state == "fault" for result in results) else Exit.OK)
