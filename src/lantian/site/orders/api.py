"""Orders over the HTTP API. `register()` is called once the models of all rooms are there."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Query
from ninja.files import UploadedFile
from pydantic import Field

from lantian.site.core.api import (
    In,
    Key,
    Line,
    Moment,
    Named,
    Out,
    Page,
    Paged,
    Prose,
    Room,
    Word,
    declare_scopes,
    orders,
    paged,
)
from lantian.site.core.faults import Invalid
from lantian.site.core.request import Request
from lantian.site.orders import actions
from lantian.site.orders.actions.common import Spot
from lantian.site.orders.models import Order, OrderEvent
from lantian.site.orders.queries import orders as queries
from lantian.site.org.models import Area, Unit

declare_scopes({"orders:read": _("读取工单"), "orders:write": _("派单、接单、反馈、核查")})
room = Room("orders", "/orders", tag=_("工单"))

State = Literal["draft", "issued", "accepted", "answered", "returned", "declined", "closed", "withdrawn", "merged"]
_SEE: dict[str, Any] = {"policy": "orders.see", "scope": "orders:read"}
Files = File[list[UploadedFile]]
Longitude = Annotated[float | None, Field(ge=-180, le=180)]
Latitude = Annotated[float | None, Field(ge=-90, le=90)]


class OrderOut(Out):
    """工单: what a unit is asked to deal with, and how far it has got."""

    id: int
    number: str = Field(description="'' for a draft")
    kind: str = Field(description="name of the rule order-kinds")
    origin: str
    cause: str | None = Field(description="what led to it")
    title: str
    text: str
    area: Named
    unit: Named
    from_unit: Named | None
    person: Named | None
    place: str
    longitude: float | None
    latitude: float | None
    state: State
    issued_at: Moment | None
    accept_by: Moment | None
    due_at: Moment | None
    accepted_at: Moment | None
    answered_at: Moment | None
    answer: str
    closed_at: Moment | None
    reason: str
    returns: int = Field(description="times that it was sent back or opened again")
    late: bool = Field(description="an answer came after its deadline")
    repeat_of: int | None
    merged_into: int | None

    @classmethod
    def of(cls, one: Order) -> OrderOut:
        return cls(
            id=one.pk,
            number=one.number,
            kind=one.kind,
            origin=one.origin,
            cause=str(one.cause) if one.cause else None,
            title=one.title,
            text=one.text,
            area=Named(id=one.area_id, name=str(one.area)),
            unit=Named(id=one.unit_id, name=str(one.unit)),
            from_unit=Named.of(one.from_unit),
            person=Named.of(one.person),
            place=one.place,
            longitude=one.longitude,
            latitude=one.latitude,
            state=one.state,  # type: ignore[arg-type]
            issued_at=one.issued_at,
            accept_by=one.accept_by,
            due_at=one.due_at,
            accepted_at=one.accepted_at,
            answered_at=one.answered_at,
            answer=one.answer,
            closed_at=one.closed_at,
            reason=one.reason,
            returns=one.returns,
            late=one.late,
            repeat_of=one.repeat_of_id,
            merged_into=one.merged_into_id,
        )

    @property
    def location(self) -> str:
        """Where it is read again."""
        return reverse("api:orders_order", args=[self.id])


class EventOut(Out):
    """办理过程: one thing that happened."""

    kind: str
    at: Moment
    person_name: str
    unit_name: str
    text: str
    due_at: Moment | None
    files: list[str] = Field(description="names of what came with it")

    @classmethod
    def of(cls, one: OrderEvent) -> EventOut:
        return cls(
            kind=one.kind,
            at=one.at,
            person_name=one.person_name,
            unit_name=one.unit_name,
            text=one.text,
            due_at=one.due_at,
            files=[file.attachment.name for file in one.files.all()],
        )


class OrderFull(OrderOut):
    """An order with all that happened, the latest first."""

    events: list[EventOut]

    @classmethod
    def of(cls, one: Order) -> OrderFull:
        return cls(**OrderOut.of(one).model_dump(), events=[EventOut.of(event) for event in one.events.all()])


class OrderQuery(Paged):
    unit: Key | None = None
    area: Key | None = None
    state: State | None = None
    kind: Word | None = None
    origin: Word | None = None


@room.get("", "orders", summary=_("工单"), returns=Page[OrderOut], **_SEE)
def order_list(request: Request, asked: Query[OrderQuery]) -> Page[OrderOut]:
    """Orders that one may see, the latest first."""
    rows = queries.orders(request.person).select_related("cause").filter(**asked.asked())
    return paged(rows, asked, orders("-pk"), OrderOut.of)


@room.get("/{int:pk}", "order", summary=_("一张工单"), returns=OrderFull, **_SEE)
def order(request: Request, pk: int) -> OrderFull:
    """One order with all that happened to it."""
    return OrderFull.of(_found(request, pk))


class OrderIn(In):
    kind: Word
    title: Word = Field(min_length=1)
    area: Key
    unit: Key
    text: Prose = Field("", max_length=4000)
    place: Word = ""
    longitude: Longitude = None
    latitude: Latitude = None
    origin: Word = "orders.hand"
    from_unit: Key | None = Field(None, description="the unit that gives it, where that is not the air office")
    due: dt.date | None = Field(None, description="day of the answer, where the kind's own deadline does not fit")
    draft: bool = Field(False, description="keep it as a draft instead of handing it out")


def _write(action: str) -> dict[str, Any]:
    return {"policy": f"orders.order.{action}", "scope": "orders:write", "conflicts": True}


@room.post("", "order_create", summary=_("新建工单"), returns=OrderFull, status=201, **_write("create"))
def order_create(request: Request, payload: OrderIn) -> OrderFull:
    """Make an order, and hand it out unless it is to stay a draft."""
    told = payload.model_dump(exclude={"area", "unit", "from_unit", "draft"})
    with transaction.atomic():
        made = actions.create_order(
            request.person,
            area=_thing(Area.objects.visible_to(request.person), payload.area, "area"),
            unit=_thing(Unit.objects.visible_to(request.person), payload.unit, "unit"),
            from_unit=_thing(Unit.objects.visible_to(request.person), payload.from_unit, "from_unit")
            if payload.from_unit
            else None,
            **told,
        )
        if not payload.draft:
            actions.issue_order(request.person, made)
    return OrderFull.of(_found(request, made.pk))


@room.post("/{int:pk}/accept", "order_accept", summary=_("接单"), returns=OrderFull, **_write("accept"))
def order_accept(request: Request, pk: int) -> OrderFull:
    """Take an order on."""
    actions.accept_order(request.person, _found(request, pk))
    return OrderFull.of(_found(request, pk))


class ReasonIn(In):
    reason: Line = Field(min_length=1)


@room.post("/{int:pk}/decline", "order_decline", summary=_("退单"), returns=OrderFull, **_write("decline"))
def order_decline(request: Request, pk: int, payload: ReasonIn) -> OrderFull:
    """Send an order back that is not the unit's."""
    actions.decline_order(request.person, _found(request, pk), reason=payload.reason)
    return OrderFull.of(_found(request, pk))


class AnswerIn(In):
    text: Prose = Field(min_length=1, max_length=4000)
    longitude: Longitude = None
    latitude: Latitude = None
    place: Word = ""


@room.post("/{int:pk}/answer", "order_answer", summary=_("反馈"), returns=OrderFull, **_write("answer"))
def order_answer(
    request: Request,
    pk: int,
    payload: Form[AnswerIn],
    files: Files = [],  # noqa: B006 - ninja reads the default, nothing changes it
) -> OrderFull:
    """Answer, with photos and documents as `files` and the place where it was dealt with."""
    longitude, latitude = payload.longitude, payload.latitude
    both = longitude is not None and latitude is not None
    spot = Spot(longitude if both else None, latitude if both else None, payload.place)
    actions.answer_order(request.person, _found(request, pk), text=payload.text, files=files, spot=spot)
    return OrderFull.of(_found(request, pk))


class CheckIn(In):
    text: Prose = Field("", max_length=4000)


@room.post("/{int:pk}/close", "order_close", summary=_("核查通过，销号"), returns=OrderFull, **_write("close"))
def order_close(request: Request, pk: int, payload: CheckIn) -> OrderFull:
    """The answer was checked and holds."""
    actions.close_order(request.person, _found(request, pk), text=payload.text)
    return OrderFull.of(_found(request, pk))


@room.post("/{int:pk}/return", "order_return", summary=_("退回重办"), returns=OrderFull, **_write("return"))
def order_return(request: Request, pk: int, payload: ReasonIn) -> OrderFull:
    """The answer does not hold."""
    actions.return_order(request.person, _found(request, pk), reason=payload.reason)
    return OrderFull.of(_found(request, pk))


class TransferIn(ReasonIn):
    unit: Key


@room.post("/{int:pk}/transfer", "order_transfer", summary=_("转办"), returns=OrderFull, **_write("transfer"))
def order_transfer(request: Request, pk: int, payload: TransferIn) -> OrderFull:
    """Hand an order on to another unit."""
    unit = _thing(Unit.objects.visible_to(request.person), payload.unit, "unit")
    actions.transfer_order(request.person, _found(request, pk), unit, reason=payload.reason)
    return OrderFull.of(_found(request, pk))


def _found(request: Request, pk: int) -> Order:
    found = queries.order(request.person, pk)
    if found is None:
        raise Http404
    return found


def _thing(rows: Any, pk: int, field: str) -> Any:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Invalid(_("没有这个对象。"), fields={field: _("请从列表中选择。")})
    return found
