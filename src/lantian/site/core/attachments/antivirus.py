"""The antivirus hook: a command of the office's own choice looks at every file before it is kept.

`LANTIAN_ANTIVIRUS="clamdscan --no-summary --fdpass {file}"`: exit status 0 is clean, anything else (a time-out and a
program that does not start included) means that the file is not taken.
"""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from lantian.site.core.faults import Invalid

log = logging.getLogger(__name__)


def scan(file: Path) -> None:
    """Have a file looked at; nothing happens without the setting.

    Raises
    ------
    Invalid : it is not clean, or could not be looked at
    """
    if not settings.LANTIAN_ANTIVIRUS:
        return
    command = [part.replace("{file}", str(file)) for part in settings.LANTIAN_ANTIVIRUS]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=settings.LANTIAN_ANTIVIRUS_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.exception("the antivirus command did not work: %s", command[0])
        raise Invalid(
            _("杀毒程序没有应答，文件没有保存。"), remedy=_("请稍后重试；仍不行时请联系管理员检查 LANTIAN_ANTIVIRUS。")
        ) from error
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace").strip()[-500:]
        log.warning("the antivirus command refused a file (exit status %s): %s", done.returncode, said)
        message = _("杀毒检查没有通过，文件没有保存。")
        raise Invalid(message, fields={"file": message}, remedy=_("请在本机查杀病毒后再上传。"))
