"""The one way to lock rows.

Django's own `select_for_update()` has two traps on PostgreSQL, which fifty people at once find within a minute. It
locks every table of the statement, so that a model whose ordering follows a foreign key locks the rows behind it too.
And it locks as if the row's key were to change, so that others who store a reference to the row wait: PostgreSQL
checks references at the end of a transaction, when an action already holds the end of the audit trail, and two such
transactions wait for one another for good.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

Rows = TypeVar("Rows", bound="QuerySet[Any, Any]")


def locked(rows: Rows) -> Rows:
    """These rows alone under lock until the transaction ends, taken in the order of their keys, so that two who lock
    several never wait for one another. Their keys stay: rows that refer to them can be stored meanwhile."""
    held: Rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    return held


def unclaimed(rows: Rows) -> Rows:
    """Those of the rows that nobody else has under lock, under lock: work that several share without waiting."""
    held: Rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)
    return held
