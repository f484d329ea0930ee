"""Write the pages of ledgers anew from their files: `python scripts/ledger_pages.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from lantian import ledgers
from lantian.ledgers.words import all_of, derivation, name_of
from lantian.rulebook.schemas.ledger_traces import SELF
from lantian.rulebook.schemas.ledgers import Derived, Duty, Ledger, LedgerField, LedgerLife

PAGES = Path(__file__).parents[1] / "docs" / "reference" / "ledgers"
MADE = (
    """Made from `src/lantian/rulebook/data/ledgers/` by `python scripts/ledger_pages.py`; a test keeps it current."""
)
TYPES = {
    "text": "文字 text", "number": "数字 number", "whole": "整数 whole number", "percent": "百分数 percent",
    "day": "日期 day", "moment": "日期和时刻 day and time",
    "choice": "选项 choice", "yes": "是否 yes or no", "names": "多个名称 names",
}  # fmt: skip
MARKS = {
    "required": "必填 required", "filter": "可筛选 filter", "sum": "可合计 sum", "yearly": "逐年 yearly",
    "personal": "个人信息 personal", "worked_out": "平台填写 filled in by the platform",
}  # fmt: skip
SURE = {
    "read": "已核对原文", "second-hand": "转引", "memory": "凭记忆", "assumed": "假定", "practice": "",
}  # fmt: skip


def texts() -> dict[str, str]:
    """The pages as they should be, by name of their file."""
    groups = {
        group.name: [one for one in ledgers.all_ledgers() if one.group == group.name] for group in ledgers.groups()
    }
    pages = {"index.md": _index(groups), "lives.md": _lives()}
    for group in ledgers.groups():
        if groups[group.name]:
            parts = [f"# {group.label.zh} {group.label.en}\n\n{MADE}\n", *(_ledger(one) for one in groups[group.name])]
            pages[f"{group.name}.md"] = "\n".join(parts)
    return pages


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(heads: str, rows: list[tuple[str, ...]]) -> str:
    """A table of Markdown; nothing without rows."""
    names = heads.split("|")
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows), ""]) if rows else ""


def _index(groups: dict[str, list[Ledger]]) -> str:
    parts = [
        f"# Ledgers\n\n{MADE}\n",
        "What each list of sources holds, proves and owes. A district changes any of it, or adds a list, by a file"
        " of its own: [Add a ledger](../../developer/recipes.md#a-ledger).\n",
    ]
    for group in ledgers.groups():
        rows = [
            (f"[{one.label.zh}]({group.name}.md#{_anchor(one)})", one.label.en, f"`{one.name}`",
             f"[{one.life}](lives.md#{_anchor_of_life(one.life)})", str(len(one.field)), str(len(one.duty)))
            for one in groups[group.name]
        ]  # fmt: skip
        if rows:
            parts += [
                f"## {group.label.zh} {group.label.en}\n",
                _table("清单|Ledger|Name|Life cycle|Fields|Duties", rows),
            ]
    names = "\n".join([*(group for group, held in groups.items() if held), "lives"])
    return "\n".join([*parts, f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"])


def _anchor(ledger: Ledger) -> str:
    return f"ledger-{ledger.name.replace('_', '-')}"


def _anchor_of_life(name: str) -> str:
    return f"ledger-life-{name.replace('_', '-')}"


def _ledger(one: Ledger) -> str:
    head = [
        f"({_anchor(one)})=",
        f"## {one.label.zh} {one.label.en}\n",
        f"`{one.name}` · {one.about.zh} {one.about.en}\n",
    ]
    told = [
        f"Life cycle [{one.life}](lives.md#{_anchor_of_life(one.life)})",
        f"counted in {one.counts.zh} ({one.counts.en})",
    ]
    told += [f"told apart by {'、'.join(name_of(one, key) for key in one.keys)}"] if one.keys else []
    told += [f"under {ledgers.get(one.parent).label.zh}"] if one.parent else []
    told += [f"step `{stamp.step}` fills in {name_of(one, stamp.field)}" for stamp in one.stamp]
    by = f" by {one.file_due} of every year" if one.file_due else ""
    told += [f"filed by chain `{one.chain}`{by}"] if one.chain else []
    parts = [*head, f"{'; '.join(told)}. {_source(one.clause, one.sure)}\n"]
    parts.append(_table("字段|Field|Name|Type|Marks|Also called", [_field(field) for field in one.field]))
    if one.derived:
        parts += [
            "**Derived**\n",
            _table("结果|Result|Name|Follows from|Source", [_derived(one, x) for x in one.derived]),
        ]
    if one.duty:
        parts += [
            "**Duties**\n",
            _table("义务|Duty|Name|When|Must|Due|Late|Source", [_duty(one, duty) for duty in one.duty]),
        ]
    if one.proof or one.signer:
        parts += ["**Proofs and signatures**\n", _table("步骤|凭证或签字|Proof or signature|Kind", _proofs(one))]
    if one.trace:
        parts += ["**Traces**\n", _table("追溯|Leads to|Name|On|By", _traces(one))]
    if one.publish or one.measure or one.coverage:
        parts += ["**Published, and figures**\n", _table("内容|What|Name|Of", _outward(one))]
    return "\n".join(part for part in parts if part)


def _source(clause: str, sure: str) -> str:
    return clause + (f"（{SURE[sure]}）" if SURE[sure] else "")


def _unit(unit: str) -> str:
    """A unit in both languages, once where they are the same."""
    label = ledgers.unit_label(unit)
    return label.zh if label.en == label.zh else f"{label.zh} {label.en}"


def _field(field: LedgerField) -> tuple[str, ...]:
    kind = TYPES[field.type] + (f"，{_unit(field.unit)}" if field.unit else "")
    if field.units:
        kind += "；" + "、".join(_unit(name) + (f" ×{factor:g}" if factor != 1 else "") for name, factor in field.units)
    if field.range:
        kind += f"；{field.range[0]:,.10g}–{field.range[1]:,.10g}"
    if field.choices:
        kind += "：" + "；".join(
            choice.label.zh + (f"（{'、'.join(choice.also)}）" if choice.also else "") for choice in field.choices
        )
    marks = "、".join(text for mark, text in MARKS.items() if getattr(field, mark))
    if field.refers:
        marks += f"；指向 names one of {ledgers.get(field.refers.ledger).label.zh}"
    return field.label.zh, field.label.en, f"`{field.name}`", kind, marks, "、".join(field.headers)


def _derived(ledger: Ledger, one: Derived) -> tuple[str, ...]:
    return one.label.zh, one.label.en, f"`{one.name}`", derivation(ledger, one), _source(one.clause, one.sure)


def _duty(ledger: Ledger, duty: Duty) -> tuple[str, ...]:
    when = all_of(ledger, duty.when)
    if duty.unless:
        when += f"（除外：{'；'.join(all_of(ledger, [one]) for one in duty.unless)}）"
    reach = {"done": "办理完成", "stopped": "已停", "gone": "已移出"}.get(duty.reach, "")
    must = "，且 ".join(part for part in (reach, all_of(ledger, duty.must)) if part)
    if duty.of_set:
        label = next(one.label for one in ledger.rule_set if one.name == duty.of_set)
        when += f"（{label.zh}{'' if duty in ledger.owing else '，未启用'}）"
    due = "立即" if not duty.due else duty.due if "-" in duty.due else name_of(ledger, duty.due)
    late = {"finding": "问题", "stop": "建议停产"}[duty.late]
    return (
        duty.label.zh,
        duty.label.en,
        f"`{duty.name}`",
        when or "全部",
        must,
        due,
        late,
        _source(duty.clause, duty.sure),
    )


def _proofs(ledger: Ledger) -> list[tuple[str, ...]]:
    steps = {step.name: step.label.zh for step in ledgers.life_of(ledger).step}
    kinds = {"photo": "照片 photo", "document": "文件 document", "reading": "读数 reading"}
    rows = [
        (
            steps[one.step],
            one.label.zh,
            one.label.en,
            kinds[one.kind] + ("，同组任一 one of its group" if one.group else ""),
        )
        for one in ledger.proof
    ]
    turns = {one.step for one in ledger.signer if one.turn > 1}
    return rows + [
        (steps[one.step], one.label.zh, one.label.en,
         "签字 signature" + (f"，第 {one.turn} 道 turn {one.turn}" if one.step in turns else "")
         + (f"；{one.clause}" if one.clause else ""))
        for one in ledger.signer
    ]  # fmt: skip


def _outward(ledger: Ledger) -> list[tuple[str, ...]]:
    rows = []
    for one in ledger.publish:
        after = {"": "此后", "month": "每月结束后", "quarter": "每季度结束后"}[one.every]
        due = f"，每年 {one.due} 前" if one.due else f"，{after} {one.days} 个工作日内" if one.days is not None else ""
        by = "各镇街公开：" if one.each else "公开："
        rows.append((one.label.zh, one.label.en, f"`{one.name}`",
                     by + "、".join(name_of(ledger, column) for column in one.columns) + due))  # fmt: skip
    for share in ledger.coverage:
        other = ledgers.get(share.of)
        term = {"month": "每月", "quarter": "每季度", "year": "每年"}[share.every]
        what = f"{other.label.zh}中{term}覆盖不少于 {share.least:g}%（{all_of(ledger, share.where) or '全部'}）"
        rows.append((share.label.zh, share.label.en, f"`{share.name}`", what))
    for measure in ledger.measure:
        what = "合计" + name_of(ledger, measure.field) if measure.field else "条数"
        what += f" ÷ {name_of(ledger, measure.per)}" if measure.per else ""
        what += "，占比" if measure.share else ""
        if where := all_of(ledger, (*measure.where, *measure.of)):
            what += f"；{where}"
        rows.append(
            (measure.label.zh, measure.label.en, f"`{measure.name}`", f"{what}（{_unit(measure.unit) or '—'}）")
        )
    return rows


def _traces(ledger: Ledger) -> list[tuple[str, ...]]:
    labels = {SELF: ("本条", "this")} | {one.name: (one.label.zh, one.label.en) for one in ledger.trace}
    rows = []
    for one in ledger.trace:
        other = ledgers.get(one.ledger)
        ways = [f"{name_of(ledger, tie.here)} = {name_of(other, tie.there)}" for tie in one.by]
        ways += [f"在“{labels[name][0]}”之下 below: {labels[name][1]}" for name in one.below]
        ways += [f"“{labels[name][0]}”之上 above: {labels[name][1]}" for name in one.above]
        rows.append((one.label.zh, one.label.en, f"`{one.name}`", other.label.zh, "；或 ".join(ways)))
    if ledger.trace_says:
        said = ledger.trace_says
        rows.append(("列为疑点", "A finding", "", said.zh, all_of(ledger, ledger.trace_when)))
    return rows


def _lives() -> str:
    lives: dict[str, LedgerLife] = {one.life: ledgers.life_of(one) for one in ledgers.all_ledgers()}
    parts = [
        f"# Life cycles of ledgers\n\n{MADE}\n",
        "A state means one of four things: `open` there is something to do, `stopped` as well, and nothing may run,"
        " `done` it is in order, `gone` it is on the list no more.\n",
    ]
    for name, life in sorted(lives.items()):
        states = {one.name: f"{one.label.zh} {one.label.en} `{one.means}`" for one in life.state}
        rows = [
            (states[source], f"{step.label.zh} {step.label.en} `{step.name}`", states[step.target], "、".join(step.by),
             "、".join({"reason": "原因 reason", "proof": "凭证 proof"}[need] for need in step.needs))
            for step in life.step for source in step.source
        ]  # fmt: skip
        parts += [f"({_anchor_of_life(name)})=", f"## {life.label.zh} {life.label.en}\n", f"`{name}`\n",
                  _table("状态|Step|To|By|Needs", rows)]  # fmt: skip
    return "\n".join(parts)


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for name, text in texts().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{PAGES}\n")
