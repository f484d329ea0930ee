"""Old Word and WPS files: turned into docx by LibreOffice where it is installed."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from lantian.plandoc.document import Document, ReadError
from lantian.plandoc.read import docx, guard
from lantian.plandoc.read.builder import limits, refusal


def read(data: bytes, name: str) -> Document:
    """The document, through a docx in a temporary directory that is gone afterwards.

    Raises
    ------
    ReadError
        'old-office' when LibreOffice is not there, cannot make sense of the file or takes too long.
    """
    program = next(filter(None, map(shutil.which, limits().convert.programs)), None)
    if not program:
        raise _refused(name, "这台机器没有安装 LibreOffice，不能自动转换", "LibreOffice is not installed to convert it")
    made = _converted(program, data, name)
    if guard.kind(made, name) != "docx":
        raise _refused(name, "LibreOffice 没有转换成功", "LibreOffice could not convert it")
    document = docx.read(made, name)
    warning = "由旧版格式自动转换而来，请核对编号和表格。 Converted from an old format: check numbers and tables."
    return dataclasses.replace(document, warnings=(*document.warnings, warning))


def _converted(program: str, data: bytes, name: str) -> bytes:
    """The bytes of the docx that LibreOffice makes, macros off, with a profile of its own."""
    seconds = limits().convert.seconds
    with tempfile.TemporaryDirectory(prefix="lantian-") as folder:
        source, out = Path(folder, "plan.doc"), Path(folder, "out")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        command = [
            program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nologo", "--nolockcheck",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(out), str(source),
        ]  # fmt: skip
        try:
            _run(command, folder, seconds)
            made = out / "plan.docx"
            guard.check_size(made.stat().st_size, name)
            return made.read_bytes()
        except subprocess.TimeoutExpired as error:
            raise _refused(
                name, f"LibreOffice 转换超过 {seconds} 秒", f"LibreOffice took more than {seconds} seconds"
            ) from error
        except (subprocess.SubprocessError, OSError) as error:
            raise _refused(name, "LibreOffice 没有转换成功", "LibreOffice could not convert it") from error


def _run(command: list[str], folder: str, seconds: int) -> None:
    """Run a program to its end; on timeout end it with all that it started, for soffice is a script around another."""
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            raise
    if code:
        raise subprocess.CalledProcessError(code, command[0])


def _refused(name: str, zh: str, en: str) -> ReadError:
    return refusal(
        "old-office",
        name,
        f"这是旧版 Word 或 WPS 文件，{zh}。请用 Word 或 WPS 打开，另存为 .docx 后再上传。",
        f"this is an old Word or WPS file, and {en}. Open it with Word or WPS, save it as .docx and upload that.",
    )
