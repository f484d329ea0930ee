"""The forms that split a task and join tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Fault, Invalid, Text
from lantian.site.core.forms import Form
from lantian.site.plans.actions import Piece, Rest
from lantian.site.plans.actions.splitting import MOST
from lantian.site.plans.models import Task, TaskRole
from lantian.site.plans.queries import QuantityGroup, quantity_groups

Choices = Sequence[tuple[int, Any]]


def role_choices(roles: Iterable[TaskRole]) -> list[tuple[int, Any]]:
    """Roles as boxes to tick."""
    return [(one.pk, format_lazy("{role}　{name}", role=one.get_role_display(), name=one.name)) for one in roles]


def number_choices(groups: Iterable[QuantityGroup]) -> list[tuple[int, Any]]:
    """Numbers as boxes to tick, each with its towns, by the key of its first row."""
    found = []
    for group in groups:
        rows = [*group.headline, *group.towns]
        towns = "、".join(q.town_name for q in group.towns)
        found.append((rows[0].pk, f"{rows[0].text}（{towns}）" if group.headline and towns else rows[0].text))
    return found


def ticks(label: Text, choices: Choices) -> forms.TypedMultipleChoiceField:
    """Several of a few."""
    return forms.TypedMultipleChoiceField(
        label=label, choices=choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )


class RestForm(Form):
    """What the task itself goes on with."""

    title = forms.CharField(label=_("任务名称"), max_length=300, required=False)
    text = forms.CharField(label=_("内容"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if roles:
            self.fields["roles"] = ticks(_("职责"), roles)
            self.fields["roles"].widget.attrs["class"] = "form-check-input"

    def chosen(self, name: str) -> Collection[int]:
        """Keys that are ticked."""
        found: Collection[int] = self.cleaned_data.get(name, ())
        return found


class PieceForm(RestForm):
    """What one new task has."""

    due = forms.DateField(label=_("到期日"), required=False)

    def __init__(self, *args: Any, numbers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if numbers:
            self.fields["numbers"] = ticks(_("带走的指标数"), numbers)
            self.fields["numbers"].widget.attrs["class"] = "form-check-input"


class WhyForm(Form):
    """Why it is done: kept in the audit trail."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class SplitForm:
    """The task itself, the tasks that are split off, and why."""

    def __init__(self, task: Task, data: Mapping[str, str] | None, fixed: Collection[int]) -> None:
        roles = role_choices(task.roles.all())
        groups = quantity_groups(task.quantities.all())
        held = [g for g in groups if any(q.pk in fixed or q.kind == "withdrawn" for q in (*g.headline, *g.towns))]
        self.held = [label for _key, label in number_choices(held)]
        movable = number_choices(g for g in groups if g not in held)
        self.bound = data is not None
        every = [key for key, _label in roles]
        first = {"title": task.title, "text": task.text, "roles": every}
        self.rest = RestForm(data, prefix="rest", initial=first, roles=roles)
        self.why = WhyForm(data, prefix="why")
        self.errors: list[Text] = []
        count = _count(data.get("pieces")) if data is not None else 1
        count += data is not None and "more" in data and count < MOST
        self.full = count >= MOST
        self.pieces = [
            PieceForm(
                # a row that was just added has not been filled in yet
                data if data is not None and f"piece-{n}-text" in data else None,
                prefix=f"piece-{n}",
                initial={"due": task.due, "roles": every},
                roles=roles,
                numbers=movable,
            )
            for n in range(count)
        ]

    def is_valid(self) -> bool:
        """Whether all of it can be read."""
        forms_ = [self.rest, self.why, *self.pieces]
        return not sum(not one.is_valid() for one in forms_)  # each is read, and tells what is wrong

    def values(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        pieces = [
            Piece(
                text=one.cleaned_data["text"],
                title=one.cleaned_data["title"],
                due=one.cleaned_data["due"],
                roles=one.chosen("roles"),
                numbers=one.chosen("numbers"),
            )
            for one in self.pieces
        ]
        rest = self.rest.cleaned_data
        return {
            "pieces": pieces,
            "rest": Rest(text=rest["text"], title=rest["title"], roles=self.rest.chosen("roles")),
            "reason": self.why.cleaned_data["reason"],
        }

    def add_fault(self, fault: Fault) -> None:
        """Put what the action refused where it belongs."""
        fields = fault.fields if isinstance(fault, Invalid) else {}
        for name, text in fields.items():
            form: Form = self.why if name == "reason" else self.rest
            if name.startswith("piece-"):
                _piece, n, name = name.split("-", 2)
                form = self.pieces[int(n)]
            form.add_error(name if name in form.fields else None, str(text))
        self.errors.append(str(fault))


class JoinForm(WhyForm):
    """What the surviving task takes over, and why they are joined."""

    field_order = ("roles", "numbers", "reason")

    def __init__(self, *args: Any, roles: Choices, numbers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, choices in (("roles", _("补入的职责"), roles), ("numbers", _("补入的指标数"), numbers)):
            if choices:
                self.fields[name] = ticks(label, choices)
                self.fields[name].widget.attrs["class"] = "form-check-input"
                self.initial.setdefault(name, [key for key, _label in choices])
        self.order_fields(self.field_order)


def _count(text: str | None) -> int:
    return min(max(int(text), 1), MOST) if text and text.isdecimal() and len(text) < 4 else 1
