"""What this room stores."""

from lantian.site.plans.models.imports import Correction, ImportDraft, PlanImport
from lantian.site.plans.models.plans import Clause, Finding, Goal, Plan, Task, TaskQuantity, TaskRole

__all__ = [
    "Clause",
    "Correction",
    "Finding",
    "Goal",
    "ImportDraft",
    "Plan",
    "PlanImport",
    "Task",
    "TaskQuantity",
    "TaskRole",
]
