"""Invariants: what a document's pages and lines do to its text must not change its tasks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.plandoc.export import export, read_xlsx
from lantian.plandoc.parse import parse
from lantian.plandoc.plan import ROLES, Plan, Task
from lantian.plandoc.read import read
from tests.fixtures.plans.contents import CONTENTS
from tests.fixtures.plans.layouts import LAYOUTS
from tests.fixtures.plans.model import Content
from tests.fixtures.plans.render import text
from tests.fixtures.plans.render.flow import header, paragraphs, rows

KEPT = 0.98
# A heading on a line of its own ends where its line ends: there a random break says something else.
PROSE = {c.name: c for c in CONTENTS if c.prose and c.prose.sections and c.prose.title_end != "\n"}
TABLES = {c.name: c for c in CONTENTS if c.table}
FILES = {f"{c.name} {layout.name}": (c, layout) for c in CONTENTS for layout in LAYOUTS if layout.suits(c)}
HALF_WIDTH = str.maketrans("，：；（）", ",:;()")
quickly = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

page_numbers = st.integers(1, 240).flatmap(
    lambda n: st.sampled_from([f"—{n}—", f"- {n} -", f"－{n}－", f"— {n} —", f"第{n}页", str(n)])
)


def plan_of(source: str) -> Plan:
    return parse(read(source.encode(), name="plan.txt"))


def fingerprint(task: Task) -> tuple[Any, ...]:
    """The task, white space aside."""
    squashed = "".join(task.text.split())
    units = tuple(tuple(getattr(task, role)) for role in ROLES)
    return squashed, "".join((task.title or "").split()), units, task.deadline, task.recurrence


def facts(task: Task) -> tuple[Any, ...]:
    """What the task says in numbers and names, apart from its wording."""
    units = [[unit.translate(HALF_WIDTH) for unit in getattr(task, role)] for role in ROLES]
    return units, task.deadline, task.recurrence, [(q.value, q.unit, q.town, q.kind, q.op) for q in task.quantities]


def kept(before: Plan, after: Plan) -> float:
    """Share of the tasks of `before` that stand unchanged in `after`; extra tasks count against it."""
    left = [fingerprint(task) for task in after.tasks]
    same = 0
    for task in before.tasks:
        if fingerprint(task) in left:
            left.remove(fingerprint(task))
            same += 1
    return same / max(len(before.tasks), len(after.tasks))


def prose_of(content: Content) -> list[str]:
    return [str(p) for p in paragraphs(content) if p.kind != "caption"]


@quickly
@given(st.sampled_from(sorted(PROSE)), st.integers(30, 100), st.integers(0, 2), st.integers(12, 40), page_numbers)
def test_hard_wraps_blank_lines_and_page_numbers_change_nothing(name, width, blank, every, page):
    content = PROSE[name]
    before = plan_of("".join(line + "\n" for line in prose_of(content)))
    lines: list[str] = []
    for paragraph in prose_of(content):
        for line in text.wrap(paragraph, width):
            lines.append(line)
            if len(lines) % every == 0:
                lines.append(page)
    after = plan_of(("\n" * (blank + 1)).join(lines))
    assert kept(before, after) >= KEPT


@quickly
@given(st.sampled_from(sorted(PROSE)), st.data())
def test_page_breaks_anywhere_inside_sentences_change_nothing(name, data):
    content = PROSE[name]
    before = plan_of("\n\n".join(prose_of(content)))
    out: list[str] = []
    for paragraph in prose_of(content):
        # Behind the end of a sentence a break looks like the end of a paragraph, which is harmless: left in on purpose.
        cut = data.draw(st.integers(0, 3 * len(paragraph)))
        out += [paragraph[:cut], paragraph[cut:]] if 2 < cut < len(paragraph) - 2 else [paragraph]
        if data.draw(st.booleans()):
            out[-1] += "\n" * data.draw(st.integers(1, 3))
    after = plan_of("\n\n".join(out))
    assert kept(before, after) >= KEPT


@pytest.mark.parametrize("name", sorted(PROSE))
def test_half_width_punctuation_changes_neither_numbers_nor_dates_nor_goals(name):
    source = "\n".join(prose_of(PROSE[name]))
    wide, half = plan_of(source), plan_of(source.translate(HALF_WIDTH))
    assert [facts(task) for task in half.tasks] == [facts(task) for task in wide.tasks]
    assert [(g.indicator, g.op, g.value, g.scope) for g in half.goals] == [
        (g.indicator, g.op, g.value, g.scope) for g in wide.goals
    ]


@quickly
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_repeated_headers_and_blank_lines_between_rows_change_nothing(name, data):
    content = TABLES[name]
    lead = "".join(line + "\n" for line in (str(p) for p in paragraphs(content)))
    head = "".join("\t" + word + "\n" for word in header(content.table))
    plain, disturbed = lead + "\n" + head + "\n", lead + "\n" + head + "\n"
    for row in rows(content.table):
        cells = "".join("\t" + ("" if c.covered else "\n".join(c.lines)) + "\n" for c in row.cells)
        plain += cells + "\n"
        what = data.draw(st.sampled_from(["", "", "\n", "\n\n\n", "\f\n", "\n" + head + "\n"]))
        disturbed += cells + "\n" + what
    assert kept(plan_of(plain), plan_of(disturbed)) >= KEPT


@quickly
@given(st.sampled_from(sorted(FILES)))
def test_an_exported_workbook_reads_back_to_the_same_tasks(name):
    content, layout = FILES[name]
    plan = parse(read(layout.render(content), name=f"plan.{layout.suffix}"))
    back = read_xlsx(export(plan, "xlsx"))
    assert [fingerprint(task) for task in back.tasks] == [fingerprint(task) for task in plan.tasks]
