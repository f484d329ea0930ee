"""Pages that hand orders out and on: new, draft, transfer, copy, colleague, extension."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.orders import OrderKind
from lantian.site.core import page, policy
from lantian.site.core.faults import Fault, Text
from lantian.site.core.forms import Form
from lantian.site.core.once import sent_once
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.orders import actions, kinds
from lantian.site.orders.actions.common import looked_over
from lantian.site.orders.forms import AssignForm, CopyForm, ExtensionForm, MergeForm, OrderForm, TransferForm
from lantian.site.orders.models import Order
from lantian.site.orders.queries import merging
from lantian.site.orders.queries import orders as queries
from lantian.site.orders.states import DESK, ORDER
from lantian.site.orders.views.orders import found
from lantian.site.org.models import Unit

FORM = ("GET", "POST")


class NotValidError(Exception):
    """The form says itself what is wrong."""


def _valid(form: Form) -> dict[str, Any]:
    """What was filled in. Asked only where the form was not taken already: what it offered may be gone by then."""
    if not form.is_valid():
        raise NotValidError
    return dict(form.cleaned_data)


@room("orders", "order_new", policy="orders.order.create", methods=FORM)
def new_order(request: Request) -> HttpResponseBase:
    """Make an order, and hand it out at once unless it is to stay a draft."""
    offered, from_unit = _offered(request)
    form = OrderForm(
        request.POST or None,
        request.FILES or None,
        person=request.person,
        offered=offered,
        from_unit=from_unit,
        initial={"kind": request.GET.get("kind"), "unit": request.GET.get("unit"), "area": request.GET.get("area")},
    )

    def act() -> HttpResponse:
        told = _valid(form)
        files = looked_over(told.pop("photos"))
        with transaction.atomic():
            made = actions.create_order(request.person, from_unit=from_unit, files=files, **told)
            if "draft" not in request.POST:
                actions.issue_order(request.person, made)
        messages.success(request, _("已存为草稿。") if "draft" in request.POST else _("已派单，并已通知主办单位。"))
        return see_other(made.get_absolute_url())

    if request.method == "POST":
        try:
            return sent_once(request, act)
        except NotValidError:
            pass
        except Fault as fault:
            form.add_fault(fault)
    return page.page(
        request,
        "orders/new.html",
        title=_("新建工单"),
        form=form,
        from_unit=from_unit,
        hints=[(kinds.said(one.label), kinds.said(one.hint)) for one in offered if one.hint],
        status=form.status,
        cancel_url=reverse("orders:orders"),
    )


@room("orders", "order_edit", policy="orders.order.create", methods=FORM)
def edit_order(request: Request, pk: int) -> HttpResponseBase:
    """Change a draft."""
    order = _allowed(request, pk, "edit")
    form = OrderForm.of(order, request.POST or None, person=request.person)
    return _form(
        request, order, form, "edit", _("修改工单草稿"), lambda data: actions.edit_order(request.person, order, **data)
    )


@room("orders", "order_transfer", policy="orders.see", methods=FORM)
def transfer(request: Request, pk: int) -> HttpResponseBase:
    """Hand an order on to another unit."""
    order = _allowed(request, pk, "transfer")
    form = TransferForm(request.POST or None, order=order)
    return _form(
        request, order, form, "transfer", _("转办"), lambda data: actions.transfer_order(request.person, order, **data)
    )


@room("orders", "order_copy", policy="orders.see", methods=FORM)
def copy(request: Request, pk: int) -> HttpResponseBase:
    """Let further units see it."""
    order = _allowed(request, pk, "copy")
    form = CopyForm(request.POST or None, order=order)
    return _form(
        request, order, form, "copy", _("增加抄送"), lambda data: actions.copy_order(request.person, order, **data)
    )


@room("orders", "order_merge", policy="orders.see", methods=FORM)
def merge(request: Request, pk: int) -> HttpResponseBase:
    """Let it be answered with another one that is about the same."""
    order = _allowed(request, pk, "merge")
    suggested = merging.alike(request.person, order)
    others = merging.others(request.person, order)
    form = MergeForm(request.POST or None, suggested=suggested, others=others)
    return _form(
        request, order, form, "merge", _("并单"), lambda data: actions.merge_order(request.person, order, **data)
    )


@room("orders", "order_assign", policy="orders.see", methods=FORM)
def assign(request: Request, pk: int) -> HttpResponseBase:
    """Name the colleague who deals with it."""
    order = _allowed(request, pk, "assign")
    form = AssignForm(request.POST or None, people=queries.colleagues(order), initial={"person": order.person_id})
    return _form(
        request,
        order,
        form,
        "assign",
        _("指定经办人"),
        lambda data: actions.assign_order(request.person, order, **data),
    )


@room("orders", "order_extension", policy="orders.extension.ask", methods=FORM)
def ask_extension(request: Request, pk: int) -> HttpResponseBase:
    """Ask for a later deadline."""
    order = _allowed(request, pk, "answer")
    form = ExtensionForm(request.POST or None)
    return _form(
        request, order, form, "ask", _("申请延期"), lambda data: actions.ask_extension(request.person, order, **data)
    )


def _form(request: Request, order: Order, form: Form, step: str, title: Text, act: Any) -> HttpResponseBase:
    """A form about one order, sent once; then back to the order."""

    def taken() -> HttpResponse:
        act(_valid(form))
        messages.success(request, _("已保存。"))
        return see_other(order.get_absolute_url())

    if request.method == "POST":
        try:
            return sent_once(request, taken)
        except NotValidError:
            pass
        except Fault as fault:
            form.add_fault(fault)
    return page.page(
        request,
        "orders/form.html",
        title=title,
        crumbs=[(str(order), order.get_absolute_url())],
        form=form,
        order=order,
        step=step,
        status=form.status,
        submit=title,
        cancel_url=order.get_absolute_url(),
    )


def _allowed(request: Request, pk: int, step: str) -> Order:
    """The order, if the person may take the step in general; in which state it is the action says."""
    order = found(request, pk)
    policy.require(request.person, f"orders.order.{step}", order)
    if request.method == "GET":
        ORDER.find(order, step)
    return order


def _offered(request: Request) -> tuple[list[OrderKind], Unit | None]:
    """Kinds that the person may hand out, and the unit that gives them: the desk all; a liaison those between units."""
    person = request.person
    every = list(kinds.kinds())
    if any(person.holds(role) for role in DESK):
        return every, None
    offered = [one for one in every if one.given_by == "units"]
    own = [grant.unit for grant in person.held if grant.role == "liaison" and grant.unit]
    if not own or not offered:
        raise Http404
    return offered, own[0]
