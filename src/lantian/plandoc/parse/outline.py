"""Running text becomes sections and numbered items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lantian.plandoc.parse.deadlines import Context, time_phrases
from lantian.plandoc.parse.draft import Draft, Loose
from lantian.plandoc.parse.items import drafts_of_item, has_roles
from lantian.plandoc.rebuild.marks import Number, compact, ends_like_unit, layout, number_of
from lantian.plandoc.rebuild.paragraphs import DATE_LINE
from lantian.plandoc.rebuild.pieces import Paragraph
from lantian.plandoc.rebuild.plain import plain
from lantian.plandoc.traced import Traced

ITEM_STYLES = ("arabic", "article", "chinese-brackets", "chinese")  # from the usual to the rare
FEW = 3  # an item style has at least so many items
LONGEST_HEADING = 60
LONGEST_SIGNATURE = 40
CATCHWORD = re.compile(r"\s*[^,。;:]{2,10}[:。]")  # 基本思路：
STYLE_LEVEL = re.compile(r"(?:heading|h|标题)\s?(\d)", re.IGNORECASE)


@dataclass
class Section:
    """A heading on the way down to an item."""

    level: int
    name: str


@dataclass
class Item:
    """A numbered item with its paragraphs; the first has lost its number."""

    number: Number
    path: list[str]
    paragraphs: list[Traced] = field(default_factory=list)


@dataclass(frozen=True)
class Numbered:
    """A paragraph and the number that opens it (None: none, or one out of sequence)."""

    paragraph: Paragraph
    number: Number | None


def number_paragraphs(paragraphs: Sequence[Paragraph]) -> list[Numbered]:
    """Paragraphs with their numbers; an Arabic number far out of sequence is a mere number ('24 小时…'), unless the
    next one goes on from it (an excerpt may begin with item 6)."""
    out: list[Numbered] = []
    last: dict[str, int] = {}
    numbers = [number_of(p.text.text) for p in paragraphs]
    for k, p in enumerate(paragraphs):
        number = numbers[k]
        if (
            number
            and number.style.startswith("arabic")
            and number.value > last.get(number.style, 0) + 3
            and number.value != 1
            and not _goes_on(number, numbers[k + 1 :])
        ):
            number = None
        if number:
            last[number.style] = number.value
            if not number.style.startswith("arabic"):
                last.pop("arabic-brackets", None)
        out.append(Numbered(p, number))
    return _split_running_on(out)


def _goes_on(number: Number, later: Sequence[Number | None]) -> bool:
    """Whether the next number of the same style is the following one."""
    following = next((n.value for n in later if n and n.style == number.style), None)
    return following == number.value + 1


def _split_running_on(numbered: Sequence[Numbered]) -> list[Numbered]:
    """Splits a paragraph into which the next item ran on: '…。5. …' where 5 is due and opens no later paragraph."""
    out: list[Numbered] = []
    for k, one in enumerate(numbered):
        out.append(one)
        due = next((n.number.value for n in reversed(out) if n.number and n.number.style == "arabic"), None)
        later = next((n.number.value for n in numbered[k + 1 :] if n.number and n.number.style == "arabic"), None)
        while due is not None and later is not None and later > due + 1:
            text = out[-1].paragraph.text
            m = re.search(rf"(?<=[。;!?]){due + 1}\s?[.、](?!\d)", plain(text.text))
            if not m:
                break
            before, after = text[: m.start()], text[m.start() :]
            out[-1] = Numbered(Paragraph(before.strip(), one.paragraph.style, one.paragraph.page), out[-1].number)
            out.append(Numbered(Paragraph(after.strip(), "", one.paragraph.page), number_of(after.text)))
            due += 1
    return out


def item_style(numbered: Sequence[Numbered]) -> str | None:
    """The numbering style whose paragraphs are tasks.

    Where items carry role lines, it is the style that has a group of role lines each; otherwise the innermost of
    1. / （一） / 一、 that is used.
    """
    counts = {s: [k for k, n in enumerate(numbered) if n.number and n.number.style == s] for s in ITEM_STYLES}
    used = [s for s in ITEM_STYLES if len(counts[s]) >= FEW] or [s for s in ITEM_STYLES if counts[s]]
    if not used:
        return None
    groups = [k for k, n in enumerate(numbered) if _opens_roles(numbered, k)]
    if groups:
        fit = {s: _fit(numbered, s, groups) for s in used}
        best = max(used, key=lambda s: (fit[s], -used.index(s)))
        if fit[best] > fit[used[0]] + 0.2:
            return best
    return used[0]


def _opens_roles(numbered: Sequence[Numbered], k: int) -> bool:
    return has_roles(numbered[k].paragraph.text) and not (k and _pure_roles(numbered[k - 1].paragraph.text))


def _pure_roles(text: Traced) -> bool:
    return has_roles(text) and "。" not in text.text.strip().rstrip("。")


def _fit(numbered: Sequence[Numbered], style: str, groups: Sequence[int]) -> float:
    """Share of a style's paragraphs that have exactly one group of role lines before the next of its level or above."""
    level = next(n.number.level for n in numbered if n.number and n.number.style == style)
    heads = [k for k, n in enumerate(numbered) if n.number and n.number.level <= level]
    one = total = 0
    for a, b in zip(heads, [*heads[1:], len(numbered)], strict=True):
        number = numbered[a].number
        if number and number.style == style:
            total += 1
            one += sum(a <= g < b for g in groups) == 1
    return one / total if total else 0.0


class _Walk:
    """Goes through the paragraphs and keeps the section path."""

    def __init__(self, style: str | None, level: int, has_role_lines: bool) -> None:
        self.style, self.level, self.has_role_lines = style, level, has_role_lines
        self.sections: list[Section] = []
        self.item: Item | None = None
        self.annex_list = False
        self.drafts: list[Draft] = []
        self.loose: list[Loose] = []
        self.numbers: dict[str, int] = {}

    def path(self) -> list[str]:
        return [s.name for s in self.sections]

    def step(self, one: Numbered) -> None:
        text, number = one.paragraph.text, one.number
        heading_style = STYLE_LEVEL.match(one.paragraph.style)
        if opens_annex(text.text):
            self.close()
            self.annex_list = True
            self._loose(text)
        elif number and self.style and number.style == self.style and not self._is_annex_entry(text):
            self.close()
            self.item = Item(number, self.path(), [text[number.end :]])
        elif number and number.level < self.level and not (self.item and has_roles(text)):
            self.close()
            self._section(text, number.level)
        elif heading_style and not number and len(text) <= LONGEST_HEADING and int(heading_style[1]) < 4:
            self.close()
            self._section(text, int(heading_style[1]))
        elif self.item:
            self.item.paragraphs.append(text)
        else:
            self._loose(text)

    def leave(self, one: Numbered) -> None:
        """A paragraph that ends the item at hand and is none itself."""
        self.close()
        self._loose(one.paragraph.text)

    def _is_annex_entry(self, text: Traced) -> bool:
        """Whether a numbered line is an entry of the list behind '附件：'."""
        return self.annex_list and "。" not in text.text and not has_roles(text)

    def _section(self, text: Traced, level: int) -> None:
        self.annex_list = False
        stop = text.text.find("。")
        end = stop if stop >= 0 else len(text)
        name = text[:end].strip()
        rest = text[end + 1 :].strip()
        if len(name) > LONGEST_HEADING:
            name, rest = name[:0], text
        self.sections = [s for s in self.sections if s.level < level]
        if name:
            self.sections.append(Section(level, name.text.rstrip("：:")))
        if rest:
            self._loose(rest)

    def _loose(self, text: Traced, *, goal: bool = False) -> None:
        section = "/".join(self.path()) or None
        goal = goal or self._among(layout().goal_sections, text) or self._states_goals_still(section, text)
        self.loose.append(Loose(text, section, goal, self._among(layout().preamble_sections)))

    def _states_goals_still(self, section: str | None, text: Traced) -> bool:
        """Whether a paragraph goes on with the goals of the one before it: same section, no catchword of its own."""
        last = self.loose[-1] if self.loose else None
        return bool(last and last.goal and last.section == section and not CATCHWORD.match(plain(text.text)))

    def _among(self, words: Sequence[str], text: Traced | None = None) -> bool:
        """Whether the section path, or the beginning of a paragraph, has one of the words."""
        head = compact(text.text[:12]) if text else ""
        return any(w in s.name for s in self.sections for w in words) or any(head.startswith(w) for w in words)

    def close(self) -> None:
        """Ends the item at hand: it becomes tasks, or loose text when its section holds no tasks."""
        item, self.item = self.item, None
        if not item:
            return
        own_roles = any(has_roles(p) for p in item.paragraphs)
        if not own_roles and self._among((*layout().goal_sections, *layout().preamble_sections)):
            goal = self._among(layout().goal_sections, item.paragraphs[0])
            for p in item.paragraphs:
                self._loose(p, goal=goal)
            return
        if (
            not own_roles
            and self._among(layout().safeguard_sections)
            and not (self.has_role_lines and item.number.style == "arabic" and _names_deadline(item))
        ):
            for p in item.paragraphs:
                self._loose(p)
            return
        printed = item.number.printed
        section = "/".join(item.path) or None
        if self.numbers.get(printed) and item.path:
            outer = number_of(item.path[-1])
            printed = f"{outer.printed}-{printed}" if outer else printed
        self.numbers[item.number.printed] = 1
        drafts, lead_in = drafts_of_item(item.paragraphs, number=printed, section=section)
        self.drafts.extend(drafts)
        if lead_in:
            self._loose(lead_in)


def _names_deadline(item: Item) -> bool:
    """Whether an item says by when: among safeguards only what is due is a task (制定方案，9月15日前印发)."""
    text = "\n".join(p.text for p in item.paragraphs)
    return any(p.kind == "by" and p.duty for p in time_phrases(text, Context()))


def opens_annex(text: str) -> bool:
    """Whether a paragraph opens an annex or the list of annexes.

    >>> opens_annex("附件：1. 任务分解表"), opens_annex("附件2"), opens_annex("附近居民")
    (True, True, False)
    """
    return bool(re.match(r"\s*" + layout().annex + r"(?:\s|[:《]|$|\d)", plain(text)))


def read_outline(paragraphs: Sequence[Paragraph], *, tabled: bool = False) -> tuple[list[Draft], list[Loose]]:
    """Tasks of running text, and the text that is none.

    `tabled` says that the document has its tasks in a table: then only items numbered 1. or with role lines count,
    and numbered chapters around the table are mere text.
    """
    numbered = number_paragraphs(paragraphs)
    with_roles = any(has_roles(p.text) for p in paragraphs)
    style = item_style(numbered)
    if tabled and not with_roles and style not in ("arabic", "article"):
        style = None
    level = next((n.number.level for n in numbered if n.number and n.number.style == style), 9)
    walk = _Walk(style, level, with_roles)
    closing = _closing(numbered)
    for k, one in enumerate(numbered):
        if k in closing:
            walk.leave(one)
        else:
            walk.step(one)
    walk.close()
    return walk.drafts, walk.loose


def _closing(numbered: Sequence[Numbered]) -> set[int]:
    """Paragraphs that belong to no task though they follow one: a date of its own line with the signature above it,
    copies and contacts."""
    found: set[int] = set()
    for k, one in enumerate(numbered):
        text = plain(one.paragraph.text.text).strip()
        if DATE_LINE.fullmatch(text):
            found.add(k)
            above = numbered[k - 1].paragraph.text.text.strip() if k else ""
            if len(above) <= LONGEST_SIGNATURE and not re.search("[，。；：、]", above) and ends_like_unit(above):
                found.add(k - 1)
        elif re.match(layout().closing, text):
            found.add(k)
    return found
