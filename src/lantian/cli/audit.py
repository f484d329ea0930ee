"""`lantian audit`: verify, anchor, seal and export the audit trail."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import t
from lantian.cli.screen import bar, console, facts, tell
from lantian.cli.site import need_database, open_site

app = typer.Typer(
    help=t("操作记录：核验、锚定、封存、导出。", "The audit trail: verify, anchor, seal, export."), no_args_is_help=True
)


class Form(StrEnum):
    """Formats of an export."""

    csv = "csv"
    jsonl = "jsonl"


Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD")]


@app.command(help=t("核验记录链、封存段和锚定文件。", "Walk the chain, the sealed segments and the anchor file."))
def verify(json: Annotated[bool, typer.Option("--json", help=t("输出 JSON。", "Print JSON."))] = False) -> None:
    """Name the first event that does not fit; exit status 1 then."""
    open_site()
    need_database()
    from lantian.site.core import audit

    with bar(t("核验", "verifying")) as told:
        verdict = audit.verify(lambda share: told(share, ""))
    if json:
        from json import dumps

        print(dumps(verdict.as_dict(), ensure_ascii=False, indent=2))
    else:
        whole = t("首尾相连，没有改动", "whole: nothing was changed")
        rows: dict[str, object] = {
            t("结论", "Verdict"): whole if verdict.whole else verdict.why,
            t("不符的第一条", "First event that does not fit"): verdict.broken_at,
            t("已核验", "Walked"): t(f"{verdict.events} 条", f"{verdict.events} events"),
            t("封存段", "Sealed segments"): verdict.segments,
            t("锚定", "Anchors"): t(
                f"{verdict.anchors} 次，至第 {verdict.anchored_to} 条",
                f"{verdict.anchors}, to event {verdict.anchored_to}",
            ),
        }
        console().print(facts({name: value for name, value in rows.items() if value is not None}))
        for warning in verdict.warnings:
            tell(f"! {warning}")
    raise typer.Exit(Exit.OK if verdict.whole else Exit.FOUND)


@app.command(help=t("把链尾写入数据库以外的锚定文件。", "Write the chain's head to the file outside the database."))
def anchor() -> None:
    """Anchor now; the job runner does it every day."""
    open_site()
    need_database()
    from lantian.site.core import audit
    from lantian.site.core.audit.files import anchors_file

    made = audit.anchor()
    file = anchors_file()
    if made is None:
        tell(t("上次锚定以后没有新的记录。", "Nothing was added since the last anchor."))
        return
    tell(t(f"第 {made.seq} 条已写入 {file}。", f"Event {made.seq} is written to {file}."))


@app.command(
    help=t("把旧记录封存为压缩文件，移出数据库。", "Move old events out of the database, as compressed files.")
)
def seal(before: Day = None) -> None:
    """Seal events older than a day (default: LANTIAN_AUDIT_MONTHS months)."""
    open_site()
    need_database()
    from django.utils import timezone

    from lantian.site.core import audit

    limit = before.replace(tzinfo=timezone.get_default_timezone()) if before else None
    made = audit.seal(before=limit)
    for segment in made:
        tell(f"{segment.file_name}  {segment.first_seq}–{segment.last_seq}")
    if not made:
        tell(t("没有需要封存的记录。", "There is nothing to seal."))


@app.command(help=t("导出一段时间的操作记录。", "Write the trail of a period to a file or to standard output."))
def export(
    to: Annotated[
        Path | None, typer.Option("--to", help=t("文件；不填则写到标准输出。", "File; default: standard output."))
    ] = None,
    form: Annotated[Form, typer.Option("--format", help=t("格式。", "Format."))] = Form.jsonl,
    since: Day = None,
    until: Day = None,
) -> None:
    """Newest first, sealed events included; the export is told in the trail."""
    if since and until and until < since:
        raise Stop(Exit.USAGE, "--until 早于 --since。", "--until lies before --since.")
    open_site()
    need_database()
    from django.utils import timezone

    from lantian.site.core.audit import actions, exporting, trail
    from lantian.site.core.policy import System

    zone = timezone.get_default_timezone()
    asked = trail.Asked(
        since=since.replace(tzinfo=zone) if since else None,
        until=(until + timedelta(days=1)).replace(tzinfo=zone) if until else None,
    )
    period = {"since": since and str(since.date()), "until": until and str(until.date())}
    actions.tell_of_export(System(), form.value, period)
    lines = exporting.lines(trail.walk(asked), form.value)
    if to is None:
        for line in lines:
            sys.stdout.write(line)
        return
    with to.open("w", encoding="utf-8", newline="") as out:
        out.writelines(lines)
    tell(str(to))
