"""The list of orders, one order with all that happened, and the steps that are taken on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.orders import OrderKinds
from lantian.site.core import clock, policy
from lantian.site.core.attachments import kinds as file_kinds
from lantian.site.core.attachments import serving
from lantian.site.core.faults import Fault
from lantian.site.core.map import Map, feature
from lantian.site.core.once import sent_once
from lantian.site.core.page import page, room, see_other
from lantian.site.core.phone import is_queued
from lantian.site.core.phone.said import said
from lantian.site.core.policy import Actor
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.orders import actions, kinds, telling, words
from lantian.site.orders.actions.common import Spot
from lantian.site.orders.forms import OrderFilter
from lantian.site.orders.models import Order, OrderEvent, OrderExtension, OrderFile
from lantian.site.orders.queries import merging
from lantian.site.orders.queries import orders as queries
from lantian.site.orders.states import EXTENSION, ORDER, is_outside
from lantian.site.org.maps import among_towns

MENU = _("工单台账")
LIGHT = Column(
    "light",
    _("状态"),
    sort=("state", "due_at"),
    value=queries.light,
    template="orders/parts/light.html",
    css="nowrap",
    exported=lambda one: one.get_state_display(),
)
ORDERS = Table(
    columns=[
        LIGHT,
        Column("number", _("工单号"), sort=("year", "serial"), css="nowrap", link=lambda one: one.get_absolute_url()),
        Column("title", _("标题"), sort="title", css="wide", template="orders/parts/title.html"),
        Column("kind", _("类别"), sort="kind", value=lambda one: one.kind_label),
        Column("unit", _("主办单位"), sort="unit__name"),
        Column("person", _("经办人"), sort="person__name", css="nowrap minor"),
        Column("place", pgettext_lazy("order", "地点"), sort="place_key", css="only-file"),
        Column("origin", _("来源"), sort="origin", value=lambda one: one.origin_label, css="only-file"),
        Column("due_at", _("反馈期限"), sort="due_at", css="nowrap"),
        Column("issued_at", _("派单时间"), sort="issued_at", css="nowrap minor"),
        Column("area", _("行政区"), sort="area__name", css="only-file"),
        Column("from_unit", _("交办单位"), css="only-file"),
        Column("closed_at", _("办结时间"), sort="closed_at", css="only-file"),
    ],
    sort="-issued_at",
    empty=_("没有工单。"),
    empty_hint=_("大气办新建工单，或外出人员发现上报以后，列在这里。"),
    file_name=_("工单"),
)
FORMED = {"transfer", "assign", "copy", "merge", "edit", "note", "answer"}  # steps with a page or a form of their own
SIMPLE: dict[str, Callable[..., Any]] = {"issue": actions.issue_order, "accept": actions.accept_order}
REASONED: dict[str, Callable[..., Any]] = {
    "decline": actions.decline_order,
    "withdraw": actions.withdraw_order,
}


@room("orders", "orders", policy="orders.see", menu=MENU, icon="clipboard-text", order=10)
def orders_page(request: Request) -> HttpResponseBase:
    """Orders that the person may see."""
    asked = OrderFilter.for_person(request.person, request.GET)
    rows = queries.orders(request.person).filter(asked.where())
    return list_page(
        request,
        "orders/orders.html",
        table=ORDERS,
        rows=rows,
        asked=asked,
        title=MENU,
        counts=queries.counts(queries.orders(request.person)),
    )


@room("orders", "order", policy="orders.see")
def order_page(request: Request, pk: int) -> HttpResponseBase:
    """One order."""
    return _page(request, found(request, pk))


@room("orders", "order_step", policy="orders.see", methods=("POST",))
def take_step(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Issue, accept, decline, check, send back, withdraw, open again: the action asks who may."""
    order = found(request, pk)

    def act() -> HttpResponse:
        if step in SIMPLE:
            SIMPLE[step](request.person, order)
        elif step == "close":
            text = request.POST.get("text", "")
            actions.close_order(request.person, order, text=text, files=_files(request), round=_round(request))
        elif step == "return":
            reason = request.POST.get("reason", "")
            actions.return_order(request.person, order, reason=reason, files=_files(request), round=_round(request))
        elif step == "reopen":
            actions.reopen_order(request.person, order, reason=request.POST.get("reason", ""), files=_files(request))
        elif step in REASONED:
            REASONED[step](request.person, order, reason=request.POST.get("reason", ""))
        else:
            raise Http404
        messages.success(request, telling.after(step, order))
        return see_other(order.get_absolute_url())

    return _taken(request, order, act)


@room("orders", "order_answer", policy="orders.see", methods=("POST",))
def answer(request: Request, pk: int) -> HttpResponseBase:
    """Answer, or only note what was done so far; both with photos, and where they were taken."""
    order = found(request, pk)
    text = "\n".join(filter(None, (request.POST.get(name, "").strip() for name in ("phrase", "text"))))
    phone = said(request.POST)
    spot = Spot(phone.longitude, phone.latitude, request.POST.get("place", ""), phone.accuracy, phone.noted_at)
    act_on = actions.note_order if "note" in request.POST else actions.answer_order

    def act() -> HttpResponse:
        act_on(request.person, order, text=text, files=_files(request), spot=spot)
        messages.success(request, telling.after("note" if "note" in request.POST else "answer", order))
        return see_other(order.get_absolute_url())

    return _taken(request, order, act)


@room("orders", "order_comment", policy="orders.comment", methods=("POST",))
def comment(request: Request, pk: int) -> HttpResponseBase:
    """Say something about an order."""
    order = found(request, pk)

    def act() -> HttpResponse:
        actions.comment_order(request.person, order, text=request.POST.get("text", ""), files=_files(request))
        return see_other(f"{order.get_absolute_url()}#timeline")

    return _taken(request, order, act)


@room("orders", "extension_step", policy="orders.see", methods=("POST",))
def decide_extension(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Grant or refuse a later deadline."""
    rows = OrderExtension.objects.filter(order__in=Order.objects.visible_to(request.person).values("pk"))
    extension = rows.select_related("order").filter(pk=pk).first()
    acts = {"grant": actions.grant_extension, "refuse": actions.refuse_extension}
    if extension is None or step not in acts:
        raise Http404
    acts[step](request.person, extension, reason=request.POST.get("reason", ""))
    messages.success(request, _("已办理延期申请，并已通知主办单位。"))
    return see_other(extension.order.get_absolute_url())


@room("orders", "file", policy="orders.see")
def file(request: Request, pk: int) -> HttpResponseBase:
    """A photo or document of an order; pictures and PDF may be shown."""
    return serving.download(_file(request, pk).attachment, inline=request.GET.get("inline") == "1")


@room("orders", "file_small", policy="orders.see")
def file_small(request: Request, pk: int) -> HttpResponseBase:
    """A small picture of a photo."""
    return serving.thumbnail(_file(request, pk).attachment)


def found(request: Request, pk: int) -> Order:
    """The order, if the person may see it."""
    order = queries.order(request.person, pk)
    if order is None:
        raise Http404
    return order


def _taken(request: Request, order: Order, act: Callable[[], HttpResponse]) -> HttpResponseBase:
    """What a form on the page of an order does; what is wrong with it stands on that page, words kept."""
    try:
        return sent_once(request, act)
    except Fault as fault:
        if fault.status != 400 or is_queued(request):
            raise
        return _page(request, order, wrong=fault, status=400)


def _round(request: Request) -> int | None:
    """Which answer the page showed."""
    said = request.POST.get("round", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


def _files(request: Request) -> list[Any]:
    return request.FILES.getlist("files") + request.FILES.getlist("photo")


def _page(request: Request, order: Order, *, wrong: Fault | None = None, status: int = 200) -> HttpResponseBase:
    steps = {step.name: step for step in ORDER.allowed(order, request.person)}
    own = is_outside(request.person)  # who has to do it, not whom else it concerns
    others = [] if own else list(order.others.all())
    return page(
        request,
        "orders/order.html",
        status=status,
        title=str(order),
        order=order,
        light=queries.light(order),
        until=queries.waits_until(order),
        steps=steps,
        buttons=[
            {"step": step, "url": reverse("orders:order_step", args=[order.pk, step.name])}
            for step in steps.values()
            if step.name not in FORMED and step.name not in ("accept", "close")
        ],
        forms=[
            {"step": steps[name], "url": reverse(f"orders:order_{name}", args=[order.pk])}
            for name in ("edit", "transfer", "assign", "copy", "merge")
            if name in steps
        ],
        copies=[one.unit for one in others if one.role == "copy"],
        alike=merging.alike(request.person, order) if "merge" in steps else [],
        merged=[] if own else order.merged.all(),
        own=own,
        repeats=None if own else order.repeat_of,
        into=None if own else order.merged_into,
        former=[one.unit for one in others if one.role == "former"],
        extensions=[
            {"one": one, "steps": [step.name for step in EXTENSION.allowed(one, request.person)]}
            for one in order.extensions.all()
        ],
        can_ask="answer" in steps and policy.may(request.person, "orders.extension.ask", order),
        can_comment=order.state != "draft" and policy.may(request.person, "orders.comment", order),
        needs=[label for name, label in words.EVIDENCE if name in order.rule.needs],
        place_needed="place" in order.rule.needs,
        phrases=_phrases() if "answer" in steps or "accept" in steps else [],
        accept=file_kinds.endings(),
        map=_map(request.person, order),
        wrong=wrong,
        said=request.POST,
        remains=_remains(order),
    )


def _phrases() -> list[tuple[str, str]]:
    """Answers of one tap: what is kept, and what the reader sees."""
    rule = rulebook.get("order-kinds", as_=OrderKinds, on=clock.today())
    english = get_language() == "en"
    return [(one.zh, one.en if english else one.zh) for one in rule.phrases]


def _map(person: Actor, order: Order) -> Map | None:
    """The place of the order and those of its photos and notes; None where nothing has a place."""
    points = []
    if order.longitude is not None and order.latitude is not None:
        points.append(
            feature((order.longitude, order.latitude), title=order.title, words=order.place, colour="#b3261e")
        )
    for event in order.events.all():
        if event.longitude is not None and event.latitude is not None:
            spot = (event.longitude, event.latitude)
            points.append(
                feature(spot, title=event.get_kind_display(), words=event.text[:60], colour="#1f6fb2", small=True)
            )
    return among_towns(person, points) if points else None


def _remains(order: Order) -> str:
    """Working hours to the deadline of what is waited for; '' where nothing is, or it is late."""
    due = queries.waits_until(order)
    if due is None or due <= clock.now():
        return ""
    return f"{kinds.working_hours(timezone.localtime(clock.now()), due):.1f}"


def _file(request: Request, pk: int) -> OrderFile:
    rows = OrderFile.objects.filter(event__in=OrderEvent.objects.visible_to(request.person).order_by().values("pk"))
    one = rows.select_related("attachment").filter(pk=pk).first()
    if one is None:
        raise Http404
    return one
