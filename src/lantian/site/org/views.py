"""Pages of org: log-in, own profile, units, areas, people."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from lantian.site.core import audit, clock, page, policy
from lantian.site.core.faults import Refused
from lantian.site.core.forms import submitted
from lantian.site.core.page import open_page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org import actions, forms, login_guard, queries
from lantian.site.org.models import Area, Person, RoleGrant, Unit, UnitName

FORM = ("GET", "POST")
page.declare_room("org", _("组织"), icon="sitemap", order=800)


# Log-in and own profile


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


# Units

UNITS = Table(
    columns=[
        Column("name", _("名称"), sort="name", link=lambda unit: unit.get_absolute_url()),
        Column("kind", _("类别"), sort="kind", value=lambda unit: unit.get_kind_display(), css="nowrap"),
        Column("names", _("别名、曾用名"), value=lambda unit: [name.name for name in unit.names.all()], css="wide"),
        Column("parent", _("上级单位"), sort="parent__name"),
        Column("area", _("所在行政区"), sort="area__name", css="nowrap"),
        Column("n_people", _("人员"), sort="n_people", css="number minor"),
        Column("valid_to", _("撤销日期"), sort="valid_to", css="nowrap minor"),
    ],
    sort="name",
    empty=_("还没有单位。"),
    empty_hint=_("导入方案时会自动建立方案中提到的单位，也可以在这里新增。"),
    file_name=_("单位"),
)


@room("org", "units", policy="org.see", menu=_("单位"), icon="building-community", order=10)
def units_page(request: Request) -> HttpResponseBase:
    """All units, with their kinds, aliases and places in the tree."""
    asked = forms.UnitFilter.from_query(request.GET)
    rows = queries.units(request.person, asked.where())
    if not asked.asked["closed"]:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))
    return list_page(request, "org/units.html", title=_("单位"), table=UNITS, rows=rows, asked=asked)


@room("org", "unit_tree", policy="org.see")
def unit_tree_page(request: Request) -> HttpResponseBase:
    """Units as a tree."""
    return page.page(request, "org/unit_tree.html", title=_("单位层级"), units=queries.unit_tree(request.person))


@room("org", "unit", policy="org.see")
def unit_page(request: Request, pk: int) -> HttpResponseBase:
    """One unit: names, members, people, and what other rooms know of it."""
    unit = queries.unit(request.person, pk)
    if unit is None:
        raise Http404
    return page.page(
        request,
        "org/unit.html",
        title=unit.name,
        unit=unit,
        people=list(unit.people.filter(is_active=True)),
        panels=page.panels("org.unit", request.person, unit),
        history=_history(request, unit),
    )


@room("org", "unit_new", policy="org.add_unit", methods=FORM)
def new_unit_page(request: Request) -> HttpResponseBase:
    """Add a unit."""
    form = forms.UnitForm(request.POST or None, initial={"area": request.GET.get("area")})
    if request.method == "POST" and (unit := submitted(form, partial(actions.add_unit, request.person))):
        messages.success(request, _("已新增单位“{name}”。").format(name=unit))
        return see_other(unit.get_absolute_url())
    return page.page(request, "core/form.html", title=_("新增单位"), form=form, cancel_url=reverse("org:units"))


@room("org", "unit_edit", policy="org.change_unit", methods=FORM)
def edit_unit_page(request: Request, pk: int) -> HttpResponseBase:
    """Change a unit."""
    unit = get_object_or_404(Unit, pk=pk)
    initial = {name: getattr(unit, name) for name in ("name", "kind", "parent", "area", "valid_from", "valid_to")}
    form = forms.UnitForm(request.POST or None, initial=initial | {"members": unit.members.all()})
    if request.method == "POST" and submitted(form, partial(actions.change_unit, request.person, unit)):
        messages.success(request, _("已保存。"))
        return see_other(unit.get_absolute_url())
    crumbs = [(unit.name, unit.get_absolute_url())]
    return page.page(
        request, "core/form.html", title=_("修改单位"), form=form, crumbs=crumbs, cancel_url=unit.get_absolute_url()
    )


@room("org", "unit_names", policy="org.add_unit_name", methods=FORM)
def unit_names_page(request: Request, pk: int) -> HttpResponseBase:
    """Add another name of a unit."""
    unit = get_object_or_404(Unit, pk=pk)
    form = forms.UnitNameForm(request.POST or None)
    if request.method == "POST" and submitted(form, partial(actions.add_unit_name, request.person, unit)):
        messages.success(request, _("已添加名称。"))
        return see_other(unit.get_absolute_url())
    crumbs = [(unit.name, unit.get_absolute_url())]
    return page.page(
        request,
        "core/form.html",
        title=_("添加别名或曾用名"),
        form=form,
        crumbs=crumbs,
        cancel_url=unit.get_absolute_url(),
    )


@room("org", "unit_name_remove", policy="org.remove_unit_name", methods=("POST",))
def remove_unit_name(request: Request, pk: int) -> HttpResponseBase:
    """Take an alias away."""
    name = get_object_or_404(UnitName.objects.select_related("unit"), pk=pk)
    actions.remove_unit_name(request.person, name)
    messages.success(request, _("已去掉名称。"))
    return see_other(name.unit.get_absolute_url())


# Areas


@room("org", "areas", policy="org.see", menu=_("行政区"), icon="map-2", order=20)
def areas_page(request: Request) -> HttpResponseBase:
    """Areas as a tree."""
    return page.page(request, "org/areas.html", title=_("行政区"), areas=queries.areas(request.person))


@room("org", "area", policy="org.see")
def area_page(request: Request, pk: int) -> HttpResponseBase:
    """One area: what lies below, its units, and what other rooms know of it."""
    area = Area.objects.visible_to(request.person).select_related("parent").filter(pk=pk).first()
    if area is None:
        raise Http404
    return page.page(
        request,
        "org/area.html",
        title=area.name,
        crumbs=[(_("行政区"), reverse("org:areas"))],
        area=area,
        children=list(area.children.all()),
        units=list(area.units.all()),
        panels=page.panels("org.area", request.person, area),
        history=_history(request, area),
    )


@room("org", "area_new", policy="org.add_area", methods=FORM)
def new_area_page(request: Request) -> HttpResponseBase:
    """Add an area."""
    form = forms.AreaForm(request.POST or None, initial={"parent": request.GET.get("parent"), "kind": "town"})
    if request.method == "POST" and (area := submitted(form, partial(actions.add_area, request.person))):
        messages.success(request, _("已新增行政区“{name}”。").format(name=area))
        return see_other("org:areas")
    crumbs = [(_("行政区"), reverse("org:areas"))]
    return page.page(
        request, "core/form.html", title=_("新增行政区"), form=form, crumbs=crumbs, cancel_url=reverse("org:areas")
    )


@room("org", "area_edit", policy="org.change_area", methods=FORM)
def edit_area_page(request: Request, pk: int) -> HttpResponseBase:
    """Change an area."""
    area = get_object_or_404(Area.objects.visible_to(request.person), pk=pk)
    initial = {name: getattr(area, name) for name in ("name", "kind", "parent", "code", "valid_from", "valid_to")}
    form = forms.AreaForm(request.POST or None, initial=initial | {"aliases": "、".join(area.aliases)})
    if request.method == "POST" and submitted(form, partial(actions.change_area, request.person, area)):
        messages.success(request, _("已保存。"))
        return see_other(area.get_absolute_url())
    crumbs = [(_("行政区"), reverse("org:areas")), (area.name, area.get_absolute_url())]
    return page.page(
        request, "core/form.html", title=_("修改行政区"), form=form, crumbs=crumbs, cancel_url=area.get_absolute_url()
    )


# People

PEOPLE = Table(
    columns=[
        Column("name", _("姓名"), sort="name", link=lambda person: person.get_absolute_url()),
        Column("username", _("登录名"), sort="username"),
        Column("unit", _("单位"), sort="unit__name"),
        Column("roles", _("角色"), value=lambda p: [grant.get_role_display() for grant in p.grants.all()], css="wide"),
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
        history=_history(request, person),
    )


@room("org", "person_new", policy="org.add_person", methods=FORM)
def new_person_page(request: Request) -> HttpResponseBase:
    """Add a person."""
    form = forms.NewPersonForm(request.POST or None)
    if request.method == "POST" and (person := submitted(form, partial(actions.add_person, request.person))):
        messages.success(request, _("已新增人员。请接着授予角色。"))
        return see_other("org:person_roles", pk=person.pk)
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
    """Give a person a new first password."""
    person = _one(request, pk)
    form = forms.ResetPasswordForm(request.POST or None)
    return _person_form(request, person, form, partial(actions.reset_password, request.person, person), _("重置口令"))


@room("org", "person_roles", policy="org.grant_role", methods=FORM)
def grant_role_page(request: Request, pk: int) -> HttpResponseBase:
    """Give a person a role."""
    person = _one(request, pk)
    form = forms.RoleForm(request.POST or None, initial={"unit": person.unit, "role": "liaison"})
    return _person_form(request, person, form, partial(actions.grant_role, request.person, person), _("授予角色"))


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


def _history(request: Request, obj: Any) -> list[Any]:
    """Latest events of a thing, for those who may see the trail."""
    if not policy.may(request.person, "core.see_audit"):
        return []
    return list(audit.events_of(obj).defer("before", "after")[:8])
