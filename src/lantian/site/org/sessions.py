"""Browsers that somebody is logged in with: when they end, how many there may be, and ending them from elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from lantian.site.core import clock
from lantian.site.core.context import origin
from lantian.site.org.models import LoginSession, Person

BEGAN, SEEN = "lantian_began", "lantian_seen"
TOUCH_S = 60  # "seen" is written at most this often
KEPT = dt.timedelta(days=90)


@dataclass(frozen=True)
class Ends:
    """Seconds until a session ends: without use, and whatever is done."""

    idle: int
    absolute: int


def ends(request: HttpRequest) -> Ends:
    """How long the session of a logged-in request holds; one whose beginning nobody wrote down is over."""
    now = int(clock.real_now().timestamp())
    return Ends(
        idle=request.session.get(SEEN, 0) + settings.LANTIAN_SESSION_IDLE_MINUTES * 60 - now,
        absolute=request.session.get(BEGAN, 0) + settings.LANTIAN_SESSION_HOURS * 3600 - now,
    )


def started(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Django's hook after a log-in, by whichever door: the session's time runs from here."""
    request.session[BEGAN] = request.session[SEEN] = int(clock.real_now().timestamp())


def touch(request: HttpRequest) -> None:
    """The person did something: idle time begins anew."""
    now = clock.real_now()
    if int(now.timestamp()) - request.session.get(SEEN, 0) >= TOUCH_S:
        request.session[SEEN] = int(now.timestamp())
        LoginSession.objects.filter(key=request.session.session_key).update(seen_at=now)


def begin(request: HttpRequest, person: Person) -> LoginSession:
    """Write down a log-in, and end the oldest of a person who has too many."""
    LoginSession.objects.filter(person=person, ended_at__lt=clock.real_now() - KEPT).delete()
    made = LoginSession.objects.create(
        person=person,
        key=request.session.session_key or "",
        ip=origin().ip[:45],
        agent=request.headers.get("User-Agent", "")[:200],
    )
    if most := settings.LANTIAN_SESSIONS:
        end(LoginSession.objects.filter(pk__in=[one.pk for one in open_sessions(person)[most:]]))
    return made


def open_sessions(person: Any) -> list[LoginSession]:
    """A person's sessions that hold, the latest first: two SQL queries."""
    rows = list(LoginSession.objects.filter(person=person, ended_at=None).order_by("-began_at", "-pk"))
    idle = clock.real_now() - dt.timedelta(minutes=settings.LANTIAN_SESSION_IDLE_MINUTES, seconds=TOUCH_S)
    alive = set(
        Session.objects.filter(session_key__in=[row.key for row in rows], expire_date__gt=clock.real_now()).values_list(
            "session_key", flat=True
        )
    )
    return [row for row in rows if row.key in alive and row.seen_at > idle]


def renamed(before: str, after: str) -> None:
    """A session that goes on under another key, as after a change of password."""
    LoginSession.objects.filter(key=before).update(key=after)


def end(rows: QuerySet[LoginSession]) -> int:
    """End sessions: their browsers are logged out with the next request. How many there were."""
    keys = list(rows.filter(ended_at=None).values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return rows.filter(ended_at=None).update(ended_at=clock.real_now(), key="")
