"""The library at work for this room: reads a stored document, finds its tasks, checks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lantian.plandoc import plan as contract
from lantian.plandoc.check import check
from lantian.plandoc.document import ReadError
from lantian.plandoc.parse import parse
from lantian.plandoc.parse.deadlines import Context, deadline_of_cell
from lantian.plandoc.read import read
from lantian.site.plans.source_view import Blocks, blocks_of


@dataclass(frozen=True)
class Reading:
    """What was read of one document."""

    plan: contract.Plan
    findings: list[contract.Finding]
    source: str
    blocks: Blocks
    warnings: tuple[str, ...]


def read_plan(path: Path, name: str, progress: Callable[..., None]) -> Reading:
    """Read the document at `path`, known to people as `name`; `progress(share, message)` is told how far it is.

    Raises
    ------
    ReadError : it cannot be read, or no task can be recognised in it
    """
    document = read(path, name=name, told=lambda share: progress(0.05 + 0.45 * share, _("读取文件")))
    progress(0.5, _("识别任务"))
    plan = parse(document)
    if not plan.tasks:
        raise ReadError(
            "no-task",
            f"“{name}”：没有识别出任务。请确认它是带任务、责任单位或任务表的方案文件；附表另存的，请与正文合成一个文件。",
            f"{name}: no task was recognised. Make sure that it is a plan with tasks, units or a task table; "
            "join an annex that is a file of its own to the plan.",
        )
    progress(0.85, _("核对数字、时限和单位"))
    findings = check(plan, source=document.source)
    progress(0.95, _("整理结果"))
    return Reading(plan, findings, document.source, blocks_of(document), document.warnings)


def checker(source: str) -> Callable[[contract.Plan], list[contract.Finding]]:
    """The checks over a draft of the document with this text."""
    return lambda plan: check(plan, source=source)


def deadline_fields(plan: contract.Plan, text: str) -> dict[str, Any]:
    """What a deadline as written means in this plan: the fields deadline, due, due_rule and recurrence as JSON."""
    day = plan.period_start or plan.issued_on
    context = Context(
        year=day.year if day else None,
        period_start=plan.period_start,
        period_end=plan.period_end,
        issued_on=plan.issued_on,
        city=plan.district,
    )
    found = deadline_of_cell(text, context)
    return {
        "deadline": found.deadline.isoformat() if found.deadline else None,
        "due": found.due.isoformat() if found.due else None,
        "due_rule": found.due_rule,
        "recurrence": found.recurrence,
    }
