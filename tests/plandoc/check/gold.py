"""Labelled plans as the parser will give them, for checks of the checks."""

import json

from lantian.plandoc.plan import Passage, Plan, Task
from tests.shared import shared_path

LABELLED = ("000_c7e8269a2825e4ec", "002_dc9aeb2cf5ac5543", "003_7637b8c990200eef")


def labelled_plan(name: str) -> Plan:
    """The labels of one plan, without the keys that only labels have."""
    raw = json.loads(shared_path(f"gold/{name}.json").read_text(encoding="utf-8"))
    known = Plan.model_fields.keys() - {"tasks"}
    plan = Plan.model_validate({k: v for k, v in raw.items() if k in known and k not in ("source", "findings")})
    plan.tasks = [Task.model_validate({k: v for k, v in t.items() if k in Task.model_fields}) for t in raw["tasks"]]
    for task in plan.tasks:
        task.due = task.deadline
    plan.passages = [Passage.model_validate(p) for p in raw.get("safeguards", [])]
    return plan


def source_text(name: str) -> str:
    return shared_path(f"seeds/{name}.txt").read_text(encoding="utf-8")
