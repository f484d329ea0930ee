"""A ledger as large as a city's: made from the demo plan, confirmed by the real action."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any


def large_ledger(office: Any, area: Any, *, plans: int = 20, tasks: int = 150) -> None:
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
