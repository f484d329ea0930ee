"""`lantian plan`: a plan document at the terminal, without the platform."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop, report
from lantian.cli.language import t
from lantian.cli.screen import console, tell, working

if TYPE_CHECKING:
    from lantian.plandoc.plan import Plan

app = typer.Typer(help=t("方案文件：查看、检查、导出。", "Plan documents: show, check, export."), no_args_is_help=True)


class ExportFormat(StrEnum):
    """Formats of `plan export`."""

    json = "json"
    xlsx = "xlsx"
    csv = "csv"


class CheckFormat(StrEnum):
    """Formats of `plan check`."""

    text = "text"
    json = "json"


class Severity(StrEnum):
    """Severities of findings, gravest first."""

    error = "error"
    warning = "warning"
    note = "note"


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…",
        show_default=False,
        help=t("方案文件（docx、pdf、html、txt）。", "Plan documents (docx, pdf, html, txt)."),
    ),
]


def load(file: Path) -> Plan:
    """Read, parse and check one document.

    Raises
    ------
    ReadError
        when it cannot be read as a plan; says why and what to do.
    """
    from lantian.plandoc.check import check
    from lantian.plandoc.document import ReadError
    from lantian.plandoc.parse import parse
    from lantian.plandoc.read import read

    with working(t(f"正在读取 {file.name} …", f"Reading {file.name} …")):
        document = read(file)
        plan = parse(document)
        if not plan.tasks:
            raise ReadError(
                "no-task",
                f"{file.name}：没有找到任务，请确认这是行动方案或任务分解表。",
                "No task was found: is this an action plan, or a table of its tasks?",
            )
        return plan.model_copy(update={"findings": check(plan, source=document.source)})


class Batch:
    """Several files, one after the other: one that cannot be read is told and does not stop the rest."""

    def __init__(self, files: list[Path]) -> None:
        self.files = files
        self.status = Exit.OK

    def plans(self) -> Iterator[tuple[Path, Plan]]:
        """Every file that could be read, with its plan."""
        for file in self.files:
            try:
                plan = load(file)
            except (ValueError, OSError) as error:
                self.status = report(error)
                if self.status is Exit.BUG:
                    raise typer.Exit(self.status) from error
                continue
            yield file, plan


@app.command(help=t("在终端显示方案的要点和任务表。", "Show what a plan says, and its tasks, at the terminal."))
def show(
    files: Files,
    full: Annotated[bool, typer.Option("--full", help=t("不截短文字。", "Do not shorten texts."))] = False,
) -> None:
    """Print the head, the goals and the tasks of each plan."""
    from lantian.cli.plan_tables import goals, head, summary, tasks

    batch, out = Batch(files), console()
    for _file, plan in batch.plans():
        wide = goals(plan, width=out.width, full=full), tasks(plan, width=out.width, full=full)
        for part in (head(plan), *wide, summary(plan)):
            if part is not None:
                out.print(part)
    raise typer.Exit(batch.status)


@app.command(
    help=t(
        "检查方案里的矛盾和缺漏；有达到 --fail-on 级别的疑点时退出码为 1。",
        "Find contradictions and gaps; the exit status is 1 when a finding is as grave as --fail-on.",
    )
)
def check(
    files: Files,
    format: Annotated[CheckFormat, typer.Option(help=t("输出格式。", "Output format."))] = CheckFormat.text,
    fail_on: Annotated[
        Severity, typer.Option(help=t("从哪一级起算不通过。", "The mildest severity that counts as a failure."))
    ] = Severity.error,
) -> None:
    """List the findings of each plan with their places."""
    batch = Batch(files)
    failing = list(Severity)[: list(Severity).index(fail_on) + 1]
    found = False
    results = []
    for file, plan in batch.plans():
        found |= any(finding.severity in failing for finding in plan.findings)
        if format is CheckFormat.json:
            results.append({"file": str(file), "findings": [f.model_dump(mode="json") for f in plan.findings]})
        else:
            from lantian.cli.plan_tables import findings

            console().print(findings(plan, name=file.name))
    if format is CheckFormat.json:
        import json

        _write_stdout(json.dumps(results, ensure_ascii=False, indent=2).encode() + b"\n")
    raise typer.Exit(batch.status or (Exit.FOUND if found else Exit.OK))


@app.command(
    help=t(
        "导出方案：json（默认，合同见手册）、xlsx（附件任务表）、csv。",
        "Export a plan: json (default; the contract is in the handbook), xlsx (the annex table), csv.",
    )
)
def export(
    files: Files,
    format: Annotated[
        ExportFormat, typer.Option("--format", "-f", help=t("输出格式。", "Output format."))
    ] = ExportFormat.json,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help=t("文件或目录；- 为标准输出（默认）。", "File or directory; - is standard output (default)."),
        ),
    ] = None,
) -> None:
    """Write each plan to standard output, a file, or one file each in a directory."""
    from lantian.plandoc.export import export as exported

    target = _target(files, format, output)
    batch = Batch(files)
    for file, plan in batch.plans():
        content = exported(plan, format.value)
        place = target(file)
        if place is None:
            _write_stdout(content)
        else:
            from lantian.plandoc.export.files import write_whole

            write_whole(place, content)
            tell(t(f"已写入 {place}", f"wrote {place}"))
    raise typer.Exit(batch.status)


def _target(files: list[Path], format: ExportFormat, output: Path | None) -> Callable[[Path], Path | None]:
    """Where the plan of each file goes (None: standard output); refuses what could not be told apart."""
    to_stdout = output is None or str(output) == "-"
    if to_stdout and len(files) > 1:
        raise Stop(Exit.USAGE, "多个文件请用 --output 指定目录。", "Several files need --output DIRECTORY.")
    if to_stdout and format is ExportFormat.xlsx and sys.stdout.isatty():
        raise Stop(Exit.USAGE, "xlsx 请用 --output 指定文件。", "xlsx needs --output FILE.")
    if to_stdout or output is None:
        return lambda _file: None
    if len(files) == 1 and not output.is_dir():
        return lambda _file: output
    if not output.is_dir():
        raise Stop(Exit.USAGE, f"没有目录 {output}。", f"There is no directory {output}.")
    names = [f"{file.stem}.{format}" for file in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Stop(Exit.USAGE, f"几个文件会写成同名：{twice[0]}。", f"Several files would become {twice[0]}.")
    return lambda file: output / f"{file.stem}.{format}"


def _write_stdout(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
