"""Pages of the audit trail: list, one event, verification, export."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.core.paginator import Paginator
from django.http import Http404, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, filters, jobs, page, policy
from lantian.site.core.audit import actions, exporting, labels, segments, trail
from lantian.site.core.models import AuditEvent, Job
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request


class AuditFilter(filters.Filter):
    """Filter of the audit trail."""

    q = filters.text(_("搜索"), placeholder=_("对象、说明"))
    person = filters.text(_("姓名"))
    unit = filters.text(_("单位"))
    action = filters.choice(_("操作"), lambda: sorted(policy.TITLES.items(), key=lambda one: str(one[1])))
    kind = filters.choice(_("对象类别"), lambda: [(kind, labels.kind_title(kind)) for kind in trail.kinds()])
    ident = filters.text(_("对象编号"))
    request = filters.text(_("请求编号"))
    since = filters.day(_("自"))
    until = filters.day(_("至"))

    def trail(self) -> trail.Asked:
        """What the trail is asked for."""
        asked = self.asked
        until = asked["until"]
        return trail.Asked(
            text=asked["q"],
            person=asked["person"],
            unit=asked["unit"],
            action=asked["action"],
            kind=asked["kind"],
            ident=asked["ident"],
            request_id=asked["request"],
            since=_midnight(asked["since"]),
            until=_midnight(until + dt.timedelta(days=1)) if until and until < dt.date.max else None,
        )


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_default_timezone()) if day else None


@room("core", "audit", policy="core.see_audit", menu=_("操作记录"), icon="history", order=20)
def audit_page(request: Request) -> HttpResponseBase:
    """The audit trail, newest first; `?before=` goes on below a number, `?verdict=` shows a verification."""
    asked = AuditFilter.from_query(request.GET)
    found = trail.read(asked.trail(), below=_number(request.GET.get("before")))
    return page.page(
        request,
        "core/audit.html",
        title=_("操作记录"),
        asked=asked,
        found=found,
        older=_address(request, before=found.below) if found.below else "",
        newest=_address(request, before=None) if request.GET.get("before") else "",
        verdict=_verdict(request),
        sealed=trail.summary(),
        formats=list(exporting.FORMATS),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def _address(request: Request, *, before: int | None) -> str:
    query: QueryDict = request.GET.copy()
    for name in ("before", "verdict"):
        query.pop(name, None)
    if before is not None:
        query["before"] = str(before)
    return f"{request.path}?{query.urlencode()}"


def _verdict(request: Request) -> Job | None:
    number = _number(request.GET.get("verdict"))
    return Job.objects.filter(pk=number, kind="core.verify_audit", state=Job.State.DONE).first() if number else None


MANY = 50  # things that a bulk action changed, on one page of its event


@room("core", "audit_event", policy="core.see_audit")
def audit_event_page(request: Request, seq: int) -> HttpResponseBase:
    """One event: who, from where, and every difference."""
    try:
        event = trail.one(seq)
    except segments.Unreadable:
        event = None
    if event is None:
        raise Http404
    listed = event.facts.get("differences")
    differences = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    many = Paginator(differences, MANY).get_page(request.GET.get("page"))
    titles = labels.Titles(many.object_list)
    return page.page(
        request,
        "core/audit_event.html",
        title=_("第 {seq} 条").format(seq=seq),
        crumbs=[(_("操作记录"), reverse("core:audit"))],
        event=event,
        action=policy.title(event.action),
        kind=labels.kind_title(event.kind),
        changes=labels.changes(event.kind, event.before, event.after),
        many=[_one_of_many(one, titles) for one in many.object_list],
        pages=many,
        facts={name: value for name, value in event.facts.items() if name != "differences"},
        object_url=_object_url(event),
        sealed=event.pk is None,
    )


def _one_of_many(told: dict[str, Any], titles: labels.Titles) -> dict[str, Any]:
    kind, action = str(told.get("kind", "")), str(told.get("action", ""))
    found = labels.changes(kind, told.get("before"), told.get("after"), titles)
    return {"title": told.get("title"), "action": policy.title(action), "changes": found}


def _object_url(event: AuditEvent) -> str:
    """The page of the thing, where it has one and still stands."""
    try:
        model = apps.get_model(event.kind)
    except (LookupError, ValueError):
        return ""
    if not hasattr(model, "get_absolute_url") or not event.ident.isdigit():
        return ""
    found = model._base_manager.filter(pk=event.ident).first()
    return str(found.get_absolute_url()) if found is not None else ""


@room("core", "audit_verify", policy="core.verify_audit", methods=("POST",))
def verify_audit(request: Request) -> HttpResponseBase:
    """Have the whole trail walked in the background."""
    job = jobs.enqueue("core.verify_audit", request.person)
    return see_other(jobs.done_url(job) or f"{reverse('core:job', args=[job.pk])}?follow=1")


@room("core", "audit_export", policy="core.export_audit", methods=("POST",))
def export_audit(request: Request) -> HttpResponseBase:
    """The trail as filtered, as a file; who took it is told in the trail."""
    form = request.POST.get("form", "csv")
    if form not in exporting.FORMATS:
        raise Http404
    asked = AuditFilter.from_query(request.POST)
    actions.tell_of_export(request.person, form, asked.asked)
    name = quote(f"{_('操作记录')}-{clock.now():%Y%m%d-%H%M}.{form}")
    response = StreamingHttpResponse(
        exporting.lines(trail.walk(asked.trail()), form), content_type=exporting.FORMATS[form]
    )
    response["Content-Disposition"] = f"attachment; filename=\"audit.{form}\"; filename*=UTF-8''{name}"
    return response
