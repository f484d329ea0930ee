"""Log-in and own profile."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.faults import Refused
from lantian.site.core.forms import submitted
from lantian.site.core.page import open_page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org import actions, forms, login_guard
from lantian.site.org.models import Person
from lantian.site.org.views.common import FORM


@open_page("org", "login", why="nobody is logged in before it", methods=FORM)
def login_page(request: Request) -> HttpResponseBase:
    """Log in; too many failures make one wait."""
    if request.person.is_authenticated:
        return see_other("core:home")
    form = forms.LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        username, password = form.cleaned_data["username"], form.cleaned_data["password"]
        ip = request.META.get("REMOTE_ADDR", "")
        try:
            login_guard.check(username, ip)
        except Refused as refused:
            form.add_fault(refused)
        else:
            person = authenticate(request, username=username, password=password)
            if person is not None:
                login_guard.passed(username, ip)
                login(request, person)
                return see_other(_after_login(request))
            login_guard.failed(username, ip)
            form.add_error(None, _("登录名或口令不正确，或账号已停用。"))
    status = 200 if request.method == "GET" else 400
    return page.page(
        request, "org/login.html", title=_("登录"), form=form, after=request.GET.get("next", ""), status=status
    )


def _after_login(request: Request) -> str:
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if safe and after.startswith("/") else reverse("core:home")


@room("org", "logout", policy="org.own_profile", methods=("POST",))
def logout_page(request: Request) -> HttpResponseBase:
    """Log out."""
    logout(request)
    return see_other("org:login")


@room("org", "profile", policy="org.own_profile", methods=FORM)
def profile_page(request: Request) -> HttpResponseBase:
    """One's own name and phone, and the roles one holds."""
    person = request.person
    form = forms.ProfileForm(request.POST or None, initial={"name": person.name, "phone": person.phone})
    if request.method == "POST" and submitted(form, partial(actions.change_profile, _me(request))):
        messages.success(request, _("已保存。"))
        return see_other("org:profile")
    return page.page(request, "org/profile.html", title=_("我的资料"), form=form, grants=person.held)


@room("org", "password", policy="org.own_profile", methods=FORM)
def password_page(request: Request) -> HttpResponseBase:
    """One's own password."""
    form = forms.PasswordForm(request.POST or None)
    if request.method == "POST":
        person = submitted(form, partial(actions.change_password, _me(request)))
        if person:
            update_session_auth_hash(request, person)
            messages.success(request, _("口令已修改。"))
            return see_other("core:home")
    return page.page(request, "org/password.html", title=_("修改口令"), form=form, cancel_url=reverse("org:profile"))


def _me(request: Request) -> Person:
    return Person.objects.get(pk=request.person.pk)
