"""A life cycle is a table: from, to, who may, what it needs. Buttons, API, docs and tests read the same table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.faults import Invalid, Refused, Text, WrongState

__all__ = ["LIFECYCLES", "Lifecycle", "Step", "WrongState"]


@dataclass(frozen=True)
class Step:
    """One row of the table.

    `by` names roles; `also` is a rule of the room's own that opens it to others; `needs` names what must be given with
    it (a reason, a file); `label` is the button's text; `tone` its look: primary, danger or plain.
    """

    name: str
    source: str
    target: str
    by: str | tuple[str, ...] = field(kw_only=True)
    also: policy.Rule | None = field(default=None, kw_only=True)
    needs: Sequence[str] = field(default=(), kw_only=True)
    label: Text = field(default="", kw_only=True)
    tone: str = field(default="plain", kw_only=True)

    @property
    def roles(self) -> tuple[str, ...]:
        named = (self.by,) if isinstance(self.by, str) else tuple(self.by)
        return tuple(dict.fromkeys(policy.NOW_CALLED.get(name, name) for name in named))

    @property
    def rule(self) -> policy.Rule:
        """Who may take it."""
        return policy.roles(*self.roles) | self.also if self.also else policy.roles(*self.roles)


LIFECYCLES: dict[str, Lifecycle] = {}


class Lifecycle:
    """The table and the questions asked of it.

    Every step becomes an action of the policy table, named `<life cycle>.<step>`, so that `change(actor, report,
    "report.accept")` asks for exactly the roles that the table names.

    Parameters
    ----------
    labels : names of the states for the reader
    attribute : the attribute that holds the state
    register : False for a table that stands outside the policy table, such as a test's
    """

    def __init__(
        self,
        name: str,
        start: str,
        steps: Sequence[Step],
        *,
        labels: Mapping[str, Text] | None = None,
        attribute: str = "state",
        register: bool = True,
    ) -> None:
        self.name = name
        self.start = start
        self.steps = tuple(steps)
        self.labels = dict(labels or {})
        self.attribute = attribute
        self._check()
        if register:
            LIFECYCLES[name] = self
            policy.declare(
                {f"{name}.{step}": self._rule(step) for step in self.step_names},
                titles={f"{name}.{step.name}": step.label for step in self.steps if step.label},
            )

    def _check(self) -> None:
        cells = [(step.name, step.source) for step in self.steps]
        twice = {cell for cell in cells if cells.count(cell) > 1}
        if twice:
            raise ValueError(f"life cycle {self.name}: more than one row for {sorted(twice)}")
        reached = {self.start}
        while more := {step.target for step in self.steps if step.source in reached} - reached:
            reached |= more
        if lost := set(self.states) - reached:
            raise ValueError(f"life cycle {self.name}: states that nothing leads to: {sorted(lost)}")

    def _rule(self, name: str) -> policy.Rule:
        rows = [step for step in self.steps if step.name == name]
        rule = policy.roles(*dict.fromkeys(role for step in rows for role in step.roles))
        for other in dict.fromkeys(step.also for step in rows if step.also):
            rule |= other
        return rule

    @property
    def states(self) -> tuple[str, ...]:
        """All states, the start first, in the order of the table."""
        named = (state for step in self.steps for state in (step.source, step.target))
        return tuple(dict.fromkeys([self.start, *named]))

    @property
    def step_names(self) -> tuple[str, ...]:
        """Names of the steps in the order of the table."""
        return tuple(dict.fromkeys(step.name for step in self.steps))

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """For a model field: `models.CharField(choices=PLAN.choices)`."""
        return [(state, self.label(state)) for state in self.states]

    def label(self, state: str) -> Text:
        """The state's name for the reader."""
        return self.labels.get(state, state)

    def state_of(self, obj: Any) -> str:
        """The state an object is in."""
        return str(getattr(obj, self.attribute))

    def find(self, obj: Any, name: str) -> Step:
        """The row for a step from the object's state; raises `WrongState` saying what was found and expected."""
        state = self.state_of(obj)
        rows = [step for step in self.steps if step.name == name]
        if not rows:
            raise LookupError(f"life cycle {self.name} has no step {name!r}")
        for row in rows:
            if row.source == state:
                return row
        raise WrongState(
            format_lazy(
                _("“{thing}”现在是“{found}”，这一步只能从“{expected}”开始。"),
                thing=str(obj),
                found=self.label(state),
                expected=format_lazy("/".join("{}" for _row in rows), *(self.label(row.source) for row in rows)),
            ),
            found=state,
            expected=[row.source for row in rows],
            remedy=_("可能别人刚刚办理过，请刷新页面后再看。"),
        )

    def step(self, obj: Any, name: str, *, actor: policy.Actor | None = None, **given: Any) -> Step:
        """Take the step: the object's state changes; saving is left to `change()`.

        `given` holds what the step needs, by name. With an actor the roles of exactly this row are asked for,
        where a step of the same name from another state may be open to others.
        """
        row = self.find(obj, name)
        if actor is not None and not self._may(actor, row, obj):
            raise Refused(
                format_lazy(
                    _("这一步由{who}办理。"),
                    who=format_lazy("、".join("{}" for _name in row.rule.who), *row.rule.who),
                ),
                roles=row.roles,
            )
        missing = [need for need in row.needs if not given.get(need)]
        if missing:
            raise Invalid(_("还缺少必填内容。"), fields={need: _("这一步需要填写。") for need in missing})
        setattr(obj, self.attribute, row.target)
        return row

    def allowed(self, obj: Any, person: policy.Actor) -> list[Step]:
        """Steps that the person may take from the object's state: the buttons of its page."""
        state = self.state_of(obj)
        return [step for step in self.steps if step.source == state and self._may(person, step, obj)]

    def cells(self) -> Iterator[tuple[str, str, Step | None]]:
        """Every (state, step name) with its row, or None where the table has none: for tests and docs."""
        for state in self.states:
            for name in self.step_names:
                yield state, name, next((s for s in self.steps if (s.source, s.name) == (state, name)), None)

    @staticmethod
    def _may(actor: policy.Actor, step: Step, obj: Any) -> bool:
        return isinstance(actor, policy.System) or step.rule.check(actor, obj)
