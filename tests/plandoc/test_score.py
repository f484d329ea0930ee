"""The three real plans with labels: the scorer's table, and the figures that a release must reach."""

import json

import pytest

from lantian.plandoc.parse import parse
from lantian.plandoc.read import read
from tests.plandoc.scoring import THRESHOLDS, score
from tests.shared import shared_path

PLANS = ("000_c7e8269a2825e4ec", "002_dc9aeb2cf5ac5543", "003_7637b8c990200eef")


@pytest.fixture(scope="module")
def scores():
    shared_path("tools/score_plans.py")
    out = {}
    for name in PLANS:
        labels = json.loads(shared_path(f"gold/{name}.json").read_text(encoding="utf-8"))
        plan = parse(read(shared_path(f"seeds/{name}.txt")))
        out[name] = labels, plan.model_dump(mode="json"), score(labels, plan.model_dump(mode="json"))
    return out


@pytest.mark.parametrize("name", PLANS)
def test_a_labelled_plan_is_read_as_a_person_read_it(name, scores, capsys):
    *_, reached = scores[name]
    with capsys.disabled():
        print(f"\n{name[:3]}  " + "  ".join(f"{figure} {value:.3f}" for figure, value in reached.f1.items()))
    low = {figure: value for figure, value in reached.low().items() if figure != "goals"}
    assert not low, reached.missed


def test_goals_of_the_labelled_plans_together(scores):
    every = {"goals": [], "tasks": [], "source": "all"}
    found = {"goals": [], "tasks": []}
    for name, (labels, plan, _) in scores.items():
        # The plan's name keeps a goal of one plan from meeting that of another.
        every["goals"] += [{**goal, "scope": f"{name} {goal['scope']}"} for goal in labels["goals"]]
        found["goals"] += [{**goal, "scope": f"{name} {goal['scope']}"} for goal in plan["goals"]]
    reached = score(every, found)
    assert reached.f1["goals"] >= THRESHOLDS["goals"], reached.missed
