"""Exit statuses of `lantian`: scripts may rely on them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit status of a command says."""

    OK = 0  # done
    FOUND = 1  # `plan check` found something as grave as asked; `doctor` found a fault
    USAGE = 2  # the command line itself is wrong
    UNREADABLE = 3  # a document or rule file cannot be read; the others were still worked on
    REFUSED = 4  # the platform refused: rights, state or an invalid value
    INCOMPLETE = 5  # this installation lacks something: a package, a setting, a database, a free port
    BUG = 70  # our fault: a traceback was printed
    INTERRUPTED = 130  # Ctrl-C
