"""Core's own routes: who one is, jobs, notices, the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from lantian.site.core import clock, jobs, queries
from lantian.site.core.api import document
from lantian.site.core.api.paging import opened_number, orders, paged, sealed_number
from lantian.site.core.api.routing import Room
from lantian.site.core.api.schemas import In, Key, Moment, Named, Out, Page, Paged, Word
from lantian.site.core.api.scopes import declare
from lantian.site.core.audit import segments, trail
from lantian.site.core.faults import WrongState
from lantian.site.core.models import AuditEvent, Job, Notice
from lantian.site.core.notify import actions as notices
from lantian.site.core.notify import queries as inbox
from lantian.site.core.request import Request

declare(
    {
        "jobs:read": _("读取后台任务"),
        "jobs:write": _("取消后台任务"),
        "notices:read": _("读取本人消息"),
        "notices:write": _("把本人消息标为已读"),
        "audit:read": _("读取操作记录"),
    }
)
room = Room("core", "", tag=_("平台"))


class Me(Out):
    """Who asks, and what the token is good for."""

    id: int
    username: str
    name: str
    unit: Named | None
    roles: list[str]
    scopes: list[str] | None = Field(description="of the token; null for a person who is logged in by the browser")
    token_expires_at: Moment | None
    now: Moment = Field(description="the platform's time, which a replay can set")


@room.get("/me", "me", policy="core.use_api", scope=None, summary=_("当前身份"), returns=Me)
def me(request: Request) -> Me:
    """Who the token or the session belongs to."""
    person, token = request.person, getattr(request, "api_token", None)
    return Me(
        id=person.pk,
        username=person.username,
        name=person.name,
        unit=Named.of(person.unit),
        roles=sorted({grant.role for grant in person.held}),
        scopes=token.scopes if token else None,
        token_expires_at=token.expires_at if token else None,
        now=clock.now(),
    )


@room.get(
    "/openapi.json",
    "openapi",
    policy="core.use_api",
    scope=None,
    summary=_("接口描述"),
    returns=None,
    file="application/json",
    hidden=True,
)
def openapi(request: Request) -> JsonResponse:
    """This description, as OpenAPI 3.1."""
    return JsonResponse(document.document(get_language() or ""), json_dumps_params={"ensure_ascii": False})


# Jobs


class JobOut(Out):
    """Work in the background: poll it until `over`."""

    id: int
    kind: str
    title: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    over: bool
    progress: float = Field(description="share done, 0 to 1")
    message: str
    result: Any = Field(description="what the work gave, by its kind; null before it is done")
    created_by: Named | None
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None

    @classmethod
    def of(cls, job: Job) -> JobOut:
        return cls(
            id=job.pk,
            kind=job.kind,
            title=job.title,
            state=job.state,  # type: ignore[arg-type]
            over=job.is_over,
            progress=job.progress,
            message=job.message,
            result=job.result,
            created_by=Named.of(job.created_by),
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
        )


class JobQuery(Paged):
    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = None
    kind: Word | None = None


@room.get("/jobs", "jobs", policy="core.see_job", scope="jobs:read", summary=_("后台任务"), returns=Page[JobOut])
def job_list(request: Request, asked: Query[JobQuery]) -> Page[JobOut]:
    """One's own jobs, latest first; the administrator sees all."""
    jobs.sweep()
    rows = queries.jobs_seen(request.person).filter(**_given(asked, "state", "kind"))
    return paged(rows, asked, orders("-pk"), JobOut.of)


@room.get("/jobs/{int:pk}", "job", policy="core.see_job", scope="jobs:read", summary=_("一项后台任务"), returns=JobOut)
def job(request: Request, pk: int) -> JobOut:
    """How far it is and how it ended."""
    return JobOut.of(_job(request, pk))


@room.post(
    "/jobs/{int:pk}/cancel",
    "job_cancel",
    policy="core.cancel_job",
    scope="jobs:write",
    summary=_("取消后台任务"),
    returns=JobOut,
    conflicts=True,
)
def job_cancel(request: Request, pk: int) -> JobOut:
    """Stop it: at once when it waits, at its next sign of progress when it runs."""
    return JobOut.of(jobs.cancel(request.person, _job(request, pk)))


def _job(request: Request, pk: int) -> Job:
    found = queries.job(request.person, pk)
    if found is None:
        raise Http404
    return found


# Notices


class NoticeOut(Out):
    """Something the platform tells one person."""

    id: int
    kind: str
    title: str
    body: str
    url: str = Field(description="path of the page where the matter is dealt with")
    created_at: Moment
    read_at: Moment | None

    @classmethod
    def of(cls, notice: Notice) -> NoticeOut:
        return cls(
            id=notice.pk,
            kind=notice.kind,
            title=notice.title,
            body=notice.body,
            url=notice.url,
            created_at=notice.created_at,
            read_at=notice.read_at,
        )


class NoticeQuery(Paged):
    unread: bool | None = Field(None, description="only those not read yet (true) or read (false)")
    kind: Word | None = None


class Read(Out):
    read: int = Field(description="how many notices became read")


@room.get(
    "/notices",
    "notices",
    policy="core.see_notices",
    scope="notices:read",
    summary=_("本人的消息"),
    returns=Page[NoticeOut],
)
def notice_list(request: Request, asked: Query[NoticeQuery]) -> Page[NoticeOut]:
    """One's own inbox, latest first."""
    rows = inbox.inbox(request.person).filter(**_given(asked, "kind"))
    if asked.unread is not None:
        rows = rows.filter(read_at__isnull=asked.unread)
    return paged(rows, asked, orders("-pk"), NoticeOut.of)


class ReadIn(In):
    notices: list[Key] | None = Field(None, max_length=200, description="which ones; all of them without it")


@room.post(
    "/notices/read",
    "notices_read",
    policy="core.see_notices",
    scope="notices:write",
    summary=_("标为已读"),
    returns=Read,
)
def notices_read(request: Request, payload: ReadIn) -> Read:
    """Mark one's own notices as read."""
    return Read(read=notices.mark_read(request.person, payload.notices))


# Audit


class AuditOut(Out):
    """One thing that somebody did. A link of the hash chain."""

    seq: int
    at: Moment
    person: str
    unit: str
    ip: str
    request_id: str
    action: str
    kind: str
    ident: str
    title: str
    note: str
    hash: str

    @classmethod
    def of(cls, event: AuditEvent) -> AuditOut:
        return cls(**cls.values(event))

    @staticmethod
    def values(event: AuditEvent) -> dict[str, Any]:
        return {
            "seq": event.seq,
            "at": event.at,
            "person": event.person_name,
            "unit": event.unit_name,
            "ip": event.ip,
            "request_id": event.request_id,
            "action": event.action,
            "kind": event.kind,
            "ident": event.ident,
            "title": event.title,
            "note": event.note,
            "hash": event.hash,
        }


class AuditDetail(AuditOut):
    """One event with all its differences."""

    before: Any
    after: Any
    facts: Any
    prev_hash: str

    @classmethod
    def of(cls, event: AuditEvent) -> AuditDetail:
        more = {"before": event.before, "after": event.after, "facts": event.facts, "prev_hash": event.prev_hash}
        return cls(**cls.values(event), **more)


class AuditQuery(Paged):
    q: Word = Field("", description="part of title or note")
    person: Word = Field("", description="part of the name")
    unit: Word = Field("", description="part of the unit's name")
    action: Word = ""
    kind: Word = ""
    ident: Word = Field("", description="with kind: one thing")
    request_id: Word = ""
    since: dt.date | None = Field(None, description="first day")
    until: dt.date | None = Field(None, description="last day")


@room.get("/audit", "audit", policy="core.see_audit", scope="audit:read", summary=_("操作记录"), returns=Page[AuditOut])
def audit_list(request: Request, asked: Query[AuditQuery]) -> Page[AuditOut]:
    """The trail, newest first, sealed segments included.

    A page can be short or empty and yet have a `next`: a search goes through a bounded part of the segments at a time.
    """
    looked = trail.Asked(
        text=asked.q,
        person=asked.person,
        unit=asked.unit,
        action=asked.action,
        kind=asked.kind,
        ident=asked.ident,
        request_id=asked.request_id,
        since=_midnight(asked.since),
        until=_midnight(asked.until + dt.timedelta(days=1)) if asked.until and asked.until < dt.date.max else None,
    )
    found = trail.read(looked, below=opened_number(asked, "audit"), size=asked.limit)
    if found.unreadable:
        raise WrongState(_("有一段封存的操作记录读不出来。"), remedy=_("请管理员运行 lantian audit verify。"))
    following = sealed_number(found.below, asked, "audit") if found.below is not None else None
    return Page[AuditOut](items=[AuditOut.of(event) for event in found.rows], next=following)


@room.get(
    "/audit/{int:seq}",
    "audit_event",
    policy="core.see_audit",
    scope="audit:read",
    summary=_("一条操作记录"),
    returns=AuditDetail,
)
def audit_event(request: Request, seq: int) -> AuditDetail:
    """One event with every difference."""
    try:
        event = trail.one(seq) if seq <= 2**63 - 1 else None
    except segments.Unreadable:
        event = None
    if event is None:
        raise Http404
    return AuditDetail.of(event)


def _midnight(day: dt.date | None) -> dt.datetime | None:
    if day is None:
        return None
    return dt.datetime.combine(max(day, dt.date(1900, 1, 1)), dt.time(), tzinfo=timezone.get_default_timezone())


def _given(asked: Paged, *names: str) -> dict[str, Any]:
    """The filters of these names that were given."""
    return {name: value for name in names if (value := getattr(asked, name)) is not None}
