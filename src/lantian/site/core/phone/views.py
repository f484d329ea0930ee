"""The installable app: its manifest, its service worker, what waits to be sent, and who asks."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.site.core.page import open_page, page
from lantian.site.core.phone.middleware import log_in_first
from lantian.site.core.registries import offline_pages
from lantian.site.core.templatetags.lantian import DIST, asset

ICONS = "lantian/img/"
COLOUR = "#1f6fb2"


@open_page("core", "manifest", why="the browser reads it without cookies; it names the app and its drawings")
def manifest(request: HttpRequest) -> HttpResponseBase:
    """What a phone needs to put the platform on its home screen."""
    icons: list[dict[str, str]] = [{"src": static(f"{ICONS}lantian.svg"), "sizes": "any", "type": "image/svg+xml"}]
    for size in ("192", "512"):
        icons.append({"src": static(f"{ICONS}app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"})
    maskable = {"src": static(f"{ICONS}app-maskable-512.png"), "sizes": "512x512", "type": "image/png"}
    told: dict[str, Any] = {
        "name": _("蓝天大气污染防治平台"),
        "short_name": _("蓝天"),
        "lang": get_language(),
        "id": "/",
        "start_url": reverse("core:home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": COLOUR,
        "icons": [*icons, maskable | {"purpose": "maskable"}],
        "shortcuts": [{"name": _("待发送"), "url": reverse("core:outbox")}],
    }
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/manifest+json")


@open_page("core", "service_worker", why="a script that holds nothing of anybody; it must lie at the root to reach all")
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker, told what every page needs; another version of any of it makes another worker."""
    found = finders.find(f"{DIST}sw.js")
    if not isinstance(found, str):
        raise Http404
    script = Path(found).read_text(encoding="utf-8")
    outbox = reverse("core:outbox")
    shell = [
        outbox,
        *(asset(name) for name in ("lantian.css", "lantian.js", "icons.svg")),
        static(f"{ICONS}lantian.svg"),
    ]
    version = hashlib.sha256("\n".join([script, *shell]).encode()).hexdigest()[:12]
    told = json.dumps({"SHELL": shell, "VERSION": version, "OUTBOX": outbox})
    answer = HttpResponse(f"self.LANTIAN = {told};\n{script}", content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@open_page("core", "outbox", why="shown without network and after a session ended; all on it is read from the phone")
def outbox_page(request: HttpRequest) -> HttpResponseBase:
    """What waits on this phone, what was refused, and which pages can be read without network."""
    return page(request, "core/phone/outbox.html", title=_("待发送"))


@open_page("core", "outbox_me", why="the queue asks whether one must log in first; tells a person only of themselves")
def outbox_me(request: HttpRequest) -> HttpResponseBase:
    """Who is logged in, with a token for sending; with `pages`, what this person needs where there is no network."""
    person = request.user
    if not person.is_authenticated or person.must_first:
        return log_in_first()
    told: dict[str, Any] = {
        "person": person.pk,
        "name": getattr(person, "name", ""),
        "token": get_token(request),
    }
    if "pages" in request.GET:
        pages = [address for _name, build in offline_pages.items() for address in build(person)]
        told["pages"] = [reverse("core:home"), *dict.fromkeys(pages)] if pages else []
    return JsonResponse(told)
