"""Drafts become tasks: deadline and quantities are read, spans are set."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lantian.plandoc.document import Document
from lantian.plandoc.parse.deadlines import Context, Deadline, deadline_of_cell, deadline_of_prose
from lantian.plandoc.parse.draft import Draft
from lantian.plandoc.parse.quantities import find_quantities
from lantian.plandoc.parse.rows import compact_line
from lantian.plandoc.parse.spans import span_of
from lantian.plandoc.parse.units import split_glued, split_glued_people
from lantian.plandoc.plan import ROLES, Quantity, Span, Task
from lantian.plandoc.rebuild.marks import grammar
from lantian.plandoc.traced import Traced


def own_starts(district: str | None) -> tuple[str, ...]:
    """How names of branches begin in a district (西城工商分局): with its name without the last character."""
    stem = re.sub(r"[区县市旗]$", "", district or "")
    return (stem,) if stem else ()


def separate_glued(drafts: Sequence[Draft], district: str | None) -> None:
    """Splits names whose separator was lost, by the names that the document uses elsewhere."""
    starts = (*grammar().prefixes, *own_starts(district))
    units = {u.text for d in drafts for role, us in d.roles.items() if role != "leaders" for u in us}
    people = {u.text for d in drafts for u in d.roles.get("leaders", [])}
    for draft in drafts:
        for role, names in draft.roles.items():
            draft.roles[role] = (
                split_glued_people(names, people) if role == "leaders" else split_glued(names, units, starts)
            )


def _deadline(draft: Draft, context: Context) -> tuple[Deadline, Traced]:
    """The deadline of a task and the text it stands in: its own cell or line, else its running text."""
    if draft.deadline is not None:
        return deadline_of_cell(draft.deadline.text, context), draft.deadline
    if draft.has_deadline_cell:
        return Deadline(), draft.text
    return deadline_of_prose(draft.text.text, context), draft.text


def _quantities(draft: Draft, document: Document, towns: Sequence[str]) -> list[Quantity]:
    """Numbers of the text, and targets that stand in the heading alone."""
    title = compact_line(draft.title.text) if draft.title else None
    found = [(q, draft.text) for q in find_quantities(draft.text.text, title=title, towns=towns)]
    if draft.title and draft.title.text != draft.text.text:
        told = {(q.value, q.unit) for q, _ in found}
        headed = find_quantities(draft.title.text, towns=towns)
        found = [(q, draft.title) for q in headed if q.kind == "target" and (q.value, q.unit) not in told] + found
    return [
        Quantity(
            text=q.text, what=q.what, value=q.value, unit=q.unit, town=q.town, op=q.op, kind=q.kind,
            span=span_of(document, where, *q.at),
        )
        for q, where in found
    ]  # fmt: skip


def task_of(draft: Draft, document: Document, context: Context, towns: Sequence[str]) -> Task:
    """The finished task of a draft."""
    spans: dict[str, Span | None] = {"text": span_of(document, draft.text)}
    title = compact_line(draft.title.text) if draft.title else None
    if draft.title:
        spans["title"] = span_of(document, draft.title)
    roles: dict[str, list[str]] = {}
    for role in ROLES:
        names = draft.roles.get(role, [])
        roles[role] = [n.text for n in names]
        spans |= {f"{role}[{k}]": span_of(document, n) for k, n in enumerate(names)}
    due, where = _deadline(draft, context)
    if draft.deadline is not None:
        spans["deadline_text"] = span_of(document, draft.deadline)
    elif due.at:
        spans["deadline_text"] = span_of(document, where, *due.at)
    text = draft.text.text
    quantities = _quantities(draft, document, towns)
    return Task(
        number=draft.number, upstream_number=draft.upstream_number, section=draft.section, part=draft.part,
        title=title, text=text, lead=roles["lead"], responsible=roles["responsible"], assist=roles["assist"],
        leaders=roles["leaders"], deadline_text=draft.deadline.text if draft.deadline else due.text,
        deadline=due.deadline, due=due.due, due_rule=due.due_rule, recurrence=due.recurrence,
        quantities=quantities, inherited=draft.inherited, spans={k: s for k, s in spans.items() if s},
    )  # fmt: skip
