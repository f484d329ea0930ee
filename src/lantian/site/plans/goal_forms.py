"""What goals can be cut by, and the forms that bind them or set them apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import filters
from lantian.site.core.forms import Form
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area
from lantian.site.plans.actions import Basis
from lantian.site.plans.goal_suggesting import RELATIVE, factor, offered, outlook, suggest
from lantian.site.plans.models import Goal, GoalBinding
from lantian.site.plans.models.goals import EDITIONS
from lantian.site.plans.queries import goals as queries

LIGHTS = [
    ("red", _("红灯")),
    ("amber", _("黄灯")),
    ("green", _("绿灯")),
    ("done", pgettext_lazy("goal", "已达成")),
    ("grey", _("未评价")),
]


class GoalFilter(filters.Filter):
    """Goals of one plan, or that stand in one way."""

    plan = filters.choice(_("方案"), ())
    level = filters.choice(_("展望"), LIGHTS)


class BindForm(Form):
    """By what a goal is evaluated, filled in as suggested or as it is bound."""

    metric = forms.ChoiceField(label=_("度量"))
    area = forms.TypedChoiceField(label=_("评价区域"), coerce=int)
    first = forms.DateField(label=_("评价起始"), widget=forms.DateInput())
    last = forms.DateField(label=_("评价终止"), widget=forms.DateInput())
    edition = forms.ChoiceField(label=_("标准版本"), choices=EDITIONS, help_text=_("一般按当日执行的版本。"))
    base = forms.FloatField(
        label=_("方案写明的基数"),
        required=False,
        min_value=0,
        help_text=_("方案写明了上年的数值时填写，单位同度量；不填则取上年同期的监测结果。"),
    )
    about = forms.FloatField(
        label=_("“左右”的允许偏差（%）"), min_value=0, max_value=100, help_text=_("没有文件规定，请按本地惯例填写。")
    )

    def __init__(self, *args: Any, goal: Goal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = outlook()
        first = [name for name, _one in offered(goal)]
        answering = [(name, one) for name, one in metrics.items() if one.answers(goal.op) and name not in first]
        fitting = [name for name, one in answering if factor(goal, one, rule) is not None]
        choices = [(name, _named(name)) for name in (*first, *fitting)]
        self.fields["metric"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", "—"), *queries.choices_of_areas(goal.plan)]  # type: ignore[attr-defined]
        if goal.op not in RELATIVE:
            del self.fields["base"]
        if goal.op != "~":
            del self.fields["about"]

    @staticmethod
    def start(goal: Goal, binding: GoalBinding | None) -> dict[str, Any]:
        """What the form shows at first: how the goal is bound, or what is suggested."""
        one: Any = binding if binding is not None and binding.metric else suggest(goal)
        area = one.area_id if isinstance(one, GoalBinding) else one.area
        about = None if one.about is None else one.about * 100
        edition = one.edition if isinstance(one, GoalBinding) else "auto"
        names = ("metric", "first", "last", "base")
        return {name: getattr(one, name) for name in names} | {"area": area, "about": about, "edition": edition}

    def basis(self) -> Basis:
        """As the action takes it."""
        data = self.cleaned_data
        about = data.get("about")
        return Basis(
            metric=data["metric"],
            area=Area.objects.select_related("parent__parent__parent").get(pk=data["area"]),
            first=data["first"],
            last=data["last"],
            edition=data["edition"],
            about=None if about is None else about / 100,
            base=data.get("base"),
        )


class ApartForm(Form):
    """Why a goal is not evaluated by itself."""

    reason = forms.CharField(label=_("理由"), max_length=300, help_text=_("如由上级考核、没有监测手段。"))


def _named(name: str) -> Any:
    one = metrics[name]
    return format_lazy("{title}（{unit}）", title=one.title, unit=one.unit) if one.unit else one.title
