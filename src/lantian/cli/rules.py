"""`lantian rules`: what the rulebook holds, from when, and where it came from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import t
from lantian.cli.screen import console, facts, table

if TYPE_CHECKING:
    from lantian.rulebook import Entry

app = typer.Typer(help=t("规则库：列出、查看。", "The rulebook: list, show."), no_args_is_help=True)

SURE = {
    "read": ("已核对原文", "read in the source"),
    "second-hand": ("转引", "second-hand"),
    "memory": ("凭记忆", "from memory"),
    "assumed": ("假定", "assumed"),
    "practice": ("实际文件的写法", "practice of plan documents"),
}


@app.command("list", help=t("列出全部规则及版本。", "List all rules and editions."))
def list_() -> None:
    """Print one row for each edition of each rule."""
    from rich.text import Text

    from lantian.rulebook.loader import DATA, all_entries

    drawn = table("id", t("版本", "Edition"))
    drawn.add_column(t("有效期", "Valid"), no_wrap=True)
    drawn.add_column(t("名称", "Title"), overflow="fold")
    drawn.add_column(t("来源", "From"), no_wrap=True)
    for loaded in sorted(all_entries(), key=lambda loaded: (loaded.entry.id, loaded.entry.edition)):
        entry = loaded.entry
        origin = t("自带", "shipped") if loaded.file.is_relative_to(DATA) else str(loaded.file)
        drawn.add_row(*map(Text, (entry.id, entry.edition, _valid(entry), entry.title, origin)))
    console().print(drawn)


@app.command(
    help=t("查看一条规则在某日、某地的内容和出处。", "Show a rule as it holds on a day in an area, and its source.")
)
def show(
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=t("规则 id；不填则列出全部。", "Rule id; none lists all."))
    ] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=t("哪一天有效。", "The day on which it must hold."))
    ] = None,
    area: Annotated[str | None, typer.Option(help=t("行政区代码。", "Code of the area."))] = None,
    edition: Annotated[str | None, typer.Option(help=t("版本。", "Edition."))] = None,
    json: Annotated[bool, typer.Option("--json", help=t("输出 JSON。", "Print JSON."))] = False,
) -> None:
    """Print the head of a rule and the file it came from."""
    from lantian import rulebook
    from lantian.rulebook.loader import DATA

    if id is None:
        return list_()
    known = {loaded.entry.id for loaded in rulebook.all_entries()}
    if id not in known:
        import difflib

        near = "、".join(difflib.get_close_matches(id, known, n=3)) or "lantian rules list"
        raise Stop(Exit.USAGE, f"没有规则“{id}”，相近的有：{near}。", f"There is no rule {id!r}; see {near}.")
    entry = rulebook.get(id, on=on.date() if on else None, area=area, edition=edition)
    file = next(loaded.file for loaded in rulebook.all_entries() if loaded.entry is entry)
    if json:
        print(entry.model_dump_json(indent=2, by_alias=True))
        return None
    laid_over = "" if file.is_relative_to(DATA) else t("（本区覆盖）", " (laid over by the district)")
    console().print(
        facts(
            {
                t("规则", "Rule"): f"{entry.id}  {entry.title}",
                t("版本", "Edition"): entry.edition,
                t("有效期", "Valid"): _valid(entry),
                t("适用地区", "Areas"): "、".join(entry.areas) or t("全国", "everywhere"),
                t("条款", "Clause"): entry.clause,
                t("可靠程度", "How sure"): t(*SURE[entry.sure]),
                t("文件", "File"): f"{file}{laid_over}",
            }
        )
    )
    print(file.read_text(encoding="utf-8").rstrip())
    return None


def _valid(entry: Entry) -> str:
    if not (entry.valid_from or entry.valid_to):
        return t("一直", "always")
    return f"{entry.valid_from or '…'} – {entry.valid_to or '…'}"
