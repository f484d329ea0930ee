"""Requests of units: a later date or leave not to report, and closing of tasks (对账销号)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.attachments import kinds
from lantian.site.core.forms import Form, submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.core.uploads import UploadsField
from lantian.site.org.models import Unit
from lantian.site.org.register import register_of
from lantian.site.plans import actions, words
from lantian.site.plans.models import Closing, ExtensionRequest, Task
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import EXTENSION, TASK

CLOSING_STEPS = ("close", "return", "withdraw", "reopen")
EXTENSIONS = Table(
    columns=[
        Column("kind", _("类别"), value=lambda r: r.get_kind_display(), css="nowrap"),
        Column("task", _("任务"), value=lambda r: r.task.name, link=lambda r: r.get_absolute_url(), css="wide"),
        Column("unit", _("单位"), sort="unit__name", css="nowrap"),
        Column("old_due", _("原到期日"), css="nowrap minor"),
        Column("until", _("申请至"), sort="until", css="nowrap"),
        Column("state", _("状态"), sort="state", template="plans/progress/parts/state.html", css="nowrap",
               exported=lambda r: r.get_state_display()),
        Column("asked_at", _("申请时间"), sort="asked_at", css="nowrap minor"),
    ],
    sort="-asked_at",
    empty=_("还没有延期或免报申请。"),
    empty_hint=_("联络员在任务页面上申请。"),
    file_name=_("延期免报申请"),
)  # fmt: skip
CLOSINGS = Table(
    columns=[
        Column("task", _("任务"), value=lambda r: r.task.name, link=lambda r: r.get_absolute_url(), css="wide"),
        Column("unit", _("单位"), sort="unit__name", css="nowrap"),
        Column("outcome", _("结果"), sort="outcome", template="plans/progress/parts/state.html", css="nowrap",
               exported=lambda r: r.get_outcome_display()),
        Column("signer", _("签字人"), css="nowrap"),
        Column("asked_at", _("申请时间"), sort="asked_at", css="nowrap minor"),
        Column("decided_at", _("办理时间"), sort="decided_at", css="nowrap minor"),
    ],
    sort="-asked_at",
    empty=_("还没有销号申请。"),
    empty_hint=_("任务完成后，由牵头或责任单位的联络员在任务页面上申请销号。"),
    file_name=_("销号"),
)  # fmt: skip


class RequestForm(Form):
    """A unit, words and evidence, a field for each kind that is asked for."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("申请单位"), empty_label=None)
    text = forms.CharField(label=_("说明"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, units: list[int], needs: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units)  # type: ignore[attr-defined]
        for kind, label in words.EVIDENCE:
            self.fields[f"files-{kind}"] = UploadsField(label=label, required=kind in needs, accept=kinds.endings())

    def files_given(self) -> list[tuple[str, Any]]:
        """Kind and file of everything that was chosen."""
        return [(kind, f) for kind, _label in words.EVIDENCE for f in self.cleaned_data.get(f"files-{kind}", ())]

    def act(self, act: Any, *names: str) -> Any:
        """Run an action with the unit, the text, other fields by name, and the files."""
        return submitted(
            self,
            lambda **data: act(
                unit=data["unit"], text=data["text"], files=self.files_given(), **{n: data[n] for n in names}
            ),
        )


class ExtensionForm(RequestForm):
    """A request for a later date or an exemption."""

    kind = forms.ChoiceField(label=_("类别"), choices=words.REQUESTS)
    until = forms.DateField(
        label=_("申请至"), required=False, help_text=_("延期填新的完成日期；免报填到哪一天为止，不填即一直免报。")
    )
    field_order = ("kind", "unit", "until", "text")


# Extensions


@room(
    "plans",
    "extensions",
    policy="plans.report.see",
    menu=_("延期免报"),
    icon="calendar-plus",
    order=17,
    section="progress",
)
def extensions_page(request: Request) -> HttpResponseBase:
    """Requests that the person may see."""
    rows = queries.extensions(request.person)
    return list_page(request, "core/list.html", table=EXTENSIONS, rows=rows, title=_("延期免报申请"))


@room("plans", "extension_ask", policy="plans.extension.ask", methods=("GET", "POST"))
def extension_ask(request: Request, pk: int) -> HttpResponseBase:
    """Ask for a later date, or for leave not to report."""
    task = _task(request, pk)
    form = ExtensionForm(
        request.POST or None,
        request.FILES or None,
        units=_own_units(request, task),
        needs=(),
        initial={"kind": "extension"},
    )
    if request.method == "POST":
        made = form.act(partial(actions.ask_extension, request.person, task), "kind", "until")
        if made is not None:
            messages.success(request, _("申请已提交大气办。"))
            return see_other("plans:extension", pk=made.pk)
    return _form(request, task, form, _("申请延期或免报"))


@room("plans", "extension", policy="plans.report.see")
def extension_page(request: Request, pk: int) -> HttpResponseBase:
    """One request and what can be done with it."""
    found = _extension(request, pk)
    consent = found.state == "asked" and actions.needs_consent(found)
    steps = [s for s in EXTENSION.allowed(found, request.person) if not (consent and s.name == "grant")]
    steps = [s for s in steps if consent or s.name != "forward"]
    return page(
        request,
        "plans/progress/extension.html",
        title=str(found),
        crumbs=[(_("延期免报"), reverse("plans:extensions"))],
        extension=found,
        files=list(queries.evidence_of({"extension": pk})),
        consent=consent,
        buttons=[{"step": s, "url": reverse("plans:extension_step", args=[pk, s.name])} for s in steps],
    )


@room("plans", "extension_step", policy="plans.report.see", methods=("POST",))
def extension_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Forward, consent, decline, grant, refuse, withdraw: the action asks who may."""
    found = _extension(request, pk)
    reason = request.POST.get("reason", "")
    acts = {
        "forward": actions.forward_extension,
        "consent": actions.consent_extension,
        "grant": actions.grant_extension,
        "withdraw": actions.withdraw_extension,
    }
    reasoned = {"decline": actions.decline_extension, "refuse": actions.refuse_extension}
    if step in acts:
        acts[step](request.person, found)
    elif step in reasoned:
        reasoned[step](request.person, found, reason=reason)
    else:
        raise Http404
    return see_other("plans:extension", pk=pk)


# Closing


@room(
    "plans",
    "closings",
    policy="plans.report.see",
    menu=_("对账销号"),
    icon="circle-check",
    order=15,
    section="progress",
)
def closings_page(request: Request) -> HttpResponseBase:
    """Requests to close a task, and who signed."""
    return list_page(
        request, "core/list.html", table=CLOSINGS, rows=queries.closings(request.person), title=_("对账销号")
    )


@room("plans", "closing_ask", policy="plans.task.ask", methods=("GET", "POST"))
def closing_ask(request: Request, pk: int) -> HttpResponseBase:
    """Ask to have a task closed, with the evidence that its kind needs."""
    task = _task(request, pk)
    needs = actions.needed(task)
    form = RequestForm(request.POST or None, request.FILES or None, units=_own_units(request, task), needs=needs)
    if request.method == "POST":
        made = form.act(partial(actions.ask_closing, request.person, task))
        if made is not None:
            messages.success(request, _("销号申请已提交大气办。"))
            return see_other("plans:closing", pk=made.pk)
    return _form(request, task, form, _("申请销号"))


@room("plans", "closing", policy="plans.report.see")
def closing_page(request: Request, pk: int) -> HttpResponseBase:
    """One request to close a task, its evidence, and what can be done with it."""
    found = _closing(request, pk)
    stands = {"asked": ("closing",), "closed": ("closed",)}.get(found.outcome, ())
    steps = [s for s in TASK.steps if s.source == found.task.state and s.source in stands and s.name in CLOSING_STEPS]
    allowed = [s for s in steps if policy.may(request.person, f"plans.task.{s.name}", found)]
    return page(
        request,
        "plans/progress/closing.html",
        title=_("销号：{task}").format(task=found.task.name),
        crumbs=[(_("对账销号"), reverse("plans:closings"))],
        closing=found,
        files=list(queries.evidence_of({"closing": pk})),
        needs=[label for kind, label in words.EVIDENCE if kind in actions.needed(found.task)],
        can_close=any(s.name == "close" for s in allowed),
        buttons=[
            {"step": s, "url": reverse("plans:closing_step", args=[pk, s.name])} for s in allowed if s.name != "close"
        ],
    )


@room("plans", "closing_step", policy="plans.report.see", methods=("POST",))
def closing_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Close, return, withdraw, reopen: the action asks who may."""
    found = _closing(request, pk)
    reason = request.POST.get("reason", "")
    if step == "close":
        actions.close_task(request.person, found, signer=request.POST.get("signer", ""), reason=reason)
    elif step == "return":
        actions.return_closing(request.person, found, reason=reason)
    elif step == "reopen":
        actions.reopen_task(request.person, found, reason=reason)
    elif step == "withdraw":
        actions.withdraw_closing(request.person, found)
    else:
        raise Http404
    return see_other("plans:closing", pk=pk)


def _form(request: Request, task: Task, form: Form, title: Any) -> HttpResponseBase:
    return page(
        request,
        "plans/progress/request_form.html",
        title=title,
        crumbs=[(task.name, task.get_absolute_url())],
        task=task,
        form=form,
        submit=_("提交申请"),
        cancel_url=task.get_absolute_url(),
    )


def _task(request: Request, pk: int) -> Task:
    rows = Task.objects.visible_to(request.person).select_related("plan", "clause").prefetch_related("roles")
    task = rows.defer("plan__source", "plan__blocks", "plan__spans").filter(pk=pk).first()
    if task is None:
        raise Http404
    return task


def _own_units(request: Request, task: Task) -> list[int]:
    """Units of the person that have to do the task."""
    register = register_of(request.person)
    doing = register.expand(r.unit_id for r in task.roles.all() if r.unit_id and r.role in ("lead", "responsible"))
    return [unit for unit in doing if unit in request.person.visible_unit_ids]


def _extension(request: Request, pk: int) -> ExtensionRequest:
    found = queries.extensions(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _closing(request: Request, pk: int) -> Closing:
    found = queries.closings(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
