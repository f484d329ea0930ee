"""Parses a document into a plan: head, goals, tasks, and the text around them."""

from __future__ import annotations

from dataclasses import replace

from lantian.plandoc.document import Document, Line
from lantian.plandoc.parse.assemble import own_starts, separate_glued, task_of
from lantian.plandoc.parse.deadlines import Context, deadline_of_cell
from lantian.plandoc.parse.draft import Draft, Loose
from lantian.plandoc.parse.goals import FoundGoal, goals_of_rows, goals_of_text, merge_goals
from lantian.plandoc.parse.head import Head, find_head
from lantian.plandoc.parse.outline import LONGEST_HEADING, opens_annex, read_outline
from lantian.plandoc.parse.quantities import town_names
from lantian.plandoc.parse.rows import read_grid
from lantian.plandoc.parse.spans import span_of
from lantian.plandoc.plan import Goal, Passage, Plan, Span
from lantian.plandoc.rebuild import Grid, Paragraph, Piece, Row, rebuild
from lantian.plandoc.rebuild.clean import clean_blocks, without_numbers
from lantian.plandoc.rebuild.marks import number_of
from lantian.plandoc.rebuild.paragraphs import ENDS
from lantian.plandoc.rebuild.pieces import EMPTY
from lantian.plandoc.traced import Traced
from lantian.rulebook.calendar import city_of

META = ("title", "notice_title", "issuer", "doc_number", "issued_on", "district", "period_start", "period_end")
ANNEX = "附件"
FEW_ROWS = 3  # a table with fewer tasks does not keep numbered chapters from being items


def parse(document: Document) -> Plan:
    """A plan from a document as read.

    Parameters
    ----------
    document : what `lantian.plandoc.read.read` gives.

    Returns
    -------
    Plan
        without findings (see `lantian.plandoc.check`); a document with no recognisable task gives a plan without
        tasks, which callers report.

    Examples
    --------
    >>> from lantian.plandoc.read import read
    >>> plan = parse(read("一、主要任务\\n1. 淘汰锅炉。10月底前完成。\\n牵头单位：区环保局".encode(), name="a.txt"))
    >>> plan.tasks[0].lead
    ['区环保局']
    """
    pieces = rebuild(document)
    head, texts = _head(document, pieces)
    context = _context(head, document.source)
    district = head.district.value if head.district else None
    drafts, loose = _drafts(pieces, _end_of_title(head, texts), context, own_starts(district))
    separate_glued(drafts, district)
    towns = town_names(document.source)
    tasks = [task_of(d, document, context, towns) for d in drafts]
    tables = [p for p in pieces if isinstance(p, Grid) and not p.tasks]
    goals = _goals(drafts, loose, tables, document, towns=towns, district=district)
    for goal in goals:
        if goal.period_start is None and goal.period_end is None:
            goal.period_start, goal.period_end = context.period_start, context.period_end
    meta, spans = _meta(head, texts, document)
    passages = [Passage(section=x.section, text=x.text.text, span=span_of(document, x.text)) for x in loose]
    return Plan.model_validate(
        {**meta, "source": document.name, "goals": goals, "tasks": tasks, "passages": passages, "spans": spans}
    )


def _head(document: Document, pieces: list[Piece]) -> tuple[Head, list[Traced]]:
    """The head, and the texts that its places point into.

    It is read from the lines; what a wrap or a page break tore there is read from the paragraphs put together.
    """
    lines = [b.text for b in without_numbers([b for b in clean_blocks(document.blocks) if isinstance(b, Line)])]
    head = find_head([line.text for line in lines])
    missing = [name for name in META if getattr(head, name) is None]
    if not missing:
        return head, lines
    whole = [p.text for p in pieces if isinstance(p, Paragraph)]
    second = find_head([p.text for p in whole])
    for name in missing:
        stated = getattr(second, name)
        if stated is not None:
            at = tuple((k + len(lines), a, b) for k, a, b in stated.at)
            setattr(head, name, replace(stated, at=at))
    return head, lines + whole


def _context(head: Head, source: str) -> Context:
    start = head.period_start.value if head.period_start else None
    end = head.period_end.value if head.period_end else None
    issued = head.issued_on.value if head.issued_on else None
    first = start or issued
    return Context(
        year=first.year if first else None, period_start=start, period_end=end, issued_on=issued, city=city_of(source)
    )  # fmt: skip


def _end_of_title(head: Head, texts: list[Traced]) -> int:
    """Source offset behind the plan's own title: what stands before it belongs to the covering notice."""
    if not head.title or not head.title.at:
        return 0
    index, _, end = head.title.at[-1]
    span = texts[index].span(0, end)
    return span[1] if span else 0


def _start(text: Traced) -> int:
    span = text.span()
    return span[0] if span else 0


def _drafts(
    pieces: list[Piece], start: int, context: Context, starts: tuple[str, ...]
) -> tuple[list[Draft], list[Loose]]:
    """Tasks of running text and of tables in the order of the document, and the text that is no task."""

    def is_time(text: str) -> bool:
        found = deadline_of_cell(text, context)
        return found.deadline is not None or found.recurrence is not None or found.due_rule is not None

    front: list[Paragraph] = []
    body: list[Paragraph] = []
    for piece in pieces:
        if isinstance(piece, Paragraph):
            end = piece.text.span()
            (body if end and end[1] > start else front).append(piece)
    grids = [p for p in pieces if isinstance(p, Grid) and p.tasks]
    rows = sum(len(read_grid(g, part="body-table", prefix="", is_time=is_time)) for g in grids)
    items, loose = read_outline(body, tabled=rows >= FEW_ROWS)
    drafts, annex, heading = list(items), False, EMPTY
    for piece in pieces:
        if isinstance(piece, Paragraph):
            annex = annex or (_start(piece.text) >= start and opens_annex(piece.text.text))
            heading = _heading(piece, heading)
        elif not piece.tasks:
            loose += [Loose(c) for row in piece.rows for k, c in enumerate(row.cells) if c and k not in row.merged]
        elif items or annex:
            drafts += read_grid(piece, part="annex-table", prefix=ANNEX, is_time=is_time, starts=starts)
        else:
            drafts += read_grid(_headed(piece, heading), part="body-table", prefix="", is_time=is_time, starts=starts)
            heading = EMPTY
    drafts.sort(key=lambda d: _start(d.text))
    return drafts, [Loose(p.text) for p in front] + loose


def _heading(paragraph: Paragraph, above: Traced) -> Traced:
    """The numbered heading (二、扬尘治理) that a table below this paragraph stands under; `above` is the one so far."""
    number = number_of(paragraph.text.text)
    if number and number.level <= 3 and len(paragraph.text) <= LONGEST_HEADING:
        return paragraph.text
    return EMPTY if ENDS.search(paragraph.text.text) else above


def _headed(grid: Grid, heading: Traced) -> Grid:
    """A table with the heading above it as its first row, as other tables have them inside."""
    if not heading:
        return grid
    return replace(grid, rows=(Row((heading, *[EMPTY] * (len(grid.header) - 1)), across=True), *grid.rows))


def _goals(
    drafts: list[Draft],
    loose: list[Loose],
    tables: list[Grid],
    document: Document,
    *,
    towns: list[str],
    district: str | None,
) -> list[Goal]:
    """Goals of the goals section, of tables by town, and area-wide outcomes that tasks name.

    What body and annex both say stands once.
    """
    found: list[tuple[FoundGoal, Span | None]] = []
    stating = [x for x in loose if x.goal] or [x for x in loose if x.preamble]
    for text, where, stated in [
        *((x.text, x.section, x.goal) for x in stating),
        *((d.text, d.number if d.part == "body" else d.section, False) for d in drafts),
    ]:
        goals = goals_of_text(text.text, where=where, stated=stated, towns=towns, district=district)
        found += [(g, span_of(document, text, *g.at)) for g in goals]
    for table in tables:
        cells = [[c.text for c in row.cells] for row in table.rows]
        goals = goals_of_rows(table.header, cells)
        found += [(g, span_of(document, table.rows[g.cell[0]].cells[g.cell[1]])) for g in goals if g.cell]
    spans = {(g.at, g.cell, g.text): span for g, span in found}
    return [
        Goal(
            text=g.text, indicator=g.indicator, op=g.op, value=g.value, unit=g.unit, baseline=g.baseline, scope=g.scope,
            period_start=g.period_start, period_end=g.period_end, where=g.where, span=spans[g.at, g.cell, g.text],
        )
        for g in merge_goals([g for g, _ in found])
    ]  # fmt: skip


def _meta(head: Head, texts: list[Traced], document: Document) -> tuple[dict[str, object], dict[str, Span]]:
    """Values of the head, and where they stand."""
    values: dict[str, object] = {}
    spans: dict[str, Span] = {}
    for name in META:
        stated = getattr(head, name)
        if stated is None:
            continue
        values[name] = stated.value
        found = Traced.join("", [texts[k][a:b] for k, a, b in stated.at])
        span = span_of(document, found)
        if span:
            spans[name] = span
    return values, spans
