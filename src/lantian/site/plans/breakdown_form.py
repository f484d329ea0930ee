"""The form that breaks a task down: a row for every unit, with a field for each number that is given out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core.faults import Fault, Invalid, Text
from lantian.site.core.forms import Form
from lantian.site.org.models import Unit
from lantian.site.org.register import Register
from lantian.site.plans import shares
from lantian.site.plans.actions import Part
from lantian.site.plans.models import Task

BLANK = 2  # empty rows offered below those that are filled
MOST = 500
KINDS = (Unit.Kind.TOWN, Unit.Kind.DEPARTMENT, Unit.Kind.OTHER)


class PartForm(Form):
    """What one unit is given; a row without a unit is no row."""

    key = forms.IntegerField(widget=forms.HiddenInput, required=False)
    unit = forms.TypedChoiceField(label=_("单位"), required=False, coerce=int, empty_value=None)
    officer = forms.CharField(label=_("责任人"), max_length=50, required=False)
    due = forms.DateField(label=_("到期日"), required=False)
    text = forms.CharField(
        label=_("具体内容"), max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    late_reason = forms.CharField(label=_("晚于上级任务的理由"), max_length=300, required=False)

    def __init__(self, *args: Any, numbers: Sequence[shares.Number], units: Sequence[Any], **kwargs: Any) -> None:
        self.numbers = numbers
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["placeholder"] = _("不填即与上级任务相同")
        for number in numbers:
            field = forms.FloatField(label=label(number), required=False, min_value=0, max_value=1e12)
            field.widget.attrs |= {"class": "form-control", "inputmode": "decimal", "step": "any"}
            self.fields[f"number-{number.key}"] = field
        self.order_fields(["key", "unit", *(f"number-{n.key}" for n in numbers), "officer", "due"])

    def shares(self) -> dict[int, float]:
        """Its shares by the number's key, as far as they can be read."""
        given = {number.key: self.cleaned_data.get(f"number-{number.key}") for number in self.numbers}
        return {key: value for key, value in given.items() if value is not None}


def label(number: shares.Number) -> str:
    """What a number's field is called."""
    return f"{number.what}（{number.unit}）" if number.unit else number.what


class BreakdownForm:
    """All rows together, and whether the rest is given out later."""

    def __init__(self, task: Task, data: Mapping[str, str] | None, initial: Sequence[Mapping[str, Any]]) -> None:
        self.task = task
        self.numbers = shares.numbers(task.quantities.all())
        self.units = _unit_choices({row["unit"] for row in initial if row.get("unit")})
        self.errors: list[Text] = []
        self.bound = data is not None
        self.partial = bool(data.get("partial")) if data is not None else task.rest_open
        count = _number(data.get("rows")) if data is not None else len(initial) + (0 if initial else BLANK)
        made: dict[str, Any] = {"numbers": self.numbers, "units": self.units}
        self.rows = [
            PartForm(data, prefix=f"part-{n}", **made)
            if data is not None
            else PartForm(prefix=f"part-{n}", initial=dict(initial[n]) if n < len(initial) else {}, **made)
            for n in range(count)
        ]

    def add(self, units: Sequence[int | None]) -> None:
        """Rows for more units, or empty ones; what was typed stays."""
        there = {row["unit"].value() for row in self.rows}
        for unit in units:
            if unit is None or str(unit) not in {str(one) for one in there}:
                initial = {"unit": unit, "due": self.task.due}
                n = len(self.rows)
                form = PartForm(prefix=f"part-{n}", initial=initial, numbers=self.numbers, units=self.units)
                self.rows.append(form)

    def is_valid(self) -> bool:
        """Whether every row can be read."""
        return not sum(not row.is_valid() for row in self.rows)  # every row is read, and tells what is wrong

    @property
    def filled(self) -> list[PartForm]:
        """Rows that name a unit."""
        return [row for row in self.rows if row.is_bound and row.cleaned_data.get("unit")]

    def parts(self) -> list[Part]:
        """What the rows say, as the action takes it."""
        units = {u.pk: u for u in Unit.objects.filter(pk__in=[r.cleaned_data["unit"] for r in self.filled])
                 .select_related("area")}  # fmt: skip
        return [
            Part(
                unit=units[row.cleaned_data["unit"]],
                due=row.cleaned_data["due"],
                officer=row.cleaned_data["officer"],
                text=row.cleaned_data["text"],
                late_reason=row.cleaned_data["late_reason"],
                numbers=row.shares(),
                key=row.cleaned_data["key"],
            )
            for row in self.filled
        ]

    def sums(self) -> list[shares.Sum]:
        """Every number against the shares that can be read now; rows that are wrong elsewhere count too."""
        if not self.bound:
            given = [{n.key: row.initial.get(f"number-{n.key}") for n in self.numbers} for row in self.rows]
            return shares.sums(self.numbers, given)  # type: ignore[arg-type]
        self.is_valid()
        return shares.sums(self.numbers, [row.shares() for row in self.filled])

    def add_fault(self, fault: Fault) -> None:
        """Put what the action refused at the rows it names."""
        fields = fault.fields if isinstance(fault, Invalid) else {}
        rows = self.filled
        for name, text in fields.items():
            _part, n, field = name.split("-", 2)
            rows[int(n)].add_error(field, str(text))
        self.errors.append(str(fault))


def initial_of(task: Task, parts: Sequence[Task], register: Register) -> list[dict[str, Any]]:
    """What the form shows at first: the parts that are there, else the responsible units with what the plan gives
    their towns."""
    numbers = shares.numbers(task.quantities.all())
    if parts:
        return [_as_row(part, numbers) for part in parts]
    leads = register.expand(r.unit_id for r in task.roles.all() if r.role == "lead" and r.unit_id)
    doing = register.expand(r.unit_id for r in task.roles.all() if r.role == "responsible" and r.unit_id)
    rows = []
    for pk in doing:
        unit = register.units[pk]
        if pk in leads or unit.kind not in KINDS:
            continue
        row: dict[str, Any] = {"unit": pk, "due": task.due}
        for number in numbers:
            if unit.area_id is not None and unit.area_id in number.towns:
                row[f"number-{number.key}"] = number_text(number.towns[unit.area_id][1])
        rows.append(row)
    return rows


def _as_row(part: Task, numbers: Sequence[shares.Number]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": part.pk,
        "unit": next((role.unit_id for role in part.roles.all() if role.role == "responsible"), None),
        "officer": part.officer,
        "due": part.due,
        "text": part.text,
        "late_reason": part.late_reason,
    }
    for number in numbers:
        found = next((q for q in part.quantities.all() if q.of_id in number.rows), None)
        if found is not None:
            row[f"number-{number.key}"] = number_text(found.value)
    return row


def _unit_choices(kept: set[int]) -> list[tuple[Any, Any]]:
    """Today's units that can be given a part, towns first: one SQL query."""
    rows = list(Unit.objects.current().filter(kind__in=KINDS) | Unit.objects.filter(pk__in=kept))
    groups = [(kind.label, [(unit.pk, unit.name) for unit in rows if unit.kind == kind]) for kind in KINDS]
    return [("", "—"), *((name, units) for name, units in groups if units)]


def _number(text: str | None) -> int:
    return min(int(text), MOST) if text and text.isdecimal() and len(text) < 6 else 0
