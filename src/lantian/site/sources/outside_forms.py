"""Forms and filters of lists that others keep."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import outside
from lantian.site.core import clock, filters
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.org.models import Area
from lantian.site.org.queries import root_area
from lantian.site.sources import reading


def kinds() -> list[tuple[str, Text]]:
    """Kinds of lists to choose from."""
    return [(one.name, reading.said_later(one.label)) for one in outside.kinds()]


class OutsideListForm(Form):
    """What is known of a list before its file comes in."""

    kind = forms.ChoiceField(label=_("种类"))
    area = forms.ModelChoiceField(label=_("覆盖范围"), queryset=Area.objects.none())
    as_of = forms.DateField(label=_("截至日期"), help_text=_("名单是哪一天的。"))
    source = forms.CharField(label=_("来源单位"), max_length=200, help_text=_("哪个单位提供的，如区市场监管局。"))
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]
        self.fields["area"].queryset = Area.objects.visible_to(person)  # type: ignore[attr-defined]
        self.fields["area"].initial = root_area()
        self.fields["as_of"].initial = clock.today()


class WithdrawForm(Form):
    """Why a list is taken back."""

    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ListFilter(filters.Filter):
    """Lists by kind."""

    kind = filters.choice(_("种类"), kinds)

    def where(self) -> Q:
        return Q(kind=self.asked["kind"]) if self.asked["kind"] else Q()


class RowFilter(filters.Filter):
    """Entries of a list by name, code and state."""

    q = filters.text(_("搜索"), placeholder=_("名称、代码、行业"))

    def where(self) -> Q:
        q = self.asked["q"]
        if not q:
            return Q()
        return Q(name__icontains=q) | Q(credit_code__icontains=q) | Q(trade__icontains=q)
