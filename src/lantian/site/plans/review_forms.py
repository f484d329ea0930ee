"""Forms of the review beside those of single fields: goals, splitting and joining tasks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.plan import Goal, Task
from lantian.site.core.forms import Form
from lantian.site.plans import words
from lantian.site.plans.draft import Draft, DraftTask

GOAL_FIELDS = ("text", "indicator", "op", "value", "unit", "baseline", "scope", "period_start", "period_end")
DISTRICT = "district"
GAP = re.compile(r"\n\s*\n")


class GoalForm(Form):
    """A goal: what is to be reached, how it compares, where and when."""

    text = forms.CharField(label=_("原文"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    indicator = forms.ChoiceField(label=_("指标"), choices=words.INDICATORS)
    op = forms.ChoiceField(label=_("关系"), choices=words.COMPARISONS)
    value = forms.FloatField(label=_("数值"), required=False)
    unit = forms.CharField(label=_("单位"), max_length=60, required=False)
    baseline = forms.CharField(label=_("基准"), max_length=200, required=False)
    scope = forms.CharField(
        label=_("范围"), max_length=100, required=False, help_text=_("不填即全区；分解到镇街的填镇街名称。")
    )
    period_start = forms.DateField(label=_("起始日期"), required=False, widget=forms.DateInput())
    period_end = forms.DateField(label=_("终止日期"), required=False, widget=forms.DateInput())
    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and end < start:
            self.add_error("period_end", _("终止日期不能早于起始日期。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The goal's fields as JSON keeps them."""
        cleaned = self.cleaned_data
        made: dict[str, Any] = {}
        for name in GOAL_FIELDS:
            value = cleaned[name]
            made[name] = value.isoformat() if hasattr(value, "isoformat") else None if value == "" else value
        return made | {"scope": made["scope"] or DISTRICT}

    @staticmethod
    def start(goal: Goal | None) -> dict[str, Any]:
        """What the form shows at first."""
        if goal is None:
            return {"indicator": "other", "op": "="}
        shown = {name: getattr(goal, name) for name in GOAL_FIELDS}
        return shown | {"scope": "" if goal.scope == DISTRICT else goal.scope}


class SplitForm(Form):
    """The text of a task, an empty line wherever a new task is to begin."""

    text = forms.CharField(
        label=_("内容"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("在每处分开的地方空一行。单位和时限各条都带上，数字随所在的文字走。"),
    )
    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)

    def parts(self) -> list[str]:
        """The texts of the tasks to be."""
        return [part for part in GAP.split(self.cleaned_data["text"].replace("\r\n", "\n")) if part.strip()]

    @staticmethod
    def start(task: Task) -> dict[str, Any]:
        """What the form shows at first: the text, cut after its sentences on lines of their own."""
        return {"text": re.sub(r"\n+", "\n", task.text)}


class JoinForm(Form):
    """The task that is to become a part of this one; the next is offered first."""

    other = forms.TypedChoiceField(label=_("并入这条的任务"), coerce=int)
    reason = forms.CharField(label=_("更正理由"), max_length=500, required=False)

    def __init__(self, *args: Any, draft: Draft, task: DraftTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = draft.tasks.index(task)
        near = [*draft.tasks[place + 1 :], *draft.tasks[:place]]
        self.fields["other"].choices = [(one.id, _name(one.task)) for one in near]  # type: ignore[attr-defined]


def _name(task: Task) -> str:
    return " ".join(x for x in (task.number, task.title or task.text[:40]) if x)
