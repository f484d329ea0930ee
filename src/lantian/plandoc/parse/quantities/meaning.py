"""What a number means: comparison, frequency, kind, and the words that say what is counted."""

from __future__ import annotations

import re
from functools import cache

from lantian.plandoc.parse.quantities.lexer import Number, any_of, units, words
from lantian.plandoc.plan import Comparison, QuantityKind

REACH = 60  # characters looked at on either side of a number: keeps hostile input linear
STOPS = "，。；！？\n"


def clause_before(text: str, at: int, floor: int = 0) -> int:
    """Start of the clause that `at` lies in: behind the last stop, or the bracket that is still open."""
    depth = 0
    k = at
    while k > floor and at - k < REACH:
        c = text[k - 1]
        if c in STOPS:
            break
        if c == "）":
            depth += 1
        elif c == "（":
            if not depth:
                break
            depth -= 1
        k -= 1
    return k


def clause_after(text: str, at: int) -> int:
    """End of the clause that `at` lies in."""
    depth = 0
    k = at
    while k < len(text) and k - at < REACH:
        c = text[k]
        if c in STOPS:
            break
        if c == "（":
            depth += 1
        elif c == "）":
            if not depth:
                break
            depth -= 1
        k += 1
    return k


@cache
def _before() -> tuple[re.Pattern[str], re.Pattern[str]]:
    every = [w for c in words().compare.values() for w in c.before]
    firm = [w for w in every if len(w) > 2]
    direct = re.compile(rf"({any_of(every)})(?:了|到|为|在|比例|全社会)?[ “]?$")
    distant = re.compile(rf"({any_of(firm)})[^，。；、0-9]{{1,14}}的 ?$")
    return direct, distant


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf" ?(?:（含）)?({any_of(w for c in words().compare.values() for w in c.after)})")


@cache
def _op_of(side: str) -> dict[str, Comparison]:
    return {w: op for op, c in words().compare.items() for w in getattr(c, side)}


def comparison(text: str, n: Number, floor: int) -> tuple[Comparison, int, int]:
    """Comparison of a number, start of the words before it and end of the words behind it."""
    head = text[max(floor, n.start - 24) : n.start]
    direct, distant = _before()
    m = direct.search(head) or distant.search(head)
    before = _op_of("before")[m[1]] if m else None
    start = n.start - len(head) + m.start() if m else n.start
    tail = _after().match(text, n.end)
    after = _op_of("after")[tail[1]] if tail else None
    end = tail.end() if tail else n.end
    if before == "<" and after:  # 达不到90%以上
        return before, start, end
    if after == ">=" and before == ">":
        return before, start, end
    return after or before or "=", start, end


@cache
def _period() -> re.Pattern[str]:
    return re.compile(rf"[每各](?:个)?({any_of(units().periods)}|[0-9一二两三四五六]{{1,2}}个?(?:小时|天|日|周|月|年))")


def frequency(text: str, n: Number, floor: int) -> str | None:
    """What a number is counted by (每周至少一次 → 周), when its clause says so."""
    if n.group not in ("occurrence", "count"):
        return None
    left = clause_before(text, n.start, floor)
    found = _last_period(text, left, n.start)
    if found or n.group == "count" or left <= floor or text[left - 1] != "，":
        return found
    wider = clause_before(text, left - 1, floor)
    return _last_period(text, wider, n.start) if n.start - wider < 30 else None


def _last_period(text: str, left: int, right: int) -> str | None:
    last = None
    for m in _period().finditer(text, left, right):
        behind = text[m.end() : m.end() + 12]
        if re.match(r" ?[0-9]{1,2} ?[日号]|[底末初中]|[上中下]旬", behind):
            continue  # 每月5日前 is a deadline
        if n_gap(text, m.end(), right):
            last = m[1]
    return last


def n_gap(text: str, start: int, end: int) -> bool:
    """Whether no other number stands between two places."""
    return not re.search(r"[0-9]", text[start:end])


def lower_wins(text: str) -> bool:
    return any(w in text for w in words().lower_is_better)


def kind(text: str, n: Number, op: Comparison, ends: tuple[int, int], period: str | None) -> QuantityKind:
    """Target, limit, scope, trigger, frequency or context."""
    rule = words()
    left, right = clause_before(text, n.start), clause_after(text, n.end)
    pre, post = text[left : n.start], text[ends[1] : right]
    if period:
        return "frequency"
    if n.group == "time" and op == "=" and any(w in pre[-8:] + post[:8] for w in rule.round_the_clock):
        return "frequency"
    if any(w in pre for w in rule.elsewhere) or any(w in pre for w in rule.existing):
        return "context"
    if post.startswith(("基础", "的基础")) or re.search(r"[由从自] ?$", text[left : ends[0]]):
        return "context"
    if _conditional(text, pre, post, right):
        return "trigger"
    attributed = n.group in ("capacity", "area", "length", "years", "days", "time", "volume", "mass", "rate", "energy")
    if any(w in pre[-6:] for w in rule.around) or any(w in post[:3] for w in ("半径", "盲区", "路面")):
        return "limit" if "范围内" in text[n.end : n.end + 5] else "scope"
    if attributed and (op in (">", "<", "<=", ">=") and _modifies(post) and not _duty_in(pre)):
        return "scope"
    if attributed and op in ("<=", "<") and _modifies(post) and n.group == "capacity":
        return "scope"
    if op in ("<", "<="):
        return "limit"
    if n.chinese and n.group == "count" and not _duty_in(pre):
        return "scope"
    return "target"


def _conditional(text: str, pre: str, post: str, right: int) -> bool:
    """Whether the clause says when something happens (累计曝光2次的，…), not what is to be reached."""
    closes = text[right : right + 1] in tuple("，、") and re.search(r"(?:的|时|后)$", post)
    said = any(w in pre[-16:] or w in post[:16] for w in words().conditions)
    if said and (closes or post.startswith("的") or re.search(r"时$|的$|不合格|未达", post)):
        return True
    if any(w in pre[-6:] for w in words().bottom if len(w) > 1):
        return True
    counted = re.search(r"(?:连续|累计|未来|达不到|未达到)[^，。；]{0,10}$", pre)
    return bool(counted) and not _duty_in(post) and "累计达到" not in pre


def _modifies(post: str) -> bool:
    """Whether a number with its unit is an attribute of the noun behind it (45米的高架源)."""
    return bool(post) and post[0] not in "、（）和及"


@cache
def _duty() -> re.Pattern[str]:
    return re.compile(any_of(words().duties))


def _duty_in(text: str) -> bool:
    return bool(_duty().search(text))


@cache
def _trim_left() -> re.Pattern[str]:
    time = r"(?:[0-9]{4}年)?(?:[0-9]{1,2}月)?(?:年)?(?:[0-9]{1,2}日)?(?:底|末|中旬|上旬|下旬|初)?(?:之?前|起|期间|内)?"
    filler = any_of(words().fillers)
    return re.compile(rf"(?:{filler}|[ ：:、“]|其中|到)*(?:(?=[0-9年底]){time})?(?:{filler}|[ ：:])*")


@cache
def _trim_right() -> re.Pattern[str]:
    every = [w for c in words().compare.values() for w in c.before]
    return re.compile(rf"(?:{any_of([*every, *words().fillers, '为', '达', '是', '在', '到'])}| )$")


def named_before(text: str, left: int, right: int) -> tuple[str, int]:
    """The noun that stands before a number, and where it begins."""
    start = left
    m = _trim_left().match(text, left, right)
    if m:
        start = m.end()
    end = right
    while end > start and (t := _trim_right().search(text[start:end])):
        end = start + t.start()
    return text[start:end].strip(" 、“"), start


def named_behind(text: str, left: int, right: int) -> tuple[str, int]:
    """The noun that stands behind a unit, and where it ends."""
    piece = re.split(r"[、0-9]", text[left:right], maxsplit=1)[0]
    name = piece.strip(" ")
    name = name.removeprefix("的")
    for tail in words().tails:
        if name.endswith(tail) and len(name) > len(tail) + 1:
            name = name[: -len(tail)]
            break
    return name.strip(" ：:"), left + len(piece)
