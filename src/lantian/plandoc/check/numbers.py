"""Parts that do not add up to their headline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lantian.plandoc.check.amounts import Amount, amounts, show
from lantian.plandoc.check.context import Check, Context, Item
from lantian.plandoc.plan import Finding, Plan

OPEN, CLOSE = "（(", "）)"
LIST_GAP = 30  # characters that may stand between two parts of one list


@dataclass(frozen=True, eq=False)
class Split:
    """A headline and the parts it is said to fall into."""

    headline: Amount
    parts: tuple[Amount, ...]

    @property
    def by_town(self) -> bool:
        return bool(self.parts[0].quantity.town)

    @property
    def total(self) -> Decimal:
        return sum((part.value for part in self.parts), Decimal(0))

    @property
    def excess(self) -> Decimal:
        return self.total - self.headline.value


def split_sum(plan: Plan, context: Context) -> Iterator[Finding]:
    """The parts of a number (by town, or in brackets after it) make another sum than the number."""
    for item in context.items:
        for headlines, parts in splits(item, context):
            choices = [Split(headline, parts) for headline in headlines]
            if not any(_agrees(split, item, context) for split in choices):
                yield _finding(choices[-1], item, context)


def splits(item: Item, context: Context) -> Iterator[tuple[list[Amount], tuple[Amount, ...]]]:
    """(possible headlines, the likeliest last; parts) of every list with two parts or more."""
    placed = [a for a in amounts(item.task) if a.quantity.kind in ("target", "context", "limit")]
    for unit in dict.fromkeys(a.unit for a in placed):
        same = [a for a in placed if a.unit == unit]
        k = 0
        while k < len(same):
            end = _run(same, k, item.task.text, context)
            heads, parts = [a for a in same[:k] if not a.quantity.town], tuple(same[k:end])
            if len(parts) > 1 and heads and not _mixed(parts):
                yield (_by_likelihood(heads, parts) if parts[0].quantity.town else heads[-1:]), parts
            k = max(end, k + 1)


def _run(same: list[Amount], k: int, text: str, context: Context) -> int:
    """Where the list of parts that may begin at amount `k` ends."""
    end = k
    if same[k].quantity.town:
        while end < len(same) and same[end].quantity.town:
            end += 1
        return end
    if not k or not _opens_list(text[same[k - 1].end : same[k].start], context):
        return k
    end = k + 1
    while end < len(same) and not same[end].quantity.town and _same_list(text[same[end - 1].end : same[end].start]):
        end += 1
    return end


def _opens_list(between: str, context: Context) -> bool:
    words = between.lstrip("，,：:。 ")
    return between[:1] in tuple(OPEN) or words.startswith(context.rules.sums.opens)


def _same_list(between: str) -> bool:
    return len(between) < LIST_GAP and not any(mark in between for mark in "。；;\n（）()")


def _mixed(parts: tuple[Amount, ...]) -> bool:
    """One town twice, with different things: these are several lists without headlines of their own."""
    towns = [part.quantity.town for part in parts]
    return bool(towns[0]) and len(set(towns)) < len(towns) and len({part.quantity.what for part in parts}) > 1


def _by_likelihood(heads: list[Amount], parts: tuple[Amount, ...]) -> list[Amount]:
    what = parts[0].quantity.what
    return sorted(heads, key=lambda head: bool(what) and head.quantity.what == what)


def _agrees(split: Split, item: Item, context: Context) -> bool:
    op, excess, rules = split.headline.quantity.op, split.excess, context.rules.sums
    if excess == 0 or (op in (">=", ">") and excess > 0) or (op in ("<=", "<") and excess < 0):
        return True
    if op == "~" or any(part.quantity.op == "~" for part in split.parts):
        return abs(excess) <= split.headline.value * Decimal(str(rules.about))
    if excess > 0:
        return _outer_total(split, item) == split.headline.value
    # fewer than the whole: only a list by town, or one in brackets, claims to be complete
    complete = split.by_town or item.task.text[split.headline.end :][:1] in tuple(OPEN)
    return not complete or item.task.text[split.parts[-1].end :].startswith(rules.open_ended)


def _outer_total(split: Split, item: Item) -> Decimal:
    """The sum without parts of parts: A镇9家（甲村5家、乙村4家）counts 9."""
    depth, total, start = 0, Decimal(0), split.headline.end
    for part in split.parts:
        between = item.task.text[start : part.start]
        depth += sum(c in OPEN for c in between) - sum(c in CLOSE for c in between)
        total += part.value if depth <= 0 else 0
        start = part.start
    return total


def _finding(split: Split, item: Item, context: Context) -> Finding:
    headline = split.headline
    written = headline.quantity.unit if headline.value == Decimal(repr(headline.quantity.value)) else headline.unit
    terms = " + ".join(show(part.value) for part in split.parts)
    total, excess = show(split.total), show(abs(split.excess))
    zh, en = ("分镇街合计", "by town") if split.by_town else ("分项合计", "of the parts")
    way_zh, way_en = ("多", "more") if split.excess > 0 else ("少", "less")
    return Finding(
        code="split_sum",
        severity="error" if split.by_town or split.excess > 0 else "warning",
        message=(
            f"{item.zh}：{zh} {terms} = {total} {written}，"
            f"与总数 {show(headline.value)} {written}相差 {excess} {written}（{way_zh}）。"
        ),
        message_en=(
            f"{item.en}: the sum {en} {terms} = {total} {written}, "
            f"{excess} {written} {way_en} than the headline {show(headline.value)} {written}."
        ),
        task_numbers=[item.label],
        spans=[span for amount in (headline, *split.parts) for span in context.of(item, amount.quantity)],
    )


CHECKS: tuple[Check, ...] = (split_sum,)
