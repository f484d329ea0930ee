"""Pages of reorganisations: the list, the steps to enter one, and what one did."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.attachments import serving
from lantian.site.core.faults import Fault, Text
from lantian.site.core.forms import submitted
from lantian.site.core.frame import Crumb
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org import actions, queries
from lantian.site.org.consequences import consequences
from lantian.site.org.models import Reorganisation
from lantian.site.org.reorganise_forms import KINDS, WritingForm
from lantian.site.org.views.common import FORM, history

TABLE = Table(
    columns=[
        Column("on", _("生效日期"), sort=("on", "pk"), css="nowrap"),
        Column("kind", _("类别"), sort="kind", value=lambda row: row.get_kind_display(), css="nowrap"),
        Column("what", _("变动"), value=str, link=lambda row: row.get_absolute_url(), css="wide"),
        Column("document", _("依据文件"), sort="document"),
        Column("note", _("理由"), css="minor"),
        Column("created_by", _("登记人"), sort="created_by__name", css="nowrap minor"),
    ],
    sort="-on",
    empty=_("还没有登记过机构变动。"),
    empty_hint=_("机构更名、合并、拆分或撤销后在这里登记，旧方案中的任务会自动跟到现在的单位。"),
    file_name=_("机构沿革"),
)


class About(NamedTuple):
    """What a kind is for, and its drawing."""

    about: Text
    icon: str


# What each kind is for, as the first step says it.
ABOUT = {
    "rename": About(_("单位不变，只换名称。"), icon="edit"),
    "merge": About(_("几个单位并成一个，或并入已有的一个。"), icon="arrows-join"),
    "split": About(_("一个单位的职能由几个单位承接。"), icon="arrows-split"),
    "abolish": About(_("单位撤销，没有单位承接。"), icon="x"),
}
WILL = {
    "rename": _("单位保持不变，原名称记为曾用名；方案中的原名称照旧显示，旁边注明现名称。"),
    "merge": _("人员、角色和下级单位转到承接单位；任务保留原名称，由承接单位继续办理。"),
    "split": _("每项未完成任务由谁承接，登记后请在“移交任务”中确认；确认前各承接单位都能看到。人员请另行调整。"),
    "abolish": _("单位不再出现在选择中；其未完成任务请在“移交任务”中交给其他单位。人员请另行调整。"),
}
LIST = (_("机构沿革"), "org:reorganisations")


def _crumbs() -> list[Crumb]:
    return [(LIST[0], reverse(LIST[1]))]


@room("org", "reorganisations", policy="org.see", menu=_("机构沿革"), icon="history", order=12)
def reorganisations_page(request: Request) -> HttpResponseBase:
    """All reorganisations, latest first."""
    rows = queries.reorganisations()
    return list_page(request, "org/reorganisations.html", title=_("机构沿革"), table=TABLE, rows=rows)


@room("org", "reorganise", policy="org.reorganise")
def kinds_page(request: Request) -> HttpResponseBase:
    """First step: which kind."""
    kinds = [(kind, Reorganisation.Kind(kind).label, ABOUT[kind]) for kind in KINDS]
    return page.page(
        request,
        "org/reorganise_kinds.html",
        title=_("登记机构变动"),
        crumbs=_crumbs(),
        kinds=kinds,
        asked=request.GET.urlencode(),
    )


@room("org", "reorganise_kind", policy="org.reorganise", methods=FORM)
def reorganise_page(request: Request, kind: str) -> HttpResponseBase:
    """Second step: the units and the day; then what it would touch; then it is entered."""
    if kind not in KINDS:
        raise Http404
    if request.method == "POST":
        form = KINDS[kind](request.POST)
    else:
        asked = {name: request.GET.getlist(name) for name in request.GET}
        form = KINDS[kind](initial={name: v if name in ("units",) else v[0] for name, v in asked.items()})
    crumbs = [*_crumbs(), (_("登记机构变动"), reverse("org:reorganise"))]
    title = Reorganisation.Kind(kind).label
    if request.method == "POST" and request.POST.get("step") == "confirm" and form.is_valid():
        file = request.FILES.get("file")
        try:
            event = form.act(request.person, **form.cleaned_data, file=file, file_name=file.name or "" if file else "")
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, _("已登记。"))
            return see_other(event.get_absolute_url())
    elif request.method == "POST" and request.POST.get("step") == "preview" and form.is_valid():
        units = form.concerns()
        return page.page(
            request,
            "org/reorganise_preview.html",
            title=title,
            crumbs=crumbs,
            form=form,
            kind=kind,
            units=units,
            told=consequences(units, request.person.register),
            will=WILL[kind],
        )
    return page.page(
        request,
        "org/reorganise.html",
        title=title,
        crumbs=crumbs,
        form=form,
        will=WILL[kind],
        submit=_("下一步：看影响"),
        cancel_url=reverse("org:reorganisations"),
    )


@room("org", "reorganisation", policy="org.see")
def reorganisation_page(request: Request, pk: int) -> HttpResponseBase:
    """One reorganisation: who was before, who is after, by which document."""
    event = get_object_or_404(queries.reorganisations().select_related("attachment"), pk=pk)
    return page.page(
        request,
        "org/reorganisation.html",
        title=str(event),
        crumbs=_crumbs(),
        event=event,
        before=list(zip(event.names_before, event.before.all(), strict=False)),
        after=list(event.after.all()),
        panels=page.panels("org.reorganisation", request.person, event),
        history=history(request, event),
    )


@room("org", "reorganisation_file", policy="org.see")
def reorganisation_file(request: Request, pk: int) -> HttpResponseBase:
    """The legal document, as a download."""
    event = get_object_or_404(queries.reorganisations().exclude(attachment=None), pk=pk)
    if event.attachment is None:
        raise Http404
    return serving.download(event.attachment)


@room("org", "reorganisation_withdraw", policy="org.withdraw_reorganisation", methods=("POST",))
def withdraw(request: Request, pk: int) -> HttpResponseBase:
    """Take a reorganisation back."""
    event = get_object_or_404(Reorganisation, pk=pk)
    actions.withdraw_reorganisation(request.person, event, reason=request.POST.get("reason", "")[:500])
    messages.success(request, _("已撤回，单位、人员和名称恢复原状。"))
    return see_other("org:reorganisations")


@room("org", "join_writing", policy="org.join_writing", methods=FORM)
def join_writing_page(request: Request) -> HttpResponseBase:
    """Say that two units are one under two names."""
    form = WritingForm(request.POST or None, initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and submitted(form, partial(actions.join_writing, request.person)):
        messages.success(request, _("已认定为同一单位，可在名称建议中撤销。"))
        return see_other("org:suggestions")
    crumbs = [(_("名称建议"), reverse("org:suggestions"))]
    return page.page(
        request,
        "core/form.html",
        title=_("认定同一单位"),
        form=form,
        crumbs=crumbs,
        cancel_url=reverse("org:suggestions"),
    )
