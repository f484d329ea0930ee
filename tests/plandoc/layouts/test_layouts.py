"""Every fixture plan in every layout reaches the figures of real plans, and every piece knows where it stands."""

from __future__ import annotations

import re

import pytest

from lantian.plandoc.document import Document
from lantian.plandoc.parse import parse
from lantian.plandoc.plan import Plan
from lantian.plandoc.read import read
from tests.fixtures.plans.contents import CONTENTS
from tests.fixtures.plans.labels import labels
from tests.fixtures.plans.layouts import LAYOUTS, Layout
from tests.fixtures.plans.model import Content
from tests.plandoc.scoring import score

CASES = [
    pytest.param(content, layout, id=f"{content.name}-{layout.name}")
    for content in CONTENTS
    for layout in LAYOUTS
    if layout.suits(content)
]
MARKUP = re.compile(r"\s|\[bookmark:[^\]]*\]|</?p>|[—-]\s*\d+\s*[—-]")


PARSED: dict[tuple[str, str], tuple[Document, Plan]] = {}


def parsed(content: Content, layout: Layout) -> tuple[Document, Plan]:
    """Read and parsed once for all tests."""
    key = content.name, layout.name
    if key not in PARSED:
        document = read(layout.render(content), name=f"{content.name}.{layout.suffix}")
        PARSED[key] = document, parse(document)
    return PARSED[key]


@pytest.mark.parametrize(("content", "layout"), CASES)
def test_the_plan_is_found_in_its_layout(content, layout):
    _, plan = parsed(content, layout)
    reached = score(labels(content, layout), plan.model_dump(mode="json"))
    assert not reached.low(), reached.missed


@pytest.mark.parametrize(("content", "layout"), CASES)
def test_numbers_headings_and_sections_are_those_printed(content, layout):
    _, plan = parsed(content, layout)
    want = [(task["number"], task["title"], task["section"] or None) for task in labels(content, layout)["tasks"]]
    assert [(task.number, task.title, task.section) for task in plan.tasks] == want


@pytest.mark.parametrize(("content", "layout"), CASES)
def test_every_piece_knows_where_it_stands(content, layout):
    document, plan = parsed(content, layout)
    for task in plan.tasks:
        units = {
            f"{role}[{k}]": u for role in ("lead", "responsible", "assist") for k, u in enumerate(getattr(task, role))
        }
        pieces = {**units, **({"deadline_text": task.deadline_text} if task.deadline_text else {})}
        for field, text in pieces.items():
            assert field in task.spans, (task.number, field)
            span = task.spans[field]
            assert stands_in(text, document.source[span.start : span.end], layout), (task.number, field)
        for quantity in task.quantities:
            assert quantity.span is not None, (task.number, quantity.text)
            source = document.source[quantity.span.start : quantity.span.end]
            assert stands_in(quantity.text, source, layout), (task.number, quantity.text)


def stands_in(text: str, source: str, layout: Layout) -> bool:
    """Whether a text stands in a stretch of the source; where cells stand side by side, with theirs between."""
    if not layout.beside:
        return squashed(text) in squashed(source)
    characters = iter(source)
    return all(c in characters for c in squashed(text))


def squashed(text: str) -> str:
    return MARKUP.sub("", text)
