"""Files on things of any room: the list, upload, download, thumbnail, removal. The thing decides who may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.attachments import links, serving
from lantian.site.core.attachments.panel import back_to, panel
from lantian.site.core.faults import Fault
from lantian.site.core.models import AttachmentLink
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request


@room("core", "attachments", policy="core.see_attachments", methods=("GET", "POST"))
def attachments_part(request: Request, kind: str, ident: str) -> HttpResponseBase:
    """The list of a thing's files; POST adds some. Script gets this part of the page, others are sent back to it."""
    thing = _thing(request, kind, ident)
    outcomes: list[links.Outcome] = []
    if request.method == "POST":
        uploads = [(file, file.name or "") for file in request.FILES.getlist("files")]
        outcomes = links.attach_all(request.person, thing, uploads, caption=request.POST.get("caption", ""))
        if not request.htmx:
            for one in outcomes:
                if one.fault is not None:
                    messages.error(request, f"{one.name}：{one.fault}")
            if not uploads:
                messages.error(request, _("请先选择文件。"))
            return _back(request)
    return page.page(request, "core/parts/attachments.html", **_context(request, thing, outcomes))


@room("core", "attachment", policy="core.see_attachments")
def attachment_file(request: Request, pk: int) -> HttpResponseBase:
    """A file as it was handed in; `?inline=1` shows pictures and PDF in the browser."""
    return serving.download(_link(request, pk).attachment, inline=request.GET.get("inline") == "1")


@room("core", "attachment_thumbnail", policy="core.see_attachments")
def attachment_thumbnail(request: Request, pk: int) -> HttpResponseBase:
    """A small picture."""
    return serving.thumbnail(_link(request, pk).attachment)


@room("core", "attachment_remove", policy="core.remove_attachment", methods=("POST",))
def remove_attachment(request: Request, pk: int) -> HttpResponseBase:
    """Take a file off its thing, with a reason."""
    link = _link(request, pk)
    thing = links.thing_of(request.person, link)
    if thing is None:
        raise Http404
    try:
        links.remove(request.person, link, reason=request.POST.get("reason", ""))
    except Fault as fault:
        if not request.htmx:
            raise
        return page.page(
            request,
            "core/parts/attachments.html",
            status=fault.status,
            **_context(request, thing, [links.Outcome(link.attachment.name, fault=fault)]),
        )
    if not request.htmx:
        return _back(request)
    return page.page(request, "core/parts/attachments.html", **_context(request, thing))


def _context(request: Request, thing: models.Model, outcomes: Sequence[links.Outcome] = ()) -> dict[str, Any]:
    # What is sent from the part by itself goes back to the page around it.
    around = back_to(request, request.headers.get("HX-Current-URL") or request.META.get("HTTP_REFERER", ""))
    return panel(request.person, thing, outcomes) | {"back": around}


def _thing(request: Request, kind: str, ident: str) -> models.Model:
    found = links.carriers[kind].find(request.person, ident) if kind in links.carriers else None
    if found is None:
        raise Http404
    return found


def _link(request: Request, pk: int) -> AttachmentLink:
    found = links.visible_link(request.person, pk)
    if found is None:
        raise Http404
    return found


def _back(request: Request) -> HttpResponseBase:
    return see_other(back_to(request, request.POST.get("next", "")))
