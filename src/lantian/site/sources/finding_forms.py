"""What findings are cut to, and the forms that make a finding or a listing an order."""

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
from lantian.site.orders.forms import receivers
from lantian.site.org.models import Area, Unit
from lantian.site.sources import reading
from lantian.site.sources.finding_states import FINDING, WAITING
from lantian.site.sources.models import Finding, Listing

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
    """To whom a finding goes as an order: a town, a department, or a firm with a login."""

    unit = forms.ModelChoiceField(label=_("主办单位"), queryset=Unit.objects.none())
    kind = forms.ChoiceField(label=_("工单类别"))
    text = forms.CharField(
        label=_("要求"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )  # fmt: skip
    due = forms.DateField(label=_("反馈期限"), required=False, help_text=_("不填按工单类别的期限。"))

    def __init__(self, *args: Any, finding: Finding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, finding.area_id, finding.said)


class ListingOrderForm(Form):
    """To whom an order about a listing goes, and what it asks."""

    unit = forms.ModelChoiceField(label=_("主办单位"), queryset=Unit.objects.none())
    kind = forms.ChoiceField(label=_("工单类别"))
    title = forms.CharField(label=_("标题"), max_length=200)
    text = forms.CharField(label=_("要求"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    due = forms.DateField(label=_("反馈期限"), required=False, help_text=_("不填按工单类别的期限。"))

    def __init__(self, *args: Any, listing: Listing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source, standing = listing.source, reading.standing(listing)
        _offer(self, source.area_id, "", source.unit_id)
        self.fields["title"].initial = f"{source.name}（{reading.title_of(listing.ledger)}，{standing.label}）"[:200]


def _offer(form: Form, area: int, text: str, firm: int | None = None) -> None:
    """Fill what the form offers, with what is likely: the firm itself, else its town."""
    fields: Any = form.fields
    units = receivers(firms=True)
    fields["unit"].queryset = units
    own = units.filter(pk=firm).first() if firm else None
    fields["unit"].initial = own or units.filter(kind=Unit.Kind.TOWN, area=area).first()
    offered = kinds.choices()
    fields["kind"].choices = offered
    fields["kind"].initial = KIND if KIND in {key for key, _label in offered} else None
    fields["text"].initial = text
