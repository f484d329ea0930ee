"""A plan drawn as tables for the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.text import Text

from lantian.cli.language import language, t
from lantian.cli.screen import facts, table

if TYPE_CHECKING:
    from rich.table import Table

    from lantian.plandoc.plan import Goal, Plan, Quantity, Severity, Span, Task

SEVERITY: dict[Severity, tuple[str, str]] = {
    "error": (t("错误", "error"), "red"),
    "warning": (t("警告", "warning"), "yellow"),
    "note": (t("提示", "note"), "cyan"),
}
FIXED = 38  # columns of number and deadline, and the gaps between all


def head(plan: Plan) -> Table:
    """Title, issuer and period of a plan."""
    return facts(
        {
            t("标题", "Title"): plan.title,
            t("印发通知", "Notice"): plan.notice_title,
            t("发文机关", "Issuer"): plan.issuer,
            t("文号", "Document number"): plan.doc_number,
            t("印发日期", "Issued on"): plan.issued_on,
            t("行政区", "District"): plan.district,
            t("期限", "Period"): _period(plan),
        }
    )


def _period(plan: Plan) -> str | None:
    if not (plan.period_start or plan.period_end):
        return None
    return f"{plan.period_start or '…'} – {plan.period_end or '…'}"


def goals(plan: Plan, *, width: int, full: bool) -> Table | None:
    """Goals, one a row; None when the plan states none."""
    if not plan.goals:
        return None
    drawn = table(title=t(f"目标 {len(plan.goals)} 条", f"{len(plan.goals)} goals"))
    drawn.add_column(t("指标", "Indicator"), no_wrap=True)
    drawn.add_column(t("要求", "Required"), no_wrap=True, justify="right")
    drawn.add_column(t("范围", "Scope"), no_wrap=True)
    _prose(drawn, t("原文", "As written"), width=width * 55 // 100, full=full)
    for goal in plan.goals:
        drawn.add_row(goal.indicator, _required(goal), Text(_scope(goal)), Text(_one_line(goal.text)))
    return drawn


def _required(goal: Goal) -> Text:
    if goal.value is None:
        return Text(goal.op)
    return Text(f"{goal.op} {goal.value:g}{goal.unit or ''}")


def _scope(goal: Goal) -> str:
    return t("全区", "district") if goal.scope == "district" else goal.scope


def tasks(plan: Plan, *, width: int, full: bool) -> Table:
    """Tasks, one a row, with the units and the time the plan names."""
    drawn = table(
        title=t(f"任务 {len(plan.tasks)} 项", f"{len(plan.tasks)} tasks"),
    )
    drawn.add_column(t("序号", "No."), no_wrap=True, min_width=4, max_width=10)
    room = width - FIXED
    _prose(drawn, t("任务", "Task"), width=room * 45 // 100, full=full)
    _prose(drawn, t("牵头", "Lead"), width=room * 15 // 100, full=full)
    _prose(drawn, t("责任", "Responsible"), width=room * 20 // 100, full=full)
    drawn.add_column(t("时限", "Deadline"), no_wrap=True, min_width=10, max_width=14)
    _prose(drawn, t("指标数", "Quantities"), width=room * 20 // 100, full=full)
    for task in plan.tasks:
        drawn.add_row(
            task.number or "",
            Text(_one_line(f"{task.title}：{task.text}" if task.title else task.text)),
            Text("、".join(task.lead)),
            Text("、".join(task.responsible)),
            _deadline(task),
            Text("；".join(map(_quantity, task.quantities))),
        )
    return drawn


def _prose(drawn: Table, header: str, *, width: int, full: bool) -> None:
    """A column of running text: cut to one line, or wrapped when all of it is asked for."""
    drawn.add_column(header, max_width=max(width, 8), no_wrap=not full, overflow="fold" if full else "ellipsis")


def _deadline(task: Task) -> Text:
    day = task.deadline or task.due
    if day:
        return Text(str(day), style="" if task.deadline else "italic")
    return Text(task.recurrence or _one_line(task.deadline_text or "")[:12], style="dim")


def _quantity(quantity: Quantity) -> str:
    return f"{quantity.town or ''}{quantity.value:g}{quantity.unit}"


def summary(plan: Plan) -> Text:
    """One line: how many findings of which severity."""
    if not plan.findings:
        return Text(t("未发现疑点。", "No findings."))
    counts = Counter(finding.severity for finding in plan.findings)
    line = Text(t("疑点：", "Findings: "))
    for severity, (word, style) in SEVERITY.items():
        if counts[severity]:
            line.append(f"{word} {counts[severity]}  ", style=style)
    return line


def findings(plan: Plan, *, name: str) -> Table | Text:
    """Findings with their places, gravest first; one line when there are none."""
    if not plan.findings:
        return Text(f"{name}：" + t("未发现疑点。", "no findings."))
    drawn = table(title=escape(f"{name}：" + t(f"疑点 {len(plan.findings)} 条", f"{len(plan.findings)} findings")))
    drawn.add_column(t("级别", "Severity"), no_wrap=True)
    drawn.add_column(t("代码", "Code"), no_wrap=True)
    drawn.add_column(t("位置", "Place"), no_wrap=True)
    drawn.add_column(t("任务", "Tasks"), overflow="fold", max_width=16)
    drawn.add_column(t("说明", "What was found"), overflow="fold", ratio=1)
    for finding in sorted(plan.findings, key=lambda finding: list(SEVERITY).index(finding.severity)):
        word, style = SEVERITY[finding.severity]
        place = next((where for span in finding.spans if (where := _place(span))), "—")
        message = finding.message_en if language() == "en" else finding.message
        drawn.add_row(
            Text(word, style=style), finding.code, place, Text("、".join(finding.task_numbers)), Text(message)
        )
    return drawn


def _place(span: Span) -> str:
    parts = [
        (span.page, t("第{}页", "p. {}")),
        (span.line, t("第{}行", "line {}")),
        (span.table, t("表{}", "table {}")),
        (span.row, t("第{}行", "row {}")),
        (span.column, t("第{}列", "col. {}")),
    ]
    return " ".join(words.format(value) for value, words in parts if value is not None)


def _one_line(text: str) -> str:
    return " ".join(text.split())
