"""One numbered item of running text: its heading, role lines and sub-items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantian.plandoc.parse.clauses import find_clause
from lantian.plandoc.parse.draft import Draft
from lantian.plandoc.parse.units import names_by_role, split_units
from lantian.plandoc.plan import ROLES
from lantian.plandoc.rebuild.marks import (
    compact,
    ends_like_unit,
    grammar,
    next_role_label,
    role_label,
    role_of_label,
)
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

LONGEST_TITLE = 42
SUB_ITEMS = (
    re.compile(r"\(\s?(\d{1,2})\s?\)\s?、?"),
    re.compile(r"(?<!\d)(\d{1,2})\s?[.、](?!\d)"),
    re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩])"),
)
BEFORE_SUB_ITEM = re.compile(r"(?:^|[。;:!?\n)])\s*$")
HEADING_COLON = re.compile(r"\s*([^,。;:!?()]{3,24})(?<!包括)(?<!如下):(?=\s*[^\s①(]|\s*$)")
CLOSING = {"(": ")", "[": "]"}


def has_roles(text: Traced) -> bool:
    """Whether a text says who does it: a role word with a colon (牵头单位：…), or a clause (由…牵头)."""
    return bool(role_label().search(plain(text.text))) or find_clause(text) is not None


@dataclass
class Roles:
    """What role lines of an item say; `text` is what remains."""

    text: list[Traced]
    roles: dict[str, list[Traced]]
    deadline: Traced | None = None


def take_roles(paragraphs: Sequence[Traced]) -> Roles:
    """Separates role lines from text.

    A role's field runs to the next role word, the end of the sentence or of the bracket it stands in, or the end
    of the paragraph; names alone on the lines behind it belong to it too. '完成时限：…' gives the deadline.
    """
    out = Roles([], {})
    role = ""  # whose field the paragraph before ended with
    for paragraph in paragraphs:
        shadow = plain(paragraph.text)
        first = role_label().search(shadow)
        if not first and role in ROLES and _is_names(paragraph):
            _keep(out, role, paragraph)
            continue
        if not first:
            _take_clause(out, paragraph)
            role = ""
            continue
        matches = [first, *next_role_label().finditer(shadow, first.end())]
        head = paragraph[: matches[0].start()].strip()
        opened = plain(head.text[-1:])
        bracket = opened if opened in CLOSING and opened else ""
        if bracket:
            head = head[:-1].strip()
        if head:
            out.text.append(head)
        for k, m in enumerate(matches):
            end = matches[k + 1].start() if k + 1 < len(matches) else len(paragraph)
            field, rest = _field(paragraph[m.end() : end], bracket)
            role = role_of_label()[compact(m["label"])]
            _keep(out, role, field)
            if rest:
                out.text.append(rest)
                role = ""
    return out


def _is_names(text: Traced) -> bool:
    """Whether a line is nothing but full names of units."""
    names = split_units(text)
    return bool(names) and all(n.text.startswith(grammar().prefixes) and ends_like_unit(n.text) for n in names)


def _take_clause(out: Roles, paragraph: Traced) -> None:
    """Keeps a paragraph's text without the clause that says who does it."""
    clause = find_clause(paragraph)
    text = _without(paragraph, clause.at) if clause else paragraph
    if text:
        out.text.append(text)
    for role, units in clause.roles.items() if clause else ():
        known = {u.text for u in out.roles.get(role, [])}
        out.roles.setdefault(role, []).extend(u for u in units if u.text not in known)


def _without(text: Traced, stretches: list[tuple[int, int]]) -> Traced:
    """A text without some stretches; of the stops on both sides of one the first stays."""
    kept, start = [], 0
    for a, b in stretches:
        kept.append(text[start:a].strip())
        start = b + (plain(text.text[b : b + 1]) == "。" and (not kept[-1] or plain(kept[-1].text)[-1] in "。;"))
    return Traced.join("", [*kept, text[start:].strip()]).strip()


def _field(text: Traced, bracket: str) -> tuple[Traced, Traced]:
    """A role's field and what follows it in the paragraph."""
    shadow, depth = plain(text.text), 0
    for k, c in enumerate(shadow):
        if bracket and c == CLOSING[bracket] and depth == 0:
            return text[:k], text[k + 1 :].strip("。 \u3000\n；;")
        depth += (c in "([") - (c in ")]" and depth > 0)
        if c == "。" and depth == 0:
            return text[:k], text[k + 1 :].strip()
    return text, text[:0]


def _keep(out: Roles, role: str, field: Traced) -> None:
    if role == "deadline":
        out.deadline = out.deadline or (field.strip("。；;，, \u3000（(") or None)
    else:
        for said, names in names_by_role(role, field).items():
            known = {u.text for u in out.roles.get(said, [])}
            out.roles.setdefault(said, []).extend(u for u in names if u.text not in known)


def split_heading(paragraphs: Sequence[Traced]) -> tuple[Traced | None, list[Traced]]:
    """The heading sentence of an item and the text behind it.

    A heading is a short first sentence without inner stops, a short phrase before a colon, or a short first line of
    its own; an item that is one sentence has no heading, and a sentence that is split up behind (其中，…) is none.
    """
    if not paragraphs:
        return None, []
    first, rest = paragraphs[0], list(paragraphs[1:])
    colon = HEADING_COLON.match(plain(first.text))
    behind = first[colon.end() :].strip() if colon else first
    if colon and (behind or rest):
        return first[: colon.end(1)].strip(), [behind, *rest] if behind else rest
    stop = first.text.find("。")
    sentence = first[:stop] if stop >= 0 else first
    after = first[stop + 1 :].strip() if stop >= 0 else first[:0]
    if not _is_heading(sentence.text) or not (after or rest):
        return None, [first, *rest]
    behind = after or rest[0]
    if behind.text.startswith("其中") or (after and after.text.strip("“”\"'）)") == ""):
        return None, [first, *rest]
    return sentence.strip(), ([after, *rest] if after else rest)


def _is_heading(sentence: str) -> bool:
    word = compact(sentence)
    if not word or len(word) > LONGEST_TITLE or plain(word).endswith((":", ";")):
        return False
    return plain(word).count(",") <= 1 and "；" not in word


def sub_items(text: Traced) -> list[tuple[int, int]]:
    """Where numbered sub-items (1)(2)… begin: (offset of the number, offset behind it); [] when there are none."""
    shadow = plain(text.text)
    for pattern in SUB_ITEMS:
        found: list[tuple[int, int]] = []
        for m in pattern.finditer(shadow):
            value = int(m[1]) if m[1].isdecimal() else "①②③④⑤⑥⑦⑧⑨⑩".index(m[1]) + 1
            fits = BEFORE_SUB_ITEM.search(shadow[: m.start()]) or (found and has_roles(text[found[-1][1] : m.start()]))
            if value == len(found) + 1 and fits:
                found.append((m.start(), m.end()))
        if len(found) >= 2:
            return found
    return []


def drafts_of_item(
    paragraphs: Sequence[Traced], *, number: str, section: str | None
) -> tuple[list[Draft], Traced | None]:
    """Tasks of one numbered item: itself, or its sub-items when they have role lines of their own.

    Returns the tasks and the lead-in of split items (text before the first sub-item that is no heading).
    """
    whole = Traced.join("\n", [p for p in paragraphs if p])
    marks = sub_items(whole)
    ends = [m[0] for m in marks[1:]] + [len(whole)] * bool(marks)
    segments = [whole[m[1] : e].strip() for m, e in zip(marks, ends, strict=True)]
    if len(segments) < 2 or not any(has_roles(s) for s in segments[:-1]):
        return [_draft(list(paragraphs), number, section, None)], None
    lead = take_roles(whole[: marks[0][0]].strip().split("\n"))
    title, rest = split_heading([*lead.text, segments[0]])
    lead_in = [p for p in rest[:-1] if p]
    drafts = []
    for k, segment in enumerate(segments, 1):
        draft = _draft(segment.split("\n"), f"{number}({k})", section, title)
        for role, units in lead.roles.items():
            if not draft.roles.get(role):
                draft.roles[role] = list(units)
                draft.inherited.append(role)
        drafts.append(draft)
    return drafts, Traced.join("\n", lead_in) if lead_in else None


def _draft(paragraphs: list[Traced], number: str, section: str | None, parent: Traced | None) -> Draft:
    taken = take_roles(paragraphs)
    title, text = split_heading([p.strip() for p in taken.text if p.strip()])
    body = Traced.join("\n", text)
    return Draft(body or (title or body), "body", title or parent, number, None, section, taken.roles, taken.deadline)
