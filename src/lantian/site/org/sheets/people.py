"""Sheets of people and of their roles. There are no passwords in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.locks import locked
from lantian.site.core.notify.addresses import masked
from lantian.site.core.policy import ADMINISTRATORS, ROLES
from lantian.site.core.sheets import Change, Field, Problem, Row, Scope, Sheet
from lantian.site.org import actions, queries
from lantian.site.org.forms import UNIT_NEEDED
from lantian.site.org.models import Person, RoleGrant
from lantian.site.org.sheets.names import (
    area_field,
    area_names,
    area_of,
    day_of,
    day_text,
    under_lock,
    unit_field,
    unit_of,
)

# People


def _phone(value: str, scope: Scope) -> str:
    return value if policy.may(scope.actor, "org.see_people") else masked(value)


def _people_rows(scope: Scope) -> Iterator[Row]:
    rows = queries.people(scope.actor)
    if scope.locked:
        list(locked(Person.objects.values_list("pk")))
    for one in rows:
        yield Row(
            str(one.pk),
            {
                "username": one.username,
                "name": one.name,
                "unit": one.unit.name if one.unit else "",
                "phone": one.phone,
                "roles": [str(grant.role_name) for grant in one.grants.all()],
                "active": one.is_active,
            },
        )


def _check_person(scope: Scope, change: Change) -> Iterable[Problem]:
    if change.was is None:
        try:
            UnicodeUsernameValidator()(change.values["username"])
        except ValidationError:
            yield Problem(_("登录名只能有字母、数字、汉字和 @ . + - _。"), "username")
    elif change.was["username"] != change.values["username"]:
        yield Problem(_("登录名建立后不能更改。"), "username")


def _write_person(scope: Scope, change: Change) -> None:
    v = change.values
    given: dict[str, Any] = {"name": v["name"], "unit": unit_of(scope, v.get("unit", "")), "phone": v.get("phone", "")}
    if change.was is None:
        actions.add_person(scope.actor, username=v["username"], **given)
    else:
        actions.change_person(scope.actor, Person.objects.get(pk=change.ident), **given)


PEOPLE = Sheet(
    "org.people",
    _("人员"),
    fields=(
        Field("username", _("登录名"), headers=("账号", "用户名", "登录账号"), required=True, longest=50,
              example="zhangsan", help=_("字母、数字或汉字，建立后不再更改。")),
        Field("name", _("姓名"), headers=("联络员", "联系人", "人员姓名"), required=True, longest=50),
        unit_field("unit", _("单位"), "所在单位", "单位名称", "工作单位", "部门"),
        Field("phone", _("电话"), headers=("手机", "手机号", "手机号码", "联系电话", "联系方式"), longest=30,
              masked=_phone),
        Field("roles", _("角色"), "names", readonly=True),
        Field("active", _("启用"), "yes", readonly=True),
    ),
    keys=(("username",),),
    rows=_people_rows,
    write=_write_person,
    check=_check_person,
)  # fmt: skip


# Roles


def _person_names(scope: Scope) -> dict[str, Person]:
    return scope.once("org.people", lambda: {one.username: one for one in Person.objects.all()})


def _role_rows(scope: Scope) -> Iterator[Row]:
    areas = area_names(scope).name_of
    rows = RoleGrant.objects.select_related("person", "unit", "area").order_by("person__username", "pk")
    for grant in under_lock(rows, scope):
        yield Row(
            str(grant.pk),
            {
                "person": grant.person.username,
                "name": grant.person.name,
                "role": grant.role,
                "unit": grant.unit.name if grant.unit else "",
                "area": areas.get(grant.area_id, "") if grant.area_id else "",
                "until": day_text(grant.until),
            },
        )


def _grant_of(scope: Scope, change: Change) -> RoleGrant:
    v = change.values
    return RoleGrant(
        pk=int(change.ident) if change.ident else None,
        person=_person_names(scope)[v["person"]],
        role=v["role"],
        unit=unit_of(scope, v.get("unit", "")),
        area=area_of(scope, v.get("area", "")),
        until=day_of(v.get("until")),
    )


def _check_role(scope: Scope, change: Change) -> Iterable[Problem]:
    grant = _grant_of(scope, change)
    if grant.role in ADMINISTRATORS or (change.was and change.was["role"] in ADMINISTRATORS):
        yield Problem(_("管理员角色须由两人办理。请在人员页提出授权，由另一位管理员复核。"), "role")
        return
    if grant.person == scope.actor:
        yield Problem(_("不能改动自己的角色。请由另一位安全管理员办理。"), "person")
    if not grant.person.is_active:
        yield Problem(_("账号已停用，不能授予角色。"), "person")
    try:
        grant.clean()
    except ValidationError as error:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in told.items():
            yield Problem(" ".join(texts), name if name in ("role", "unit", "area", "until") else "")


def _write_role(scope: Scope, change: Change) -> None:
    """A grant is never changed: the old one is taken away and another given."""
    if change.was is not None:
        actions.revoke_role(scope.actor, RoleGrant.objects.get(pk=change.ident))
    grant = _grant_of(scope, change)
    actions.grant_role(scope.actor, grant.person, role=grant.role, unit=grant.unit, area=grant.area, until=grant.until)


GRANTS = Sheet(
    "org.roles",
    _("角色"),
    fields=(
        Field("person", _("登录名"), "reference", headers=("账号", "用户名"), required=True, longest=50,
              names=lambda scope: {name: name for name in _person_names(scope)}, example="zhangsan"),
        Field("name", _("姓名"), readonly=True),
        Field("role", _("角色"), "choice", headers=("授予角色", "岗位"), required=True, choices=list(ROLES.items()),
              also={"部门联络员": "liaison", "镇街联络员": "liaison"}, example="联络员"),
        unit_field("unit", _("限于单位"), "单位", "所在单位", help=UNIT_NEEDED),
        area_field(_("限于行政区")),
        Field("until", _("有效至"), "day", headers=("有效期至", "截止日期", "到期日期"), help=_("不填为长期。")),
    ),
    keys=(("person", "role", "unit", "area"),),
    rows=_role_rows,
    write=_write_role,
    check=_check_role,
)  # fmt: skip
