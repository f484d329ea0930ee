"""Answers to what the queue of a phone sends: for its script, not for a browser that shows pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse

from lantian.site.core.phone import FOLLOW, QUEUED, is_queued

Answer = Callable[[HttpRequest], HttpResponse]


class Queued:
    """Takes a queued record only from the person who made it, and says where it led and in which words.

    Somebody else may have logged in on the phone between the script's question and its sending.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if not is_queued(request) or "Location" not in response:
            return response
        said = [] if FOLLOW in request.headers else [str(one) for one in messages.get_messages(request)]
        return JsonResponse({"done": response["Location"], "said": said})

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not is_queued(request):
            return None
        person = request.user
        theirs = person.is_authenticated and request.headers[QUEUED] == str(person.pk)
        return None if theirs and not getattr(person, "must_first", "") else log_in_first()


def log_in_first() -> HttpResponse:
    """The record stays on the phone until its person has logged in."""
    return JsonResponse({"login": True}, status=401)
