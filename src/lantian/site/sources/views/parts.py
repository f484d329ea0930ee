"""Parts of a source: one of them, entering, changing, stopping, running again."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, part_words
from lantian.site.sources.models import ControlDevice, SourcePart
from lantian.site.sources.models.parts import KINDS
from lantian.site.sources.part_forms import FORMS, ResumeForm, StopForm
from lantian.site.sources.part_tables import told
from lantian.site.sources.queries import parts as queries
from lantian.site.sources.queries import sources

NEW: dict[str, Text] = {"lines": _("新增生产线"), "devices": _("新增治理设施"), "points": _("新增排放口")}


@room("sources", "part", policy="sources.see")
def part_page(request: Request, kind: str, pk: int) -> HttpResponseBase:
    """One part with what it goes with."""
    part = _found(request, kind, pk)
    return page(
        request,
        "sources/parts_of/part.html",
        title=part.name,
        crumbs=_crumbs(part),
        part=part,
        kind=kind,
        facts=told(part),
        obsolete=isinstance(part, ControlDevice) and part_words.is_obsolete(part.kind),
        may_change=policy.may(request.person, "sources.part.change", part),
        may_stop=policy.may(request.person, "sources.part.stop", part),
        history=history(request, part),
    )


@room("sources", "part_new", policy="sources.part.add", methods=FORM)
def new_part(request: Request, pk: int, kind: str) -> HttpResponseBase:
    """Enter a part of a source."""
    model = _kind(kind)
    source = sources.source(request.person, pk)
    if source is None:
        raise Http404
    policy.require(request.person, "sources.part.add", source)
    form = FORMS[model](request.POST or None, source=source)
    add: Any = partial(actions.add_part, request.person, model, source)
    if request.method == "POST" and submitted(form, add):
        messages.success(request, _("已保存。"))
        return see_other(source.get_absolute_url())
    crumbs: list[tuple[Text, str]] = [(_("污染源名录"), reverse("sources:sources"))]
    crumbs.append((source.name, source.get_absolute_url()))
    return page(
        request, "core/form.html", title=NEW[kind], form=form, crumbs=crumbs, cancel_url=source.get_absolute_url(),
        status=form.status,
    )  # fmt: skip


@room("sources", "part_edit", policy="sources.part.change", methods=FORM)
def edit_part(request: Request, kind: str, pk: int) -> HttpResponseBase:
    """Change what is known of a part."""
    part = _found(request, kind, pk)
    form = FORMS[type(part)](request.POST or None, source=part.source, part=part)
    return _acted(request, part, form, _("修改"), partial(actions.change_part, request.person, part))


@room("sources", "part_stop", policy="sources.part.stop", methods=FORM)
def stop_part(request: Request, kind: str, pk: int) -> HttpResponseBase:
    """It runs no more."""
    part = _found(request, kind, pk)
    return _acted(
        request, part, StopForm(request.POST or None), _("停止使用"), partial(actions.stop_part, request.person, part)
    )


@room("sources", "part_resume", policy="sources.part.resume", methods=FORM)
def resume_part(request: Request, kind: str, pk: int) -> HttpResponseBase:
    """It runs again, or was stopped by mistake."""
    part = _found(request, kind, pk)
    form = ResumeForm(request.POST or None)
    return _acted(request, part, form, _("恢复使用"), partial(actions.resume_part, request.person, part))


def _acted(request: Request, part: SourcePart, form: Any, title: Text, act: Any) -> HttpResponseBase:
    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已保存。"))
        return see_other(part.get_absolute_url())
    crumbs = [*_crumbs(part), (part.name, part.get_absolute_url())]
    return page(
        request, "core/form.html", title=title, form=form, crumbs=crumbs, cancel_url=part.get_absolute_url(),
        status=form.status,
    )  # fmt: skip


def _crumbs(part: SourcePart) -> list[tuple[Text, str]]:
    return [(_("污染源名录"), reverse("sources:sources")), (part.source.name, part.source.get_absolute_url())]


def _kind(kind: str) -> type[SourcePart]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _found(request: Request, kind: str, pk: int) -> SourcePart:
    part = queries.part(request.person, _kind(kind), pk)
    if part is None:
        raise Http404
    return part
