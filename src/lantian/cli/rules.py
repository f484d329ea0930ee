"""`lantian rules`: what the rulebook holds, from when, and where it came from."""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import t
from lantian.cli.screen import console, facts, table

if TYPE_CHECKING:
    from lantian.rulebook.show import Row

app = typer.Typer(help=t("规则库：列出、查看。", "The rulebook: list, show."), no_args_is_help=True)

SURE = {
    "read": ("已核对原文", "read in the source"),
    "second-hand": ("转引", "second-hand"),
    "memory": ("凭记忆", "from memory"),
    "assumed": ("假定", "assumed"),
    "practice": ("实际文件的写法", "practice of plan documents"),
}
ORIGIN = {
    "shipped": ("自带", "shipped"),
    "replaced": ("本区替换", "replaced by the district"),
    "extended": ("本区覆盖", "laid over by the district"),
    "own": ("本区自有", "the district's own"),
}

On = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help=t("哪一天有效。", "The day on which it must hold.")),
]
Area = Annotated[str | None, typer.Option(help=t("行政区。", "The area."))]
Json = Annotated[bool, typer.Option("--json", help=t("输出 JSON。", "Print JSON."))]


@app.command("list", help=t("列出规则及其版本。", "List rules and their editions."))
def list_(on: On = None, area: Area = None, json: Json = False) -> None:
    """Print one row for each edition of each rule that holds."""
    from rich.text import Text

    from lantian.rulebook import show

    rows = show.rules(on=_day(on), area=area)
    if json:
        _print_json([_plain(row) for row in rows])
        return
    drawn = table("id", t("版本", "Edition"))
    drawn.add_column(t("有效期", "Valid"), no_wrap=True)
    drawn.add_column(t("名称", "Title"), overflow="fold")
    drawn.add_column(t("来源", "From"), no_wrap=True)
    drawn.add_column(t("文件", "File"), overflow="fold")
    for row in rows:
        drawn.add_row(*map(Text, (row.id, row.edition, _valid(row), row.title, t(*ORIGIN[row.origin]), row.place)))
    console().print(drawn)


@app.command(
    help=t(
        "查看一条规则在某日、某地的内容和出处。", "Show a rule as it holds on a day in an area, and where it came from."
    )
)
def show(
    id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help=t("规则 id；不填则列出全部。", "Rule id; none lists all."))
    ] = None,
    on: On = None,
    area: Area = None,
    edition: Annotated[str | None, typer.Option(help=t("版本。", "Edition."))] = None,
    json: Json = False,
) -> None:
    """Print the head of a rule and what it says."""
    from lantian.rulebook import show

    if id is None:
        list_(on, area, json)
        return
    _known(id)
    shown = show.rule(id, on=_day(on), area=area, edition=edition)
    row = shown.row
    if json:
        _print_json({**_plain(row), "changed": shown.changed, "content": shown.content})
        return
    console().print(
        facts(
            {
                t("规则", "Rule"): f"{row.id}  {row.title}",
                t("版本", "Edition"): row.edition,
                t("有效期", "Valid"): _valid(row),
                t("适用地区", "Areas"): "、".join(row.areas) or t("全国", "everywhere"),
                t("条款", "Clause"): row.clause,
                t("可靠程度", "How sure"): t(*SURE[row.sure]),
                t("来源", "From"): t(*ORIGIN[row.origin]),
                t("文件", "File"): row.file,
                t("改动", "Changed"): "、".join(shown.changed),
                t("其他版本", "Other editions"): "、".join(other.edition for other in shown.others),
            }
        )
    )
    from pprint import pformat

    from rich.text import Text

    console().print(Text(pformat(shown.content, width=100, sort_dicts=False, compact=True)), soft_wrap=True)


def _known(id: str) -> None:
    """Stop at an unknown rule and name those that are spelled alike."""
    from lantian.rulebook.loader import ids

    if id in ids():
        return
    from difflib import get_close_matches

    near = "、".join(get_close_matches(id, ids(), n=3)) or "lantian rules list"
    raise Stop(Exit.USAGE, f"没有规则“{id}”，请看：{near}。", f"There is no rule {id!r}; see {near}.")


def _day(on: datetime | None) -> date | None:
    return on.date() if on else None


def _valid(row: Row) -> str:
    if not (row.valid_from or row.valid_to):
        return t("一直", "always")
    return f"{row.valid_from or '…'} – {row.valid_to or '…'}"


def _plain(row: Row) -> dict[str, object]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(row).items() if value not in (None, ())}


def _print_json(value: object) -> None:
    from json import dump

    dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()
