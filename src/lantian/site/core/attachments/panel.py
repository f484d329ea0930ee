"""What the part of a page that shows a thing's files needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.urls import reverse

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
