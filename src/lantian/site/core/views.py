"""Pages of core: home, jobs, health, language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters, jobs, page, policy, queries, registries, work
from lantian.site.core.models import Job
from lantian.site.core.page import open_page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page

page.declare_room("core", _("平台"), icon="settings", order=900)


@room("core", "home", policy="core.home")
def home_page(request: Request) -> HttpResponseBase:
    """The start page: what waits for the person, and the rooms that are open to them; the tour on the first visit."""
    person = request.person
    mine = work.my_work(person)
    return page.page(
        request,
        "core/home.html",
        title=_("我的工作"),
        work=mine,
        panels=page.panels("core.home", person, person),
        tour=[] if mine.toured and "tour" not in request.GET else work.tour(person),
    )


@room("core", "panel", policy="core.home")
def panel_part(request: Request, name: str, pk: int) -> HttpResponseBase:
    """A panel that a page fetches once it is drawn; a page of its own without script."""
    if name not in registries.panels or not registries.panels[name].later:
        raise Http404
    panel = registries.panels[name]
    if panel.policy:
        policy.require(request.person, panel.policy)
    obj = registries.places[panel.place](request.person, pk)
    if obj is None:
        raise Http404
    shown = page.built_panel(panel, request.person, obj)
    if request.htmx:
        part = "core/parts/panel.html"
        return render(request, part, {"panel": shown, "person": request.person}) if shown else HttpResponse()
    crumbs = [(str(obj), obj.get_absolute_url())] if hasattr(obj, "get_absolute_url") else []
    return page.page(request, "core/panel.html", title=panel.title, crumbs=crumbs, panel=shown)


@room("core", "tour_seen", policy="core.home", methods=("POST",))
def tour_seen(request: Request) -> HttpResponseBase:
    """The tour was walked through or put away: it does not come by itself again."""
    work.mark_toured(request.person)
    return HttpResponse(status=204)


@open_page(
    "core", "health", why="load balancers and `lantian doctor` ask without a login; tells nothing but that it works"
)
def health_page(request: Request) -> HttpResponseBase:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@open_page("core", "language", why="the login page has the switch, too", methods=("POST",))
def set_language(request: Request) -> HttpResponseBase:
    """Switch the language and go back to where the person was."""
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        after = reverse("core:home")
    response = HttpResponseRedirect(after)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        )
    return response


class JobFilter(filters.Filter):
    """Filter of the page of jobs."""

    state = filters.choice(_("状态"), Job.State.choices)
    kind = filters.choice(_("类别"), lambda: [(kind.name, kind.title) for kind in jobs.kinds])

    def where(self) -> Q:
        where = Q()
        if state := self.asked["state"]:
            where &= Q(state=state)
        if kind := self.asked["kind"]:
            where &= Q(kind=kind)
        return where


JOBS = Table(
    columns=[
        Column("pk", _("编号"), sort="pk", css="number", link=lambda job: reverse("core:job", args=[job.pk])),
        Column("title", _("名称")),
        Column(
            "state",
            _("状态"),
            sort="state",
            template="core/parts/job_state.html",
            exported=lambda job: job.get_state_display(),
        ),
        Column("message", _("说明"), css="wide"),
        Column("created_by", _("提交人"), sort="created_by__name"),
        Column("created_at", _("提交时间"), sort="created_at", css="nowrap"),
        Column("finished_at", _("结束时间"), sort="finished_at", css="nowrap minor"),
    ],
    sort="-pk",
    empty=_("没有后台任务。"),
    empty_hint=_("导入文件、导出数据等耗时操作会出现在这里。"),
)


@room("core", "jobs", policy="core.see_jobs", menu=_("后台任务"), icon="progress", order=10)
def jobs_page(request: Request) -> HttpResponseBase:
    """All background jobs, for the administrator."""
    jobs.sweep()
    asked = JobFilter.from_query(request.GET)
    rows = queries.jobs_seen(request.person, asked.where())
    waiting = Job.objects.filter(state=Job.State.QUEUED).order_by("pk").first()
    return list_page(
        request,
        "core/jobs.html",
        title=_("后台任务"),
        table=JOBS,
        rows=rows,
        asked=asked,
        stalled=waiting is not None and jobs.waits_long(waiting),
    )


@room("core", "my_jobs", policy="core.home")
def my_jobs_page(request: Request) -> HttpResponseBase:
    """One's own background jobs and what came of them."""
    rows = Job.objects.filter(created_by=request.person.pk)
    return list_page(request, "core/jobs.html", title=_("我的后台任务"), table=JOBS, rows=rows, stalled=False)


@room("core", "job", policy="core.see_job")
def job_page(request: Request, pk: int) -> HttpResponseBase:
    """One job: how far it is, how it ended."""
    job = _job(request, pk)
    crumbs = [(_("后台任务"), reverse("core:jobs"))] if policy.may(request.person, "core.see_jobs") else []
    return page.page(request, "core/job.html", title=str(job), crumbs=crumbs, **_job_context(request, job))


@room("core", "job_progress", policy="core.see_job")
def job_progress(request: Request, pk: int) -> HttpResponseBase:
    """The part of a page that shows a job's progress; asks for itself again until the job is over."""
    job = _job(request, pk)
    response = page.page(request, "core/parts/job.html", **_job_context(request, job))
    if job.is_over and (after := jobs.done_url(job)) and request.GET.get("follow"):
        response["HX-Redirect"] = after
    return response


@room("core", "job_cancel", policy="core.cancel_job", methods=("POST",))
def cancel_job(request: Request, pk: int) -> HttpResponseBase:
    """Stop a job."""
    job = jobs.cancel(request.person, _job(request, pk))
    if not request.htmx:
        messages.success(request, _("已要求停止。"))
        return see_other("core:job", pk=pk)
    return page.page(request, "core/parts/job.html", **_job_context(request, job))


def _job(request: Request, pk: int) -> Job:
    job = queries.job(request.person, pk)
    if job is None:
        raise Http404
    return job


def _job_context(request: Request, job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "done_url": jobs.done_url(job),
        "stalled": jobs.waits_long(job),
        "can_cancel": not job.is_over and policy.may(request.person, "core.cancel_job", job),
        "see_error": bool(job.error) and policy.may(request.person, "core.see_jobs"),
        "follow": bool(request.GET.get("follow")),
    }
