"""How well a parse meets its labels: by the outside scorer where it is there, else by a small comparison of our own."""

from __future__ import annotations

import importlib.util
import io
from collections import Counter
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from tests.shared import SHARED

THRESHOLDS = {"tasks": 0.98, "units": 0.98, "deadlines": 0.97, "quantities": 0.92, "meta": 0.95, "goals": 0.90}
META = ("title", "issuer", "doc_number", "issued_on", "district", "period_start", "period_end")
ROLES = ("lead", "responsible", "assist", "leaders")
SCORER = SHARED / "tools" / "score_plans.py"


@dataclass(frozen=True)
class Score:
    """F1 by figure, and what was missed, in words."""

    f1: dict[str, float]
    missed: str

    def low(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in self.f1.items() if value < THRESHOLDS[name]}


@cache
def scorer() -> ModuleType | None:
    """The outside scorer, loaded from its file."""
    if not SCORER.exists():
        return None
    spec = importlib.util.spec_from_file_location("score_plans", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(gold: dict[str, Any], parsed: dict[str, Any]) -> Score:
    if (module := scorer()) is None:
        return _own(gold, parsed)
    said = io.StringIO()
    with redirect_stdout(said):
        figures = module.score(gold, parsed, True)
    return Score({name: figures[name].f1 for name in THRESHOLDS}, said.getvalue())


def _own(gold: dict[str, Any], parsed: dict[str, Any]) -> Score:
    """Exact comparison, white space aside; stricter than the outside scorer on texts, equal on the rest."""
    want, got = gold["tasks"], parsed["tasks"]
    waiting = {k: _squash(task["text"]) for k, task in enumerate(got)}
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    missed: list[str] = []
    for task in want:
        found = next((k for k, text in waiting.items() if text == _squash(task["text"])), None)
        if found is None:
            missed.append(f"MISSED TASK {task['number']} {task['text'][:40]}")
            pairs.append((task, {}))
        else:
            del waiting[found]
            pairs.append((task, got[found]))
    hits = sum(bool(mate) for _, mate in pairs)
    right = sum(bool(m) and all(t[key] == m[key] for key in ("deadline", "recurrence")) for t, m in pairs)
    meta = [(gold[key] or "") == (parsed[key] or "") for key in META]
    f1 = {
        "tasks": _ratio(hits, len(got), len(want)),
        "units": _f1([(_units(t, t), _units(t, m)) for t, m in pairs]),
        "deadlines": right / len(want) if want else 1.0,
        "quantities": _f1([(_quantities(t), _quantities(m)) for t, m in pairs]),
        "meta": sum(meta) / len(meta),
        "goals": _f1([(_goals(gold), _goals(parsed))]),
    }
    return Score(f1, "\n".join(missed))


def _squash(text: str | None) -> str:
    return "".join((text or "").split())


def _ratio(hit: int, got: int, want: int) -> float:
    return 2 * hit / (got + want) if got + want else 1.0


def _f1(pairs: list[tuple[Counter[Any], Counter[Any]]]) -> float:
    """Of what is labelled against what was found, pooled over tasks."""
    hit = sum((want & got).total() for want, got in pairs)
    return _ratio(hit, sum(got.total() for _, got in pairs), sum(want.total() for want, _ in pairs))


def _units(labelled: dict[str, Any], task: dict[str, Any]) -> Counter[Any]:
    skip = labelled.get("ambiguous_blank") or {}
    return Counter((role, _squash(unit)) for role in ROLES if role not in skip for unit in task.get(role) or ())


def _quantities(task: dict[str, Any]) -> Counter[Any]:
    return Counter(
        (q["value"], _squash(q["unit"]), q["town"])
        for q in task.get("quantities", ())
        if q["kind"] in ("target", "limit")
    )


def _goals(plan: dict[str, Any]) -> Counter[Any]:
    return Counter((g["indicator"], g["value"], g["scope"]) for g in plan["goals"] if g["indicator"] != "other")
