"""Findings: kept when checks run, decided, made into orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.rulebook import RuleError
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.checking import together
from lantian.site.core.faults import WrongState
from lantian.site.core.policy import Actor, require
from lantian.site.core.registries import checks
from lantian.site.orders import actions as orders
from lantian.site.orders.models import Order
from lantian.site.org.models import Person, Unit
from lantian.site.org.queries import root_area
from lantian.site.sources.actions.keeping import keep
from lantian.site.sources.finding_states import FINDING
from lantian.site.sources.models import Finding

ORIGIN = "sources.finding"


def run_checks(actor: Actor, names: Iterable[str] = ()) -> dict[str, int]:
    """Run checks (all, or those named) and keep what they find: one audit event.

    What was found before is found again and not doubled; what is not found any more is over. What a person dismissed
    stays dismissed. Each check is kept as it goes, so that a run of minutes stops nobody from writing. One whose rules
    cannot be read holds the others not up: what is wrong is raised at the end.

    Returns
    -------
    How many hits each check has now.

    Raises
    ------
    RuleError : a file of rules is not well-formed
    """
    told: dict[str, int] = {}
    wrong: list[RuleError] = []
    root = root_area()
    if root is None:
        return told
    require(actor, "sources.check.run", root)
    today = clock.today()
    with together():
        for name, check in checks.items():
            if not names or name in names:
                try:
                    told[name] = keep(root, name, check.run(today))
                except RuleError as error:
                    wrong.append(error)
    with change(actor, root, "sources.check.run", found=told):
        pass
    if wrong:
        raise wrong[0]
    return told


def decide_finding(actor: Actor, finding: Finding, step: str, *, reason: str) -> Finding:
    """Confirm a finding, dismiss it, or open it again.

    Raises
    ------
    WrongState : it is in another state
    Invalid : without a reason
    """
    with change(actor, finding, f"sources.finding.{step}", note=reason) as current:
        FINDING.step(current, step, reason=reason.strip(), actor=actor)
        current.decided_by = actor if isinstance(actor, Person) else None
        current.decided_at, current.reason = clock.now(), reason.strip()[:500]
    return current


def order_finding(
    actor: Actor, finding: Finding, unit: Unit, *, kind: str, text: str = "", due: dt.date | None = None, **fields: Any
) -> Order:
    """Make a finding an order that a unit has to answer; the finding counts as confirmed.

    Raises
    ------
    WrongState : it is an order already, or no finding any more
    """
    with change(actor, finding, "sources.finding.order") as current:
        if current.order_id is not None or current.state not in ("open", "confirmed"):
            raise WrongState(_("这条疑点已经转为工单，或已经不是疑点。"), remedy=_("请刷新页面后再看。"))
        if current.state == "open":
            FINDING.step(current, "confirm", reason=text or current.said)
            current.decided_by = actor if isinstance(actor, Person) else None
            current.decided_at = clock.now()
        made = orders.create_order(
            actor,
            kind=kind,
            area=current.area,
            unit=unit,
            title=current.said[:100],
            text=text or current.said,
            origin=ORIGIN,
            cause=current,
            due=due,
            **fields,
        )
        current.order = orders.issue_order(actor, made)
    return made
