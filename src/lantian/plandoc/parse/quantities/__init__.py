"""Numbers of a task: what is counted, how many, of which unit, for which town, and how it is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lantian.plandoc.parse.quantities.lexer import Number, any_of, fold, numbers, words, written_unit
from lantian.plandoc.parse.quantities.meaning import (
    REACH,
    at_least,
    clause_after,
    clause_before,
    comparison,
    frequency,
    kind,
    lower_wins,
    named_before,
    named_behind,
    named_by_duty,
)
from lantian.plandoc.parse.quantities.towns import LONGEST, known_towns, town_at, town_names
from lantian.plandoc.plan import Comparison, QuantityKind

__all__ = ["FoundQuantity", "find_quantities", "town_names"]


@dataclass(frozen=True, slots=True)
class FoundQuantity:
    """A number found in a text; `at` is where `text` stands in it. The other fields are those of `Quantity`."""

    text: str
    what: str | None
    value: float
    unit: str
    town: str | None
    op: Comparison
    kind: QuantityKind
    at: tuple[int, int]


def find_quantities(text: str, *, title: str | None = None, towns: Sequence[str] = ()) -> list[FoundQuantity]:
    """The numbers that a task text names, in order.

    Parameters
    ----------
    text : running text of one task; paragraphs apart by line breaks.
    title : heading of the task, says what is counted where the text does not.
    towns : names of towns seen anywhere in the document; a short form (松溪 for 松溪镇) is completed from them.

    Examples
    --------
    >>> [(q.value, q.unit, q.town) for q in find_quantities("淘汰炉灶5台。其中，松溪镇3台、柳湾镇2台。")]
    [(5.0, '台', None), (3.0, '台', '松溪镇'), (2.0, '台', '柳湾镇')]
    """
    return _Reader(text, title, towns).read()


@dataclass(slots=True)
class _Read:
    number: Number
    op: Comparison
    start: int  # of the comparing words before the number
    end: int  # of the comparing words behind the unit


_LINK = re.compile(r" ?[、和及或与，,] ?和? ?$")


class _Reader:
    def __init__(self, text: str, title: str | None, towns: Sequence[str]) -> None:
        self.original, self.text, self.title = text, fold(text), title
        self.towns = known_towns((*dict.fromkeys([*towns, *town_names(text)]),))
        self.held = list(self._holders())

    def read(self) -> list[FoundQuantity]:
        found: list[FoundQuantity] = []
        headlines: dict[str, FoundQuantity] = {}
        previous: FoundQuantity | None = None
        for item in self._compared():
            for quantity in self._meant(item, previous):
                if previous and "\n" in self.text[previous.at[1] : quantity.at[0]]:
                    headlines.clear()
                previous = self._with_headline(quantity, headlines)
                found.append(previous)
        return found

    # numbers, their units and comparisons

    def _compared(self) -> Iterator[_Read]:
        with_units = self._shared_units(numbers(self.text))
        items: list[_Read] = []
        floor = 0
        for n in with_units:
            items.append(_Read(n, *comparison(self.text, n, floor)))
            floor = n.end
        self._share_comparison(items)
        return (item for item in items if self._counts(item))

    def _shared_units(self, found: list[Number]) -> list[Number]:
        """20、30和50台: a number without a unit takes that of the next one in its list."""
        for a, b in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
            gap = self.text[a.stop : b.start]
            if not a.unit and b.unit and not a.chinese and len(gap) < 5 and re.fullmatch(r" ?[、和及或至到~-] ?", gap):
                a.unit, a.group, a.written = b.unit, b.group, b.written
        return [n for n in found if n.unit]

    def _share_comparison(self, items: list[_Read]) -> None:
        """分别不高于20、30和50毫克/立方米: one word compares the whole list; 20-30台 is a range."""
        pairs = list(pairwise(items))
        linked = [self._linked(a, b) for a, b in pairs]
        for (a, b), link in zip(pairs, linked, strict=True):
            if link == "range" and a.op in ("=", ">="):
                a.op, b.op = ">=", "<="
            elif link and b.op == "=" and a.end == a.number.end:
                b.op = a.op
        for (a, b), link in zip(reversed(pairs), reversed(linked), strict=True):
            if link == "list" and a.op == "=":
                a.op = b.op

    def _linked(self, a: _Read, b: _Read) -> str | None:
        gap = self.text[a.end : b.start]
        if a.number.unit != b.number.unit or len(gap) > 4:
            return None
        if re.fullmatch(r" ?[-~至到] ?", gap):
            return "range"
        return "list" if _LINK.fullmatch(gap) else None

    def _counts(self, item: _Read) -> bool:
        """Whether a number with a unit really counts something."""
        n, text = item.number, self.text
        compared = item.op != "="
        if text[max(0, n.start - 2) : n.start].rstrip().endswith("每"):
            return False  # 每1万人, 每2小时: what something is counted by
        if (n.group == "days" and n.unit in ("日", "周")) or n.group == "years":
            return compared
        if n.group == "grade":
            return (compared or n.unit != "级") and (n.unit != "级" or "风" in text[max(0, n.start - 6) : item.end + 6])
        if n.group == "rank":
            return (n.unit == "名" and not n.chinese) or (
                bool(re.search(rf"(?:{any_of(words().bottom)}|前|第) ?$", text[max(0, n.start - 6) : n.start]))
                or compared
            )
        return self._chinese_counts(item) if n.chinese and n.unit != "%" else True

    def _chinese_counts(self, item: _Read) -> bool:
        """三个村 counts villages; 一次性, 两级 and 新一轮 count nothing."""
        n, text = item.number, self.text
        before, behind = text[max(0, n.start - 8) : item.start], text[item.end : item.end + 4]
        if before.endswith(tuple("第每这那前后上下首同另新本逐任某统唯单")) or behind.startswith(tuple("性步")):
            return False
        if n.group in ("time", "days") or item.op != "=":
            return item.op != "=" and (n.value > 1 or not text[n.end : item.end].endswith("内"))
        if n.group == "occurrence":
            duty = re.search(r"(?:完成|开展|组织|进行|实施|举办|召开)了?$", before)
            return bool(duty or frequency(text, n, 0)) or (n.value > 1 and bool(re.search("连续|累计", before)))
        idle = not behind.strip() or behind.startswith((*words().idle_nouns, *tuple("，。；、）”")))
        if n.value < 2:
            built = re.search(r"(?:建成|新建|新增|建设|安装|配备|购置)$", before)
            return bool(built) and n.unit in ("座", "套", "台", "辆", "家", "处")
        if n.unit in ("个", "本") and not behind.strip().startswith(words().concrete):
            return named_by_duty(before)
        return not idle and n.unit not in ("批", "起", "段", "块", "把", "头", "口", "片", "门", "级", "部")

    # what they mean

    def _meant(self, item: _Read, previous: FoundQuantity | None) -> Iterator[FoundQuantity]:
        n, text = item.number, self.text
        floor = previous.at[1] if previous and previous.at[1] <= n.start else 0
        period = frequency(text, n, floor)
        if period and item.op == "=" and at_least(text, n, floor):
            item.op = ">="
        places = self._towns(item, previous, floor)
        left, right = clause_before(text, n.start, floor), clause_after(text, n.end)
        pre, start = named_before(text, left, item.start)
        shared = n.written and n.written[0] > n.stop  # the unit stands behind a later number
        post, stop = named_behind(text, n.written[1] if n.written and shared else item.end, right)
        op = self._direction(item, text[left : n.start], post)
        meaning = kind(text, n, op, (item.start, item.end), period)
        own = None
        if places:
            start, stop, what = places[0][0], item.end, pre or None
            if start == n.start:  # the town stands before a colon, and the things behind it
                own = re.split("[：（、]", pre)[-1].strip() or None
        elif post and n.group not in ("ratio", "concentration", "rate"):
            start, stop, what = item.start, item.end if shared else stop, post
        else:
            stop, what = item.end, (post if post and pre in words().duties else pre) or post or None
        unit = written_unit(self.original[slice(*n.written)]) if n.written else n.unit
        found = FoundQuantity(
            self.original[start:stop], what, n.value, unit + (f"/{period}" if period else ""), None, op, meaning,
            (start, stop),
        )  # fmt: skip
        if not places:
            joined = previous and len(re.split("[。；\n]", text[previous.at[1] : start])) < 2
            yield found if what else replace(found, what=(previous.what if previous and joined else None) or self.title)
        for a, _, name in places:
            yield replace(found, town=name, what=own, text=self.original[a:stop], at=(a, stop))

    def _direction(self, item: _Read, pre: str, post: str) -> Comparison:
        n = item.number
        if item.op == ">=" and n.unit == "%" and n.value == 100:
            return "="
        falls = (lower_wins(pre) and n.group in ("concentration", "rate")) or post.startswith("标准")
        if (
            falls
            and n.group in ("concentration", "rate")
            and (item.op == "=" or (item.op == ">=" and item.end == n.end))
        ):
            return "<="
        return item.op

    def _with_headline(self, quantity: FoundQuantity, headlines: dict[str, FoundQuantity]) -> FoundQuantity:
        """A town's share counts what its headline counts."""
        if quantity.town is None:
            if quantity.kind != "scope":
                headlines[quantity.unit] = quantity
            return quantity
        headline = headlines.get(quantity.unit)
        if quantity.what:
            return quantity
        if headline:
            kind_ = "target" if headline.kind == "context" else headline.kind
            return replace(quantity, what=headline.what, kind=kind_)
        end = quantity.at[1]
        own, _ = named_behind(self.text, end, clause_after(self.text, end))
        before = re.search(
            r"([^，。；：\n]{2,24})：[^。；：\n]*$", self.text[max(0, quantity.at[0] - REACH) : quantity.at[0]]
        )
        return replace(quantity, what=own or (before[1].strip() if before else None) or self.title)

    # towns

    def _holders(self) -> Iterator[tuple[int, int, tuple[int, int, str]]]:
        """松溪镇：锅炉2台、炉灶3个；柳湾镇（锅炉1台、炉灶2个): the stretch of text that one town's name governs."""
        for m in re.finditer("[：（]", self.text):
            start = max(self.text.rfind(c, max(0, m.start() - 20), m.start()) for c in "、，。；：\n（）") + 1
            span = town_at(self.text[start : m.start()])
            if span and span[1] == m.start() - start:
                a, b = start + span[0], start + span[1]
                close = re.compile("[）\n]" if m[0] == "（" else "[；。\n]").search(self.text, m.end(), m.end() + 200)
                yield m.end(), close.start() if close else m.end() + 200, (a, b, self.text[a:b])

    def _towns(self, item: _Read, previous: FoundQuantity | None, floor: int) -> list[tuple[int, int, str]]:
        n, text = item.number, self.text
        left = clause_before(text, n.start, floor)
        cut = max((text.rfind(c, left, n.start) for c in "、：（"), default=-1)
        chain = self._chain(max(left, cut + 1), item) or self._right_before(item)
        if not chain:
            return self._inherited(n, previous)
        between = text[chain[-1][1] : n.start]
        follows = text[item.end : item.end + 1]
        if between.startswith("等") or (follows and text[max(0, n.start - 3) : n.start].rstrip().endswith(follows)):
            return []  # 松溪镇、柳湾镇等3个镇; 松溪镇甲村、乙村2个村
        shared = any(w in between for w in words().each_words) or n.group in ("concentration", "rate", "ratio")
        listed = self._listed_before(chain[0][0])
        if shared:
            return listed + chain
        return [] if listed or len(chain) > 1 else chain

    def _inherited(self, n: Number, previous: FoundQuantity | None) -> list[tuple[int, int, str]]:
        """The town of a number that names none itself: of its colon or bracket, or of the number right before it."""
        for start, end, place in self.held:
            if start <= n.start < end:
                return [(n.start, n.end, place[2])]
        if previous and previous.town:
            gap = self.text[previous.at[1] : n.start]
            if len(gap) < 8 and not re.search("[，、；。：（）\n共计]", gap):
                return [(n.start, n.end, previous.town)]
        return []

    def _chain(self, start: int, item: _Read) -> list[tuple[int, int, str]]:
        """The town that opens a piece before a number, and those joined to it by 和."""
        found: list[tuple[int, int, str]] = []
        at = start
        while at < item.number.start and (one := self._town(at, item)):
            found.append(one)
            joint = re.compile(" ?[和及与] ?").match(self.text, one[1], item.number.start)
            if not joint:
                break
            at = joint.end()
        return found

    def _right_before(self, item: _Read) -> list[tuple[int, int, str]]:
        """年均浓度松溪镇38微克/立方米: a known town that the number follows directly."""
        end = item.start
        for length in range(LONGEST, 1, -1):
            name = self.text[max(0, end - length) : end]
            if name in self.towns.names:
                return [(end - length, end, name)]
        return []

    def _town(self, at: int, item: _Read) -> tuple[int, int, str] | None:
        text, limit = self.text, item.number.start
        piece = text[at:limit]
        strong = town_at(piece)
        if strong:
            return at + strong[0], at + strong[1], piece[slice(*strong)].replace(" ", "")
        known = self.towns.at(piece)
        if known and (piece[known[0] : known[1]] == known[2] or piece[known[1] :].strip(" 各约") == ""):
            return at + known[0], at + known[1], known[2]
        weak = town_at(piece, weak=True)
        if weak and piece[weak[1] :].strip(" 各约") == "" and self._in_split(at):
            return at + weak[0], at + weak[1], piece[slice(*weak)]
        return None

    def _in_split(self, at: int) -> bool:
        said = re.split("[。\n]", self.text[max(0, at - 200) : at])[-1]
        return any(w in said for w in words().split_words) or bool(town_names(said))

    def _listed_before(self, at: int) -> list[tuple[int, int, str]]:
        """松溪镇、柳湾镇各2台: the towns listed before the last one."""
        found: list[tuple[int, int, str]] = []
        text = self.text
        while at > 0 and text[at - 1] == "、" and len(found) < 40:
            start = max(text.rfind(c, max(0, at - 20), at - 1) for c in "、，。；：\n（") + 1
            piece = text[start : at - 1]
            span = town_at(piece)
            if not span or span[1] != len(piece.rstrip()):
                break
            found.insert(0, (start + span[0], start + span[1], piece[slice(*span)]))
            at = start
        return found
