"""Pages of people and their roles."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import page
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.policy import ADMINISTRATORS
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org import actions, forms, login_guard, queries, sessions
from lantian.site.org.models import Person, RoleGrant, RoleProposal
from lantian.site.org.views.common import FORM, history

PEOPLE = Table(
    columns=[
        Column("name", _("姓名"), sort="name", link=lambda person: person.get_absolute_url()),
        Column("username", _("登录名"), sort="username"),
        Column("unit", _("单位"), sort="unit__name"),
        Column("roles", _("角色"), value=lambda p: [grant.role_name for grant in p.grants.all()], css="wide"),
        Column("phone", _("电话"), css="nowrap minor"),
        Column(
            "is_active",
            _("状态"),
            sort="is_active",
            template="org/parts/active.html",
            exported=lambda p: _("使用中") if p.is_active else _("已停用"),
        ),
        Column("last_login", _("最近登录"), sort="last_login", css="nowrap minor"),
    ],
    sort="username",
    empty=_("没有人员。"),
    file_name=_("人员"),
)


@room("org", "people", policy="org.see_people", menu=_("人员与角色"), icon="users", order=30)
def people_page(request: Request) -> HttpResponseBase:
    """All people, for the administrator."""
    asked = forms.PeopleFilter.from_query(request.GET)
    rows = queries.people(request.person, asked.where())
    return list_page(request, "org/people.html", title=_("人员与角色"), table=PEOPLE, rows=rows, asked=asked)


def _one(request: Request, pk: int) -> Person:
    return get_object_or_404(queries.people(request.person), pk=pk)


def _person_crumbs(person: Person | None = None) -> list[tuple[Any, str]]:
    crumbs: list[tuple[Any, str]] = [(_("人员与角色"), reverse("org:people"))]
    return [*crumbs, (person.name, person.get_absolute_url())] if person else crumbs


@room("org", "person", policy="org.see_people")
def person_page(request: Request, pk: int) -> HttpResponseBase:
    """One person: roles, access, latest actions."""
    person = _one(request, pk)
    return page.page(
        request,
        "org/person.html",
        title=person.name,
        crumbs=_person_crumbs(),
        one=person,
        grants=list(person.grants.all()),
        proposals=person.role_proposals.filter(state="proposed"),
        sessions=sessions.open_sessions(person),
        locked_until=login_guard.locked_until(person.username),
        history=history(request, person),
    )


@room("org", "person_new", policy="org.add_person", methods=FORM)
def new_person_page(request: Request) -> HttpResponseBase:
    """Add a person."""
    form = forms.NewPersonForm(request.POST or None)
    if request.method == "POST" and (person := submitted(form, partial(actions.add_person, request.person))):
        messages.success(request, _("已新增人员。请安全管理员授予角色、发放一次性口令。"))
        return see_other(person.get_absolute_url())
    return page.page(
        request,
        "core/form.html",
        title=_("新增人员"),
        form=form,
        crumbs=_person_crumbs(),
        cancel_url=reverse("org:people"),
    )


@room("org", "person_edit", policy="org.change_person", methods=FORM)
def edit_person_page(request: Request, pk: int) -> HttpResponseBase:
    """Change a person."""
    person = _one(request, pk)
    initial = {"name": person.name, "unit": person.unit, "phone": person.phone}
    form = forms.PersonForm(request.POST or None, initial=initial)
    return _person_form(request, person, form, partial(actions.change_person, request.person, person), _("修改人员"))


@room("org", "person_password", policy="org.reset_password", methods=FORM)
def reset_password_page(request: Request, pk: int) -> HttpResponseBase:
    """Give a person a one-time password, shown here once."""
    person = _one(request, pk)
    password = actions.reset_password(request.person, person) if request.method == "POST" else ""
    return page.page(
        request,
        "org/person_password.html",
        title=_("重置口令"),
        crumbs=_person_crumbs(person),
        one=person,
        password=password,
    )


@room("org", "person_roles", policy="org.grant_role", methods=FORM)
def grant_role_page(request: Request, pk: int) -> HttpResponseBase:
    """Give a person a role."""
    person = _one(request, pk)
    form = forms.RoleForm(request.POST or None, initial={"unit": person.unit, "role": "liaison"})
    return _person_form(request, person, form, partial(_grant, request, person), _("授予角色"))


def _grant(request: Request, person: Person, *, role: str, **given: Any) -> RoleGrant | RoleProposal:
    """An administrator's role is proposed, any other granted."""
    if role not in ADMINISTRATORS:
        return actions.grant_role(request.person, person, role=role, **given)
    proposal = actions.propose_role(request.person, person, role=role, until=given["until"])
    messages.info(request, _("管理员角色须由另一位管理员复核后生效，见“授权复核”。"))
    return proposal


def _person_form(request: Request, person: Person, form: Any, act: Any, title: Any) -> HttpResponseBase:
    if request.method == "POST" and submitted(form, act):
        messages.success(request, _("已保存。"))
        return see_other(person.get_absolute_url())
    return page.page(
        request,
        "core/form.html",
        title=title,
        form=form,
        crumbs=_person_crumbs(person),
        cancel_url=person.get_absolute_url(),
    )


@room("org", "person_disable", policy="org.disable_person", methods=("POST",))
def disable_person(request: Request, pk: int) -> HttpResponseBase:
    """Close a person's access."""
    person = actions.disable_person(request.person, _one(request, pk), reason=request.POST.get("reason", "")[:500])
    messages.success(request, _("已停用。"))
    return see_other(person.get_absolute_url())


@room("org", "person_enable", policy="org.enable_person", methods=("POST",))
def enable_person(request: Request, pk: int) -> HttpResponseBase:
    """Open a person's access again."""
    person = actions.enable_person(request.person, _one(request, pk))
    messages.success(request, _("已启用。"))
    return see_other(person.get_absolute_url())


@room("org", "role_revoke", policy="org.revoke_role", methods=("POST",))
def revoke_role(request: Request, pk: int) -> HttpResponseBase:
    """Take a role away."""
    grant = get_object_or_404(RoleGrant.objects.select_related("person"), pk=pk)
    actions.revoke_role(request.person, grant)
    messages.success(request, _("已收回角色。"))
    return see_other(grant.person.get_absolute_url())
