"""What a unit reports: its list, writing a report, and the page of one report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.attachments import kinds, serving
from lantian.site.core.faults import Fault
from lantian.site.core.forms import Form
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.org.register import register_of
from lantian.site.plans import actions, progress_panels, words
from lantian.site.plans.doubts import doubts
from lantian.site.plans.models import Evidence, ProgressReport, ReportCycle, Task
from lantian.site.plans.queries import counted
from lantian.site.plans.queries import progress as queries
from lantian.site.plans.states import REPORT
from lantian.site.plans.windows import Window, windows

SHOWN_WINDOWS = 12


class ReportForm(Form):
    """What was done, the percent, and a field for every number that the unit is asked for."""

    text = forms.CharField(
        label=_("进展情况"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("本期做了什么、遇到什么问题、下一步怎么做。没有进展也请说明原因。"),
    )
    percent = forms.IntegerField(
        label=_("完成率（%）"), required=False, min_value=0, max_value=100, help_text=_("累计完成百分比，0–100。")
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, blanks: list[queries.Blank], earlier: dict[queries.Key, float], **kwargs: Any
    ) -> None:
        self.blanks = blanks
        super().__init__(*args, **kwargs)
        for blank in blanks:
            q = blank.quantity
            last = earlier.get(blank.key)
            field = forms.FloatField(label=queries.label_of(blank), required=False, min_value=0, max_value=1e12)
            field.widget.attrs |= {"class": "form-control", "inputmode": "decimal", "step": "any"}
            field.help_text = queries.hint_of(q, last)
            self.fields[name_of(blank.key)] = field

    @property
    def numbers(self) -> dict[queries.Key, float]:
        """The numbers that were filled in."""
        return {
            blank.key: self.cleaned_data[name_of(blank.key)]
            for blank in self.blanks
            if self.cleaned_data.get(name_of(blank.key)) is not None
        }

    @property
    def number_fields(self) -> list[Any]:
        return [self[name_of(blank.key)] for blank in self.blanks]


def name_of(key: queries.Key) -> str:
    """Name of the field of a number; the same as in the faults of `actions.save_draft`."""
    return f"number-{key[0]}-{key[1] or ''}"


@room("plans", "reports", policy="plans.report.fill", menu=_("我的进展"), icon="report", order=12, section="progress")
def reports_page(request: Request) -> HttpResponseBase:
    """What the own units have to report in a window, and where each report stands."""
    register = register_of(request.person)
    mine = set(register.expand(request.person.visible_unit_ids))
    active = queries.active_cycles(request.person, units=register.answering_for(mine))
    cycle: ReportCycle | None = None
    window: Window | None = None
    cells: list[queries.Cell] = []
    for cycle in _asked_cycles(request, active):
        window = _asked_window(request, cycle)
        cells = [c for c in queries.cells(cycle, window, register) if c.unit in mine] if window else []
        if cells:
            break
    order = {state: k for k, state in enumerate(("returned", "missing", "draft", "waiting", "submitted"))}
    cells.sort(key=lambda c: (order.get(c.state, 9), c.task.position))
    return page(
        request,
        "plans/progress/reports.html",
        title=_("我的进展"),
        cycles=active,
        cycle=cycle,
        window=window,
        windows=_choices(cycle) if cycle else [],
        period=words.period(cycle.every, window.start) if cycle and window else "",
        cells=[(cell, register.units[cell.unit]) for cell in cells],
        owing=sum(cell.is_missing for cell in cells),
        over=bool(window and window.is_over(clock.today())),
    )


@room("plans", "report_begin", policy="plans.report.fill", methods=("POST",))
def begin(request: Request, cycle: int, task: int, unit: int, start: str) -> HttpResponseBase:
    """Begin a report, or go on with the one in hand."""
    found = queries.cycles(request.person).filter(pk=cycle).first()
    asked = Task.objects.visible_to(request.person).filter(pk=task).first()
    own = Unit.objects.filter(pk=unit).select_related("area").first()
    day = _day(start)
    if found is None or asked is None or own is None or day is None:
        raise Http404
    report = actions.begin_report(request.person, asked, own, found, day)
    return see_other("plans:report_edit", pk=report.pk)


@room("plans", "report_edit", policy="plans.report.fill", methods=("GET", "POST"))
def edit(request: Request, pk: int) -> HttpResponseBase:
    """Write a report: every pause of typing is kept, buttons keep it or hand it in."""
    report = report_or_404(request, pk)
    if not report.is_open and request.method == "GET":
        return see_other("plans:report", pk=pk)
    policy.require(request.person, "plans.report.save", report)
    REPORT.find(report, "save")  # a colleague has handed it in meanwhile: said, not passed over
    prefetch_related_objects([report.task], "roles", "quantities")
    register = register_of(request.person)
    last = queries.before(report)
    form = ReportForm(
        request.POST or None,
        initial=_initial(report),
        blanks=queries.blanks(report.task, report.unit, register),
        earlier=queries.values_of(last),
    )
    if request.method == "POST":
        answer = _taken(request, report, form)
        if answer is not None:
            return answer
    return page(
        request,
        "plans/progress/report_edit.html",
        title=report.task.name,
        crumbs=[(_("我的进展"), _list_url(report))],
        status=form.status,
        report=report,
        form=form,
        last=last,
        needs=[label for kind, label in words.EVIDENCE if kind in report.cycle.needs],
        doubts=_doubts(report, last),
        list_url=_list_url(report),
        **_files(report),
    )


def _taken(request: Request, report: ProgressReport, form: ReportForm) -> HttpResponseBase | None:
    """Keep, and hand in where asked for; None to show the form with what is wrong."""
    if not form.is_valid():
        return _kept_part(request, report, error=_("有数字填写不正确，还没有保存。")) if request.htmx else None
    data = form.cleaned_data
    try:
        kept = actions.save_draft(
            request.person,
            report,
            text=data["text"],
            percent=data["percent"],
            numbers=form.numbers,
            revision=data["revision"],
        )
        if request.htmx:
            return _kept_part(request, report_or_404(request, kept.pk))
        if "submit" in request.POST:
            kept = actions.submit_report(request.person, kept, revision=kept.revision)
            messages.success(request, _("已提交。"))
            return see_other(_list_url(kept))
    except Fault as fault:
        if request.htmx:
            return _kept_part(request, report, error=str(fault))
        form.add_fault(fault)
        return None
    messages.success(request, _("草稿已保存。"))
    return see_other("plans:report_edit", pk=report.pk)


def _kept_part(request: Request, report: ProgressReport, *, error: Any = "") -> HttpResponse:
    """Where autosave says what it did; carries the new revision back into the form. The report is as it was read
    after it was saved."""
    kept = {"report": report, "error": error, "at": clock.now(), "doubts": []}
    if not error:
        kept["doubts"] = _doubts(report, queries.before(report))
    return render(request, "plans/progress/kept.html", kept)


@room("plans", "report_files", policy="plans.report.fill", methods=("POST",))
def add_files(request: Request, pk: int) -> HttpResponseBase:
    """Photos and files for a draft, each for itself; sent as soon as they are chosen."""
    report = report_or_404(request, pk)
    refused = []
    for file in request.FILES.getlist("files"):
        try:
            actions.attach(request.person, report, [(request.POST.get("kind", "document"), file)])
        except Fault as fault:
            refused.append(f"{file.name}：{fault}")
    if not request.htmx:
        for text in refused:
            messages.error(request, text)
        return see_other("plans:report_edit", pk=pk)
    return render(request, "plans/progress/files.html", {"report": report, "refused": refused, **_files(report)})


@room("plans", "report_file_remove", policy="plans.report.fill", methods=("POST",))
def remove_file(request: Request, pk: int, file: int) -> HttpResponseBase:
    """Take a file out of a draft."""
    report = report_or_404(request, pk)
    one = Evidence.objects.filter(report=report, pk=file).first()
    if one is None:
        raise Http404
    actions.detach(request.person, report, one)
    if not request.htmx:
        return see_other("plans:report_edit", pk=pk)
    return render(request, "plans/progress/files.html", {"report": report, **_files(report)})


def _files(report: ProgressReport) -> dict[str, Any]:
    return {
        "files": list(queries.evidence_of({"report": report.pk})),
        "kinds": words.EVIDENCE,
        "accept": kinds.endings(),
        "editable": report.is_open,
    }


@room("plans", "evidence", policy="plans.report.see")
def evidence_file(request: Request, pk: int) -> HttpResponseBase:
    """A file as it was handed in; pictures and PDF may be shown."""
    return serving.download(_evidence(request, pk).attachment, inline=request.GET.get("inline") == "1")


@room("plans", "evidence_small", policy="plans.report.see")
def evidence_small(request: Request, pk: int) -> HttpResponseBase:
    """A small picture of a photo."""
    return serving.thumbnail(_evidence(request, pk).attachment)


def _evidence(request: Request, pk: int) -> Evidence:
    """Evidence of a thing that the person sees."""
    one = Evidence.objects.select_related("attachment").filter(pk=pk).first()
    if one is None:
        raise Http404
    seen = (
        (one.report_id, queries.reports),
        (one.extension_id, queries.extensions),
        (one.closing_id, queries.closings),
    )
    if not any(key and rows(request.person).filter(pk=key).exists() for key, rows in seen):
        raise Http404
    return one


@room("plans", "report", policy="plans.report.see")
def report_page(request: Request, pk: int) -> HttpResponseBase:
    """One report with its versions, numbers, files and what can be done with it."""
    report = report_or_404(request, pk)
    all_versions = queries.versions(report) if report.version > 1 or report.state == "superseded" else [report]
    earlier = [v for v in all_versions if v.version < report.version]
    allowed = REPORT.allowed(report, request.person)
    own = {"submit", "save", "accept", "return"}  # done where it is written, or at the desk
    return page(
        request,
        "plans/progress/report.html",
        title=report.task.name,
        crumbs=[(_("任务"), report.task.get_absolute_url())],
        report=report,
        versions=[v for v in all_versions if v.pk != report.pk],
        changes=queries.differences(earlier[-1], report) if earlier else [],
        last=queries.before(report),
        can_write=report.is_open and policy.may(request.person, "plans.report.save", report),
        can_review=report.state == "submitted" and policy.may(request.person, "plans.report.accept", report),
        buttons=[
            {"step": s, "url": reverse("plans:report_step", args=[pk, s.name])}
            for s in allowed
            if s.name not in own and not (s.name == "drop" and report.version == 1)
        ],
        files=list(report.evidence.all()),
    )


@room("plans", "task_progress", policy="plans.report.see")
def task_progress(request: Request, pk: int) -> HttpResponseBase:
    """The part of a task's page that tells its progress; a page of its own without script."""
    rows = Task.objects.visible_to(request.person).select_related("plan")
    rows = rows.defer("spans", "plan__source", "plan__blocks", "plan__spans").prefetch_related(
        "roles", counted.QUANTITIES
    )
    task = rows.filter(pk=pk).annotate(of_parts=Exists(Task.objects.filter(parent=OuterRef("pk")))).first()
    if task is None:
        raise Http404
    panel = progress_panels.task_progress(request.person, task)
    if request.htmx:
        return render(request, "plans/progress/parts/task_progress.html", {"panel": panel, "person": request.person})
    crumbs = [(task.name, task.get_absolute_url())]
    return page(request, "plans/progress/task_progress.html", title=_("进展"), crumbs=crumbs, panel=panel)


@room("plans", "report_step", policy="plans.report.fill", methods=("POST",))
def step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Withdraw, correct, or give a correction up."""
    report = report_or_404(request, pk)
    acts = {
        "withdraw": actions.withdraw_report,
        "correct": actions.correct_report,
        "drop": actions.drop_correction,
    }
    if step not in acts:
        raise Http404
    after = acts[step](request.person, report)
    return see_other("plans:report_edit" if after.is_open else "plans:report", pk=after.pk)


def report_or_404(request: Request, pk: int) -> ProgressReport:
    """A report that the person sees."""
    report = queries.report(request.person, pk)
    if report is None:
        raise Http404
    return report


def _initial(report: ProgressReport) -> dict[str, Any]:
    numbers = {name_of((n.quantity_id, n.town_id)): n.value for n in report.numbers.all()}
    return {"text": report.text, "percent": report.percent, "revision": report.revision} | numbers


def _doubts(report: ProgressReport, last: ProgressReport | None) -> list[Any]:
    return doubts(
        report.task.quantities.all(),
        queries.values_of(report),
        queries.values_of(last),
        percent=report.percent,
        earlier_percent=last.percent if last else None,
    )


def _list_url(report: ProgressReport) -> str:
    return f"{reverse('plans:reports')}?cycle={report.cycle_id}&start={report.start.isoformat()}"


def _asked_cycles(request: Request, active: list[ReportCycle]) -> list[ReportCycle]:
    """The cycle that the address names; without one the first few whose plan has work for the own units."""
    asked = request.GET.get("cycle", "")
    return [c for c in active if str(c.pk) == asked] or [c for c in active if c.asks][:4] or active[:1]


def _asked_window(request: Request, cycle: ReportCycle) -> Window | None:
    day = _day(request.GET.get("start", ""))
    begun = windows(cycle, clock.today())
    return next((w for w in begun if w.start == day), None) or queries.current(cycle, clock.today())


def _choices(cycle: ReportCycle) -> list[tuple[Window, str]]:
    begun = windows(cycle, clock.today())[-SHOWN_WINDOWS:]
    return [(w, words.period(cycle.every, w.start)) for w in reversed(begun)]


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
