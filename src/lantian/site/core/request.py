"""A request as our middleware leaves it, for type hints of views."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """`person` is who is logged in (org.Person, or Django's AnonymousUser), `id` the request's number."""

    person: Any
    id: str
    htmx: HtmxDetails
