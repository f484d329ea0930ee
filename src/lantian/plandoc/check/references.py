"""What the document announces or refers to, and does not hold: annexes, items of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lantian.plandoc.check.context import Check, Context, Stretch
from lantian.plandoc.parse.dates import number
from lantian.plandoc.plan import Finding, Plan

COUNT = r"\d{1,3}|[一二三四五六七八九十]{1,3}"
LIST_END = 1500  # characters of a list that are looked at


def missing_annex(plan: Plan, context: Context) -> Iterator[Finding]:
    """A text sends the reader to an annex that the document does not hold."""
    words = "|".join(context.rules.annexes.words)
    points = "|".join(sorted(context.rules.annexes.points, key=len, reverse=True))
    reference = re.compile(
        rf"(?:{points})(?:本方案|本通知|文后|后附)?的?(?P<all>(?P<word>{words})\s*(?P<numbers>(?:(?:{COUNT})[、和及,，\s至-]*)*))"
    )
    held = _annexes_held(plan, context, words)
    for stretch in context.stretches:
        for found in reference.finditer(stretch.text):
            wanted = [number(n) if len(n) < 3 else int(n) for n in re.findall(COUNT, found["numbers"])]
            lacking = [n for n in wanted if n not in held] if wanted else [] if held else [0]
            if not lacking:
                continue
            named = found["all"].strip("、和及,，至- \n")
            missing = f"{found['word']}{'、'.join(map(str, lacking))}" if wanted else found["word"]
            zh, en, labels = _who(stretch)
            yield Finding(
                code="missing_annex",
                severity="warning",
                message=f"{zh}要求看“{named}”，文中没有{missing}。",
                message_en=f"{en} refers to “{named}”, which the document does not hold.",
                task_numbers=labels,
                spans=context.place(stretch.span, named),
            )


def _annexes_held(plan: Plan, context: Context, words: str) -> set[int]:
    """Numbers of the annexes that stand in the document as headings; 0 for one without a number."""
    held = set()
    if any(task.part == "annex-table" for task in plan.tasks):
        held |= {0, 1}  # one annex need not be numbered even where the text numbers it
    blank = r"[ \t　]{0,8}"
    heading = re.compile(
        rf"^{blank}(?:{words}){blank}(?P<number>{COUNT})?{blank}(?P<rest>.{{0,60}})$",
        re.MULTILINE,
    )
    texts = [context.source] if context.source else [passage.text for passage in plan.passages]
    for text in texts:
        for line in heading.finditer(text):
            # the list of annexes at the end of the text (附件：1.…) announces them and is none itself; a line that
            # goes on with a comma or a bracket is the rest of a wrapped sentence
            announces = not line["number"] and re.match(r"[:：]\s*\S", line["rest"])
            if not announces and not re.match(r"[、，,。；;）)和及中]", line["rest"]):
                held.add(number(line["number"]) if line["number"] else 0)
    return held


@dataclass(frozen=True)
class Announced:
    """A list that a text announces: '7 项清单', and the text of the list."""

    count: int
    words: str
    noun: str
    body: str


def count_mismatch(plan: Plan, context: Context) -> Iterator[Finding]:
    """A text announces a number of things and lists another number of them."""
    seen: set[str] = set()
    for stretch in [*context.stretches, *_source_left(context)]:
        for announced in announcements(stretch.text, context):
            listed = count_listed(announced, context)
            key = re.sub(r"\s", "", announced.words + announced.body[:40])
            if listed is None or listed == announced.count or key in seen:
                continue
            seen.add(key)
            zh, en, labels = _who(stretch)
            yield Finding(
                code="count_mismatch",
                severity="warning",
                message=f"{zh}写明“{announced.words}”共 {announced.count} 项，实际列出 {listed} 项。",
                message_en=f"{en} announces {announced.count} ({announced.words}) and lists {listed}.",
                task_numbers=labels,
                spans=context.place(stretch.span, announced.words),
            )


def announcements(text: str, context: Context) -> Iterator[Announced]:
    """Lists that a text announces with their number: number, noun, and soon after it 包括： or the like."""
    rules = context.rules.lists
    opens = "|".join(sorted(map(re.escape, rules.opens), key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![第\d.])(?P<words>(?P<count>{COUNT})\s*(?:{'|'.join(rules.classifiers)})(?P<noun>[^，。；：、\s（）“”]{{2,8}}))"
        rf"(?P<between>[^；：:]{{0,40}}?)(?:{opens})"
    )
    for found in pattern.finditer(text):
        rest = text[found.end() :][:LIST_END]
        next_list = pattern.search(rest)
        body = rest[: next_list.start()] if next_list else rest
        yield Announced(number(found["count"]) if len(found["count"]) < 3 else int(found["count"]),
                        found["words"], _core(found["noun"], body, context), body)  # fmt: skip


def count_listed(announced: Announced, context: Context) -> int | None:
    """How many things a list holds; None where it cannot be told.

    Numbered things are counted by their numbers. Else the announced noun is counted (…方案；…方案), where it does not
    point back (以上各项清单) and does not merely stand before another noun.
    """
    for marker in (
        r"(?<!\d)(\d{1,2})[.．、](?!\d)",
        r"[（(](\d{1,2}|[一二三四五六七八九十]{1,3})[）)]",
        r"([一二三四五六七八九十]{1,2})是",
    ):
        marks = [number(m) for m in re.findall(marker, announced.body)]
        if len(marks) > 1 and marks[0] == 1:
            run = 1
            while run < len(marks) and marks[run] == run + 1:
                run += 1
            return run if run == len(marks) else None
    if not announced.noun:
        return None
    back = "|".join(context.rules.lists.anaphora)
    hits = [
        hit for hit in re.finditer(re.escape(announced.noun), announced.body)
        if re.match(r"\s*(?:[，。；、）)\n]|$)", announced.body[hit.end() :])
        and not re.search(rf"(?:{back})[^，。；、\n]{{0,4}}$", announced.body[: hit.start()])
    ]  # fmt: skip
    return len(hits) if len(hits) > 1 else None


def _core(noun: str, body: str, context: Context) -> str:
    """The end of the noun that the list repeats: 分方案 is listed as …方案."""
    for start in range(len(noun) - 1):
        core = noun[start:]
        if body.count(core) > 1 and (start == 0 or noun[:start] in context.rules.lists.prefixes):
            return core
    return ""


def _source_left(context: Context) -> Iterator[Stretch]:
    """Paragraphs of the source that stand neither in a task nor in a passage; a wrapped line is joined to its next."""
    if not context.source or context.plan.passages:
        return
    known = re.sub(r"\s", "", "\n".join(stretch.text for stretch in context.stretches))
    joined = re.sub(r"(?<![。；：:;\n])\n+(?=[^\s\d一二三四五六七八九十（(])", "", context.source)
    for paragraph in joined.split("\n"):
        squashed = re.sub(r"\s", "", paragraph)
        if squashed and squashed not in known:
            yield Stretch(paragraph)


def _who(stretch: Stretch) -> tuple[str, str, list[str]]:
    if stretch.item:
        return stretch.item.zh, stretch.item.en, [stretch.item.label]
    return f"文中“{stretch.text.strip()[:16]}…”处", f"the passage “{stretch.text.strip()[:16]}…”", []


CHECKS: tuple[Check, ...] = (missing_annex, count_mismatch)
