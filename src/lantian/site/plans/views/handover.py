"""Handing over the tasks of units that were split or abolished."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lantian.site.core.faults import Fault
from lantian.site.core.forms import Form
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.org.register import register_of
from lantian.site.plans.actions.handover import hand_over
from lantian.site.plans.models import TaskRole
from lantian.site.plans.queries import handover as queries


class HandoverForm(Form):
    """The chosen tasks and who gets them; the successors stand first."""

    to = forms.TypedChoiceField(label=_("移交给"), coerce=int)
    note = forms.CharField(label=_("说明"), required=False, max_length=500)
    chosen = forms.ModelMultipleChoiceField(TaskRole.objects.none(), required=False)

    def __init__(self, *args: Any, roles: Any, first: list[Unit], others: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(_("承接单位"), [(u.pk, u.name) for u in first])] if first else []
        self.fields["to"].choices = [*groups, (_("其他单位"), [(u.pk, u.name) for u in others])]  # type: ignore[attr-defined]
        self.fields["chosen"].queryset = roles  # type: ignore[attr-defined]


@room("plans", "handovers", policy="plans.hand_over", menu=_("移交任务"), icon="arrows-right-left", order=60)
def handovers_page(request: Request) -> HttpResponseBase:
    """Units whose open tasks wait for somebody."""
    return page(request, "plans/handovers.html", title=_("移交任务"), waiting=queries.waiting(request.person))


@room("plans", "handover", policy="plans.hand_over", methods=("GET", "POST"))
def handover_page(request: Request, pk: int) -> HttpResponseBase:
    """Open tasks of one unit: choose some, say who takes them over."""
    unit = get_object_or_404(Unit, pk=pk)
    register = register_of(request.person)
    roles = queries.of_unit(request.person, unit)
    first = [one for one in queries.successors(register, unit.pk) if one.pk != unit.pk]
    others = [one for one in register.units.values() if register.exists(one) and one not in first and one.pk != pk]
    form = HandoverForm(request.POST or None, roles=roles, first=first, others=others)
    if request.method == "POST" and form.is_valid():
        to = register.units[form.cleaned_data["to"]]
        try:
            given = hand_over(request.person, unit, form.cleaned_data["chosen"], to=to, note=form.cleaned_data["note"])
        except Fault as fault:
            form.add_fault(fault)
        else:
            said = ngettext("已把 {n} 项任务移交给{unit}。", "已把 {n} 项任务移交给{unit}。", len(given))
            messages.success(request, said.format(n=len(given), unit=to))
            return see_other("plans:handover", pk=pk) if roles.exists() else see_other("plans:handovers")
    return page(
        request,
        "plans/handover.html",
        title=unit.name,
        crumbs=[(_("移交任务"), reverse("plans:handovers"))],
        unit=unit,
        roles=list(roles),
        form=form,
        status=400 if form.errors else 200,
    )
