"""Log-in and own profile."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, page
from lantian.site.core.faults import Refused
from lantian.site.core.forms import submitted
from lantian.site.core.page import open_page, room, see_other
from lantian.site.core.request import Request
from lantian.site.org import actions, forms, login_guard, sessions
from lantian.site.org.models import Person
from lantian.site.org.views.common import FORM

SECOND, SECOND_S = "lantian_second", 300  # who waits for the second factor, and for how long


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
            login_guard.attempt(username, ip)
        except Refused as refused:
            form.add_fault(refused)
        else:
            person = authenticate(request, username=username, password=password)
            if isinstance(person, Person):
                login_guard.passed(username, ip)
                return _ask_for_code(request, person) if _has_second_factor(person) else _enter(request, person)
            login_guard.failed(username, ip)
            form.add_error(None, _("登录名或口令不正确，或账号已停用。"))
    status = 200 if request.method == "GET" else 400
    return page.page(
        request, "org/login.html", title=_("登录"), form=form, after=request.GET.get("next", ""), status=status
    )


def _has_second_factor(person: Person) -> bool:
    return bool(person.totp_secret) and settings.LANTIAN_TOTP != "off"


def _ask_for_code(request: Request, person: Person) -> HttpResponseBase:
    """The password was right: keep who it is, unentered, until the code comes."""
    request.session.cycle_key()
    now = int(clock.real_now().timestamp())
    request.session[SECOND] = {"person": person.pk, "at": now, "next": _after_login(request)}
    return see_other("org:login_code")


def _enter(request: Request, person: Person, after: str = "") -> HttpResponseBase:
    login(request, person)
    with transaction.atomic():
        sessions.begin(request, person)
        actions.log_in(person)
    return see_other(after or _after_login(request))


@open_page("org", "login_code", why="the second half of the log-in", methods=FORM)
def login_code_page(request: Request) -> HttpResponseBase:
    """The code of the phone app, after the password."""
    waiting = request.session.get(SECOND)
    now = int(clock.real_now().timestamp())
    person = Person.objects.filter(pk=waiting["person"], is_active=True).first() if waiting else None
    if waiting is None or person is None or now - waiting["at"] > SECOND_S:
        request.session.pop(SECOND, None)
        return see_other("org:login")
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ip = request.META.get("REMOTE_ADDR", "")
        try:
            login_guard.attempt(person.username, ip)
        except Refused as refused:
            form.add_fault(refused)
        else:
            if actions.take_code(person, form.cleaned_data["code"]):
                login_guard.passed(person.username, ip)
                del request.session[SECOND]
                person.backend = settings.AUTHENTICATION_BACKENDS[0]
                return _enter(request, person, waiting["next"])
            login_guard.failed(person.username, ip)
            form.add_error("code", _("动态口令不正确或已经用过，请等下一个。"))
    status = 200 if request.method == "GET" else 400
    return page.page(request, "org/login_code.html", title=_("动态口令"), form=form, status=status)


def _after_login(request: Request) -> str:
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if safe and after.startswith("/") else reverse("core:home")


@room("org", "logout", policy="org.own_profile", methods=("POST",))
def logout_page(request: Request) -> HttpResponseBase:
    """Log out."""
    actions.log_out(_me(request), key=request.session.session_key or "")
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
            before = request.session.session_key
            update_session_auth_hash(request, person)
            sessions.renamed(str(before), str(request.session.session_key))
            actions.end_sessions(person, person, keep=request.session.session_key)
            messages.success(request, _("口令已修改。"))
            return see_other("core:home")
    return page.page(request, "org/password.html", title=_("修改口令"), form=form, cancel_url=reverse("org:profile"))


def _me(request: Request) -> Person:
    return Person.objects.get(pk=request.person.pk)
