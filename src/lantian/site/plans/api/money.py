"""Money of tasks over the HTTP API, in yuan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.site.core.api import In, Line, Out, Word
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.api import room
from lantian.site.plans.models import Task
from lantian.site.plans.queries import parts

_WRITE: dict[str, Any] = {"scope": "progress:write", "conflicts": True}


class MoneyOut(Out):
    """资金: what a task has, in yuan."""

    task: int
    budget: float | None
    allotted: float | None
    paid: float | None
    source: str

    @classmethod
    def of(cls, task: Task) -> MoneyOut:
        amounts = {name: getattr(task, name) for name in ("budget", "allotted", "paid")}
        return cls(
            task=task.pk,
            source=task.fund_source,
            **{name: None if value is None else float(value) for name, value in amounts.items()},
        )


def _task(request: Request, pk: int) -> Task:
    found: Task | None = parts.with_roles(request.person).filter(pk=pk).exclude(origin="instruction").first()
    if found is None:
        raise Http404
    return found


@room.get(
    "/tasks/{int:pk}/money",
    "money",
    policy="plans.see",
    scope="plans:read",
    summary=_("任务资金"),
    returns=MoneyOut,
)
def money(request: Request, pk: int) -> MoneyOut:
    """Budget, allotted and paid."""
    return MoneyOut.of(_task(request, pk))


class MoneyIn(In):
    budget: float | None = Field(None, ge=0, le=99_999_999_999)
    allotted: float | None = Field(None, ge=0, le=99_999_999_999)
    paid: float | None = Field(None, ge=0, le=99_999_999_999)
    source: Word = Field("", max_length=60)
    reason: Line = ""


@room.put(
    "/tasks/{int:pk}/money",
    "money_set",
    policy="plans.task.fund",
    summary=_("登记资金"),
    returns=MoneyOut,
    **_WRITE,
)
def money_set(request: Request, pk: int, payload: MoneyIn) -> MoneyOut:
    """Say what a task has; no more is paid than allotted, nor allotted than budgeted."""
    given = {name: getattr(payload, name) for name in ("budget", "allotted", "paid")}
    amounts = {n: None if v is None else Decimal(str(v)).quantize(Decimal("0.01")) for n, v in given.items()}
    made = actions.set_money(
        request.person, _task(request, pk), source=payload.source, reason=payload.reason, **amounts
    )
    return MoneyOut.of(made)
