"""The gate for new projects (准入): zone, trade, solvents, transport, and two tonnes cut for one that is added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lantian import rulebook
from lantian.ledgers import catalogue
from lantian.ledgers.conditions import Inside, Row, all_hold, any_holds, holds, missing, nowhere
from lantian.ledgers.derived import asked_by, derived
from lantian.ledgers.words import Language, all_of, name_of, said, zone_name
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import COLUMNS, TODAY, Condition, Duty, Ledger
from lantian.rulebook.schemas.project_gate import Offset, ProjectGate, Ratio, TradeRule
from lantian.rulebook.schemas.series import Label
from lantian.rulebook.schemas.zones import ZoneKinds

__all__ = ["Balance", "GateLine", "Verdict", "gate", "gate_rules"]

DUST = 6  # decimals: what adding binary fractions leaves lies below

Kind = Literal["duty", "trade", "offset"]
Stands = Literal["free", "met", "not_met", "unknown"]
Outcome = Literal["pass", "allot", "refuse", "unknown"]


@dataclass(frozen=True)
class Balance:
    """What the bank holds of a pollutant, in tonnes of proven cuts: `given` to the project, `free` for anybody."""

    given: float = 0.0
    free: float = 0.0


@dataclass(frozen=True)
class GateLine:
    """A rule as it stands for a project.

    Attributes
    ----------
    kind : of a duty of the ledger, of the catalogue of trades, of the offset of a pollutant
    plan, clause, sure : where the rule is from, and how it is known
    stands : `free` it does not concern the project; `unknown` what decides is missing
    why : the reason in both languages
    asks : names of fields whose value is missing and would decide
    needed, given, free : of an offset, tonnes; None where the ratio or what is added is not known
    """

    kind: Kind
    name: str
    label: Label
    plan: str
    clause: str
    sure: str
    stands: Stands
    why: Label
    asks: tuple[str, ...] = ()
    needed: float | None = None
    given: float | None = None
    free: float | None = None

    @property
    def lacking(self) -> float:
        """Tonnes that are not allotted yet."""
        return max(0.0, round((self.needed or 0.0) - (self.given or 0.0), DUST))

    @property
    def coverable(self) -> bool:
        """Whether an offset that is not allotted yet lies in the bank."""
        return self.kind == "offset" and self.stands == "not_met" and self.lacking <= round(self.free or 0.0, DUST)


@dataclass(frozen=True)
class Verdict:
    """All rules, and what follows from them."""

    lines: tuple[GateLine, ...]

    @property
    def outcome(self) -> Outcome:
        """`refuse` as soon as a rule is not met; `unknown` where something is missing; `allot` where only cuts that lie
        in the bank are still to be allotted."""
        if any(one.stands == "not_met" and not one.coverable for one in self.lines):
            return "refuse"
        if self.of("unknown"):
            return "unknown"
        return "allot" if self.of("not_met") else "pass"

    def of(self, stands: Stands) -> tuple[GateLine, ...]:
        """Lines that stand so."""
        return tuple(one for one in self.lines if one.stands == stands)


def gate_rules(on: dt.date | None = None) -> tuple[ProjectGate, Ledger, Ledger]:
    """The gate as it holds on a day, with the ledgers of projects and of cuts.

    Raises
    ------
    RuleError
        it names a ledger, a field or a zone that is not there
    """
    rules = rulebook.get("project-gate", on=on, as_=ProjectGate)
    projects, cuts = (catalogue.get(name, on=on) for name in (rules.project, rules.bank))
    asked = {rules.trade_field} | {name for one in rules.offset for name in (one.added, one.offset)}
    asked |= {name for one in rules.conditions for name in one.fields} - {*COLUMNS, TODAY}
    lost = sorted(name for name in asked if not (projects.named(name) or projects.derives(name)))
    kinds = {one.name for one in rulebook.get("zone-kinds", as_=ZoneKinds).kind}
    lost += sorted({one.zone for one in rules.conditions if one.zone} - kinds)
    lost += sorted(one.cut for one in rules.offset if cuts.named(one.cut) is None)
    if lost:
        named = "、".join(lost)
        raise RuleError(
            f"规则 project-gate：没有这样的字段或管控区：“{named}”。",
            f"rule project-gate: no such field or zone: {named}.",
        )
    return rules, projects, cuts


def gate(
    ledger: Ledger,
    project: Row,
    bank: Mapping[str, Balance],
    *,
    rules: ProjectGate,
    on: dt.date,
    inside: Inside = nowhere,
) -> Verdict:
    """A planned project held against every rule of the gate.

    Parameters
    ----------
    ledger : of projects: its duties that hold at once are rules of the gate
    project : values by name of field or column; days as YYYY-MM-DD
    bank : by pollutant, tonnes [t] of cuts that are proven; nothing of what is not among them
    on : the day of which it is asked
    inside : tells whether the place lies in a zone of a kind on that day

    Notes
    -----
    What is unknown neither passes nor is refused: an empty cell is no way around a rule.

    Examples
    --------
    >>> rules, projects, _cuts = gate_rules()
    >>> plant = {"trade": "食品", "voc_added": 1.0, "nox_added": 0.0, "so2_added": 0.0, "dust_added": 0.0}
    >>> day = dt.date(2018, 11, 1)
    >>> gate(projects, plant, {"voc": Balance(free=1.0)}, rules=rules, on=day).outcome
    'refuse'
    >>> gate(projects, plant, {"voc": Balance(free=2.0)}, rules=rules, on=day).outcome
    'allot'
    >>> gate(projects, plant, {"voc": Balance(given=2.0)}, rules=rules, on=day).outcome
    'pass'
    """
    row = {**project, TODAY: on.isoformat(), **derived(ledger, project, on=on, inside=inside)}
    lines = [_duty(ledger, one, row, inside) for one in ledger.owing if _at_the_gate(one, on)]
    lines += [_trade(ledger, rules, one, row, inside) for one in rules.trade if one.holds(on)]
    ratios = [one for one in rules.ratio if one.holds(on)]
    for one in rules.offset:
        mine = [ratio for ratio in ratios if one.name in ratio.pollutants]
        if mine:
            lines.append(_offset(ledger, one, mine, row, bank.get(one.name, Balance()), inside))
    return Verdict(tuple(lines))


def _at_the_gate(duty: Duty, on: dt.date) -> bool:
    """Whether a duty is a rule of the gate: it holds on the day, at once, and what it asks a project can have now."""
    if (duty.valid_from and on < duty.valid_from) or (duty.valid_to and on > duty.valid_to):
        return False
    return not duty.due and duty.reach in ("", "gone")


def _duty(ledger: Ledger, duty: Duty, row: Row, inside: Inside) -> GateLine:
    must: tuple[Condition, ...] | None = None if duty.reach else duty.must
    stands, why, asks = _stands(ledger, duty.when, duty.unless, must, row, inside)
    return GateLine("duty", duty.name, duty.label, "", duty.clause, duty.sure, stands, why, asks)


def _trade(ledger: Ledger, rules: ProjectGate, rule: TradeRule, row: Row, inside: Inside) -> GateLine:
    named = Condition(field=rules.trade_field, contains=rule.words)
    when = (named, *rule.when)
    stands, why, asks = _stands(ledger, when, rule.unless, rule.must or None, row, inside)
    return GateLine("trade", rule.name, rule.label, rule.plan, rule.clause, rule.sure, stands, why, asks)


def _stands(
    ledger: Ledger,
    when: tuple[Condition, ...],
    unless: tuple[Condition, ...],
    must: tuple[Condition, ...] | None,
    row: Row,
    inside: Inside,
) -> tuple[Stands, Label, tuple[str, ...]]:
    """How a rule stands and why; a ban has no `must`."""
    bound = all_hold(when, row, inside)
    freed = any_holds(unless, row, inside) if unless else False
    if bound is False or freed is True:
        return "free", _not_concerned(ledger, when, unless, row, inside, freed), ()
    met = False if must is None else all_hold(must, row, inside)
    if met is True:
        return "met", _both(lambda language: all_of(ledger, must or (), language)), ()
    if bound is None or freed is None:
        return "unknown", *_missing(ledger, (*when, *unless), row, inside)
    if met is None:
        return "unknown", *_missing(ledger, must or (), row, inside)
    if must is None:
        return "not_met", _both(lambda language: all_of(ledger, when, language)), ()
    return "not_met", _both(lambda language: _pick("须：{}", "Must: {}", language).format(
        all_of(ledger, must, language))), ()  # fmt: skip


def _not_concerned(
    ledger: Ledger,
    when: tuple[Condition, ...],
    unless: tuple[Condition, ...],
    row: Row,
    inside: Inside,
    freed: bool | None,
) -> Label:
    """Why a rule does not concern a project: what it frees, or the first condition that is not true."""
    if freed:
        by = next(one for one in unless if holds(one, row, inside))
        return _both(lambda language: _pick("除外：{}", "Exempt: {}", language).format(said(ledger, by, language)))
    no = next(one for one in when if holds(one, row, inside) is False)
    return _both(lambda language: _pick("不属于：{}", "Not so: {}", language).format(said(ledger, no, language)))


def _missing(
    ledger: Ledger, conditions: Iterable[Condition], row: Row, inside: Inside
) -> tuple[Label, tuple[str, ...]]:
    """What is missing for conditions to be known: fields, and zones that nobody drew or a place that nobody gave."""
    asked = tuple(conditions)
    fields = asked_by(ledger, asked, row)
    zones = tuple(dict.fromkeys(one.zone for one in asked if one.zone and inside(one.zone) is None))

    def why(language: Language) -> str:
        parts = []
        if fields:
            names = _pick("、", ", ", language).join(name_of(ledger, name, language) for name in fields)
            parts.append(_pick("没有填写：{}", "Not filled in: {}", language).format(names))
        if zones:
            names = _pick("、", ", ", language).join(zone_name(zone, language) for zone in zones)
            parts.append(
                _pick("没有坐标或没有划定，不知道是否在：{}", "No place, or no such zone drawn: {}", language).format(
                    names
                )
            )
        return _pick("；", "; ", language).join(parts)

    return _both(why), fields


def _offset(ledger: Ledger, one: Offset, ratios: list[Ratio], row: Row, balance: Balance, inside: Inside) -> GateLine:
    """The offset of a pollutant, by the highest ratio that holds for the project."""
    ratios = sorted(ratios, key=lambda ratio: -ratio.times)
    ratio = next((r for r in ratios if all_hold(r.when, row, inside) is not False), None)

    def line(stands: Stands, why: Label, asks: tuple[str, ...] = (), needed: float | None = None) -> GateLine:
        told = ratio or ratios[0]
        amounts = (None, None) if needed is None else (balance.given, balance.free)
        return GateLine(
            "offset", one.name, one.label, told.plan, told.clause, told.sure, stands, why, asks, needed, *amounts
        )

    if ratio is None:
        return line("free", Label(zh="没有适用的替代比例", en="No ratio holds for it"))
    added: Any = row.get(one.added)
    if missing(added):
        return line("unknown", *_missing(ledger, [Condition(field=one.added, above=0.0)], row, inside))
    if float(added) <= 0:
        return line("free", Label(zh="不新增", en="Adds none"), (), 0.0)
    if all_hold(ratio.when, row, inside) is None:
        return line("unknown", *_missing(ledger, ratio.when, row, inside))
    needed = round(float(added) * ratio.times, DUST)
    lacking = round(needed - balance.given, DUST)
    why = _both(lambda language: _reckoning(float(added), ratio.times, needed, balance, language))
    return line("met" if lacking <= 0 else "not_met", why, (), needed)


def _reckoning(added: float, times: float, needed: float, balance: Balance, language: Language) -> str:
    unit = _pick("吨", "t", language)
    a, n, given, free = (f"{value:,.10g} {unit}" for value in (added, needed, balance.given, balance.free))
    short = round(needed - balance.given, DUST)
    text = _pick("新增 {} × {:g} = {}，已安排 {}", "{} added × {:g} = {}; {} allotted", language).format(
        a, times, n, given
    )
    if short <= 0:
        return text
    text += _pick("，可用 {}", ", {} free", language).format(free)
    lacks = round(short - balance.free, DUST)
    if lacks > 0:
        text += _pick("，还差 {}", ", {} lacking", language).format(f"{lacks:,.10g} {unit}")
    return text


def _pick(zh: str, en: str, language: Language) -> str:
    return en if language == "en" else zh


def _both(say: Callable[[Language], str]) -> Label:
    return Label(zh=say("zh"), en=say("en"))
