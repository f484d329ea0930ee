"""Numbers of tasks: bound to a metric, unbound."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.plans import actions
from lantian.site.plans.models import QuantityBinding, Task, TaskQuantity
from lantian.site.plans.quantity_forms import BindQuantityForm


@room("plans", "quantity_bind", policy="plans.quantity.bind", methods=("GET", "POST"))
def bind(request: Request, pk: int) -> HttpResponseBase:
    """Confirm by which metric a number is worked out."""
    quantity = _found(request, pk)
    policy.require(request.person, "plans.quantity.bind", quantity.task.plan)
    binding = QuantityBinding.objects.filter(quantity=quantity).first()
    form = BindQuantityForm(request.POST or None, quantity=quantity, binding=binding)
    if request.method == "POST" and submitted(form, partial(actions.bind_quantity, request.person, quantity)):
        messages.success(request, _("已绑定，这个数从现在起随清单变化。"))
        return see_other(quantity.task.get_absolute_url())
    return page(
        request,
        "plans/quantity_bind.html",
        title=_("绑定度量"),
        crumbs=[(quantity.task.name, quantity.task.get_absolute_url())],
        quantity=quantity,
        binding=binding,
        form=form,
        cancel_url=quantity.task.get_absolute_url(),
        status=form.status,
    )


@room("plans", "quantity_unbind", policy="plans.quantity.bind", methods=("POST",))
def unbind(request: Request, pk: int) -> HttpResponseBase:
    """Undo a binding."""
    quantity = _found(request, pk)
    actions.unbind_quantity(request.person, quantity)
    messages.success(request, _("已解除，以填报的进展为准。"))
    return see_other(quantity.task.get_absolute_url())


def _found(request: Request, pk: int) -> TaskQuantity:
    tasks = Task.objects.visible_to(request.person).values("pk")
    rows = TaskQuantity.objects.filter(task__in=tasks).select_related("task__plan")
    found = rows.defer("task__plan__source", "task__plan__blocks", "task__plan__spans").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
