"""The platform on a phone: the certificate it must trust, and work where there is no network.

What a person does without network is kept on the phone as the form it was, and sent later by script
(`frontend/src/queue`): to the same address, with the key of the form (`core.once`), so that it is done once.
"""

from __future__ import annotations

from django.http import HttpRequest

QUEUED = "X-Queued"  # of a record sent by the queue: the person who made it, by number
FOLLOW = "X-Queued-Follow"  # its page stands open and will show what the site says


def is_queued(request: HttpRequest) -> bool:
    """Whether a form comes from the queue of a phone, whose script reads the answer."""
    return QUEUED in request.headers
