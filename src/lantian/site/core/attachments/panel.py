"""What the part of a page that shows a thing's files needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from lantian.site.core import policy
from lantian.site.core.attachments import kinds, links
from lantian.site.core.audit import kind_of


def panel(person: Any, thing: models.Model, outcomes: Sequence[links.Outcome] = ()) -> dict[str, Any]:
    """Context of `core/parts/attachments.html`; one SQL query.

    `outcomes` of an upload just made put what was refused at the field.
    """
    carrier = links.carrier_of(thing)
    open_now = carrier.open_to_change(thing)
    bounds = kinds.rules().per_object
    return {
        "attachments": list(links.links_of(thing)),
        "attachments_url": reverse("core:attachments", args=[kind_of(thing), str(thing.pk)]),
        "attachments_key": f"files-{kind_of(thing).replace('.', '-')}-{thing.pk}",
        "can_attach": open_now and policy.may(person, carrier.add, thing),
        "can_remove": open_now and policy.may(person, carrier.remove, thing),
        "accept": kinds.endings(carrier.allowed),
        "most_files": bounds.max_files,
        "refused": [outcome for outcome in outcomes if outcome.fault is not None],
        "added": sum(outcome.fault is None for outcome in outcomes),
    }


def back_to(request: HttpRequest, address: str) -> str:
    """Path and query of an address of this very site; the start page for any other."""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return reverse("core:home")
    parts = urlsplit(address)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
