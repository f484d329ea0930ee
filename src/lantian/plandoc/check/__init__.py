"""Looks through a parsed plan for what does not add up.

A check speaks only when a person who reads the two places would agree: it is better silent than wrong. Nothing is
corrected here; a finding names the places, the arithmetic and how grave it is.
"""

from __future__ import annotations

from lantian.plandoc.check import dates, numbers, pairing, references, rows, texts, units
from lantian.plandoc.check.context import Check, Context
from lantian.plandoc.plan import Finding, Plan

CHECKS: tuple[Check, ...] = (
    *numbers.CHECKS,
    *pairing.CHECKS,
    *dates.CHECKS,
    *rows.CHECKS,
    *references.CHECKS,
    *units.CHECKS,
    *texts.CHECKS,
)


def check(plan: Plan, *, source: str | None = None) -> list[Finding]:
    """Everything in a plan that a person should look at.

    Parameters
    ----------
    source : `Document.source`, the text that the plan's spans point into. With it, spans lead to the very words,
        and checks see also what no task and no passage holds.

    Returns
    -------
    list of Finding, grouped by code; messages in Chinese and English carry the numbers and dates compared.

    Examples
    --------
    >>> from lantian.plandoc.plan import Task
    >>> plan = Plan(tasks=[Task(number="1", text="…", lead=["区环保局"], assist=["区环保局"])])
    >>> [finding.code for finding in check(plan)]
    ['role_conflict']
    """
    context = Context(plan, source)
    return [finding for one in CHECKS for finding in one(plan, context)]
