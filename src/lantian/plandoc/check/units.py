"""Names of units that look like one office written in two ways. Suggested, never merged."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product

from lantian.plandoc.check.context import Check, Context, Item
from lantian.plandoc.plan import Finding, Plan, Span
from lantian.rulebook.schemas.checks import UnitRules

ROLES = ("lead", "responsible", "assist")
RARE = 3  # a slip stands at most once for every so many right spellings


@dataclass(frozen=True)
class Name:
    """A unit name taken apart: 区公安分局交通支队 is 区 + 公安分局交通 + 支队."""

    whole: str
    prefix: str
    stem: str
    ending: str


def unit_typo(plan: Plan, context: Context) -> Iterator[Finding]:
    """One name that is probably another one miswritten (warning), or its short form (note)."""
    mentions = _mentions(context)
    names = [_take_apart(name, plan.district, context.rules.units) for name in mentions]
    names = [name for name in names if not _is_group(name.whole, context.rules.units)]
    same = _same_office(names, context.rules.units)
    for group in same:
        yield _alias(group, mentions, context)
    office = {name: k for k, group in enumerate(same) for name in group}
    usual = [name for name in names if len(mentions[name.whole]) > 1]
    for rare, right in product(names, usual):
        few, many = len(mentions[rare.whole]), len(mentions[right.whole])
        seldom = few * RARE <= many or (few == 1 and many == 2)
        if not seldom or (rare in office and office[rare] == office.get(right)):
            continue
        if _slip(rare, right, mentions.keys(), context.rules.units):
            yield _typo(rare, right, mentions, context)


def _mentions(context: Context) -> dict[str, list[tuple[Item, str]]]:
    """Where every unit name stands: task and field ('lead[0]')."""
    found: defaultdict[str, list[tuple[Item, str]]] = defaultdict(list)
    for item in context.items:
        for role in ROLES:
            units: list[str] = getattr(item.task, role)
            for k, unit in enumerate(units):
                found[unit].append((item, f"{role}[{k}]"))
    return dict(found)


def _take_apart(name: str, district: str | None, rules: UnitRules) -> Name:
    rest = re.sub(r"\s", "", name)
    if district and rest.startswith(district) and len(rest) > len(district) + 1:
        rest = district[-1] + rest[len(district) :]  # 青河区供电公司 is the district's 区供电公司
    prefix = rest[:1] if rest[:1] in "区县市旗" else ""
    rest = rest[len(prefix) :]
    ending = next((e for e in sorted(rules.endings, key=len, reverse=True) if rest.endswith(e)), "")
    return Name(name, prefix, rest[: len(rest) - len(ending)], ending)


def _is_group(name: str, rules: UnitRules) -> bool:
    return any(word in name for word in rules.groups) or name.endswith(rules.places)


def _plain_form(name: Name, rules: UnitRules) -> str:
    """The shortest way to write a name, by the list of short forms."""
    text = name.prefix + name.stem + name.ending
    for long, short in rules.short_forms:
        text = text.replace(long, short)
    return text


def _same_office(names: list[Name], rules: UnitRules) -> list[list[Name]]:
    groups: defaultdict[str, list[Name]] = defaultdict(list)
    for name in names:
        groups[_plain_form(name, rules)].append(name)
    return [group for group in groups.values() if len(group) > 1]


def _slip(rare: Name, usual: Name, known: Collection[str], rules: UnitRules) -> bool:
    """Whether the rare name is probably a slip for the usual one.

    Names of different offices often differ by a single character (公安分局 and 工商分局, 规划 and 国土). So names must
    be long, agree in prefix, and differ by one slip only: another kind of body after the same words, or one
    character in a stem of at least `stem` characters with the same kind of body.
    """
    if rare.prefix != usual.prefix:
        return False
    if rare.stem == usual.stem:
        if not any(rare.ending in kinds and usual.ending in kinds for kinds in rules.kindred):
            return False
        # 区交通局 and 区交通支队 both exist: only a part of a named office, or a long name, tells a slip
        parent = any(other != usual.whole and (rare.prefix + rare.stem).startswith(other) for other in known)
        return parent or len(rare.stem) >= rules.stem
    if rare.ending != usual.ending or min(len(rare.stem), len(usual.stem)) < rules.stem:
        return False
    return _one_slip(rare.stem, usual.stem, rules.telling_apart)


def _one_slip(a: str, b: str, telling_apart: str) -> bool:
    """One character other, missing or too many, or two neighbours swapped."""
    if len(a) == len(b):
        other = [k for k in range(len(a)) if a[k] != b[k]]
        if len(other) == 2 and other[1] == other[0] + 1:
            return a[other[0]] == b[other[1]] and a[other[1]] == b[other[0]]
        return len(other) == 1 and not (a[other[0]] in telling_apart and b[other[0]] in telling_apart)
    if abs(len(a) - len(b)) != 1:
        return False
    short, long = sorted((a, b), key=len)
    k = next((k for k in range(len(short)) if short[k] != long[k]), len(short))
    return short[k:] == long[k + 1 :] and long[k] not in telling_apart


def _typo(rare: Name, usual: Name, mentions: dict[str, list[tuple[Item, str]]], context: Context) -> Finding:
    places = mentions[rare.whole]
    items = list(dict.fromkeys(item for item, _ in places))
    few, many = len(places), len(mentions[usual.whole])
    return Finding(
        code="unit_typo",
        severity="warning",
        message=(
            f"{'、'.join(item.zh for item in items)}：“{rare.whole}”（{few} 处）疑为“{usual.whole}”（{many} 处）之误。"
        ),
        message_en=(
            f"{', '.join(item.en for item in items)}: “{rare.whole}” ({few}×) "
            f"is probably a slip for “{usual.whole}” ({many}×)."
        ),
        task_numbers=list(dict.fromkeys(item.label for item in items)),
        spans=_spans(places, context),
    )


def _alias(group: list[Name], mentions: dict[str, list[tuple[Item, str]]], context: Context) -> Finding:
    counts = Counter({name.whole: len(mentions[name.whole]) for name in group})
    listed = "、".join(f"“{name}”（{count} 处）" for name, count in counts.most_common())
    listed_en = ", ".join(f"“{name}” ({count}×)" for name, count in counts.most_common())
    # the places of the less usual ways of writing are enough to look at
    places = [place for name, _ in counts.most_common()[1:] for place in mentions[name]]
    return Finding(
        code="unit_typo",
        severity="note",
        message=f"{listed}应是同一单位的不同写法，建议统一。",
        message_en=f"{listed_en} are probably one unit written in different ways.",
        task_numbers=list(dict.fromkeys(item.label for item, _ in places)),
        spans=_spans(places, context),
    )


def _spans(places: list[tuple[Item, str]], context: Context) -> list[Span]:
    return [span for item, field in places for span in context.where(item, field)]


CHECKS: tuple[Check, ...] = (unit_typo,)
