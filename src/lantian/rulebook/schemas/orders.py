"""Work orders (工单): kinds with their deadlines and evidence, and who is told when one runs late."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lantian.rulebook.entry import Entry, schema
from lantian.rulebook.schemas.office_hours import Span
from lantian.rulebook.schemas.series import Label

Evidence = Literal["photo", "place", "document"]
Told = Literal["handler", "unit", "unit_leader", "giver", "office", "leader"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrderKind(_Part):
    """One kind of order.

    Attributes
    ----------
    accept : working time within which the unit accepts
    answer : working time from the issue within which it answers
    redo : working time for the answer after a return
    needs : what must come with an answer
    check : whether somebody checks the answer before the order is closed
    given_by : 'office' for the air office and the duty desk, 'units' where departments hand it to each other as well
    ladder : whose steps are taken when it runs late
    repeats : days within which another one of the same origin and place is a repetition
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    label: Label
    hint: Label | None = None
    accept: Span
    answer: Span
    redo: Span
    needs: tuple[Evidence, ...] = ()
    check: bool = True
    given_by: Literal["office", "units"] = "office"
    ladder: str = "default"
    repeats: int = Field(30, ge=1, le=400)


class OrderNumbers(_Part):
    """How orders are numbered: from 1 in every year, over all or in each district by itself.

    `form` makes the number of {year}, {serial} and the district's {code} and {name}: "西城〔{year}〕{serial}号".
    """

    per: Literal["all", "district"] = "all"
    form: str = "{year}-{serial:04d}"

    def of(self, *, year: int, serial: int, code: str = "", name: str = "") -> str:
        """The number."""
        return self.form.format(year=year, serial=serial, code=code, name=name)

    @model_validator(mode="after")
    def _tells_apart(self) -> OrderNumbers:
        try:
            one = self.of(year=2017, serial=1, code="a", name="b")
            others = [
                self.of(year=2018, serial=1, code="a", name="b"),
                self.of(year=2017, serial=2, code="a", name="b"),
            ]
            others += [self.of(year=2017, serial=1, code="c", name="d")] if self.per == "district" else []
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"form of numbers: {self.form!r} cannot be filled in") from error
        if one in others:
            raise ValueError("form of numbers: needs {year} and {serial}, and of districts {code} or {name}")
        return self


@schema("order-kinds")
class OrderKinds(Entry):
    """All kinds, in the order in which they are offered; `phrases` are offered to who answers from a phone."""

    numbers: OrderNumbers = OrderNumbers()
    phrases: tuple[Label, ...] = ()
    kind: tuple[OrderKind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> OrderKinds:
        names = [one.id for one in self.kind]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"kinds named twice: {sorted(twice)}")
        return self

    def of(self, id: str) -> OrderKind | None:
        """The kind of a name."""
        return next((one for one in self.kind if one.id == id), None)


class LadderStep(_Part):
    """One step: taken once, `span` of working time before or after what is waited for was due.

    `of` names what is waited for: that the unit accepts, that it answers, that the answer is checked. Who has been told
    of the deadline when the order was issued is not reminded of it before that moment. A span of None is the due
    moment itself.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    label: Label
    of: Literal["accept", "answer", "check"]
    side: Literal["before", "after"] = "after"
    span: Span | None = None
    tell: tuple[Told, ...] = Field(min_length=1)


class Ladder(_Part):
    """Steps in the order in which they are taken."""

    id: str
    step: tuple[LadderStep, ...] = Field(min_length=1)


@schema("order-escalation")
class OrderEscalation(Entry):
    """All ladders.

    Attributes
    ----------
    check : working time within which an answer is to be checked
    """

    check: Span
    ladder: tuple[Ladder, ...]

    @model_validator(mode="after")
    def _once(self) -> OrderEscalation:
        for one in self.ladder:
            names = [step.name for step in one.step]
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"ladder {one.id}: steps named twice: {sorted(twice)}")
            if any(step.side == "before" and step.span is None for step in one.step):
                raise ValueError(f"ladder {one.id}: a step before the deadline needs a span")
        return self

    def of(self, id: str) -> Ladder | None:
        """The ladder of a name."""
        return next((one for one in self.ladder if one.id == id), None)
