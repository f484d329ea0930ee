"""What every request passes: security headers, who asks and when, and typed errors turned into pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from lantian.site.core import clock, errors, uploads
from lantian.site.core.context import Origin, coming_from
from lantian.site.core.faults import Fault

Answer = Callable[[HttpRequest], HttpResponse]


def _tile_host() -> str:
    """The host of the base map's tiles, where the installation names one outside."""
    address = urlsplit(settings.LANTIAN_MAP_TILES)
    return f" {address.scheme}://{address.netloc}" if address.scheme in ("http", "https") and address.netloc else ""


# No inline script or style anywhere; `data:` images are the small drawings inside the style sheet.
CONTENT_SECURITY = "; ".join(
    [
        "default-src 'self'",
        f"img-src 'self' data:{_tile_host()}",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Language:
    """Chinese unless the person switched: an office may use an English browser that nobody chose for its language."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.answer(request)
        response.setdefault("Content-Language", language)
        return response


class SecurityHeaders:
    """Headers that hold for every answer, static files and errors included."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.setdefault("Content-Security-Policy", CONTENT_SECURITY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=()")
        if not request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            # Pages show what this person may see: no shared or later cache may keep them.
            response.setdefault("Cache-Control", "no-store")
        return response


class Asked:
    """Sets `request.person` and `request.id`, holds the clock, and turns away bodies over the limit unread."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = _request_id(request)  # type: ignore[attr-defined]
        request.person = SimpleLazyObject(lambda: _person(request))  # type: ignore[attr-defined]
        held = clock.hold()
        try:
            with coming_from(Origin(request.META.get("REMOTE_ADDR", ""), request.id)):  # type: ignore[attr-defined]
                limit, length = uploads.usual(), _length(request)
                if length > limit + uploads.FORM_AROUND:
                    limit = uploads.limit_of(request)  # type: ignore[arg-type]
                too_large = length > limit + uploads.FORM_AROUND
                response = errors.too_large(request, limit) if too_large else self.answer(request)
        finally:
            clock.release(held)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class TypedErrors:
    """Turns a `Fault` that a view let through into its page (or, for htmx, a message on the page); and a write that
    waited too long for another's into one that says so."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) and "database is locked" in str(exception):
            return errors.busy(request)
        return errors.fault(request, exception) if isinstance(exception, Fault) else None


def _person(request: HttpRequest) -> object:
    return request.user


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]


def _length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
