"""Forms that are taken once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.api.once import once
from lantian.site.core.faults import Fault, Invalid, Refused
from lantian.site.core.forms import Form
from lantian.site.core.phone import is_queued
from lantian.site.core.request import Request

ONCE = "once"  # name of the field that the tag `once` puts into a form


def sent_once(request: Request, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What a form does, done once however often it is sent: a page that `{% once %}` put a key into may be sent twice
    by an impatient hand or a poor line. `act` raises what it refuses, so that the form can be sent again.
    """
    key = request.POST.get(ONCE, "")
    return once(request, request.person.pk, act, key=f"form:{key}") if key else act()


class _NotFilledInError(Exception):
    """The form says itself what is wrong."""


def filled_once(request: Request, form: Form, act: Callable[..., HttpResponse]) -> HttpResponse | None:
    """The answer of `act`, called with the form's clean fields, once however often the form is sent; None where form
    or action refused, with the errors set. The form is looked at only where it was not taken already: what it offered
    may be gone by then.

    Raises
    ------
    Refused : the person may not
    Invalid : in place of errors in a form that nobody sees, as the queue of a phone sent it
    """

    def filled() -> HttpResponse:
        if not form.is_valid():
            raise _NotFilledInError
        return act(**form.cleaned_data)

    try:
        return sent_once(request, filled)
    except _NotFilledInError:
        pass
    except Refused:
        raise
    except Fault as fault:
        if is_queued(request):
            raise
        form.add_fault(fault)
    if is_queued(request):
        raise refusal(form)
    return None


def refusal(form: Form) -> Invalid:
    """What is wrong in a form, for somebody who does not see it: the queue of a phone tells its person."""
    wrong = {name: " ".join(str(one) for one in errors) for name, errors in form.errors.items()}
    labels = {name: f"{field.label}：" for name, field in form.fields.items()}
    return Invalid(_("填写有误。"), fields={name: f"{labels.get(name, '')}{text}" for name, text in wrong.items()})
