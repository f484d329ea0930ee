"""Who asks and from where, for the audit trail: set by the middleware, by a job, or by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Where an action came from: network address and request (or job) id."""

    ip: str = ""
    request_id: str = ""


_NOWHERE = Origin()
_origin: ContextVar[Origin | None] = ContextVar("lantian_origin", default=None)


def origin() -> Origin:
    """The origin of what is being done now."""
    return _origin.get() or _NOWHERE


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Everything within comes from there."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)
