"""The platform on a phone: the certificate it must trust, and work where there is no network.

What a person does without network is kept on the phone as the form it was, and sent later by script
(`frontend/src/queue`): to the same address, with the key of the form (`core.once`), so that it is done once.
"""

from __future__ import annotations

from typing import Any

from django.contrib.messages.context_processors import messages
from django.http import HttpRequest

QUEUED = "X-Queued"  # of a record sent by the queue: the person who made it, by number
FOLLOW = "X-Queued-Follow"  # its page stands open and will show what the site says
COPY = "X-Copy"  # of a page that the service worker lays by, which nobody looks at now


def is_queued(request: HttpRequest) -> bool:
    """Whether a form comes from the queue of a phone, whose script reads the answer."""
    return QUEUED in request.headers


def is_copy(request: HttpRequest) -> bool:
    """Whether a page is asked for to be laid by on the phone."""
    return COPY in request.headers


def said_to_reader(request: HttpRequest) -> dict[str, Any]:
    """Template context: what the site says of the last action. It is said once, so never to a copy laid by."""
    return {} if is_copy(request) else messages(request)
