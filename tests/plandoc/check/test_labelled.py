"""The contradictions that a careful reader found in real plans, in their labels and through the parser."""

import json
from collections import Counter

import pytest

from lantian.plandoc.check import check
from lantian.plandoc.parse import parse
from lantian.plandoc.plan import Finding
from lantian.plandoc.read import read
from tests.plandoc.check.gold import LABELLED, labelled_plan, source_text
from tests.shared import shared_path


def through_labels(name: str) -> list[Finding]:
    return check(labelled_plan(name), source=source_text(name))


def through_parser(name: str) -> list[Finding]:
    document = read(shared_path(f"seeds/{name}.txt"))
    return check(parse(document), source=document.source)


@pytest.mark.parametrize("way", [through_labels, through_parser])
@pytest.mark.parametrize("name", LABELLED)
def test_every_known_contradiction_is_found(name, way):
    known = json.loads(shared_path("gold/contradictions.json").read_text(encoding="utf-8"))
    findings = way(name)
    for wanted in (w for w in known if w["plan"] == name):
        found = [f for f in findings if f.code == wanted["code"]]
        assert len(found) >= wanted.get("at_least", 1), wanted
        assert any(all(needle in f.message for needle in wanted["needles"]) for f in found), wanted


@pytest.mark.parametrize("name", LABELLED)
def test_labels_and_parser_lead_to_the_same_findings(name):
    def summary(findings: list[Finding]) -> Counter[tuple[str, tuple[str, ...]]]:
        return Counter((f.code, tuple(f.task_numbers)) for f in findings)

    assert summary(through_parser(name)) == summary(through_labels(name))
