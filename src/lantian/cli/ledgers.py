"""`lantian ledgers`: which lists are kept, and what one of them holds, proves and owes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop
from lantian.cli.language import language, t
from lantian.cli.screen import console, facts, table

if TYPE_CHECKING:
    from rich.table import Table

    from lantian.ledgers.words import Language
    from lantian.rulebook.schemas.ledgers import Duty, Ledger, LedgerField
    from lantian.rulebook.schemas.series import Label

app = typer.Typer(help=t("清单：列出、查看。", "Ledgers: list, show."), no_args_is_help=True)

On = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help=t("哪一天有效。", "The day on which it must hold.")),
]
Json = Annotated[bool, typer.Option("--json", help=t("输出 JSON。", "Print JSON."))]
TYPES = {
    "text": ("文字", "text"),
    "number": ("数字", "number"),
    "whole": ("整数", "whole number"),
    "percent": ("百分数", "percent"),
    "day": ("日期", "day"),
    "moment": ("日期和时刻", "day and time"),
    "choice": ("选项", "choice"),
    "yes": ("是否", "yes or no"),
    "names": ("多个名称", "names"),
}
MARKS = {
    "required": ("必填", "required"),
    "filter": ("可筛选", "filter"),
    "sum": ("可合计", "sum"),
    "yearly": ("逐年", "yearly"),
    "personal": ("个人信息", "personal"),
    "worked_out": ("平台填写", "filled in by the platform"),
}
REACH = {
    "": ("", ""),
    "open": ("", ""),
    "stopped": ("已停", "stopped"),
    "done": ("办理完成", "done"),
    "gone": ("已移出", "gone"),
}
LATE = {"finding": ("问题", "finding"), "stop": ("建议停产", "proposed to stop")}


@app.command("list", help=t("列出清单。", "List the ledgers."))
def list_(on: On = None, json: Json = False) -> None:
    """Print one row for each ledger that holds."""
    from lantian import ledgers

    found = ledgers.all_ledgers(_day(on))
    if json:
        _print_json(
            [one.model_dump(mode="json", include={"name", "label", "group", "life", "parent"}) for one in found]
        )
        return
    groups = {group.name: _said(group.label) for group in ledgers.groups()}
    _print(
        (
            t("分组", "Group"),
            t("名称", "Ledger"),
            "NAME",
            t("生命周期", "Life cycle"),
            t("字段", "Fields"),
            t("义务", "Duties"),
        ),
        [
            (groups[x.group], _said(x.label), x.name, _said(ledgers.life_of(x).label), len(x.field), len(x.duty))
            for x in found
        ],
    )


@app.command(help=t("查看一份清单：字段、义务、凭证。", "Show a ledger: its fields, duties, proofs."))
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help=t("清单的 NAME。", "The ledger's NAME."))],
    on: On = None,
    json: Json = False,
) -> None:
    """Print a ledger in words, or as it is written."""
    from lantian import ledgers
    from lantian.ledgers.words import derivation

    _known(name)
    one = ledgers.get(name, on=_day(on))
    if json:
        _print_json(one.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True))
        return
    console().print(_head(one))
    _print(
        (t("字段", "Field"), "NAME", t("类型", "Type"), t("标记", "Marks"), t("其他叫法", "Also called")),
        [(_said(x.label), x.name, _type(x), _marks(x), "、".join(x.headers)) for x in one.field],
    )
    _print(
        (t("由此得出", "Derived"), "NAME", t("由来", "Follows from")),
        [(_said(x.label), x.name, derivation(one, x, _spoken())) for x in one.derived],
    )
    _print(
        (
            t("义务", "Duty"),
            t("条件", "When"),
            t("要求", "Must"),
            t("期限", "Due"),
            t("逾期", "Late"),
            t("依据", "Source"),
        ),
        [_duty(one, duty) for duty in one.duty],
    )
    steps = {step.name: _said(step.label) for step in ledgers.life_of(one).step}
    kinds = {"photo": t("照片", "photo"), "document": t("文件", "document"), "reading": t("读数", "reading")}
    proofs = [(steps[x.step], _said(x.label), kinds[x.kind]) for x in one.proof]
    proofs += [(steps[x.step], _said(x.label), t("签字", "signature")) for x in one.signer]
    _print((t("步骤", "Step"), t("凭证、签字", "Proof or signature"), t("形式", "Kind")), proofs)


def _head(one: Ledger) -> Table:
    from lantian import ledgers
    from lantian.cli.rules import SURE
    from lantian.rulebook.loader import find

    return facts(
        {
            t("清单", "Ledger"): f"{one.name}  {_said(one.label)}",
            t("说明", "About"): _said(one.about),
            t("生命周期", "Life cycle"): f"{one.life}  {_said(ledgers.life_of(one).label)}",
            t("上级清单", "Under"): _said(ledgers.get(one.parent).label) if one.parent else "",
            t("条款", "Clause"): one.clause,
            t("可靠程度", "How sure"): t(*SURE[one.sure]),
            t("文件", "File"): find(one.id).file,
        }
    )


def _print(heads: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    """A table; nothing without rows."""
    from rich.text import Text

    if not rows:
        return
    drawn = table()
    for head in heads:
        drawn.add_column(head, overflow="fold", no_wrap=head == "NAME")
    for row in rows:
        drawn.add_row(*(Text(str(cell)) for cell in row))
    console().print(drawn)


def _spoken() -> Language:
    return "en" if language() == "en" else "zh"


@app.command(help=t("按新版清单整理已有记录。", "Bring listings to the edition of their ledger that holds."))
def refit() -> None:
    """After a ledger's file was changed: old names give way to new ones, filters and sums are indexed anew."""
    from lantian.cli.site import need_database, open_site

    open_site()
    need_database()
    from lantian.site.core.policy import System
    from lantian.site.sources.actions import refit_ledgers

    told = {name: number for name, number in refit_ledgers(System()).items() if number}
    if told:
        console().print(facts({name: t(f"{n} 条", f"{n} listings") for name, n in told.items()}))
    else:
        console().print(t("都已是现行版本。", "All are of the edition that holds."))


def _said(label: Label) -> str:
    return t(label.zh, label.en)


def _type(field: LedgerField) -> str:
    from lantian.ledgers import unit_label

    kind = f"{t(*TYPES[field.type])} {_said(unit_label(field.unit))}".rstrip()
    return kind + ("：" + "、".join(_said(one.label) for one in field.choices) if field.choices else "")


def _marks(field: LedgerField) -> str:
    return "、".join(t(*words) for mark, words in MARKS.items() if getattr(field, mark))


def _duty(ledger: Ledger, duty: Duty) -> tuple[str, ...]:
    from lantian.cli.rules import SURE
    from lantian.ledgers.words import all_of, name_of

    spoken = _spoken()
    when = all_of(ledger, duty.when, spoken) or t("全部", "all")
    if duty.unless:
        free = t("；", "; ").join(all_of(ledger, [one], spoken) for one in duty.unless)
        when += t(f"（除外：{free}）", f" (unless {free})")
    if duty not in ledger.owing:
        when += t("（本区未启用）", " (not in force here)")
    must = t("，且 ", "; and ").join(x for x in (t(*REACH[duty.reach]), all_of(ledger, duty.must, spoken)) if x)
    due = t("立即", "at once") if not duty.due else duty.due if "-" in duty.due else name_of(ledger, duty.due, spoken)
    source = "，".join((*([duty.clause] if duty.clause else []), t(*SURE[duty.sure])))
    return _said(duty.label), when, must, due, t(*LATE[duty.late]), source


def _known(name: str) -> None:
    """Stop at an unknown ledger and name those that are spelled alike."""
    from lantian.ledgers.catalogue import names

    if name in names():
        return
    from difflib import get_close_matches

    near = "、".join(get_close_matches(name, names(), n=3)) or "lantian ledgers list"
    raise Stop(Exit.USAGE, f"没有清单“{name}”，请看：{near}。", f"There is no ledger {name!r}; see {near}.")


def _day(on: datetime | None) -> date | None:
    return on.date() if on else None


def _print_json(value: object) -> None:
    from json import dump

    dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    print()
