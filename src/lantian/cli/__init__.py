"""The command line `lantian …`, one module a room.

It stands above the library and the platform. Its modules import inside functions, so that a library command never
loads Django and `lantian plan export` starts at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with an `lantian.cli.exits.Exit` status."""
    from lantian.cli.app import app
    from lantian.cli.faults import report

    for stream in (sys.stdout, sys.stderr):  # an office terminal may be GBK: never fail on one character
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(arguments, prog_name="lantian")
    except (Exception, KeyboardInterrupt) as error:
        sys.exit(report(error))
