"""Forms that are taken once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from lantian.site.core.api.once import once
from lantian.site.core.request import Request

ONCE = "once"  # name of the field that the tag `once` puts into a form


def sent_once(request: Request, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What a form does, done once however often it is sent: a page that `{% once %}` put a key into may be sent twice
    by an impatient hand or a poor line. `act` raises what it refuses, so that the form can be sent again.
    """
    key = request.POST.get(ONCE, "")
    return once(request, request.person.pk, act, key=f"form:{key}") if key else act()
