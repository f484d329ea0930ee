"""Ledgers (清单、台账): what a list of sources holds, what it proves, what follows from it. One file a ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.ledger_coverage import Coverage
from lantian.rulebook.schemas.ledger_fields import (
    BOUNDS,
    COLUMNS,
    COMPARISONS,
    NUMBERS,
    TODAY,
    Choice,
    Condition,
    FieldType,
    LedgerField,
    Refers,
)
from lantian.rulebook.schemas.ledger_lives import NAME, LedgerLife, LifeState, LifeStep, Means, Name, Part
from lantian.rulebook.schemas.ledger_traces import Tie, Trace, ties_of
from lantian.rulebook.schemas.series import Label

__all__ = [
    "BOUNDS",
    "COLUMNS",
    "COMPARISONS",
    "NAME",
    "NUMBERS",
    "TODAY",
    "YEARLY_DAY",
    "Case",
    "Choice",
    "Condition",
    "Coverage",
    "Derived",
    "Duty",
    "FieldType",
    "FromLimits",
    "Ledger",
    "LedgerField",
    "LedgerGroup",
    "LedgerGroups",
    "LedgerLife",
    "LifeState",
    "LifeStep",
    "Means",
    "Measure",
    "Name",
    "Proof",
    "Publication",
    "Refers",
    "RuleSet",
    "Signer",
    "Stamp",
    "Symbol",
    "Tie",
    "Trace",
]

YEARLY_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def _no_leap_day(due: str) -> None:
    if YEARLY_DAY.fullmatch(due):
        dt.date.fromisoformat(f"2001-{due}")  # a day that every year has


class Duty(Part):
    """What a listing owes because of what it is: must have a monitor, must be gone.

    Attributes
    ----------
    when : all of these make it owe; `unless`: any of these frees it
    must : what must then be true; `reach`: what its state must then mean
    due : the field with the day by which, or a day of every year as MM-DD; '' at once
    of_set : the set of rules that it belongs to; it is owed where the ledger says that the set holds
    late : a listing that is late is a finding; or it is proposed to stop and to enter the peak-shift list
    """

    name: Name = Field(pattern=NAME)
    label: Label
    clause: str = ""
    sure: Literal["read", "second-hand", "memory", "assumed", "practice"] = "practice"
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    must: tuple[Condition, ...] = ()
    reach: Means | Literal[""] = ""
    due: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    of_set: Name = ""
    late: Literal["finding", "stop"] = "finding"

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.must and not self.reach:
            raise ValueError(f"duty {self.name}: say what it must have, or what it must reach")
        _no_leap_day(self.due)
        return self


class Case(Part):
    """A value, and all that must be true for it."""

    value: str | float | bool
    when: tuple[Condition, ...] = Field(min_length=1)


class FromLimits(Part):
    """The value is the limit that a rule of schema `limits` says for what stands in a field.

    Attributes
    ----------
    rule : id of the rule
    by : the field that names the line; `key`: or the line itself
    on : the field with the day on which the limit must hold; '' the day of which is asked
    """

    rule: str
    by: Name = ""
    key: str = ""
    on: Name = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.by) == bool(self.key):
            raise ValueError(f"a limit of {self.rule} is found by a field, or by its key")
        return self


class Derived(Part):
    """What nobody fills in because it follows from what is filled in: the first case that is true gives the value.

    Unknown while a case before it is unknown and would say something else. Duties may ask it like a field; lists,
    publications and figures hold fields alone.
    """

    name: Name = Field(pattern=NAME)
    label: Label
    type: Literal["yes", "choice", "number"] = "yes"
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    case: tuple[Case, ...] = ()
    otherwise: str | float | bool | None = None
    limit: FromLimits | None = None
    clause: str = ""
    sure: Literal["read", "second-hand", "memory", "assumed", "practice"] = "practice"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.case) == bool(self.limit):
            raise ValueError(f"derived {self.name}: say cases, or the rule that has the limit")
        values = [one.value for one in self.case] + ([] if self.otherwise is None else [self.otherwise])
        kinds = {"yes": bool, "number": float, "choice": str}
        if any(not isinstance(value, kinds[self.type]) for value in values):
            raise ValueError(f"derived {self.name}: a value is not of type {self.type}")
        if self.type == "choice" and set(values) - {one.key for one in self.choices}:
            raise ValueError(f"derived {self.name}: a value is none of its choices")
        return self

    @property
    def asked(self) -> tuple[Name, ...]:
        """Fields and earlier derived values that it follows from."""
        if self.limit:
            return tuple(one for one in (self.limit.by, self.limit.on) if one)
        return tuple(dict.fromkeys(name for one in self.case for condition in one.when for name in condition.fields))


class Proof(Part):
    """What must be shown with a step. Of several with the same `group` one is enough.

    A photo is to carry time and place; a reading is a number of the field that it names; a document is any file.
    """

    step: Name
    name: Name = Field(pattern=NAME)
    label: Label
    kind: Literal["photo", "document", "reading"] = "photo"
    field: Name = ""
    group: str = ""


class Signer(Part):
    """Whoever must sign a step before it counts: the `town`, a `department` by its names, the air `office`.

    Those of the same `turn` sign in any order, those of a later one after all of the earlier: a filing chain. `clause`
    says by what they must.
    """

    step: Name
    name: Name = Field(pattern=NAME)
    label: Label
    by: Literal["town", "department", "office", "leader"]
    units: tuple[str, ...] = ()
    turn: int = Field(default=1, ge=1, le=9)
    clause: str = ""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.units and self.by != "department":
            raise ValueError(f"signer {self.name}: only departments are named")
        return self


class RuleSet(Part):
    """Duties that plans name together, one plan these, another those: which of them hold is the district's to say."""

    name: Name = Field(pattern=NAME)
    label: Label
    clause: str = ""


class Stamp(Part):
    """A step fills in when it was taken: a day or a moment that stands in a field. Whoever has it filled in already
    does not take the step again."""

    step: Name
    field: Name


class Publication(Part):
    """What of the ledger must be public, and by when. Personal fields among its columns are left out.

    Attributes
    ----------
    means : what the state of a listing that is on it means
    due : once a year, by this day (MM-DD)
    days : working days in which a listing must be public once its state means this; with `every`, working days
        after a month or a quarter by which its list must be out
    each : 'town' where every town makes a list of its own public; '' where the district makes one
    """

    name: Name = Field(pattern=NAME)
    label: Label
    columns: tuple[Name, ...] = Field(min_length=1)
    means: tuple[Means, ...] = ("open", "stopped", "done")
    due: str = ""
    every: Literal["month", "quarter", ""] = ""
    days: int | None = Field(default=None, ge=1, le=400)
    each: Literal["town", ""] = ""
    clause: str = ""

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if self.due and not YEARLY_DAY.fullmatch(self.due):
            raise ValueError(f"publication {self.name}: due is a day of every year, MM-DD")
        _no_leap_day(self.due)
        if self.due and (self.every or self.days is not None):
            raise ValueError(f"publication {self.name}: due by a day of every year, or by days, not both")
        if self.every and self.days is None:
            raise ValueError(f"publication {self.name}: say how many days after the {self.every}")
        return self


class Measure(Part):
    """A figure over the ledger beside the usual ones (listed, done, share done, sums): listings that meet conditions.

    With a field it is the sum of the field, without one the count; `share`: of all listings that meet `of`, in percent.
    `per`: the sum is divided by the sum of this other field over the listings that meet `of`.
    """

    name: Name = Field(pattern=NAME)
    label: Label
    unit: str = ""
    field: Name = ""
    means: tuple[Means, ...] = ("open", "stopped", "done")
    where: tuple[Condition, ...] = ()
    share: bool = False
    of: tuple[Condition, ...] = ()
    per: Name = ""

    @model_validator(mode="after")
    def _divides(self) -> Self:
        if self.per and not self.field:
            raise ValueError(f"measure {self.name}: per divides the sum of a field")
        return self

    @property
    def asked(self) -> set[Name]:
        """Names that it asks a listing for."""
        return {name for c in (*self.where, *self.of) for name in c.fields} | ({self.field, self.per} - {""})


class Symbol(Part):
    """How it stands on the map: a shape, and an icon of the shipped set."""

    shape: Literal["circle", "square", "diamond", "triangle", "pentagon", "star"] = "circle"
    colour: Literal["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown"] = "grey"
    icon: str = "point"


@schema("ledger")
class Ledger(Entry):
    """A list of sources, kept one way.

    Attributes
    ----------
    name : its key in addresses, API and metrics
    group : under which it stands in the menu, at its `order`; groups are those of the rule `ledger-groups`
    counts : what one listing is called in sums (家, 台, 户)
    life : name of its life cycle, a rule `ledger-life-…`
    parent : ledger whose listings its own lie under (households under a village)
    chain : filing chain by which the list as a whole is filed
    file_due : the day of every year (MM-DD) by which it must be; '' where plans name none
    file_clause : what says so
    renamed_from : names that it had in earlier editions
    keys : fields that, with the name and area, tell two listings apart
    trace_when, trace_says : a listing of which this is known is a finding that says so, with all that it leads to
    rule_set, in_force : sets that duties may belong to, and which of them hold here
    called : field by which a source is called that was given no name of its own; '' where a name is asked
    log : its entries are made where something happens, with a phone that may be without network
    """

    NAMED: ClassVar = dict.fromkeys(
        ("field", "derived", "proof", "signer", "duty", "publish", "measure", "trace", "coverage", "rule_set"), "name"
    )

    name: Name = Field(pattern=NAME)
    label: Label
    about: Label
    group: Name
    order: int = 1000
    counts: Label = Label(zh="条", en="entries")
    life: Name
    parent: Name = ""
    chain: str = ""
    file_due: str = ""
    file_clause: str = ""
    renamed_from: tuple[Name, ...] = ()
    keys: tuple[Name, ...] = ()
    called: Name = ""
    log: bool = False
    symbol: Symbol = Symbol()
    field: tuple[LedgerField, ...] = Field(min_length=1, max_length=60)
    derived: tuple[Derived, ...] = ()
    proof: tuple[Proof, ...] = ()
    signer: tuple[Signer, ...] = ()
    stamp: tuple[Stamp, ...] = ()
    rule_set: tuple[RuleSet, ...] = ()
    in_force: tuple[Name, ...] = ()
    duty: tuple[Duty, ...] = ()
    publish: tuple[Publication, ...] = ()
    measure: tuple[Measure, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    trace: tuple[Trace, ...] = ()
    trace_when: tuple[Condition, ...] = ()
    trace_says: Label | None = None

    def named(self, name: Name) -> LedgerField | None:
        """A field by its name, or by one that it had."""
        return next((one for one in self.field if name == one.name or name in one.was), None)

    def derives(self, name: Name) -> Derived | None:
        """What it derives under a name."""
        return next((one for one in self.derived if one.name == name), None)

    @property
    def owing(self) -> tuple[Duty, ...]:
        """Duties that hold here: those of no set, and those of the sets that hold."""
        return tuple(one for one in self.duty if not one.of_set or one.of_set in self.in_force)

    def stamped(self, step: Name) -> LedgerField | None:
        """The field that a step fills in with its day or moment."""
        name = next((one.field for one in self.stamp if one.step == step), None)
        return self.named(name) if name else None

    @cached_property
    def indexed(self) -> tuple[LedgerField, ...]:
        """Fields that are kept in the index: what lists are cut to or add up."""
        return tuple(one for one in self.field if (one.filter or one.sum) and not one.yearly)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.id != f"ledger-{self.name.replace('_', '-')}":
            raise ValueError(f"the id of ledger {self.name} is ledger-{self.name.replace('_', '-')}")
        if self.file_due and not (self.chain and YEARLY_DAY.fullmatch(self.file_due)):
            raise ValueError("file_due is a day of every year, MM-DD, of a ledger with a filing chain")
        _no_leap_day(self.file_due)
        for what, names in (
            ("field", [one.name for one in self.field] + [one.name for one in self.derived]),
            ("proof", [one.name for one in self.proof]),
            ("duty", [one.name for one in self.duty]),
            ("publish", [one.name for one in self.publish]),
            ("measure", [*(one.name for one in self.measure), *(one.name for one in self.coverage)]),
            ("trace", [one.name for one in self.trace]),
        ):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"{what}: named twice: {sorted(twice)}")
        if wrong := {one.field for one in self.stamp if self._type(one.field) not in ("day", "moment")}:
            raise ValueError(f"stamp: a step fills in a day or a moment, not {sorted(wrong)}")
        if self.called and not (self._type(self.called) == "text" and self.named(self.called).required):  # type: ignore[union-attr]
            raise ValueError("called: a text that must be filled in")
        kept = {one.name for one in self.field} | {old for one in self.field for old in one.was} | set(COLUMNS)
        known = kept | {TODAY}
        for one in self.derived:
            if unknown := set(one.asked) - known:
                raise ValueError(f"derived {one.name}: no such field, nor derived before it: {sorted(unknown)}")
            known.add(one.name)
        sets = {one.name for one in self.rule_set}
        if lost := ({one.of_set for one in self.duty if one.of_set} | set(self.in_force)) - sets:
            raise ValueError(f"no such set of rules: {sorted(lost)}")
        if bool(self.trace_when) != bool(self.trace_says) or (self.trace_when and not self.trace):
            raise ValueError("trace_when and trace_says go together, and with traces")
        if unknown := (self._duties_ask() - known) | (self._others_ask() - kept):
            raise ValueError(f"no such field: {sorted(unknown)}")
        return self

    def _type(self, name: Name) -> str:
        field = self.named(name)
        return field.type if field else ""

    @property
    def conditions(self) -> Iterator[Condition]:
        """Every condition that it speaks of."""
        yield from (c for one in self.derived for case in one.case for c in case.when)
        yield from (c for one in self.duty for c in (*one.when, *one.unless, *one.must))
        yield from (c for one in self.measure for c in (*one.where, *one.of))
        yield from (c for one in self.coverage for c in one.where)
        yield from self.trace_when

    def _duties_ask(self) -> set[Name]:
        conditions = [c for d in self.duty for c in (*d.when, *d.unless, *d.must)] + list(self.trace_when)
        return {name for c in conditions for name in c.fields} | {
            d.due for d in self.duty if d.due and not YEARLY_DAY.fullmatch(d.due)
        }

    def _others_ask(self) -> set[Name]:
        """Names that proofs, figures, publications and keys speak of: these are kept, not derived."""
        named = {p.field for p in self.proof if p.field} | {name for m in self.measure for name in m.asked}
        named |= {self.called} - {""} | {one.field for one in self.stamp} | set(self.keys)
        named |= ties_of(self.trace) | {name for one in self.coverage for name in one.asks}
        return named | {column for p in self.publish for column in p.columns}


class LedgerGroup(Part):
    """A heading of the menu of ledgers."""

    name: Name = Field(pattern=NAME)
    label: Label


@schema("ledger-groups")
class LedgerGroups(Entry):
    """The headings, in their order."""

    NAMED: ClassVar = {"group": "name"}

    group: tuple[LedgerGroup, ...]
