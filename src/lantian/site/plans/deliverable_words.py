"""Finds in a plan's text the sub-plans and lists that it orders (建立7项清单，包括：…), who owes them and until when.

What is found is a suggestion with the sentence it comes from; the air office confirms each.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from lantian import rulebook
from lantian.plandoc.parse.deadlines import Context, time_phrases
from lantian.plandoc.rebuild.marks import ends_like_unit
from lantian.rulebook.schemas.chains import DeliverableWords

NUMERALS = "一二两三四五六七八九十"
HEAD = re.compile(rf"^\s*(?:第?[{NUMERALS}]+[、.．]|[（(]\s*[{NUMERALS}\d]+\s*[)）]|\d+\s*[.．、](?!\d))")
WHOLE = "。；;：:！!"
SENTENCE = re.compile(r"[^。；;！!\n]+")
CLAUSE = re.compile(r"[^，,、：:]+")
QUOTE_LONGEST = 600
SHORTEST = 4  # of a name: 工地清单


@dataclass(frozen=True)
class Found:
    """One that the text orders. `start` is its place in the text; `owners` and `to` are names as written; `each` that
    every member of a group owes one."""

    kind: str
    title: str
    quote: str
    start: int
    owners: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    due: dt.date | None = None
    each: bool = False


@dataclass
class Announced:
    """A number of them that the text announces, those found under it, and the text that they stand in."""

    kind: str
    count: int
    words: str
    start: int
    body: str = ""
    found: list[Found] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether another number was found than announced."""
        return len(self.found) != self.count


@dataclass
class Reading:
    """All that a text orders: under announcements, and elsewhere."""

    announced: list[Announced]
    others: list[Found]


def read(text: str, context: Context) -> Reading:
    """The sub-plans and lists that a plan's text orders.

    Examples
    --------
    >>> text = "各镇街建立2项清单，包括：\\n9月底前，各镇街建立工地清单、裸地清单，报送区住建委。"
    >>> [one] = read(text, Context(year=2020)).announced
    >>> [(f.title, str(f.due), f.owners, f.to) for f in one.found][1]
    ('裸地清单', '2020-09-30', ('各镇街',), ('区住建委',))
    """
    flat = _Flat(text)
    words = _Words(rulebook.get("deliverable-words", as_=DeliverableWords))
    announced = [one for one in _announcements(flat, words, context) if one.found]
    inside = {_bare(f.title) for one in announced for f in one.found}
    others: dict[str, Found] = {}
    for found in _everywhere(flat, words, context):
        key = _bare(found.title)
        if not any(key in one or one in key for one in inside):
            others.setdefault(key, found)
    return Reading(announced, list(others.values()))


class _Flat:
    """A text whose lines that were broken within a sentence are whole again; `at` leads back to the text's offsets."""

    def __init__(self, text: str) -> None:
        kept: list[str] = []
        self.at: list[int] = []
        lines = list(re.finditer(r"[^\n]+", text))
        for k, line in enumerate(lines):
            if line.group().strip() == "":
                continue
            self._take(kept, line.group(), line.start())
            following = lines[k + 1].group() if k + 1 < len(lines) else ""
            if self._ends(line.group(), following):
                kept.append("\n")
                self.at.append(line.end())
        self.text = "".join(kept)

    def _take(self, kept: list[str], line: str, start: int) -> None:
        for k, sign in enumerate(line):
            if not (sign.isspace() and sign != "\t"):
                kept.append(sign)
                self.at.append(start + k)

    @staticmethod
    def _ends(line: str, following: str) -> bool:
        if "\t" in line or "\t" in following or HEAD.match(line) or HEAD.match(following):
            return True
        return line.rstrip()[-1:] in WHOLE or len(line.strip()) < 12


@dataclass(frozen=True)
class _Words:
    rule: DeliverableWords

    @staticmethod
    def either(words: Iterable[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    @cached_property
    def announcement(self) -> re.Pattern[str]:
        nouns = self.either(word for noun in self.rule.noun for word in noun.announced)
        return re.compile(
            rf"(?<![第\d.])(?P<n>\d{{1,2}}|[{NUMERALS}]+)(?:{self.either(self.rule.classifiers)})(?P<noun>{nouns})"
            rf"(?P<between>[^。；;\n]{{0,60}}?)(?:{self.either(self.rule.opens)})[：:，,]"
        )

    @cached_property
    def counted(self) -> re.Pattern[str]:
        """A number of them, or all of them, is none of them: 7项清单, 各项方案."""
        return re.compile(rf"(?:\d+|[{NUMERALS}]+|各|多)(?:{self.either(self.rule.classifiers)})")

    @cached_property
    def verb(self) -> re.Pattern[str]:
        return re.compile(self.either(self.rule.verbs))

    @cached_property
    def ask(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.either(self.rule.asks)})(?P<to>[\u4e00-\u9fff、（）]{{3,120}})")

    def kind(self, noun: str) -> str:
        return next(one.kind for one in self.rule.noun if noun in one.announced)

    def ends(self, kind: str) -> tuple[str, ...]:
        return next(one.ends for one in self.rule.noun if one.kind == kind)


def _announcements(flat: _Flat, words: _Words, context: Context) -> Iterator[Announced]:
    for match in words.announcement.finditer(flat.text):
        body_end = _end_of_body(flat.text, match.end(), words)
        body = flat.text[match.end() : body_end]
        before = flat.text[flat.text.rfind("\n", 0, match.start()) + 1 : match.end()]
        kind = words.kind(match["noun"])
        said = flat.text[match.start() : match.end("noun")]
        one = Announced(kind, _number(match["n"]), said, flat.at[match.start()], before + body)
        start = _Scene(_due(before, context), _owners(before.split(match["n"])[0], words))
        one.found = list(_listed(flat, match.end(), body, kind, words, context, start))
        yield one


def _end_of_body(text: str, start: int, words: _Words) -> int:
    """Where the announced ones end: at the next heading or number, the next announcement, an annex."""
    at = start
    for line in re.finditer(r"[^\n]+", text[start:]):
        if line.start() and (HEAD.match(line.group()) or line.group().startswith(words.rule.ends)):
            return start + line.start()
        if line.start() and words.announcement.search(line.group()):
            return start + line.start()
        at = start + line.end()
    return at


@dataclass(frozen=True)
class _Scene:
    """What a sentence takes over from the one before: the day and who owes."""

    due: dt.date | None
    owners: tuple[str, ...]


def _listed(
    flat: _Flat, offset: int, body: str, kind: str, words: _Words, context: Context, start: _Scene
) -> Iterator[Found]:
    """Those of a kind in the text behind an announcement: a paragraph begins anew, a semicolon goes on."""
    scene = start
    for sentence in SENTENCE.finditer(body):
        fresh = sentence.start() == 0 or body[sentence.start() - 1] == "\n"
        before = start if fresh else scene
        said = sentence.group()
        at = _first_verb(said, words)
        scene = _Scene(
            _due(said, context) or before.due, (_owners(said[:at], words) if at is not None else ()) or before.owners
        )
        for title, place in _names(said, kind, words):
            yield _found(flat, kind, title, offset + sentence.start() + place, said, scene, words)


def _found(flat: _Flat, kind: str, title: str, at: int, said: str, scene: _Scene, words: _Words) -> Found:
    each = any(name.startswith(words.rule.each) for name in scene.owners)
    return Found(
        kind=kind,
        title=title,
        quote=said.strip()[:QUOTE_LONGEST],
        start=flat.at[min(at, len(flat.at) - 1)],
        owners=scene.owners,
        to=_reported_to(said, words),
        due=scene.due,
        each=each,
    )


def _names(said: str, kind: str, words: _Words) -> Iterator[tuple[str, int]]:
    """Names of a kind in a sentence: behind a verb, and those that stand in one row with it."""
    ends, row = words.ends(kind), False
    for clause in CLAUSE.finditer(said):
        text = clause.group()
        if said[clause.start() - 1 : clause.start()] != "、":
            row = False
        end = next((text.rfind(word) + len(word) for word in ends if text.endswith(word)), None)
        verb = _last_verb(text[:end] if end else text, words)
        if end is None:
            row = verb is not None and row
            continue
        if verb is None and not row:
            continue
        start = verb if verb is not None else 0
        name, at = _stripped(text[start:end], start, words)
        row = True
        if (
            name.startswith(words.rule.refers)
            or words.counted.match(name)
            or text[:start].endswith("《")
            or len(name) < 4
        ):
            continue
        if len(name) <= words.rule.reach:
            yield name, clause.start() + at


def _everywhere(flat: _Flat, words: _Words, context: Context) -> Iterator[Found]:
    """Those that any sentence of the text orders by a verb."""
    for sentence in SENTENCE.finditer(flat.text):
        said = sentence.group()
        at = _first_verb(said, words)
        if at is None:
            continue
        scene = _Scene(_due(said, context), _owners(said[:at], words))
        for noun in words.rule.noun:
            for title, place in _names(said, noun.kind, words):
                yield _found(flat, noun.kind, title, sentence.start() + place, said, scene, words)


def _first_verb(said: str, words: _Words) -> int | None:
    found = words.verb.search(said)
    return found.start() if found else None


def _last_verb(text: str, words: _Words) -> int | None:
    """The end of the last verb in a clause."""
    ends = [match.end() for match in words.verb.finditer(text)]
    return ends[-1] if ends else None


def _stripped(name: str, at: int, words: _Words) -> tuple[str, int]:
    """A name without what only says whose it is."""
    while word := next((w for w in words.rule.strip if name.startswith(w)), ""):
        name, at = name[len(word) :], at + len(word)
    return name, at


@lru_cache(maxsize=8)
def _leads(leads: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:{_Words.either(leads)})+.*$")


def _owners(head: str, words: _Words) -> tuple[str, ...]:
    """Units that a sentence begins with, before the verb."""
    clauses = [text for text in re.split(r"[，,：:]", HEAD.sub("", head)) if text]
    for clause in clauses:
        bare = re.sub(r"^.*?(?:\d+日|月底|年底|季)?前", "", clause) if "前" in clause else clause
        names = [_leads(words.rule.leads).sub("", one).removesuffix("等") for one in bare.split("、")]
        names = [name for name in names if 3 <= len(name) <= 20 and "等" not in name]
        if names and all(_like_unit(name, words) for name in names):
            return tuple(names)
    return ()


def _like_unit(name: str, words: _Words) -> bool:
    return name.startswith(words.rule.each) or ends_like_unit(name)


def _reported_to(said: str, words: _Words) -> tuple[str, ...]:
    found = words.ask.search(said)
    if found is None:
        return ()
    names = [re.sub(r"等.*$", "", one) for one in found["to"].split("、")]
    return tuple(name for name in names if 3 <= len(name) <= 20 and _like_unit(name, words))


def _due(said: str, context: Context) -> dt.date | None:
    found = [one for one in time_phrases(said, context) if one.kind in ("by", "within", "in") and one.date]
    return found[0].date if found else None


def _number(text: str) -> int:
    """7 of '7' and '七'; tens as far as plans announce.

    >>> [_number(n) for n in ("7", "十", "十二", "两")]
    [7, 10, 12, 2]
    """
    if text.isdecimal():
        return int(text)
    digits = {sign: k for k, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
    tens, _ten, ones = text.rpartition("十")
    if "十" not in text:
        return digits.get(text[:1], 0)
    return (digits.get(tens, 1) if tens else 1) * 10 + (digits.get(ones, 0) if ones else 0)


def _bare(title: str) -> str:
    return re.sub(r"[“”\"《》\s]", "", title)
