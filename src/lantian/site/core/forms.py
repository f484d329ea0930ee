"""The one form pattern: labels, help and errors at the field; what an action refuses lands at the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.forms.renderers import TemplatesSetting

from lantian.site.core.faults import Fault, Invalid, WrongState

R = TypeVar("R", bound=models.Model)


class Renderer(TemplatesSetting):
    """Draws forms and fields by our templates."""

    form_template_name = "core/parts/form_fields.html"
    field_template_name = "core/parts/field.html"


class PickMany(forms.CheckboxSelectMultiple):
    """Some of many, ticked in a list that a search field narrows."""

    template_name = "core/parts/pick_many.html"


def style(form: forms.BaseForm) -> None:
    """Give every widget the look of the house."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
            look = "form-check-input"
        elif isinstance(widget, forms.Select):
            look = "form-select"
            if type(widget).template_name == forms.Select.template_name:
                widget.template_name = "core/parts/select.html"
        else:
            look = "form-control"
        widget.attrs["class"] = " ".join(dict.fromkeys([*widget.attrs.get("class", "").split(), look]))
        if isinstance(widget, forms.DateInput):
            widget.input_type = "date"
            widget.format = "%Y-%m-%d"


class Form(forms.Form):
    """Form of the house. `add_fault` puts a refusal of the action at the fields it names.

    `status` is that of the page which shows the form again: 409 where somebody else was quicker.
    """

    status = 200

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        style(self)

    def add_fault(self, fault: Fault) -> None:
        """Show a typed error in the form."""
        if isinstance(fault, WrongState):
            self.status = fault.status
        fields = {self._named(name): text for name, text in fault.fields.items()} if isinstance(fault, Invalid) else {}
        known = {name: text for name, text in fields.items() if name in self.fields}
        for name, text in known.items():
            # What to do about it must not get lost where only the field tells.
            remedy = str(fault.remedy) if len(fields) == 1 else ""
            self.add_error(name, str(text) if remedy in str(text) else f"{text}{remedy}")
        if not known or len(known) < len(fields):
            unknown = [str(text) for name, text in fields.items() if name not in known]
            rest = " ".join(text for text in unknown if text not in str(fault))
            self.add_error(None, f"{fault}{rest}")

    def _named(self, name: str) -> str:
        """The form's own name of a field: what is wrong with a `file` stands at the one upload that it has."""
        if name != "file" or name in self.fields:
            return name
        uploads = [own for own, field in self.fields.items() if isinstance(field, forms.FileField)]
        return uploads[0] if len(uploads) == 1 else name


def submitted(form: Form, act: Callable[..., R]) -> R | None:
    """Run the action with the form's clean fields; None when the form or the action refused, with errors set.

    >>> if request.method == "POST" and (unit := submitted(form, partial(actions.add_unit, request.person))):
    ...     return see_other("org:unit", pk=unit.pk)            # doctest: +SKIP
    """
    if not form.is_valid():
        return None
    try:
        return act(**form.cleaned_data)
    except Fault as fault:
        form.add_fault(fault)
        return None
