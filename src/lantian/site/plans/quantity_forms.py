"""The form that binds a number of a task to a metric."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.forms import Form
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area
from lantian.site.plans.models import QuantityBinding, TaskQuantity
from lantian.site.plans.quantity_suggesting import fits, period, suggest
from lantian.site.plans.queries import goals as queries


class BindQuantityForm(Form):
    """By what a number is worked out, filled in as it is bound or as suggested."""

    metric = forms.ChoiceField(label=_("度量"), help_text=_("清单的度量只随污染源的状态变化。"))
    area = forms.TypedChoiceField(label=_("评价区域"), coerce=int)
    first = forms.DateField(label=_("评价起始"))
    last = forms.DateField(label=_("评价终止"))

    def __init__(self, *args: Any, quantity: TaskQuantity, binding: QuantityBinding | None, **kwargs: Any) -> None:
        offered = [(name, one) for name, one in metrics.items() if fits(quantity, one)]
        first, last = period(quantity)
        kwargs["initial"] = {
            "metric": binding.metric if binding else suggest(quantity, offered),
            "area": binding.area_id if binding else quantity.town_id or quantity.task.plan.area_id,
            "first": binding.first if binding else first,
            "last": binding.last if binding else last,
        }
        super().__init__(*args, **kwargs)
        named = [(name, format_lazy("{}（{}）", one.title, one.unit)) for name, one in offered]
        self.fields["metric"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        self.fields["area"].choices = queries.choices_of_areas(quantity.task.plan)  # type: ignore[attr-defined]

    def clean_area(self) -> Area:
        """The area itself."""
        return Area.objects.get(pk=self.cleaned_data["area"])
