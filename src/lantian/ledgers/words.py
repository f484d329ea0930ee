"""Conditions as a reader would say them, in either language: for pages, the command line and the docs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from lantian import rulebook
from lantian.ledgers.units import unit_label
from lantian.rulebook.schemas.ledgers import TODAY, Condition, Derived, Ledger
from lantian.rulebook.schemas.zones import ZoneKinds

__all__ = ["Language", "all_of", "derivation", "name_of", "said", "value_of", "zone_name"]

Language = Literal["zh", "en"]

COLUMNS: dict[str, tuple[str, str]] = {
    "name": ("名称", "name"), "firm": ("所属单位", "firm"), "credit_code": ("统一社会信用代码", "credit code"),
    "area": ("所在镇街", "area"), "address": ("地址", "address"), "opened": ("投用日期", "opened"),
    "ended": ("结束日期", "ended"), "listed_on": ("上账日期", "listed on"), "due_on": ("完成时限", "due on"),
    "state": ("状态", "state"), "means": ("办理情况", "stage"), TODAY: ("今天", "today"),
}  # fmt: skip
MEANS = {
    "open": ("未完成", "open"),
    "stopped": ("已停", "stopped"),
    "done": ("已完成", "done"),
    "gone": ("已移出", "gone"),
}
SIGNS = {"at_least": "≥", "above": ">", "at_most": "≤", "below": "<"}
WORDS: dict[str, tuple[str, str]] = {
    "equals": ("为{}", " is {}"), "one_of": ("为{}", " is {}"), "none_of": ("不为{}", " is not {}"),
    "contains": ("含{}", " contains {}"),
}  # fmt: skip


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[language == "en"]


def name_of(ledger: Ledger, name: str, language: Language = "zh") -> str:
    """What a field, a derived value or a column is called; its unit stands with the values.

    >>> from lantian.ledgers import get
    >>> name_of(get("coal_boiler"), "capacity"), name_of(get("coal_boiler"), "due_on", "en")
    ('蒸吨数', 'due on')
    """
    part = ledger.named(name) or ledger.derives(name)
    if part:
        return _pick((part.label.zh, part.label.en), language)
    return _pick(COLUMNS[name], language)


def zone_name(kind: str, language: Language = "zh") -> str:
    """What a kind of regulatory zone is called.

    >>> zone_name("built_up")
    '建成区'
    """
    found = next((one.label for one in rulebook.get("zone-kinds", as_=ZoneKinds).kind if one.name == kind), None)
    return _pick((found.zh, found.en), language) if found else kind


def value_of(ledger: Ledger, name: str, value: Any, language: Language = "zh") -> str:
    """A value as the field would show it: the label of a choice, yes or no, a number with its unit."""
    part = ledger.named(name) or ledger.derives(name)
    if isinstance(value, bool):
        return _pick(("是", "yes") if value else ("否", "no"), language)
    if name == "means":
        return _pick(MEANS[value], language)
    label = next((one.label for one in part.choices if one.key == value), None) if part else None
    if label:
        return _pick((label.zh, label.en), language)
    if isinstance(value, float):
        label = unit_label(part.unit if part else "")
        return f"{value:,.10g} {_pick((label.zh, label.en), language)}".rstrip()
    return str(value)


def said(ledger: Ledger, condition: Condition, language: Language = "zh") -> str:
    """A condition in words.

    >>> from lantian.ledgers import get
    >>> said(get("coal_boiler"), Condition(field="capacity", at_most=10))
    '蒸吨数 ≤ 10 蒸吨/小时'
    >>> said(get("coal_boiler"), Condition(zone="built_up", inside=True), "en")
    'inside: Built-up area'
    """
    name, operand = condition.comparison
    if name == "inside":
        return _pick(("在{}内", "inside: {}") if operand else ("不在{}内", "outside: {}"), language).format(
            zone_name(condition.zone, language)
        )
    if condition.nearest:
        asked = _pick(("与最近的{}距离", "distance to the nearest of {}"), language).format(
            _places(condition, language)
        )
        return f"{asked} {SIGNS[name]} {operand:g} {_pick(('米', 'm'), language)}"
    asked = name_of(ledger, condition.field, language)
    if name == "filled":
        return asked + _pick(("已填", " is filled in") if operand else ("未填", " is empty"), language)
    if isinstance(operand, bool):
        return asked + _pick(("：", ": "), language) + value_of(ledger, condition.field, operand, language)
    if name in SIGNS:
        return _bound(ledger, condition, asked, SIGNS[name], operand, language)
    if condition.season:
        return asked + _pick(("在{}至{}之间", " between {} and {}"), language).format(*condition.season)
    values: Iterable[Any] = operand if isinstance(operand, tuple) else (operand,)
    shown = _pick(("、", " or "), language).join(value_of(ledger, condition.field, one, language) for one in values)
    return asked + _pick(WORDS[name], language).format(shown)


def _places(condition: Condition, language: Language) -> str:
    """What the places are called to which a distance is asked: the ledger, or the kinds of it that count."""
    other = rulebook.get(f"ledger-{condition.nearest.replace('_', '-')}", as_=Ledger)
    if not condition.of:
        title = _pick((other.label.zh, other.label.en), language)
        return title.removesuffix("清单")
    return _pick(("、", " or "), language).join(value_of(other, "kind", one, language) for one in condition.of)


def _bound(ledger: Ledger, condition: Condition, asked: str, sign: str, operand: Any, language: Language) -> str:
    if condition.days_since:
        asked = f"{asked} − {name_of(ledger, condition.days_since, language)}"
    if condition.times:
        other = name_of(ledger, condition.times, language)
        return f"{asked} {sign} {other if operand == 1 else f'{operand:g} × {other}'}"
    if condition.days_since:
        return f"{asked} {sign} {operand:g} {_pick(('天', 'days'), language)}"
    return f"{asked} {sign} {value_of(ledger, condition.field, operand, language)}"


def all_of(ledger: Ledger, conditions: Iterable[Condition], language: Language = "zh") -> str:
    """Conditions of which all must be true, in one line."""
    return _pick(("，且 ", "; and "), language).join(said(ledger, one, language) for one in conditions)


def derivation(ledger: Ledger, one: Derived, language: Language = "zh") -> str:
    """What a derived value follows from: its cases, or the rule that has the limit.

    >>> from lantian.ledgers import get
    >>> stack = get("sewage_works")
    >>> derivation(stack, stack.derived[0])
    '是（处理能力 > 50,000 吨/日）；否则否'
    """
    colon, semicolon = _pick(("：", ": "), language), _pick(("；", "; "), language)
    if one.limit:
        asked = [name_of(ledger, name, language) for name in (one.limit.by, one.limit.on) if name] or [one.limit.key]
        return one.limit.rule + colon + _pick(("、", ", "), language).join(asked)
    brackets = _pick(("{}（{}）", "{} ({})"), language)
    cases = [
        brackets.format(value_of(ledger, one.name, case.value, language), all_of(ledger, case.when, language))
        for case in one.case
    ]
    if one.otherwise is not None:
        cases.append(_pick(("否则", "otherwise "), language) + value_of(ledger, one.name, one.otherwise, language))
    return semicolon.join(cases)
