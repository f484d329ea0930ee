"""How plan documents write numbers, goals and their own head: units, comparison words, indicators, signatures."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from lantian.rulebook.entry import Entry, schema

UnitClass = Literal[
    "count", "occurrence", "rank", "ratio", "mass", "capacity", "length", "area", "volume", "time", "days", "years",
    "money", "energy", "grade", "temperature", "concentration", "rate",
]  # fmt: skip


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitWords(Part):
    """Units of one class. `chinese`: a Chinese numeral may stand before them (三家, but not 一吨煤)."""

    units: tuple[str, ...]
    chinese: bool = False


@schema("measure-units")
class MeasureUnits(Entry):
    """Units after a number. `multipliers` stand before a unit (万吨), `per` and `times` join compound units
    (吨/平方公里·月), `periods` are what a frequency is counted by (每月 → /月)."""

    multipliers: tuple[str, ...]
    per: tuple[str, ...]
    times: tuple[str, ...]
    periods: tuple[str, ...]
    denominators: tuple[str, ...]
    classes: dict[UnitClass, UnitWords]


class Compare(Part):
    """Words of one comparison: before the number, after the unit."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@schema("quantity-words")
class QuantityWords(Entry):
    """Words around numbers: what compares, what makes a number a trigger, a scope or no quantity at all."""

    compare: dict[Literal["<", "<=", "~", ">=", ">"], Compare]
    town_suffixes: tuple[str, ...]
    weak_town_suffixes: tuple[str, ...]
    town_leads: tuple[str, ...]
    not_towns: tuple[str, ...]
    not_in_towns: tuple[str, ...]
    split_words: tuple[str, ...]
    each_words: tuple[str, ...]
    elsewhere: tuple[str, ...]
    existing: tuple[str, ...]
    conditions: tuple[str, ...]
    bottom: tuple[str, ...]
    round_the_clock: tuple[str, ...]
    around: tuple[str, ...]
    reaches: tuple[str, ...]
    within: tuple[str, ...]
    at_least: tuple[str, ...]
    duties: tuple[str, ...]
    fillers: tuple[str, ...]
    tails: tuple[str, ...]
    slogans: tuple[str, ...]
    not_numbers: tuple[str, ...]
    idle_nouns: tuple[str, ...]
    concrete: tuple[str, ...]
    lower_is_better: tuple[str, ...]


class IndicatorWords(Part):
    """One indicator of the closed vocabulary.

    `names` are its words; where `needs` is not empty one of these must stand in the same clause too (年均, 浓度 …),
    and none of `excludes`. `units` are the units it is stated in, `better` the direction that improves it.
    """

    names: tuple[str, ...]
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    better: Literal["lower", "higher"]


@schema("goal-indicators")
class GoalIndicators(Entry):
    """What a plan is measured by, in the order in which a clause is tried."""

    indicators: dict[str, IndicatorWords]
    pollutants: dict[str, tuple[str, ...]]
    sections: tuple[str, ...]
    decrease: tuple[str, ...]
    improve: tuple[str, ...]
    complete: tuple[str, ...]
    baselines: tuple[str, ...]
    not_goals: tuple[str, ...]
    not_goal_sentences: tuple[str, ...]


@schema("head-words")
class HeadWords(Entry):
    """Words of the document's head: kinds of documents, issuing bodies, districts, what a web page puts around."""

    kinds: tuple[str, ...]
    notice_verbs: tuple[str, ...]
    notice_kinds: tuple[str, ...]
    letterheads: tuple[str, ...]
    bodies: tuple[str, ...]
    district_suffixes: tuple[str, ...]
    not_districts: tuple[str, ...]
    not_district_ends: tuple[str, ...]
    navigation: tuple[str, ...]
    openings: tuple[str, ...]
    winter: tuple[str, ...]
    seasons: tuple[str, ...]
    prose: tuple[str, ...]
