"""What this room stores."""

from lantian.site.plans.models.deliverables import Deliverable, Filing, FilingFile, FilingParty, FilingReceipt
from lantian.site.plans.models.filed_lists import FiledList
from lantian.site.plans.models.goals import GoalBinding, GoalEvaluation
from lantian.site.plans.models.imports import Correction, ImportDraft, PlanImport
from lantian.site.plans.models.instructions import Instruction
from lantian.site.plans.models.letters import Letter, LetterBatch, LetterCopy
from lantian.site.plans.models.milestones import Milestone
from lantian.site.plans.models.plans import Clause, Finding, Goal, Plan, Task, TaskQuantity, TaskRole
from lantian.site.plans.models.progress import (
    Closing,
    Evidence,
    ExtensionRequest,
    ProgressReport,
    ReportCycle,
    ReportedNumber,
)
from lantian.site.plans.models.quantities import QuantityBinding
from lantian.site.plans.models.upstream import UpperAnswer, UpperItem, UpperPlan
from lantian.site.plans.models.versions import PlanVersion, RevisionPiece

__all__ = [
    "Clause",
    "Closing",
    "Correction",
    "Deliverable",
    "Evidence",
    "ExtensionRequest",
    "FiledList",
    "Filing",
    "FilingFile",
    "FilingParty",
    "FilingReceipt",
    "Finding",
    "Goal",
    "GoalBinding",
    "GoalEvaluation",
    "ImportDraft",
    "Instruction",
    "Letter",
    "LetterBatch",
    "LetterCopy",
    "Milestone",
    "Plan",
    "PlanImport",
    "PlanVersion",
    "ProgressReport",
    "QuantityBinding",
    "ReportCycle",
    "ReportedNumber",
    "RevisionPiece",
    "Task",
    "TaskQuantity",
    "TaskRole",
    "UpperAnswer",
    "UpperItem",
    "UpperPlan",
]
