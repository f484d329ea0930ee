"""What must be public: all lists and their days, one as it stands, one release of it."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core import clock, policy
from lantian.site.core.faults import Fault, Text
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, publishing, reading, release_file
from lantian.site.sources.list_tables import cells_of, spoken, table_of
from lantian.site.sources.models import Release
from lantian.site.sources.queries import publishing as queries
from lantian.site.sources.reading import Standing
from lantian.site.sources.release_forms import STANDS, TONES, LineFilter, ReleaseForm
from lantian.site.sources.release_states import RELEASE

TITLE = _("清单公开")
EMPTY = _("现在没有可公开的内容。")
PUBLICATIONS = Table(
    columns=[
        Column("title", _("公开内容"), css="wide", link=lambda one: one.url),
        Column("ledger", _("清单"), link=lambda one: one.ledger_url),
        Column("period", pgettext_lazy("publication", "期间"), css="nowrap"),
        Column("due", _("公开期限"), css="nowrap"),
        Column("stands", _("公开情况"), template="sources/parts/state.html", css="nowrap",
               exported=lambda one: one.stands.label),
        Column("released_at", _("最近发布"), css="nowrap", link=lambda one: one.last.get_absolute_url()
               if one.last else ""),
        Column("count", _("发布时条数"), css="number"),
        Column("now", _("现在条数"), css="number", template="sources/publishing/now.html",
               exported=lambda one: one.now),
        Column("medium", _("发布载体"), css="minor"),
    ],
    empty=_("没有要公开的清单。"),
    empty_hint=_("清单的规则文件写明公开什么、何时公开；上账以后在这里列出。"),
    page_size=200,
    file_name=TITLE,
)  # fmt: skip
VERSIONS = Table(
    columns=[
        Column("released_at", _("发布时间"), css="nowrap", value=lambda one: one.released_at or one.drafted_at,
               link=lambda one: one.get_absolute_url()),
        Column("period", pgettext_lazy("publication", "期间"), css="nowrap"),
        Column("version", _("版次"), css="number"),
        Column("state", _("状态"), value=lambda one: one.get_state_display(), css="nowrap"),
        Column("count", _("条数"), css="number"),
        Column("medium", _("发布载体")),
        Column("released_by", _("发布人"), css="minor"),
    ],
    empty=_("还没有发布过。"),
    page_size=50,
)  # fmt: skip


@room("sources", "publications", policy="sources.release.see", menu=TITLE, icon="speakerphone", order=45)
def publications_page(request: Request) -> HttpResponseBase:
    """Every list that must be public, what is late first."""
    asked = LineFilter.from_query(request.GET)
    told = [_line(one) for one in queries.lines(clock.today())]
    shown = [one for one in told if asked.keeps(one.line, f"{one.title} {one.ledger}")]
    order = [key for key, _label in STANDS]
    shown.sort(key=lambda one: (not one.line.overdue, order.index(one.line.stands), str(one.due or "9")))
    return list_page(
        request, "sources/publishing/publications.html", table=PUBLICATIONS, rows=Listed(shown), asked=asked,
        title=TITLE, late=sum(one.line.overdue for one in told),
    )  # fmt: skip


def _line(line: queries.Line) -> SimpleNamespace:
    last = line.last
    return SimpleNamespace(
        line=line,
        title=reading.said(line.publication.label),
        url=_address(line.ledger, line.publication),
        ledger=reading.said(line.ledger.label),
        ledger_url=reading.address_of(line.ledger.name),
        period=line.period or None,
        due=line.due,
        stands=standing(line),
        last=last,
        released_at=last.released_at if last else None,
        count=last.count if last else None,
        now=line.now,
        moved=bool(last and last.count != line.now),
        medium=last.medium if last else None,
    )


def standing(line: queries.Line) -> Standing:
    """How a list stands; one that is drafted past its day is late all the same."""
    return Standing(dict(STANDS)[line.stands], TONES[line.stands], late=line.overdue and line.stands != "late")


@room("sources", "publication", policy="sources.release.see")
def publication_page(request: Request, ledger: str, name: str) -> HttpResponseBase:
    """One list as it would be published today, and when it was."""
    rule, publication = _asked(ledger, name)
    line = queries.line(rule, publication, clock.today())
    rows = queries.releases(request.person).filter(ledger=rule.name, name=name).defer("rows", "heads")
    shown = publishing.rows_of(rule, publication)
    return list_page(
        request,
        "sources/publishing/publication.html",
        table=table_of(publishing.heads_of(rule, publication), reading.said_later(publication.label), empty=EMPTY),
        rows=Listed(cells_of(shown)),
        title=reading.said(publication.label),
        crumbs=_crumbs(),
        line=line,
        standing=standing(line),
        ledger=rule,
        publication=publication,
        columns=_columns(rule, publication),
        states=_states(rule, publication),
        when=_when(publication),
        versions=VERSIONS.bind(request, rows.order_by("-pk")),
        difference=publishing.difference(line.last.rows, shown) if line.last else None,
        can_draft=line.draft is None and policy.may(request.person, "sources.release.draft"),
    )


@room("sources", "release_draft", policy="sources.release.draft", methods=("POST",))
def draft(request: Request, ledger: str, name: str) -> HttpResponseBase:
    """Begin to make a list public."""
    _asked(ledger, name)
    try:
        made = actions.draft_release(request.person, ledger, name)
    except Fault as fault:
        messages.error(request, f"{fault}{fault.remedy}")
        return see_other("sources:publication", ledger=ledger, name=name)
    messages.success(request, _("已起草，请核对后发布。"))
    return see_other(made.get_absolute_url())


@room("sources", "release", policy="sources.release.see")
def release_page(request: Request, pk: int) -> HttpResponseBase:
    """A release: as it was told to the public, or the draft as it would be."""
    release = _found(request, pk)
    rule, publication = _rule_of(release)
    now = publishing.rows_of(rule, publication) if rule and publication else []
    is_draft = release.state == RELEASE.start
    heads = publishing.heads_of(rule, publication) if is_draft and rule and publication else release.heads
    shown = now if is_draft else release.rows
    before = release.replaces.rows if is_draft and release.replaces else None if is_draft else release.rows
    return list_page(
        request,
        "sources/publishing/release.html",
        table=table_of(heads, str(release), empty=EMPTY),
        rows=Listed(cells_of(shown)),
        title=_("{list}（第 {version} 版）").format(list=release, version=release.version),
        crumbs=[*_crumbs(), *([(release.said, _address(rule, publication))] if rule and publication else [])],
        release=release,
        is_draft=is_draft,
        difference=publishing.difference(before, now) if before is not None and release.state != "corrected" else None,
        mark=publishing.mark_of(now) if is_draft else "",
        replaced_by=release.replaced_by.first(),
        buttons=[
            {"step": one, "url": reverse("sources:release_step", args=[pk, one.name])}
            for one in RELEASE.allowed(release, request.person)
            if one.name == "withdraw"
        ],
        can_release=is_draft and policy.may(request.person, "sources.release.release", release),
        can_correct=release.state == "released" and policy.may(request.person, "sources.release.draft", release),
        can_discard=is_draft and policy.may(request.person, "sources.release.discard", release),
        history=history(request, release),
    )


@room("sources", "release_now", policy="sources.release.release", methods=FORM)
def release_form(request: Request, pk: int) -> HttpResponseBase:
    """Say where the list is made public, and release it."""
    release = _found(request, pk)
    form = ReleaseForm(request.POST or None, initial={"seen": request.GET.get("seen", "")})
    act: Any = partial(actions.release_list, request.person, release)
    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已发布，内容从此不再变动。"))
        return see_other(release.get_absolute_url())
    crumbs = [*_crumbs(), (str(release), release.get_absolute_url())]
    return page(
        request, "core/form.html", title=_("发布：{list}").format(list=release), form=form, crumbs=crumbs,
        submit=_("发布"), cancel_url=release.get_absolute_url(), status=form.status,
    )  # fmt: skip


@room("sources", "release_step", policy="sources.release.see", methods=("POST",))
def release_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Withdraw, correct or discard; the action asks who may."""
    release = _found(request, pk)
    reason = request.POST.get("reason", "")
    if step == "discard":
        actions.discard_release(request.person, release)
        messages.success(request, _("已删除草稿。"))
        return see_other("sources:publications")
    if step == "correct":
        made = actions.correct_release(request.person, release, reason=reason)
        messages.success(request, _("已按现在的清单起草更正稿；发布后代替原来的一份。"))
        return see_other(made.get_absolute_url())
    if step != "withdraw":
        raise Http404
    actions.withdraw_release(request.person, release, reason=reason)
    messages.success(request, _("已撤下。"))
    return see_other(release.get_absolute_url())


@room("sources", "release_docx", policy="sources.release.see")
def docx(request: Request, pk: int) -> HttpResponseBase:
    """A release, or a draft, as a Word document."""
    release = _found(request, pk)
    rule, publication = _rule_of(release)
    if release.state == RELEASE.start and rule and publication:
        release.heads, release.rows = publishing.heads_of(rule, publication), publishing.rows_of(rule, publication)
    response = HttpResponse(release_file.document(release, *release.table("zh")), content_type=release_file.DOCX)
    name = quote(f"{release.title.get('zh', release.name)}{release.period}.docx")
    response["Content-Disposition"] = f"attachment; filename=\"list.docx\"; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _columns(ledger: Ledger, publication: Publication) -> list[str]:
    return [one[spoken()] for one in publishing.heads_of(ledger, publication)]


def _states(ledger: Ledger, publication: Publication) -> list[str]:
    """States of listings that are on it."""
    return [reading.said(one.label) for one in reading.life(ledger).state if one.means in publication.means]


def _when(publication: Publication) -> str:
    """By when it must be public, in words."""
    if publication.due:
        return str(_("每年 {day} 前").format(day=publication.due))
    if publication.days is None:
        return str(_("没有规定日期，随清单更新"))
    said = {
        "": _("进入所列状态后 {n} 个工作日内"),
        "month": _("每月结束后 {n} 个工作日内"),
        "quarter": _("每季度结束后 {n} 个工作日内"),
    }
    return str(said[publication.every].format(n=publication.days))


def _address(ledger: Ledger, publication: Publication) -> str:
    return reverse("sources:publication", args=[ledger.name, publication.name])


def _crumbs() -> list[tuple[Text, str]]:
    return [(TITLE, reverse("sources:publications"))]


def _asked(ledger: str, name: str) -> tuple[Ledger, Publication]:
    rule = reading.found(ledger)
    publication = publishing.publication_of(rule, name)
    if publication is None:
        raise Http404
    return rule, publication


def _rule_of(release: Release) -> tuple[Ledger | None, Publication | None]:
    """The rule of a release; None where the district has taken it away since."""
    try:
        rule = reading.ledger_of(release.ledger)
    except RuleError:
        return None, None
    return rule, publishing.publication_of(rule, release.name)


def _found(request: Request, pk: int) -> Release:
    found = queries.releases(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
