"""A ledger as large as a city's: made from the demo plan, confirmed by the real action."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

PLANS = 20 if os.environ.get("LANTIAN_SOAK") else 5  # a query for every plan or task is found with either
TASKS = 150


def large_ledger(office: Any, area: Any, *, plans: int = PLANS, tasks: int = TASKS) -> None:
    """Lay `plans` plans of `tasks` tasks each down, every task with its units, deadline and numbers."""
    from lantian.site.core import clock
    from lantian.site.demo import document
    from lantian.site.plans import actions
    from lantian.site.plans.draft import Draft, DraftTask
    from lantian.site.plans.models import ImportDraft, PlanImport

    with tempfile.TemporaryDirectory() as directory:
        path = document.build(Path(directory), "action_plan", year=2026)
        first = actions.import_file(office, path, confirm=False, area=area)
    kept = first.draft
    draft = Draft.model_validate(kept.content)
    many = (draft.tasks * (tasks // len(draft.tasks) + 1))[:tasks]
    draft.tasks = [DraftTask(id=k, task=t.task) for k, t in enumerate(many, 1)]
    for number in range(plans):
        draft.plan.title = f"青河区第{number + 1}号行动计划"
        plan_import = PlanImport.objects.create(
            area=area,
            file_name=first.file_name,
            attachment=first.attachment,
            state="review",
            created_by=office,
            created_at=clock.now(),
        )
        ImportDraft.objects.create(
            plan_import=plan_import, content=draft.model_dump(mode="json"), source=kept.source, blocks=kept.blocks
        )
        actions.confirm_import(office, plan_import)
    analyze()


def analyze() -> None:
    """Statistics for the planner, as a database gathers them by itself soon after much was written: with those of an
    empty table PostgreSQL joins thousands of rows with thousands one by one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def large_staff(area: Any, *, people: int = 300, units: int = 40) -> None:
    """Fill the district up to so many departments and towns and so many people: liaisons of all units, some of the air
    office, some leaders. All share one hash of the demo's password, which is slow to make on purpose."""
    from django.contrib.auth.hashers import make_password

    from lantian.site.core.policy import OF_A_UNIT, System
    from lantian.site.demo.script import PASSWORD
    from lantian.site.org import actions as org
    from lantian.site.org.models import Person, Unit

    offices = list(Unit.objects.filter(kind__in=("department", "town"), same_as=None, valid_to=None).order_by("pk"))
    for number in range(max(0, units - len(offices))):
        offices.append(org.add_unit(System(), name=f"区演示{number + 1}局", kind="department", area=area))
    hashed = make_password(PASSWORD)
    for number in range(people - Person.objects.count()):
        role = {0: "air_office", 1: "leader"}.get(number % 30, "liaison")
        unit = offices[number % len(offices)] if role in OF_A_UNIT else None
        made = Person.objects.create(
            username=f"large-{number}",
            name=f"演示人员{number}",
            unit=unit,
            password=hashed,
            must_change_password=False,
        )
        org.grant_role(System(), made, role=role, unit=unit)


def large_progress(*, windows: int = 10, waiting: int = 60) -> None:
    """A monthly cycle for every plan, and for every task accepted reports of its first unit: in the long
    form 30,000 of 3,000 tasks.

    Of the last window a few are still to be reviewed or were given back.
    """
    import datetime as dt

    from lantian.site.core import clock
    from lantian.site.org.register import Register
    from lantian.site.plans.models import Plan, ProgressReport, ReportCycle, Task
    from lantian.site.plans.queries import progress
    from lantian.site.plans.windows import windows as begun

    today, register = clock.today(), Register()
    for plan in Plan.objects.defer("source", "blocks", "spans"):
        cycle = ReportCycle.objects.create(
            plan=plan,
            name="月调度",
            every="month",
            due_day=25,
            first=today - dt.timedelta(days=31 * (windows + 1)),
            reporters=["lead", "responsible"],
            state="active",
        )
        several = begun(cycle, today)[-windows:]
        rows = []
        tasks = list(progress.tasks_of(cycle))
        parts = progress.parts_among(tasks)
        for task in tasks:
            for number, window in enumerate(several, 1):
                rows += [
                    ProgressReport(
                        task=task,
                        unit_id=unit,
                        cycle=cycle,
                        start=window.start,
                        end=window.end,
                        due=window.due,
                        state="accepted",
                        percent=min(100, 8 * number + task.pk % 20),
                        submitted_at=clock.now(),
                    )
                    for unit in progress.reporters(cycle, task, parts, register)[:1]
                ]
        for number, row in enumerate(row for row in rows if row.start == several[-1].start):
            if number < waiting:
                row.state, row.text = ("submitted", "本月已完成巡查。") if number % 3 else ("returned", "本月巡查。")
        ProgressReport.objects.bulk_create(rows)
        Task.objects.filter(plan=plan, pk__in=[row.task_id for row in rows]).update(percent=60)
    analyze()
