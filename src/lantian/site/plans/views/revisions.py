"""A plan's documents: its versions, and a revised one beside the plan, decided on piece by piece."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from lantian.site.core import filters, policy
from lantian.site.core.attachments.serving import download
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table
from lantian.site.org.models import Area
from lantian.site.plans import actions, revising
from lantian.site.plans.forms import UploadForm
from lantian.site.plans.models import PlanImport, PlanVersion, Task
from lantian.site.plans.queries import revisions as queries
from lantian.site.plans.states import PIECE, VERSION
from lantian.site.plans.views.imports import import_or_404
from lantian.site.plans.views.plans import plan_or_404

SORTS = [
    ("head", _("方案信息")),
    ("goal", _("目标")),
    ("added", pgettext_lazy("revision", "新增任务")),
    ("removed", pgettext_lazy("revision", "删去任务")),
    ("changed", pgettext_lazy("revision", "修改任务")),
    ("place", _("仅编号、章节变动")),
]


def _side(index: int) -> Any:
    return lambda line: line.words[index]


PIECES = Table(  # its columns are those of the export; the page draws groups
    columns=[
        Column("op", _("差异"), value=lambda line: line.piece.get_op_display()),
        Column("task", _("任务"), value=lambda line: line.piece.task),
        Column("label", _("项目"), value=lambda line: line.label or line.piece.get_kind_display()),
        Column("before", _("现方案"), value=_side(0), css="wide"),
        Column("after", _("修订稿"), value=_side(1), css="wide"),
        Column("state", _("处理"), value=lambda line: line.piece.get_state_display()),
        Column("reason", _("理由"), value=lambda line: line.piece.reason),
        Column("decided_by", _("办理人"), value=lambda line: line.piece.decided_by),
        Column("decided_at", _("办理时间"), value=lambda line: line.piece.decided_at),
    ],
    page_size=30,
    empty=_("修订稿与现方案没有差异。"),
    empty_hint=_("可以直接完成修订。"),
    file_name=_("修订比对"),
)


class RevisionFilter(filters.Filter):
    """Differences by what they are and what was decided."""

    q = filters.text(_("搜索"), placeholder=_("任务、内容"))
    sort_of = filters.choice(_("差异"), SORTS)
    state = filters.choice(_("处理"), PIECE.choices)

    def of(self, rows: list[queries.Group]) -> list[queries.Group]:
        """The groups that are asked for."""
        asked = self.asked
        if asked["sort_of"]:
            rows = [group for group in rows if group.sort == asked["sort_of"]]
        if asked["state"]:
            rows = [group for group in rows if any(line.piece.state == asked["state"] for line in group.lines)]
        return [group for group in rows if group.holds(asked["q"])] if asked["q"] else rows


@room("plans", "versions", policy="plans.see", methods=("GET", "POST"))
def versions_page(request: Request, pk: int) -> HttpResponseBase:
    """The documents of a plan; who may hands in a revised one here."""
    plan = plan_or_404(request, pk)
    may_import = policy.may(request.person, "plans.import", PlanImport(area=plan.area))
    if request.method == "POST":
        policy.require(request.person, "plans.import", PlanImport(area=plan.area))
    form = RevisionUpload(request.POST or None, request.FILES or None)

    def upload(file: Any) -> PlanImport:
        return actions.upload_document(
            request.person, file, file.name, area=plan.area, media_type=file.content_type or "", revises=plan
        )

    if request.method == "POST" and (started := submitted(form, upload)):
        return see_other("plans:import", pk=started.pk)
    return page(
        request,
        "plans/versions.html",
        title=_("方案版本"),
        crumbs=[(plan.title, plan.get_absolute_url())],
        plan=plan,
        form=form if may_import else None,
        versions=queries.of_plan(request.person, plan),
        imports=plan.revisions.filter(state__in=("uploaded", "parsing", "review")) if may_import else [],
        status=400 if form.errors else 200,
    )


class RevisionUpload(UploadForm):
    """A revised document; its area is the plan's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, areas=Area.objects.none(), **kwargs)
        del self.fields["area"], self.fields["purpose"]


def version_or_404(request: Request, pk: int) -> PlanVersion:
    """A version of a plan that the person may see."""
    found = queries.versions(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room("plans", "version", policy="plans.see")
def version_page(request: Request, pk: int) -> HttpResponseBase:
    """A revised document beside the plan, difference by difference."""
    version = version_or_404(request, pk)
    every = queries.groups(version)
    asked = RevisionFilter.from_query(request.GET)
    rows = asked.of(every)
    if (kind := request.GET.get("export", "")) in {"xlsx", "csv"}:
        return PIECES.bind(request, Listed(line for group in rows for line in group.lines)).export(kind)
    counted = queries.counts(every)
    states = [line.piece.state for group in every for line in group.lines]
    return page(
        request,
        "plans/version.html",
        title=version.title,
        crumbs=[
            (version.plan.title, version.plan.get_absolute_url()),
            (_("方案版本"), reverse("plans:versions", args=[version.plan_id])),
        ],
        version=version,
        table=PIECES.bind(request, Listed(rows)),
        asked=asked,
        sorts=[(sort, label, counted[sort]) for sort, label in SORTS if counted[sort]],
        progress=[(PIECE.label(state), states.count(state)) for state in PIECE.states],
        rest=revising.plain(version).count(),
        can_decide=version.state == "open" and policy.may(request.person, "plans.version.decide", version),
        buttons=[
            {"step": step, "url": reverse("plans:version_step", args=[pk, step.name])}
            for step in VERSION.allowed(version, request.person)
            if step.name != "decide"
        ],
        query=request.GET.urlencode(),
    )


@room("plans", "version_decide", policy="plans.version.decide", methods=("POST",))
def version_decide(request: Request, pk: int) -> HttpResponse:
    """Accept, refuse or reopen what was ticked or one piece alone, or accept all that is left."""
    version = version_or_404(request, pk)
    given = request.POST
    back = f"{version.get_absolute_url()}?{QueryDict(given.get('query', '')[:1000]).urlencode()}"
    chosen, verdict = [pk for pk in given.getlist("piece") if pk.isdecimal()], given.get("verdict", "")
    if given.get("one"):  # the button of a single piece: "12:accept"
        one, _colon, verdict = given["one"].partition(":")
        chosen = [one] if one.isdecimal() else []
    reason = given.get("reason", "")[:500]
    try:
        if verdict == "rest":
            decided = actions.accept_rest(request.person, version, reason=reason)
        else:
            decided = actions.decide_pieces(request.person, version, map(int, chosen), verdict, reason=reason)
    except Invalid as fault:
        need = _("不采纳须写明理由。") if "reason" in fault.fields else ""
        messages.error(request, f"{fault}{need}")
        return see_other(back)
    except WrongState as fault:
        messages.error(request, str(fault))
        return see_other(back)
    n = len(decided.done)
    messages.success(request, ngettext("已处理 {n} 处。", "已处理 {n} 处。", n).format(n=n))
    if m := len(decided.stale):
        said = ngettext(
            "{n} 处与方案的现状已不相符，留待处理；请点“重新比对”。",
            "{n} 处与方案的现状已不相符，留待处理；请点“重新比对”。",
            m,
        )
        messages.warning(request, said.format(n=m))
    return see_other(back)


@room("plans", "version_step", policy="plans.version.finish", methods=("POST",))
def version_step(request: Request, pk: int, step: str) -> HttpResponse:
    """Compare again, finish, or do without the document."""
    version = version_or_404(request, pk)
    if step == "refresh":
        actions.refresh_revision(request.person, version)
    elif step == "finish":
        actions.finish_revision(request.person, version)
    elif step == "drop":
        actions.drop_revision(request.person, version, reason=request.POST.get("reason", ""))
    else:
        raise Http404
    return see_other(version.get_absolute_url())


@room("plans", "version_document", policy="plans.see")
def version_document(request: Request, pk: int) -> FileResponse:
    """The document as it was handed in."""
    return download(version_or_404(request, pk).attachment)


@room("plans", "import_compare", policy="plans.import.compare", methods=("POST",))
def compare(request: Request, pk: int) -> HttpResponse:
    """Compare a reviewed revised document with its plan."""
    version = actions.compare_import(request.person, import_or_404(request, pk))
    return see_other(version.get_absolute_url())


@room("plans", "task_restore", policy="plans.task.restore", methods=("POST",))
def restore(request: Request, pk: int) -> HttpResponse:
    """Take a withdrawn task into the ledger again."""
    task = Task.objects.visible_to(request.person).filter(pk=pk).first()
    if task is None:
        raise Http404
    actions.restore_task(request.person, task, reason=request.POST.get("reason", ""))
    return see_other(task.get_absolute_url())
