"""Errors as the reader should see them: one line on standard error, in Chinese and English, and an exit status."""

from __future__ import annotations

import os
import sys
import traceback

from lantian.cli.exits import Exit
from lantian.cli.screen import tell


class Stop(Exception):
    """A command cannot go on; carries what to tell the person and the exit status."""

    def __init__(self, status: Exit, zh: str, en: str) -> None:
        super().__init__(f"{zh} {en}")
        self.status = status


def report(error: BaseException) -> Exit:
    """Tell what went wrong and give the exit status."""
    if isinstance(error, BrokenPipeError):  # `lantian … | head` is no fault
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    if isinstance(error, KeyboardInterrupt):
        tell("已中断。 Interrupted.")
        return Exit.INTERRUPTED
    status = error.status if isinstance(error, Stop) else status_of(error)
    if status is Exit.BUG:
        traceback.print_exception(error)
        tell("程序错误：请把以上内容报告给开发者。 This is a bug: please report the lines above.")
    else:
        tell(" ".join(str(error).split()))
    return status


def status_of(error: BaseException) -> Exit:
    """Exit status by the kind of error; kinds of the site and of other rooms are known by name: nothing is loaded."""
    from lantian.plandoc.document import ReadError
    from lantian.rulebook import RuleError

    if isinstance(error, ReadError | RuleError | OSError):
        return Exit.UNREADABLE
    kinds = {f"{kind.__module__}.{kind.__name__}" for kind in type(error).__mro__}
    if "lantian.site.core.faults.Fault" in kinds:
        return Exit.REFUSED
    if "lantian.airquality.faults.AirError" in kinds:
        return Exit.UNREADABLE
    if kinds & {"lantian.site.environment.BadSetting", "django.db.utils.OperationalError"}:
        return Exit.INCOMPLETE
    return Exit.BUG
