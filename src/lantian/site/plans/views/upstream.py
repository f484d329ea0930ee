"""The upper plan: its items, and which of a plan's tasks answers each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.upstream import spans
from lantian.site.core import filters, policy
from lantian.site.core.attachments.serving import download
from lantian.site.core.faults import Invalid
from lantian.site.core.forms import Form
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.plans import actions
from lantian.site.plans.models import Plan, Task, UpperAnswer, UpperPlan
from lantian.site.plans.queries import upstream as queries
from lantian.site.plans.views.imports import import_or_404
from lantian.site.plans.views.plans import plan_or_404

UPSTREAM = Table(
    columns=[
        Column("number", _("上级编号"), css="nowrap"),
        Column("title", _("上级条目"), css="wide"),
        Column(
            "tasks",
            _("对应任务"),
            value=lambda line: line.answering,
            css="wide",
            exported=lambda line: [str(task) for task in line.answering],
        ),
        Column("state", _("状态"), value=lambda line: line.said),
        Column(
            "reason",
            _("理由"),
            value=lambda line: line.apart.reason if line.apart else None,
            css="minor",
        ),
    ],
    page_size=100,
    empty=_("方案没有写明对应的上级任务编号。"),
    empty_hint=_("导入上级方案并在这里指定后，可以逐项对应。"),
    file_name=_("上级任务对应表"),
)
UPPERS = Table(
    columns=[
        Column("title", _("上级方案"), link=lambda row: row.get_absolute_url(), css="wide"),
        Column("issuer", _("发文单位"), css="minor"),
        Column("doc_number", _("文号"), css="nowrap minor"),
        Column("issued_on", _("发文日期"), sort="issued_on", css="nowrap"),
        Column("item_count", _("任务"), css="number"),
        Column("upper", _("再上一级"), css="minor"),
    ],
    sort="-issued_on",
    empty=_("还没有上级方案。"),
    empty_hint=_("在“导入方案”页把用途选为“上级方案”。"),
)
ITEMS = Table(
    columns=[
        Column("number", _("编号"), css="nowrap"),
        Column("title", _("任务"), value=lambda item: item.name, css="wide"),
        Column("text", _("内容"), css="wide minor"),
        Column("units", _("单位"), css="minor"),
        Column("deadline_text", _("完成时限"), css="nowrap"),
    ],
    empty=_("没有任务。"),
    file_name=_("上级任务"),
)


class UpstreamFilter(filters.Filter):
    """Items by who answers them."""

    q = filters.text(_("搜索"), placeholder=_("任务、编号"))
    state = filters.choice(_("状态"), queries.STATES)

    def of(self, rows: list[queries.Line]) -> list[queries.Line]:
        """The items that are asked for."""
        asked = self.asked
        if asked["state"]:
            rows = [line for line in rows if line.state == asked["state"]]
        if q := asked["q"]:
            rows = [x for x in rows if q == x.number or any(q in str(y) for y in (*x.items, *x.answering))]
        return rows


class UpperForm(Form):
    """Which upper plan it answers."""

    upper = forms.ModelChoiceField(UpperPlan.objects.none(), label=_("上级方案"), required=False, empty_label="—")

    def __init__(self, *args: Any, uppers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["upper"].queryset = uppers  # type: ignore[attr-defined]


@room("plans", "upstream", policy="plans.see")
def upstream_page(request: Request, pk: int) -> HttpResponseBase:
    """The items of the upper plan, who answers each, and the gaps."""
    plan = plan_or_404(request, pk)
    every = queries.lines(plan)
    asked = UpstreamFilter.from_query(request.GET)
    may = policy.may(request.person, "plans.upper.answer", UpperAnswer(plan=plan))
    return list_page(
        request,
        "plans/upstream.html",
        table=UPSTREAM,
        rows=Listed(asked.of(every)),
        asked=asked,
        title=_("上级任务对应"),
        crumbs=[(plan.title, plan.get_absolute_url())],
        plan=plan,
        chain=queries.chain(plan),
        counts=[(state, label, sum(line.state == state for line in every)) for state, label in queries.STATES],
        gaps=spans(int(line.number) for line in every if line.state == "gap" and line.number.isdecimal()),
        can_answer=may,
        form=UpperForm(initial={"upper": plan.upper_id}, uppers=queries.uppers(request.person)) if may else None,
        tasks=_tasks(plan) if may else [],
        query=request.GET.urlencode(),
    )


def _tasks(plan: Plan) -> list[Task]:
    """Tasks that can answer an item."""
    return list(plan.tasks.whole().exclude(state="withdrawn").only("pk", "plan", "number", "title", "text"))


@room("plans", "upstream_set", policy="plans.upper.set", methods=("POST",))
def upstream_set(request: Request, pk: int) -> HttpResponse:
    """Say which upper plan a plan answers."""
    plan = plan_or_404(request, pk)
    actions.set_upper(request.person, Plan.objects.get(pk=plan.pk), _chosen(request))
    return see_other("plans:upstream", pk=pk)


@room("plans", "upper_set", policy="plans.upper.set", methods=("POST",))
def upper_set(request: Request, pk: int) -> HttpResponse:
    """Say which plan stands above an upper plan."""
    actions.set_upper(request.person, _upper(request, pk), _chosen(request))
    return see_other("plans:upper", pk=pk)


def _chosen(request: Request) -> UpperPlan | None:
    form = UpperForm(request.POST, uppers=queries.uppers(request.person))
    if not form.is_valid():
        raise Invalid(_("没有这个上级方案。"))
    chosen: UpperPlan | None = form.cleaned_data["upper"]
    return chosen


@room("plans", "upstream_answer", policy="plans.upper.answer", methods=("POST",))
def upstream_answer(request: Request, pk: int) -> HttpResponse:
    """Link a task to an item, say that the item does not concern us, or take that back."""
    plan, given = plan_or_404(request, pk), request.POST
    number, step = given.get("number", ""), given.get("step", "")
    if step == "link":
        wanted = given.get("task", "").strip()  # as the list of the page has it, or its key
        task = next((one for one in _tasks(plan) if wanted in (str(one), str(one.pk))), None)
        if task is None:
            raise Invalid(_("请选择任务。"))
        actions.answer_item(request.person, plan, number, task)
    elif step == "apart":
        actions.set_apart(request.person, plan, number, reason=given.get("reason", ""))
    elif step == "back" and given.get("answer", "").isdecimal():
        answer = UpperAnswer.objects.filter(plan=plan, pk=given["answer"]).first()
        if answer is None:
            raise Http404
        actions.take_back(request.person, answer)
    else:
        raise Http404
    back = reverse("plans:upstream", args=[pk])
    return see_other(f"{back}?state={state}" if (state := given.get("back", "")) in dict(queries.STATES) else back)


@room("plans", "uppers", policy="plans.see")
def uppers_page(request: Request) -> HttpResponseBase:
    """All upper plans."""
    rows = queries.uppers(request.person)
    return list_page(request, "core/list.html", table=UPPERS, rows=rows, title=_("上级方案"))


@room("plans", "upper", policy="plans.see")
def upper_page(request: Request, pk: int) -> HttpResponseBase:
    """One upper plan: its items, what stands above it, which plans answer it."""
    upper = _upper(request, pk)
    may = policy.may(request.person, "plans.upper.set", upper)
    above = queries.uppers(request.person).exclude(pk=pk)
    return list_page(
        request,
        "plans/upper.html",
        table=ITEMS,
        rows=upper.items.order_by("position"),
        title=upper.title,
        crumbs=[(_("上级方案"), reverse("plans:uppers"))],
        upper=upper,
        chain=queries.chain(upper),
        below=Plan.objects.visible_to(request.person).filter(upper=upper).only("pk", "title"),
        form=UpperForm(initial={"upper": upper.upper_id}, uppers=above) if may else None,
    )


@room("plans", "upper_document", policy="plans.see")
def upper_document(request: Request, pk: int) -> FileResponse:
    """The document as it was handed in."""
    return download(_upper(request, pk).attachment)


@room("plans", "import_keep", policy="plans.import.keep", methods=("POST",))
def keep(request: Request, pk: int) -> HttpResponse:
    """Keep a reviewed document as an upper plan."""
    return see_other(actions.keep_upper(request.person, import_or_404(request, pk)).get_absolute_url())


def _upper(request: Request, pk: int) -> UpperPlan:
    found = queries.uppers(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
