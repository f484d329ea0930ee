"""Reads of notices and deliveries."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from lantian.site.core.models import Delivery, Notice
from lantian.site.core.policy import Actor

MANY = 99


def inbox(actor: Actor, where: Q | None = None) -> QuerySet[Notice]:
    """One's own notices, latest first."""
    return Notice.objects.filter(where or Q(), person=own_key(actor)).order_by("-pk")


def own_key(actor: Actor) -> int:
    """The key of a person; of the machine, which has no inbox, one that nobody has."""
    return getattr(actor, "pk", None) or 0


def unread(request: Any) -> str:
    """How many notices wait to be read, as the bell shows it: '', '7', '99+'. One bounded query a request."""
    if not hasattr(request, "_unread"):
        waiting = Notice.objects.filter(person=request.person.pk, read_at=None).order_by()
        count = waiting[: MANY + 1].count()
        request._unread = f"{MANY}+" if count > MANY else str(count or "")
    return request._unread


def deliveries(where: Q | None = None) -> QuerySet[Delivery]:
    """What left or is to leave the platform, with the number of notices in each."""
    return Delivery.objects.filter(where or Q()).select_related("person").annotate(n=Count("notices"))
