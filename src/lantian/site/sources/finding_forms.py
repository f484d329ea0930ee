"""What findings are cut to, and the form that makes one an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import filters
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.core.registries import checks
from lantian.site.orders import kinds
from lantian.site.org.models import Area, Unit
from lantian.site.sources.finding_states import FINDING, WAITING
from lantian.site.sources.models import Finding

KIND = "source"  # of orders: what a finding is mostly


def check_title(name: str) -> Text:
    """A check's name for the reader; its key where its room is gone."""
    check = checks.get(name)
    return check.title if check else name


def _checks() -> list[tuple[str, Text]]:
    return [(name, check.title) for name, check in checks.items()]


def _areas() -> list[tuple[int, str]]:
    found = Finding.objects.values("area")
    return [(one.pk, one.name) for one in Area.objects.filter(pk__in=found)]


class FindingFilter(filters.Filter):
    """Findings by check, state and area; without a state those that wait or are true."""

    check = filters.choice(_("核查规则"), _checks)
    area = filters.choice(_("行政区"), _areas)
    state = filters.choice(_("状态"), FINDING.choices)
    ordered = filters.choice(pgettext_lazy("filter", "工单"), (("yes", _("已转工单")), ("no", _("未转工单"))))

    def where(self) -> Q:
        asked = self.asked
        where = Q(state=asked["state"]) if asked["state"] else Q(state__in=WAITING)
        if asked["check"]:
            where &= Q(check_name=asked["check"])
        if asked["area"]:
            where &= Q(area=asked["area"])
        if asked["ordered"]:
            where &= Q(order__isnull=asked["ordered"] == "no")
        return where


class OrderForm(Form):
    """To whom a finding goes as an order."""

    unit = forms.ModelChoiceField(label=_("主办单位"), queryset=Unit.objects.none())
    kind = forms.ChoiceField(label=_("工单类别"))
    text = forms.CharField(
        label=_("要求"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip
    due = forms.DateField(label=_("反馈期限"), required=False, help_text=_("不填按工单类别的期限。"))

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(kind__in=(Unit.Kind.TOWN, Unit.Kind.DEPARTMENT), same_as=None)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].initial = units.filter(kind=Unit.Kind.TOWN, area=finding.area_id).first()
        offered = kinds.choices()
        self.fields["kind"].choices = offered  # type: ignore[attr-defined]
        self.fields["kind"].initial = KIND if KIND in {key for key, _label in offered} else None
        self.fields["text"].initial = finding.said
