"""Parts of tasks over the HTTP API: what is there, and the whole breakdown written anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.site.core.api import In, Key, Line, Named, Out, Prose, Word
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.org.models import Unit
from lantian.site.plans import actions, shares
from lantian.site.plans.api import room
from lantian.site.plans.models import Task
from lantian.site.plans.queries import parts as queries

_BREAK: dict[str, Any] = {"policy": "plans.task.break_down", "scope": "progress:write", "conflicts": True}


class ShareOut(Out):
    """A share of one of the whole's numbers."""

    number: int = Field(description="the number of the whole that it is a share of")
    value: float
    unit: str


class PartOut(Out):
    """分解任务: what one unit was given of a task."""

    id: int
    units: list[Named]
    number: str
    title: str
    text: str
    officer: str
    due: dt.date | None
    late_reason: str
    state: str
    percent: int | None
    shares: list[ShareOut]


class SumOut(Out):
    """A number against what is given out of it."""

    number: int
    what: str
    value: float
    unit: str
    given: float
    rest: float
    agrees: bool


class BreakdownOut(Out):
    """A task's parts and whether their shares add up."""

    task: int
    rest_open: bool = Field(description="the rest is given out later")
    parts: list[PartOut]
    sums: list[SumOut]

    @classmethod
    def of(cls, task: Task) -> BreakdownOut:
        parts = queries.direct(task)
        numbers = shares.numbers(task.quantities.all())
        head = {row: number.key for number in numbers for row in number.rows}
        sums = shares.sums(numbers, queries.given(parts, numbers)) if parts else []
        return cls(
            task=task.pk,
            rest_open=task.rest_open,
            parts=[_part(part, head) for part in parts],
            sums=[
                SumOut(
                    number=one.number.key,
                    what=one.number.what,
                    value=one.number.value,
                    unit=one.number.unit,
                    given=one.total,
                    rest=one.rest,
                    agrees=one.agrees,
                )
                for one in sums
            ],
        )


def _part(part: Task, head: dict[int, int]) -> PartOut:
    return PartOut(
        id=part.pk,
        units=[Named(id=r.unit_id, name=r.name) for r in part.roles.all() if r.unit_id is not None],
        number=part.number,
        title=part.title,
        text=part.text,
        officer=part.officer,
        due=part.due,
        late_reason=part.late_reason,
        state=part.state,
        percent=part.percent,
        shares=[
            ShareOut(number=head[q.of_id], value=q.value, unit=q.unit)
            for q in part.quantities.all()
            if q.of_id is not None and q.of_id in head
        ],
    )


def _found(request: Request, pk: int) -> Task:
    found = queries.with_roles(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@room.get(
    "/tasks/{int:pk}/parts",
    "parts",
    policy="plans.see",
    scope="plans:read",
    summary=_("任务的分解"),
    returns=BreakdownOut,
)
def part_list(request: Request, pk: int) -> BreakdownOut:
    """What a task is broken down into, and its numbers against the sums of the shares."""
    return BreakdownOut.of(_found(request, pk))


class ShareIn(In):
    number: Key = Field(description="a number of the whole")
    value: float = Field(ge=0, le=1e12)


class PartIn(In):
    id: Key | None = Field(None, description="the part that is there already; left out for a new one")
    unit: Key
    officer: Word = Field("", max_length=50)
    due: dt.date | None = Field(None, description="left out: the task's own; later only with `late_reason`")
    text: Prose = ""
    late_reason: Line = Field("", max_length=300)
    shares: list[ShareIn] = Field(default_factory=list, max_length=50)


class BreakdownIn(In):
    parts: list[PartIn] = Field(max_length=500, description="all of them: those that are left out are taken away")
    partial: bool = Field(False, description="the rest is given out later, and shows as a gap")


@room.put("/tasks/{int:pk}/parts", "break_down", summary=_("分解这项任务"), returns=BreakdownOut, **_BREAK)
def break_down(request: Request, pk: int, payload: BreakdownIn) -> BreakdownOut:
    """Give a task out to units. Shares must add up to the task's numbers, or the rest be left for later."""
    task = _found(request, pk)
    units = {unit.pk: unit for unit in Unit.objects.visible_to(request.person).select_related("area")
             .filter(pk__in={one.unit for one in payload.parts})}  # fmt: skip
    if missing := {one.unit for one in payload.parts} - set(units):
        raise Invalid(_("有的单位编号不对。"), fields={"parts": "、".join(str(one) for one in sorted(missing))})
    actions.break_down(
        request.person,
        task,
        [
            actions.Part(
                unit=units[one.unit],
                due=one.due,
                officer=one.officer,
                text=one.text,
                late_reason=one.late_reason,
                numbers={share.number: share.value for share in one.shares},
                key=one.id,
            )
            for one in payload.parts
        ],
        partial=payload.partial,
    )
    return BreakdownOut.of(_found(request, pk))
