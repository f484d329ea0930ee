"""Forms of the import and of its review. `values()` gives what `actions.correct_task` takes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.plandoc.export.words import number_text
from lantian.plandoc.plan import ROLES, Task
from lantian.plandoc.plan import Plan as PlanContract
from lantian.site.core.forms import Form, style
from lantian.site.core.uploads import UploadField
from lantian.site.org.models import Area
from lantian.site.plans import reading, words
from lantian.site.plans.confirming import FIELD_NAMES
from lantian.site.plans.draft import HEAD_FIELDS

NAME_SEPARATOR = re.compile(r"[、，,；;\n\r\t]+")
LONGEST_NAME = 100  # what the register of units takes


class UploadForm(Form):
    """A document to import."""

    file = UploadField(label=_("方案文件"), allow_empty_file=True)  # the action says what an empty file means
    file.widget.attrs["accept"] = ".docx,.doc,.wps,.pdf,.html,.htm,.mht,.txt,.rtf"
    area = forms.ModelChoiceField(label=_("行政区"), queryset=Area.objects.none(), empty_label=None)

    purpose = forms.ChoiceField(
        label=_("用途"), choices=[one for one in words.PURPOSES if one[0] != "revision"], required=False
    )

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = areas
        offered = list(areas)
        if offered:
            field.initial = offered[0]
        if len(offered) == 1:
            field.widget = forms.HiddenInput()


class ReasonForm(Form):
    """Why something is decided."""

    reason = forms.CharField(label=_("理由"), max_length=500)


class FieldForm(Form):
    """Base of the forms that correct one field of a task; the reason is kept with the correction."""

    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)
    finding = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    field_order: tuple[str, ...] = ()

    def values(self, plan: PlanContract, task: Task) -> dict[str, Any]:
        """New values of the task's fields, as JSON keeps them."""
        raise NotImplementedError

    @classmethod
    def start(cls, task: Task) -> dict[str, Any]:
        """What the form shows at first."""
        raise NotImplementedError


class TitleForm(FieldForm):
    number = forms.CharField(label=_("编号"), max_length=40, required=False)
    title = forms.CharField(label=_("标题"), max_length=300, required=False)
    section = forms.CharField(label=_("章节"), max_length=300, required=False)
    field_order = ("number", "title", "section", "reason")

    def values(self, plan: PlanContract, task: Task) -> dict[str, Any]:
        return {name: self.cleaned_data[name] or None for name in ("number", "title", "section")}

    @classmethod
    def start(cls, task: Task) -> dict[str, Any]:
        return {"number": task.number, "title": task.title, "section": task.section}


class TextForm(FieldForm):
    text = forms.CharField(label=_("内容"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    field_order = ("text", "reason")

    def values(self, plan: PlanContract, task: Task) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"].replace("\r\n", "\n")}

    @classmethod
    def start(cls, task: Task) -> dict[str, Any]:
        return {"text": task.text}


class DeadlineForm(FieldForm):
    """The deadline: as written, and what it means; a changed wording is worked out anew."""

    deadline_text = forms.CharField(label=_("完成时限（原文）"), max_length=200, required=False)
    deadline = forms.DateField(label=_("文中日期"), required=False, widget=forms.DateInput())
    due = forms.DateField(label=_("到期日"), required=False, widget=forms.DateInput())
    recurrence = forms.ChoiceField(label=_("频次"), choices=[("", "—"), *words.RECURRENCES], required=False)
    field_order = ("deadline_text", "deadline", "due", "recurrence", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("deadline") and cleaned.get("due") and cleaned["due"] < cleaned["deadline"]:
            self.add_error("due", _("到期日不能早于文中日期。"))
        return cleaned

    def values(self, plan: PlanContract, task: Task) -> dict[str, Any]:
        cleaned = self.cleaned_data
        entered = {
            "deadline": cleaned["deadline"].isoformat() if cleaned["deadline"] else None,
            "due": cleaned["due"].isoformat() if cleaned["due"] else None,
            "recurrence": cleaned["recurrence"] or None,
        }
        now = task.model_dump(mode="json")
        wording = cleaned["deadline_text"] or None
        untouched = all(now[name] == value for name, value in entered.items())
        if wording != now["deadline_text"] and untouched:
            entered |= reading.deadline_fields(plan, wording or "")
        elif not untouched:
            entered["due"] = entered["due"] or entered["deadline"]
            if entered["due"] != now["due"]:
                entered["due_rule"] = "text-date" if entered["due"] == entered["deadline"] else "by-hand"
        return {"deadline_text": wording, **entered}

    @classmethod
    def start(cls, task: Task) -> dict[str, Any]:
        return {name: getattr(task, name) for name in ("deadline_text", "deadline", "due", "recurrence")}


class UnitsForm(FieldForm):
    """Names of one role, one a line."""

    role = ""
    names = forms.CharField(
        label=pgettext_lazy("several", "名称"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一个；顿号、逗号、分号也可分隔。"),
    )
    field_order = ("names", "reason")

    def clean_names(self) -> list[str]:
        names = [name.strip() for name in NAME_SEPARATOR.split(self.cleaned_data["names"])]
        names = list(dict.fromkeys(name for name in names if name))
        if any(len(name) > LONGEST_NAME for name in names):
            raise forms.ValidationError(_("名称不能超过 100 个字。"))
        return names

    def values(self, plan: PlanContract, task: Task) -> dict[str, Any]:
        return {self.role: self.cleaned_data["names"]}

    @classmethod
    def start(cls, task: Task) -> dict[str, Any]:
        return {"names": "\n".join(getattr(task, cls.role))}


def _units_form(role: str) -> type[FieldForm]:
    return type(f"{role.capitalize()}Form", (UnitsForm,), {"role": role})


FIELD_FORMS: dict[str, type[FieldForm]] = {
    "title": TitleForm,
    "text": TextForm,
    "deadline": DeadlineForm,
    **{role: _units_form(role) for role in ROLES},
}


class QuantityForm(forms.Form):
    """One number of a task; an empty row is left out."""

    text = forms.CharField(label=_("原文"), max_length=300, required=False)
    what = forms.CharField(label=_("内容"), max_length=200, required=False)
    town = forms.CharField(label=_("镇街"), max_length=100, required=False)
    op = forms.ChoiceField(label=_("关系"), choices=words.COMPARISONS, initial="=", required=False)
    value = forms.FloatField(label=_("数值"), required=False)
    unit = forms.CharField(label=_("单位"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=words.KINDS, initial="target", required=False)
    original = forms.IntegerField(widget=forms.HiddenInput, required=False)  # row of the quantity that this was
    DELETE = forms.BooleanField(label=_("删除"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            not self.is_blank
            and not cleaned.get("DELETE")
            and cleaned.get("value") is None
            and "value" not in self.errors
        ):
            self.add_error("value", _("请填数字，如 10 或 8.5。"))
        return cleaned

    @property
    def is_blank(self) -> bool:
        return not any(self.cleaned_data.get(name) for name in ("text", "what", "town", "unit")) and (
            self.cleaned_data.get("value") is None
        )


Quantities = forms.formset_factory(QuantityForm, extra=2, max_num=400, validate_max=True, absolute_max=410)


def quantity_start(task: Task) -> list[dict[str, Any]]:
    """Rows of the quantities form at first."""
    fields = ("text", "what", "town", "op", "unit", "kind")
    return [
        {name: getattr(q, name) for name in fields} | {"value": number_text(q.value), "original": k}
        for k, q in enumerate(task.quantities)
    ]


def quantity_values(formset: Any, task: Task) -> dict[str, Any]:
    """The quantities as JSON; a row keeps the span of the quantity that it was."""
    rows = []
    for form in formset.forms:
        cleaned = form.cleaned_data
        if not cleaned or form.is_blank or cleaned.get("DELETE"):
            continue
        k = cleaned.get("original")
        span = task.quantities[k].span if k is not None and 0 <= k < len(task.quantities) else None
        text = cleaned["text"] or f"{cleaned['value']:g}{cleaned['unit']}"
        rows.append(
            {
                "text": text,
                "what": cleaned["what"] or None,
                "value": cleaned["value"],
                "unit": cleaned["unit"],
                "town": cleaned["town"] or None,
                "op": cleaned["op"] or "=",
                "kind": cleaned["kind"] or "target",
                "span": span.model_dump(mode="json") if span else None,
            }
        )
    return {"quantities": rows}


class HeadForm(Form):
    """The plan's head."""

    title = forms.CharField(label=FIELD_NAMES["title"], max_length=300)
    notice_title = forms.CharField(label=FIELD_NAMES["notice_title"], max_length=300, required=False)
    issuer = forms.CharField(label=FIELD_NAMES["issuer"], max_length=200, required=False)
    doc_number = forms.CharField(label=FIELD_NAMES["doc_number"], max_length=100, required=False)
    issued_on = forms.DateField(label=FIELD_NAMES["issued_on"], required=False, widget=forms.DateInput())
    district = forms.CharField(label=FIELD_NAMES["district"], max_length=100, required=False)
    period_start = forms.DateField(label=FIELD_NAMES["period_start"], required=False, widget=forms.DateInput())
    period_end = forms.DateField(label=FIELD_NAMES["period_end"], required=False, widget=forms.DateInput())
    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", _("终止日期不能早于起始日期。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            k: cleaned[k].isoformat() if hasattr(cleaned[k], "isoformat") else cleaned[k] or None for k in HEAD_FIELDS
        }


class NewTaskForm(Form):
    """A task that the reader missed."""

    text = forms.CharField(label=_("内容"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)


class RenameForm(Form):
    """A unit's name written anew."""

    old = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_NAME)
    new = forms.CharField(label=_("改为"), max_length=LONGEST_NAME)
    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)
