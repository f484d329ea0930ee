"""Ends sessions that nobody uses, or that are too old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lantian.site.core.phone import is_copy
from lantian.site.org import sessions

# Pages that a browser asks for by itself, as it does for copies to lay by: they keep nobody logged in.
BY_ITSELF = {"core:bell", "core:outbox_me", "core:job_progress", "plans:import_progress"}


class SessionEnds:
    """Logs out before the view runs; tells the page how long it has left (`request.session_ends`)."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not request.user.is_authenticated:
            return
        ends = sessions.ends(request)
        if min(ends.idle, ends.absolute) <= 0:
            logout(request)
            messages.info(request, _("登录已到时，为安全起见已经退出，请重新登录。"))
            return
        declared = getattr(view, "declared", None)
        if declared and f"{declared.room}:{declared.name}" not in BY_ITSELF and not is_copy(request):
            sessions.touch(request)
            ends = sessions.ends(request)
        request.session_ends = ends  # type: ignore[attr-defined]
