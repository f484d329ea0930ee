"""Pages of suggestions about names, and of members of groups."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, page
from lantian.site.core.faults import Fault
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.org import actions, queries
from lantian.site.org.models import SuggestionVerdict, Unit
from lantian.site.org.reorganise_forms import DecisionForm, GatherForm, PlaceFormSet
from lantian.site.org.suggestions import GroupSuggestion, group_suggestion, groups_to_fill, open_suggestions
from lantian.site.org.views.common import FORM

RULES = {
    "typo": _("与常见名称只差一个字"),
    "form": _("同一名称的全称、简称"),
    "reorganised": _("机构改革"),
}
KINDS = {"alias": _("同一单位"), "rename": _("更名"), "merge": _("合并")}
SURE = {
    "read": _("已核对原文"),
    "second-hand": _("据转述"),
    "memory": _("待核对原文"),
    "assumed": _("推定"),
    "practice": _("经验规则"),
}
DECIDED = 30


@room("org", "suggestions", policy="org.see_suggestions", menu=_("名称建议"), icon="bulb", order=14)
def suggestions_page(request: Request) -> HttpResponseBase:
    """What waits for a decision, with its evidence; below, what was decided."""
    found = [
        {"it": one, "kind": KINDS[one.kind], "rule": RULES[one.rule], "sure": SURE[one.sure]}
        for one in open_suggestions(request.person.register)
    ]
    return page.page(
        request,
        "org/suggestions.html",
        title=_("名称建议"),
        suggestions=found,
        groups=groups_to_fill(request.person.register),
        verdicts=list(queries.verdicts()[:DECIDED]),
        today=clock.today(),
    )


@room("org", "suggestion_decide", policy="org.accept_suggestion", methods=("POST",))
def decide(request: Request, verdict: str) -> HttpResponseBase:
    """Accept or refuse a suggestion."""
    form = DecisionForm(request.POST)
    if verdict not in ("accept", "refuse"):
        raise Http404
    if not form.is_valid():
        messages.error(request, _("日期填写不正确，没有保存。"))
        return see_other("org:suggestions")
    fields = form.cleaned_data
    if verdict == "accept":
        made = actions.accept_suggestion(request.person, fields["key"], on=fields["on"], reason=fields["reason"])
        messages.success(request, _("已采纳：{title}").format(title=made))
    else:
        made = actions.refuse_suggestion(request.person, fields["key"], reason=fields["reason"])
        messages.success(request, _("已拒绝：{title}").format(title=made))
    return see_other("org:suggestions")


@room("org", "suggestion_undo", policy="org.undo_suggestion", methods=("POST",))
def undo(request: Request, pk: int) -> HttpResponseBase:
    """Take a decision back."""
    actions.undo_verdict(request.person, get_object_or_404(SuggestionVerdict, pk=pk))
    messages.success(request, _("已撤销这项决定。"))
    return see_other("org:suggestions")


@room("org", "group", policy="org.change_group", methods=FORM)
def group_page(request: Request, pk: int) -> HttpResponseBase:
    """Who belongs to a group: all of a kind, those named, the exceptions."""
    group = get_object_or_404(Unit, pk=pk)
    if group.kind != Unit.Kind.GROUP:
        raise Http404
    register = request.person.register
    places = _places(group)
    suggested = group_suggestion(group, register)
    fresh = not places and not group.gathers
    initial = _as_lines(suggested) if fresh else places
    gather = GatherForm(request.POST or None, initial={"gathers": suggested.gathers if fresh else group.gathers})
    lines = PlaceFormSet(request.POST or None, initial=initial)
    if request.method == "POST" and gather.is_valid() and lines.is_valid():
        filled = [place for form in lines if (place := form.place())]
        try:
            actions.change_group(request.person, group, gathers=gather.cleaned_data["gathers"], places=filled)
        except Fault as fault:
            gather.add_fault(fault)
        else:
            messages.success(request, _("已保存成员。"))
            return see_other(group.get_absolute_url())
    return page.page(
        request,
        "org/group.html",
        title=_("单位组成员"),
        crumbs=[(_("单位"), reverse("org:units")), (group.name, group.get_absolute_url())],
        group=group,
        form=gather,
        lines=lines,
        fresh=fresh and not suggested.is_empty,
        suggested=suggested,
        members=[register.units[one] for one in register.members(group.pk)],
        cancel_url=group.get_absolute_url(),
    )


def _places(group: Unit) -> list[dict[str, Any]]:
    fields = ("unit", "valid_from", "valid_to")
    return [
        *({"way": "in", **row} for row in group.memberships.values(*fields)),
        *({"way": "out", **row} for row in group.exceptions.values(*fields)),
    ]


def _as_lines(suggested: GroupSuggestion) -> list[dict[str, Any]]:
    return [
        *({"unit": unit.pk, "way": "in"} for unit in suggested.members),
        *({"unit": unit.pk, "way": "out"} for unit in suggested.left_out),
    ]
