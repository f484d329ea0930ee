"""What the terminal shows. rich is loaded only when something is drawn: a plain export never pays for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PLAIN_WIDTH = 160  # columns when the output goes to a file or a pipe


def console(*, error: bool = False) -> Console:
    """A console that knows double-width characters; colours and the terminal's width on a terminal alone."""
    from rich.console import Console

    stream = sys.stderr if error else sys.stdout
    return Console(stderr=error, width=None if stream.isatty() else PLAIN_WIDTH, highlight=False, emoji=False)


def table(*columns: str, title: str | None = None) -> Table:
    """An empty table with thin lines; add columns with options of their own after it."""
    from rich import box
    from rich.table import Table

    return Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)


def facts(rows: Mapping[str, object]) -> Table:
    """Names and values, one pair a row; a value that is not known shows as a dash."""
    from rich.text import Text

    drawn = table()
    drawn.show_header = False
    drawn.add_column(style="bold", no_wrap=True)
    drawn.add_column(overflow="fold")
    for name, value in rows.items():
        drawn.add_row(Text(name), Text(str(value)) if value else Text("—", style="dim"))
    return drawn


def tell(line: str) -> None:
    """One line for the person at the terminal, on standard error so that piped output stays clean."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def working(what: str) -> Iterator[None]:
    """A moving sign that work goes on; nothing when nobody looks."""
    if not sys.stderr.isatty():
        yield
        return
    with console(error=True).status(what):
        yield


def _silent(_share: float, _word: object = "") -> None:
    """Where nobody looks, nothing is shown."""


@contextmanager
def bar(name: str) -> Iterator[Callable[[float, object], None]]:
    """A progress bar on a terminal; gives what the work reports its share (0 to 1) and a word to."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=console(error=True), transient=True) as bars:
        task = bars.add_task(escape(name), total=1.0)

        def told(share: float, word: object = "") -> None:
            bars.update(task, completed=share, description=escape(f"{name} {word}"))

        yield told
