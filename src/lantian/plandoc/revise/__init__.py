"""A revised document against the plan before it: which task became which, and what is different, piece by piece."""

from lantian.plandoc.revise.differences import FieldChange, GoalDifference, Revision, TaskDifference, revise
from lantian.plandoc.revise.pairing import pair_quantities, pair_tasks
from lantian.plandoc.revise.strokes import NAME, TOKEN, Stroke, strokes

__all__ = [
    "NAME",
    "TOKEN",
    "FieldChange",
    "GoalDifference",
    "Revision",
    "Stroke",
    "TaskDifference",
    "pair_quantities",
    "pair_tasks",
    "revise",
    "strokes",
]
