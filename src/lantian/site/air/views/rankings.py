"""Pages of rankings."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.site.air import actions, queries, ranking_file
from lantian.site.air.models import Ranking
from lantian.site.air.ranking import digits, number
from lantian.site.air.ranking_forms import CorrectForm, DraftForm, RankingFilter, RankingForm
from lantian.site.air.states import RANKING
from lantian.site.core import page
from lantian.site.core.faults import Fault
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.registries import metrics
from lantian.site.core.request import Request
from lantian.site.core.table import XLSX, Column, Table, list_page
from lantian.site.org.models import Area
from lantian.site.org.views.common import FORM, history

RANKINGS = Table(
    columns=[
        Column(
            "period_text", _("统计时段"), sort=("last", "first"), css="nowrap", link=lambda one: one.get_absolute_url()
        ),
        Column("title", _("指标"), css="wide", link=lambda one: one.get_absolute_url()),
        Column("area", _("行政区")),
        Column("first_place", _("第一名"), value=lambda one: _ends(one)[0]),
        Column("last_place", _("末名"), value=lambda one: _ends(one)[1]),
        Column("source", _("数据来源"), value=lambda one: one.get_source_display(), css="minor"),
        Column("state", _("状态"), sort="state", value=lambda one: one.get_state_display()),
        Column("released_at", _("发布时间"), sort="released_at", css="nowrap minor"),
    ],
    sort="-period_text",
    empty=_("还没有排名。"),
    empty_hint=_("每月 2 日自动拟制上月排名；也可以自己新建。"),
    file_name=_("排名"),
)
STEPS = {"refresh": (actions.refresh_ranking, _("已重新计算。")), "release": (actions.release_ranking, _("已发布。"))}


def _ends(ranking: Ranking) -> tuple[str | None, str | None]:
    """Who comes first and last."""
    placed = [row["name"] for row in ranking.rows if row["place"] is not None]
    return (placed[0], placed[-1]) if placed else (None, None)


@room("air", "rankings", policy="air.ranking.see", menu=_("排名通报"), icon="trophy", order=40)
def rankings_page(request: Request) -> HttpResponseBase:
    """Rankings, the latest period first."""
    asked = RankingFilter.from_query(request.GET)
    rows = queries.rankings(request.person).filter(asked.where())
    return list_page(request, "air/rankings/rankings.html", table=RANKINGS, rows=rows, asked=asked, title=_("排名通报"))


@room("air", "ranking", policy="air.ranking.see")
def ranking_page(request: Request, pk: int) -> HttpResponseBase:
    """One ranking: the bulletin's text, the table, what stands behind each value."""
    ranking = _found(request, pk)
    metric = metrics.get(ranking.metric)
    language = "en" if get_language() == "en" else "zh"
    shown = digits(ranking)
    return page.page(
        request,
        "air/rankings/ranking.html",
        title=str(ranking),
        crumbs=_crumbs(),
        ranking=ranking,
        text=ranking_file.text_of(ranking) if metric else ranking.text,
        rows=[
            row
            | {
                "shown": number(row["value"], shown),
                "was": number(row["before"], shown),
                "because": row["explanation"][language],
            }
            for row in ranking.rows
        ],
        replaced_by=getattr(ranking, "replaced_by", None),
        buttons=_buttons(request, ranking),
        history=history(request, ranking),
    )


@room("air", "ranking_new", policy="air.ranking.make", methods=FORM)
def new_ranking(request: Request) -> HttpResponseBase:
    """Draft a ranking."""
    areas = Area.objects.visible_to(request.person).filter(children__isnull=False).distinct()
    form = RankingForm(request.POST or None, areas=areas)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_ranking(request.person, **form.chosen)
        except Fault as fault:
            form.add_fault(fault)
        else:
            messages.success(request, _("已算出排名草稿，请核对后发布。"))
            return see_other(made.get_absolute_url())
    return _form(request, form, _("新建排名"), reverse("air:rankings"), submit=_("计算"))


@room("air", "ranking_edit", policy="air.ranking.change", methods=FORM)
def edit_ranking(request: Request, pk: int) -> HttpResponseBase:
    """Change source and note of a draft."""
    ranking = _found(request, pk)
    form = DraftForm(request.POST or None, ranking=ranking)
    if request.method == "POST" and submitted(form, partial(actions.change_ranking, request.person, ranking)):
        messages.success(request, _("已保存。"))
        return see_other(ranking.get_absolute_url())
    return _form(request, form, _("修改排名草稿"), ranking.get_absolute_url())


@room("air", "ranking_correct", policy="air.ranking.make", methods=FORM)
def correct_ranking(request: Request, pk: int) -> HttpResponseBase:
    """Draft a corrected edition of a released ranking."""
    ranking = _found(request, pk)
    form = CorrectForm(request.POST or None)
    correct = partial(actions.correct_ranking, request.person, ranking)
    if request.method == "POST" and (made := submitted(form, correct)):
        messages.success(request, _("已按现有数据算出更正稿；发布后代替原来的一份。"))
        return see_other(made.get_absolute_url())
    return _form(request, form, _("更正已发布的排名"), ranking.get_absolute_url(), submit=_("计算更正稿"))


@room("air", "ranking_step", policy="air.ranking.change", methods=("POST",))
def ranking_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Refresh, release or discard a draft."""
    ranking = _found(request, pk)
    if step == "discard":
        actions.discard_ranking(request.person, ranking)
        messages.success(request, _("已删除草稿。"))
        return see_other("air:rankings")
    if step not in STEPS:
        raise Http404
    act, said = STEPS[step]
    try:
        act(request.person, ranking)
    except Fault as fault:
        messages.error(request, f"{fault}{fault.remedy}")
    else:
        messages.success(request, said)
    return see_other(ranking.get_absolute_url())


@room("air", "ranking_file", policy="air.ranking.see")
def ranking_file_page(request: Request, pk: int, kind: str) -> HttpResponseBase:
    """The bulletin as docx, the table as xlsx."""
    ranking = _found(request, pk)
    if ranking.metric not in metrics:
        raise Http404
    if kind not in ("docx", "xlsx"):
        raise Http404
    content = ranking_file.document(ranking) if kind == "docx" else ranking_file.workbook(ranking)
    response = HttpResponse(content, content_type=ranking_file.DOCX if kind == "docx" else XLSX)
    name = quote(f"{ranking_file.text_of(ranking)[0]}.{kind}")
    response["Content-Disposition"] = f"attachment; filename=\"ranking.{kind}\"; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _buttons(request: Request, ranking: Ranking) -> list[dict[str, Any]]:
    steps = [one for one in RANKING.allowed(ranking, request.person) if one.name in STEPS]
    return [{"step": one, "url": reverse("air:ranking_step", args=[ranking.pk, one.name])} for one in steps]


def _form(request: Request, form: Any, title: Any, cancel: str, **context: Any) -> HttpResponseBase:
    return page.page(
        request, "core/form.html", title=title, form=form, crumbs=_crumbs(), cancel_url=cancel, **context
    )  # fmt: skip


def _crumbs() -> list[tuple[Any, str]]:
    return [(_("排名通报"), reverse("air:rankings"))]


def _found(request: Request, pk: int) -> Ranking:
    ranking = queries.rankings(request.person).filter(pk=pk).first()
    if ranking is None:
        raise Http404
    return ranking
