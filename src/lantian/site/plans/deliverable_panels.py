"""What deliverables show on pages of plans and units, what waits for whom, reminders, ledgers that can be filed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export import export
from lantian.site.core import clock, notify, policy
from lantian.site.core.deadlines import reminders_due
from lantian.site.core.faults import Text
from lantian.site.core.jobs import Progress
from lantian.site.core.registries import (
    LedgerExport,
    Panel,
    WorkLine,
    WorkRow,
    ledger_exports,
    panels,
    work_lines,
)
from lantian.site.core.schedules import schedule
from lantian.site.plans import confirming, filing_people, lights
from lantian.site.plans.models import Deliverable, Filing, FilingParty, Plan
from lantian.site.plans.queries import deliverables as queries

SHOWN = 5
notify.declare("plans.filing_due", _("报送到期提醒"))


def of_plan(person: Any, plan: Any) -> dict[str, Any]:
    """What the plan orders to be handed in, what is due first on top."""
    rows = list(queries.deliverables(person).filter(plan=plan).prefetch_related(None).order_by("due", "pk"))
    return {
        "plan": plan,
        "rows": [(row, queries.light_of(row)) for row in rows],
        "can_add": policy.may(person, "plans.deliverable.add", Deliverable(area_id=plan.area_id)),
    }


def of_unit(person: Any, unit: Any) -> dict[str, Any]:
    """Open filings that the unit owes or has in hand."""
    rows = list(queries.of_units(person, [unit.pk]).prefetch_related(None).order_by("due", "pk")[: 2 * SHOWN])
    return {"unit": unit, "rows": [(row, lights.light(row.due)) for row in rows]}


def lines(person: Any) -> Iterable[WorkLine]:
    """Filings whose next step is the person's, what is late first."""
    if not policy.may(person, "plans.deliverable.see"):
        return
    rows = list(
        queries.waiting_for(person)
        .select_related("deliverable", "unit")
        .order_by("due", "pk")[:500]
    )  # fmt: skip
    today, address = clock.today(), f"{reverse('plans:filings')}?mine=on"
    late = [row for row in rows if row.due and row.due < today]
    shown = tuple(
        WorkRow(_titled(row), row.get_absolute_url(), _note(row), lights.light(row.due)) for row in rows[:SHOWN]
    )
    tone = "red" if late else "blue"
    yield WorkLine(_("待办理的报送件"), len(rows), address, "arrows-right", 4, tone, shown)


def _titled(row: Filing) -> Text:
    return format_lazy("{}：{}", row.state_label, str(row))


def _note(row: Filing) -> Text:
    light = lights.light(row.due)
    if light.state == "overdue":
        return format_lazy(_("过期 {n} 天"), n=light.days_off)
    if light.state == "none":
        return ""
    return format_lazy(_("还有 {n} 天"), n=light.days_off)


@schedule("plans.filing_reminders", title=_("报送到期提醒"), every="day", at="08:35", working_days=True)
def remind(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Tell whoever has a filing that its day comes, is there, or has passed, each once."""
    today = clock.today()
    parties = Prefetch("parties", FilingParty.objects.select_related("unit"))
    rows = Filing.objects.exclude(turn__in=("", "parts")).exclude(due=None).select_related("deliverable", "unit")
    waiting = [(row, one) for row in rows.prefetch_related(parties) for one in reminders_due(row.due, today)]
    notices = 0
    for done, (row, one) in enumerate(waiting):
        progress(done / len(waiting))
        title = {
            "overdue": format_lazy(_("逾期 {days} 个工作日：{task}"), days=one.days, task=str(row)),
            "today": format_lazy(_("今天到期：{task}"), task=str(row)),
            "before": format_lazy(_("{days} 个工作日后到期：{task}"), days=one.days, task=str(row)),
        }[one.stage]
        made = notify.notify(
            filing_people.having(row),
            "plans.filing_due",
            title=title,
            body=format_lazy(_("环节：{step}，期限 {due}。"), step=row.state_label, due=row.due),
            url=row.get_absolute_url(),
            key=f"plans.filing_due:{row.pk}:{row.state}:{row.due:%Y%m%d}:{one.key}",
        )
        notices += len(made)
    return {"reminders": len(waiting), "notices": notices}


def tasks_of_plan(person: Any, plan: Plan) -> tuple[str, bytes]:
    """The plan's tasks as a workbook."""
    return f"{plan.title}.xlsx", export(confirming.contract_of(plan), "xlsx")


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    see = "plans.deliverable.see"
    panels.register(
        "plans.plan.deliverables",
        Panel(
            "plans.plan",
            _("分方案和清单"),
            "plans/deliverables/panels/plan.html",
            of_plan,
            order=30,
            policy=see,
            later=True,
        ),
    )
    panels.register(
        "plans.unit.filings",
        Panel(
            "org.unit",
            _("报送"),
            "plans/deliverables/panels/unit.html",
            of_unit,
            order=20,
            policy=see,
            later=True,
        ),
    )
    work_lines.register("plans.filings", lines)
    ledger_exports.register("plans.tasks", LedgerExport(_("方案任务台账"), tasks_of_plan))
