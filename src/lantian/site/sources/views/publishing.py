"""What must be public: all lists and their days, one as it stands, one release of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger, Publication
from lantian.site.core import clock, policy
from lantian.site.core.faults import Fault, Text
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Listed, list_page
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, publishing, reading, release_file, release_tables
from lantian.site.sources.list_tables import cells_of, spoken, table_of
from lantian.site.sources.models import Release
from lantian.site.sources.queries import publishing as queries
from lantian.site.sources.release_forms import STANDS, LineFilter, ReleaseForm
from lantian.site.sources.release_states import RELEASE
from lantian.site.sources.release_tables import (
    EMPTY,
    PUBLICATIONS,
    TITLE,
    VERSIONS,
    address,
    asked_for,
    crumbs,
    standing,
    when,
)


@room("sources", "publications", policy="sources.release.see", menu=TITLE, icon="speakerphone", order=45)
def publications_page(request: Request) -> HttpResponseBase:
    """Every list that must be public, what is late first; those of several towns as one."""
    asked = LineFilter.from_query(request.GET)
    lines = queries.lines(clock.today(), towns=request.person.visible_area_ids)
    told = release_tables.told(lines)
    shown = [one for one in told if any(asked.keeps(line, f"{one.title} {one.ledger}") for line in one.lines)]
    order = [key for key, _label in STANDS]
    shown.sort(key=lambda one: (not one.overdue, order.index(one.key), str(one.due or "9")))
    return list_page(
        request, "sources/publishing/publications.html", table=PUBLICATIONS, rows=Listed(shown), asked=asked,
        title=TITLE, late=sum(one.overdue for one in lines),
    )  # fmt: skip


@room("sources", "publication", policy="sources.release.see")
def publication_page(request: Request, ledger: str, name: str, town: int | None = None) -> HttpResponseBase:
    """One list as it would be published today, and when it was: the district's, or a town's own."""
    rule, publication = asked_for(ledger, name)
    if publication.each and town is None:
        return see_other(address(rule, publication))
    line = _line(request, rule, publication, town)
    area = line.area if publication.each else None
    rows = queries.releases(request.person).filter(ledger=rule.name, name=name, area=line.area)
    shown = publishing.rows_of(rule, publication, publishing.within(area))
    label = release_tables.label(publication, area)
    return list_page(
        request,
        "sources/publishing/publication.html",
        table=table_of(publishing.heads_of(rule, publication), label, empty=EMPTY),
        rows=Listed(cells_of(shown)),
        title=label,
        crumbs=crumbs(*([(rule, publication)] if area else [])),
        town=area,
        line=line,
        standing=standing(line),
        ledger=rule,
        publication=publication,
        columns=_columns(rule, publication),
        states=_states(rule, publication),
        when=when(publication),
        versions=VERSIONS.bind(request, rows.defer("rows", "heads").order_by("-pk")),
        difference=publishing.difference(line.last.rows, shown) if line.last else None,
        can_draft=line.draft is None
        and line.area is not None
        and policy.may(request.person, "sources.release.draft", Release(area=line.area)),
    )


@room("sources", "release_draft", policy="sources.release.draft", methods=("POST",))
def draft(request: Request, ledger: str, name: str, town: int | None = None) -> HttpResponseBase:
    """Begin to make a list public."""
    rule, publication = asked_for(ledger, name)
    line = _line(request, rule, publication, town)
    area = line.area if publication.each else None
    try:
        made = actions.draft_release(request.person, ledger, name, town=area)
    except Fault as fault:
        messages.error(request, f"{fault}{fault.remedy}")
        return see_other(address(rule, publication, area))
    messages.success(request, _("已起草，请核对后发布。"))
    return see_other(made.get_absolute_url())


@room("sources", "release", policy="sources.release.see")
def release_page(request: Request, pk: int) -> HttpResponseBase:
    """A release: as it was told to the public, or the draft as it would be."""
    release = _found(request, pk)
    rule, publication = _rule_of(release)
    now = publishing.rows_of(rule, publication, publishing.within(release.area)) if rule and publication else []
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
        crumbs=_above(release, rule, publication),
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
    above = [*crumbs(), (str(release), release.get_absolute_url())]
    return page(
        request, "core/form.html", title=_("发布：{list}").format(list=release), form=form, crumbs=above,
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
        release.heads = publishing.heads_of(rule, publication)
        release.rows = publishing.rows_of(rule, publication, publishing.within(release.area))
    response = HttpResponse(release_file.document(release, *release.table("zh")), content_type=release_file.DOCX)
    name = quote(f"{release.town}{release.title.get('zh', release.name)}{release.period}.docx")
    response["Content-Disposition"] = f"attachment; filename=\"list.docx\"; filename*=UTF-8''{name}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _columns(ledger: Ledger, publication: Publication) -> list[str]:
    return [one[spoken()] for one in publishing.heads_of(ledger, publication)]


def _states(ledger: Ledger, publication: Publication) -> list[str]:
    """States of listings that are on it."""
    return [reading.said(one.label) for one in reading.life(ledger).state if one.means in publication.means]


def _line(request: Request, rule: Ledger, publication: Publication, town: int | None) -> queries.Line:
    """How the list stands: the district's, or that of a town which the person may see."""
    seen = request.person.visible_area_ids
    line = None
    if bool(publication.each) == (town is not None) and (town is None or seen is None or town in seen):
        line = queries.line(rule, publication, clock.today(), town=town)
    if line is None:
        raise Http404
    return line


def _above(release: Release, rule: Ledger | None, publication: Publication | None) -> list[tuple[Text, str]]:
    """The pages above a release."""
    if rule is None or publication is None:
        return crumbs()
    if not publication.each or not release.town:
        return [*crumbs(), (release.said, address(rule, publication))]
    return [*crumbs((rule, publication)), (release.town, address(rule, publication, release.area))]


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
