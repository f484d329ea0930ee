"""What proposals to stop and the peak-shift list are cut to, and the form that decides."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, filters
from lantian.site.core.faults import Text
from lantian.site.core.forms import Form
from lantian.site.org.models import Area
from lantian.site.sources import reading
from lantian.site.sources.models import PeakShiftEntry, StopProposal
from lantian.site.sources.stop_states import STOP


def _ledgers() -> list[tuple[str, Text]]:
    names = StopProposal.objects.order_by("listing__ledger").values_list("listing__ledger", flat=True).distinct()
    return [(name, reading.title_of(name)) for name in names]


def _areas() -> list[tuple[int, str]]:
    found = StopProposal.objects.order_by().values("listing__source__area")
    return [(one.pk, one.name) for one in Area.objects.filter(pk__in=found)]


class StopFilter(filters.Filter):
    """Proposals by text, ledger, town and state; without a state those that wait."""

    q = filters.text(_("搜索"), placeholder=_("名称、企业"))
    ledger = filters.choice(_("清单"), _ledgers)
    area = filters.choice(_("行政区"), _areas)
    state = filters.choice(_("状态"), STOP.choices)

    def where(self) -> Q:
        asked = self.asked
        where = Q(state=asked["state"] or STOP.start)
        if q := asked["q"]:
            where &= Q(listing__source__name__icontains=q) | Q(listing__source__firm__icontains=q)
        if asked["ledger"]:
            where &= Q(listing__ledger=asked["ledger"])
        if asked["area"]:
            where &= Q(listing__source__area=asked["area"])
        return where


def _peak_areas() -> list[tuple[int, str]]:
    found = PeakShiftEntry.objects.order_by().values("source__area")
    return [(one.pk, one.name) for one in Area.objects.filter(pk__in=found)]


class PeakShiftFilter(filters.Filter):
    """Entries by text and town; without more those that hold today or will."""

    q = filters.text(_("搜索"), placeholder=_("名称、企业"))
    area = filters.choice(_("行政区"), _peak_areas)
    past = filters.yes(_("连同已结束的"))

    def where(self) -> Q:
        asked = self.asked
        where = Q() if asked["past"] else Q(until_on=None) | Q(until_on__gte=clock.today())
        if q := asked["q"]:
            where &= Q(source__name__icontains=q) | Q(source__firm__icontains=q)
        if asked["area"]:
            where &= Q(source__area=asked["area"])
        return where


class DecideForm(Form):
    """A decision on one proposal or many."""

    reason = forms.CharField(label=_("理由"), max_length=500, required=False,
                             help_text=_("不予停产须写明理由。"))  # fmt: skip
    until = forms.DateField(label=_("错峰至"), required=False, help_text=_("不填的，到验收通过为止。"))
