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
    if after is None and n.group in ("time", "days", "years") and (inside := _within().match(text, n.end)):
        return "<=", start, inside.end()
    # 达不到90%以上, 超过10天以上: what stands before decides
    if (before == "<" and after) or (before == ">" and after == ">="):
        return before, start, end
    if not m and n.group == "rank" and (foot := _not_in_bottom().search(head)):
        return "not_in_bottom", n.start - len(head) + foot.start(), end
    return after or before or "=", start, end


@cache
def _within() -> re.Pattern[str]:
    return re.compile(rf" ?(?:{any_of(words().within)})")


@cache
def _not_in_bottom() -> re.Pattern[str]:
    away = r"不进入|不得进入|未进入|不列入|不落入|不在|退出|跳出|避免进入"
    return re.compile(rf"(?:{away})[^，。；0-9]{{0,12}}(?:{any_of(words().bottom)})第? ?$")


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
        if _no_number(text, m.end(), right):
            last = m[1]
    return last


def at_least(text: str, n: Number, floor: int) -> bool:
    """Whether 至少 stands apart from its number: 每月至少组织开展一次."""
    return any(w in text[clause_before(text, n.start, floor) : n.start] for w in words().at_least)


def _no_number(text: str, start: int, end: int) -> bool:
    """Whether no other number stands between two places."""
    return not re.search(r"[0-9]", text[start:end])


def lower_wins(text: str) -> bool:
    return any(w in text for w in words().lower_is_better)


SIZES = ("capacity", "area", "length", "years", "days", "time", "volume", "mass", "rate", "energy")


def kind(text: str, n: Number, op: Comparison, ends: tuple[int, int], period: str | None) -> QuantityKind:
    """Target, limit, scope, trigger, frequency or context."""
    rule = words()
    left, right = clause_before(text, n.start), clause_after(text, n.end)
    pre, post = text[left : n.start], text[ends[1] : right]
    near = re.split("[、和]", pre)[-1]
    if period or (n.group == "time" and op == "=" and any(w in pre[-8:] + post[:8] for w in rule.round_the_clock)):
        return "frequency"
    if op == "not_in_bottom":
        return "target"
    if (n.group == "grade" and "风" in pre[-4:] + post[:6]) or n.group == "temperature":
        return "trigger"
    if _is_context(text[left : ends[0]], pre, post):
        return "context"
    if _is_scope(text, n, op, pre, near, ends[1], post) and not _sets_off(near, post):
        return "limit" if "范围内" in text[n.end : n.end + 5] else "scope"
    if _conditional(text, near, post, right):
        return "trigger"
    if op in ("<", "<="):
        return "limit"
    return "target"


def _is_context(before: str, pre: str, post: str) -> bool:
    """Whether a number tells of another area, of what there is already, or of where it comes from."""
    rule = words()
    return bool(
        any(w in pre for w in (*rule.elsewhere, *rule.existing))
        or post.startswith(("基础", "的基础"))
        or re.search(r"[由从自] ?$", before)
        or (
            re.search(r"[由从][^，。；]{0,12}$", pre)
            and re.match(r"左右?|[^，。；]{0,2}(?:下降|降|提|增|升|减|扩)", post)
        )
        or "罚款" in post[:16]
    )


def _is_scope(text: str, n: Number, op: Comparison, pre: str, near: str, end: int, post: str) -> bool:
    """Whether a number describes the things that are dealt with (45米以上的高架源), not how many of them."""
    rule = words()
    closed, within = end > n.end, text[n.end : end].endswith("内") and n.group in ("time", "days", "years")
    post = re.sub(r"^ ?（[^（）]*）", "", post)
    if any(w in pre[-6:] for w in rule.around) or any(w in post[:5] for w in rule.reaches):
        return True
    if n.group in SIZES and op in ("<", ">", "<=", ">="):
        if lower_wins(pre) or post.startswith("标准") or (closed and within):
            return False
        if _modifies(post) and (post.startswith("的") or not _duty_in(near)):
            return True
        # 淘汰10蒸吨及以下锅炉: at most names the size of the things, at least may be the sum to be reached
        if closed and op in ("<", "<=") and (n.group == "capacity" or _modifies(post)):
            return True
    if n.group == "count" and op == "=":
        return bool(
            (n.chinese and not _duty_in(pre[-6:]))
            or pre.endswith("及")
            or (re.search("将[^，。]*$", pre) and "作为" in post)
        )
    return False


def _sets_off(near: str, post: str) -> bool:
    """持续36小时以上时: a size that says when something happens."""
    return bool(re.search(r"(?:连续|持续|累计|未来|闲置|超过)[^，。；]{0,6}$", near)) and not post.startswith("的")


def _conditional(text: str, pre: str, post: str, right: int) -> bool:
    """Whether the clause says when something happens (累计曝光2次的，…), not what is to be reached."""
    closes = text[right : right + 1] in tuple("，、") and re.search(r"(?:的|时|后)$", post)
    said = any(w in pre[-16:] or w in post[:16] for w in words().conditions)
    if said and (closes or post.startswith("的") or re.search(r"时$|的$|不合格|未达", post)):
        return True
    if any(w in pre[-6:] for w in words().bottom if len(w) > 1):
        return True
    counted = re.search(r"(?:连续|累计|未来|达不到|未达到)[^，。；]{0,10}$", pre)
    return bool(counted) and not _duty_in(post[:3]) and "累计达到" not in pre


def _modifies(post: str) -> bool:
    """Whether a number with its unit is an attribute of the noun behind it (45米的高架源)."""
    return bool(post) and post[0] not in "、（）和及”"


@cache
def _duty() -> re.Pattern[str]:
    return re.compile(any_of(words().duties))


def _duty_in(text: str) -> bool:
    return bool(_duty().search(text))


def named_by_duty(before: str) -> bool:
    """Whether a verb of doing stands right before a number: 组建两支, 设立三个."""
    return bool(re.search(rf"(?:{any_of(words().duties)})了?$", before))


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
    name = re.sub(r"每个?(?:半年|半月|日|天|周|旬|月|季度|季|年)", "", text[start:end])
    return name.strip(" 、“的和至~-"), start


@cache
def _aside() -> re.Pattern[str]:
    every = any_of(w for c in words().compare.values() for w in c.after)
    return re.compile(rf" ?(?:[0-9.]+[^，。；、0-9]{{1,6}}?(?:{every}))?的? ?")


def named_behind(text: str, left: int, right: int) -> tuple[str, int]:
    """The noun that stands behind a unit, and where it ends."""
    start = left
    aside = _aside().match(text, left, right)  # 10台3吨及以下的叉车 counts 叉车
    if aside:
        start = aside.end()
    # 16个网点每月抽检1次: what is done how often begins another number's words
    piece = re.split(r"[、0-9]|（(?=[^（）]*[0-9])|每(?=[个半]?[日天周旬月季年])", text[start:right], maxsplit=1)[0]
    name = re.sub(r"（[^（）]*）", "", piece).strip(" 的和及、：:“”（）~-")
    for tail in words().tails:
        if name.endswith(tail) and len(name) > len(tail) + 1:
            name = name[: -len(tail)]
            break
    return name.strip(" ：:"), start + len(piece) if name else left
