"""Pages of one's own sessions and second factor; for the security administrator, locks and sessions of others."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.org import actions, forms, queries, sessions, totp
from lantian.site.org.models import LoginSession, Person
from lantian.site.org.views.common import FORM

SETTING_UP = "lantian_totp"


@room("org", "sessions", policy="org.own_profile")
def sessions_page(request: Request) -> HttpResponseBase:
    """The browsers one is logged in with."""
    return page.page(
        request,
        "org/sessions.html",
        title=_("登录设备"),
        crumbs=[(_("我的资料"), reverse("org:profile"))],
        open_sessions=sessions.open_sessions(request.person),
        own_key=request.session.session_key,
    )


@room("org", "session_end", policy="org.own_profile", methods=("POST",))
def end_session(request: Request, pk: int) -> HttpResponseBase:
    """Log one of one's own browsers out."""
    found = get_object_or_404(LoginSession, pk=pk, person_id=request.person.pk)
    actions.end_sessions(_me(request), _me(request), only=found)
    messages.success(request, _("已退出那台设备。"))
    return see_other("org:sessions")


@room("org", "sessions_end", policy="org.own_profile", methods=("POST",))
def end_other_sessions(request: Request) -> HttpResponseBase:
    """Log all one's other browsers out."""
    actions.end_sessions(_me(request), _me(request), keep=request.session.session_key)
    messages.success(request, _("其他设备都已退出登录。"))
    return see_other("org:sessions")


@room("org", "session_stay", policy="org.own_profile", methods=("POST",))
def stay(request: Request) -> HttpResponseBase:
    """The answer to "are you still there?": the session goes on. Tells the seconds that it has left."""
    ends = sessions.ends(request)
    return JsonResponse({"idle": ends.idle, "absolute": ends.absolute})


@room("org", "totp", policy="org.own_profile", methods=FORM)
def codes_page(request: Request) -> HttpResponseBase:
    """Set up a phone app that shows codes."""
    person = _me(request)
    if person.totp_secret:
        return page.page(request, "org/totp_done.html", title=_("动态口令"))
    secret = request.session.setdefault(SETTING_UP, totp.new_secret())
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and submitted(form, partial(actions.set_up_codes, person, secret=secret)):
        del request.session[SETTING_UP]
        messages.success(request, _("动态口令已启用，下次登录时使用。"))
        return see_other("org:profile")
    shown = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return page.page(
        request,
        "org/totp.html",
        title=_("动态口令"),
        form=form,
        secret=shown,
        address=totp.address(secret, person.username),
        must=person.needs_codes,
    )


@room("org", "person_sessions_end", policy="org.see_people", methods=("POST",))
def end_sessions_of(request: Request, pk: int) -> HttpResponseBase:
    """Log a person out everywhere."""
    person = get_object_or_404(queries.people(request.person), pk=pk)
    actions.end_sessions(request.person, person)
    messages.success(request, _("已在所有设备上退出登录。"))
    return see_other(person.get_absolute_url())


@room("org", "person_unlock", policy="org.unlock", methods=("POST",))
def unlock(request: Request, pk: int) -> HttpResponseBase:
    """Lift a lock after failed log-ins."""
    person = actions.unlock(request.person, get_object_or_404(queries.people(request.person), pk=pk))
    messages.success(request, _("已解除登录锁定。"))
    return see_other(person.get_absolute_url())


@room("org", "person_totp_remove", policy="org.remove_codes", methods=("POST",))
def remove_codes(request: Request, pk: int) -> HttpResponseBase:
    """Forget a person's phone app."""
    person = actions.remove_codes(request.person, get_object_or_404(queries.people(request.person), pk=pk))
    messages.success(request, _("已清除动态口令。"))
    return see_other(person.get_absolute_url())


def _me(request: Request) -> Person:
    return Person.objects.get(pk=request.person.pk)
