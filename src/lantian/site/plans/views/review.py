"""The review of a draft: the page, and the parts of it that come anew after each correction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from lantian.site.core import policy
from lantian.site.core.faults import Fault
from lantian.site.core.page import page, room
from lantian.site.core.request import Request
from lantian.site.plans import actions, forms, review
from lantian.site.plans.confirming import FIELD_NAMES
from lantian.site.plans.draft import HEAD_FIELDS, Draft, DraftTask
from lantian.site.plans.models import PlanImport
from lantian.site.plans.views.imports import import_or_404, show_waiting


@never_cache
@room("plans", "import", policy="plans.import")
def import_page(request: Request, pk: int) -> HttpResponse:
    """One import: its progress, its failure, or its review."""
    plan_import = import_or_404(request, pk)
    if plan_import.state != "review":
        return show_waiting(request, plan_import)
    draft = plan_import.draft.parsed
    return page(
        request,
        "plans/review.html",
        title=str(plan_import),
        crumbs=[(_("导入方案"), reverse("plans:imports"))],
        document=review.document(draft, plan_import.draft.source, plan_import.draft.blocks),
        **whole_context(request, plan_import, draft),
    )


def whole_context(request: Request, plan_import: PlanImport, draft: Draft) -> dict[str, Any]:
    """What toolbar, findings, units and task cards show."""
    found = review.notes(draft)
    return {
        "plan_import": plan_import,
        "draft": draft,
        "notes": found,
        "open_count": sum(n.decision is None for n in found),
        "cards": review.cards(draft, found),
        "units": review.units(draft),
        "corrections": plan_import.corrections.filter(undone_at=None).select_related("person").order_by("-number")[:20],
        "correction_count": plan_import.corrections.filter(undone_at=None).count(),
        "may_compare": policy.may(request.person, "plans.import.compare", plan_import),
        "may_keep": policy.may(request.person, "plans.import.keep", plan_import),
        "may_confirm": policy.may(request.person, "plans.import.confirm", plan_import),
        "head_fields": [(FIELD_NAMES[f], getattr(draft.plan, f), _spans(draft, f)) for f in HEAD_FIELDS],
    }


def _spans(draft: Draft, field: str) -> str:
    return review.spans_of([draft.plan.spans[field]] if field in draft.plan.spans else [])


def reviewed(request: Request, pk: int) -> tuple[PlanImport, Draft]:
    plan_import = import_or_404(request, pk)
    if plan_import.state != "review":
        raise Http404
    return plan_import, plan_import.draft.parsed


def task_or_404(draft: Draft, task: int) -> DraftTask:
    found = draft.find(task)
    if found is None:
        raise Http404
    return found


def draw_anew(
    request: Request, plan_import: PlanImport, *, task: int | None = None, cards: bool = True
) -> HttpResponse:
    """After a correction: the card of a task (or all cards, or none) and, out of band, all that counts over tasks."""
    draft = plan_import.draft.parsed
    context = whole_context(request, plan_import, draft)
    context["with_cards"] = cards
    context["card"] = next((c for c in context["cards"] if c.id == task), None)
    response = render(request, "plans/parts/review_anew.html", context)
    if cards:
        response["HX-Retarget"] = "#review-tasks" if task is None else f"#task-{task}"
    response["HX-Reswap"] = "outerHTML" if cards else "none"
    response["HX-Trigger-After-Settle"] = "lantian:review-changed"
    return response


@room("plans", "review_task", policy="plans.import")
def task_part(request: Request, pk: int, task: int) -> HttpResponse:
    """A task's card, as when a form is closed without saving."""
    plan_import, draft = reviewed(request, pk)
    card = review.card(draft, task)
    if card is None:
        raise Http404
    return render(request, "plans/parts/review_task.html", {"card": card, "plan_import": plan_import})


@room("plans", "review_field", policy="plans.import", methods=("GET", "POST"))
def field_part(request: Request, pk: int, task: int, field: str) -> HttpResponse:
    """The form of one field of a task."""
    plan_import, draft = reviewed(request, pk)
    kind = forms.FIELD_FORMS.get(field)
    if kind is None:
        raise Http404
    found = task_or_404(draft, task)
    start = {**kind.start(found.task), "finding": request.GET.get("finding", "")}
    form = kind(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        act = with_form(form, lambda: _correct(request, plan_import, found, form, form.values(draft.plan, found.task)))
        if act:
            return draw_anew(request, act, task=task)
    return draw_form(request, plan_import, form, task=found, field=field)


@room("plans", "review_quantities", policy="plans.import", methods=("GET", "POST"))
def quantities_part(request: Request, pk: int, task: int) -> HttpResponse:
    """The form of a task's numbers."""
    plan_import, draft = reviewed(request, pk)
    found = task_or_404(draft, task)
    reason = forms.FieldForm(request.POST or None, initial={"finding": request.GET.get("finding", "")})
    rows = forms.Quantities(request.POST or None, initial=forms.quantity_start(found.task), prefix="q")
    if request.method == "POST" and reason.is_valid() and rows.is_valid():
        values = forms.quantity_values(rows, found.task)
        if now := with_form(reason, lambda: _correct(request, plan_import, found, reason, values)):
            return draw_anew(request, now, task=task)
    return draw_form(request, plan_import, reason, task=found, field="quantities", rows=rows)


def _correct(request: Request, plan_import: PlanImport, task: DraftTask, form: Any, values: dict[str, Any]) -> Any:
    now = task.task.model_dump(mode="json")
    if all(now[name] == value for name, value in values.items()):
        return plan_import  # saved without a change
    return actions.correct_task(
        request.person,
        plan_import,
        task.id,
        {name: value for name, value in values.items() if now[name] != value},
        reason=form.cleaned_data["reason"],
        finding=form.cleaned_data["finding"],
    )


def with_form(form: Any, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Fault as fault:
        form.add_fault(fault)
        return None


def draw_form(request: Request, plan_import: PlanImport, form: Any, **context: Any) -> HttpResponse:
    return render(
        request, "plans/parts/review_form.html", {"plan_import": plan_import, "form": form, **context}, status=200
    )


@room("plans", "review_remove", policy="plans.import", methods=("POST",))
def remove_part(request: Request, pk: int, task: int) -> HttpResponse:
    """Take a task out."""
    plan_import, _draft = reviewed(request, pk)
    return draw_anew(request, actions.remove_task(request.person, plan_import, task))


@room("plans", "review_add", policy="plans.import", methods=("GET", "POST"))
def add_part(request: Request, pk: int) -> HttpResponse:
    """The form of a task that the reader missed."""
    plan_import, _draft = reviewed(request, pk)
    form = forms.NewTaskForm(request.POST or None, initial={"after": request.GET.get("after")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if now := with_form(
            form,
            lambda: actions.add_task(
                request.person, plan_import, given["text"], after=given["after"], reason=given["reason"]
            ),
        ):
            return draw_anew(request, now)
    return draw_form(request, plan_import, form, field="add")


@room("plans", "review_head", policy="plans.import", methods=("GET", "POST"))
def head_part(request: Request, pk: int) -> HttpResponse:
    """The form of the plan's head."""
    plan_import, draft = reviewed(request, pk)
    form = forms.HeadForm(request.POST or None, initial={f: getattr(draft.plan, f) for f in HEAD_FIELDS})
    if request.method == "POST" and form.is_valid():
        values, now = form.values(), draft.plan.model_dump(mode="json")
        changed = {name: value for name, value in values.items() if now[name] != value}
        if not changed:
            return draw_anew(request, plan_import)
        reason = form.cleaned_data["reason"]
        if fresh := with_form(form, lambda: actions.correct_head(request.person, plan_import, changed, reason=reason)):
            return draw_anew(request, fresh)
    return draw_form(request, plan_import, form, field="head")


@room("plans", "review_rename", policy="plans.import", methods=("POST",))
def rename_part(request: Request, pk: int) -> HttpResponse:
    """Write a unit's name anew everywhere."""
    plan_import, _draft = reviewed(request, pk)
    form = forms.RenameForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        plan_import = actions.rename_unit(
            request.person, plan_import, given["old"], given["new"], reason=given["reason"]
        )
    return draw_anew(request, plan_import)


@room("plans", "review_judge", policy="plans.import", methods=("POST",))
def judge_part(request: Request, pk: int, key: str, verdict: str) -> HttpResponse:
    """Accept or dismiss a finding, or take that back."""
    plan_import, _draft = reviewed(request, pk)
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return draw_anew(request, actions.judge_finding(request.person, plan_import, key, verdict, reason=reason))


@room("plans", "review_undo", policy="plans.import", methods=("POST",))
def undo_part(request: Request, pk: int) -> HttpResponse:
    """Take the last correction back."""
    plan_import, _draft = reviewed(request, pk)
    return draw_anew(request, actions.undo_correction(request.person, plan_import))
