"""What of org comes in from Excel: areas, units and their names; people; roles. Written by the room's own actions."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.locks import locked
from lantian.site.core.notify.addresses import masked
from lantian.site.core.policy import ADMINISTRATORS, ROLES
from lantian.site.core.sheets import Book, Change, Field, Params, Problem, Row, Scope, Sheet, books
from lantian.site.org import actions, queries
from lantian.site.org.forms import UNIT_NEEDED
from lantian.site.org.models import Area, Person, RoleGrant, Unit, UnitName

NAME = 100


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _locked(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    return locked(rows) if scope.locked else rows


def _days(first: Any, last: Any) -> tuple[Field, Field]:
    return (
        Field("valid_from", first, "day", headers=("自", "起始日期", "开始日期", "生效日期", "成立日期")),
        Field("valid_to", last, "day", headers=("至", "终止日期", "结束日期", "截止日期", "失效日期")),
    )


# Names, read once for an import; what a row adds is put beside them.


@dataclass
class AreaNames:
    """Areas by how they are written: a name that two have is written with what lies above: 松溪镇/东村."""

    by_name: dict[str, Area]
    written: dict[str, str]
    name_of: dict[int, str]


def area_names(scope: Scope) -> AreaNames:
    """Areas that the actor may see."""

    def read() -> AreaNames:
        rows = list(Area.objects.visible_to(scope.actor).select_related("parent"))
        often = Counter(area.name for area in rows)
        name_of = {a.pk: f"{a.parent}/{a.name}" if often[a.name] > 1 and a.parent else a.name for a in rows}
        by_name = {name_of[area.pk]: area for area in rows}
        aliases = {alias: name_of[area.pk] for area in rows for alias in area.aliases}
        return AreaNames(by_name, aliases | {name: name for name in by_name}, name_of)

    return scope.once("org.areas", read)


@dataclass
class UnitNames:
    """Units by name, and every other name with the unit's own."""

    by_name: dict[str, Unit]
    written: dict[str, str]


def unit_names(scope: Scope) -> UnitNames:
    """Units that the actor may see."""

    def read() -> UnitNames:
        rows = Unit.objects.visible_to(scope.actor).select_related("same_as")
        by_name = {unit.name: unit for unit in rows}
        meant = {name: unit.same_as.name if unit.same_as else name for name, unit in by_name.items()}
        others = UnitName.objects.filter(unit__in=rows).values_list("name", "unit__name")
        return UnitNames(by_name, {name: meant[unit] for name, unit in others} | meant)

    return scope.once("org.units", read)


def _area(scope: Scope, name: str) -> Area | None:
    return area_names(scope).by_name[name] if name else None


def _unit(scope: Scope, name: str) -> Unit | None:
    return unit_names(scope).by_name[name] if name else None


def _area_field(label: Any, **given: Any) -> Field:
    return Field(
        "area",
        label,
        "reference",
        headers=("所在行政区", "行政区", "属地", "所属区域", "所在镇街"),
        names=lambda scope: area_names(scope).written,
        longest=2 * NAME,
        **given,
    )


def _unit_field(name: str, label: Any, *headers: str, **given: Any) -> Field:
    return Field(
        name,
        label,
        "reference",
        headers=headers,
        names=lambda scope: unit_names(scope).written,
        longest=NAME,
        **given,
    )


# Areas


def _area_rows(scope: Scope) -> Iterator[Row]:
    names = area_names(scope).name_of
    for area in _locked(Area.objects.visible_to(scope.actor), scope):
        yield Row(
            str(area.pk),
            {
                "name": area.name,
                "kind": area.kind,
                "parent": names.get(area.parent_id, "") if area.parent_id else "",
                "code": area.code,
                "aliases": list(area.aliases),
                "valid_from": _day(area.valid_from),
                "valid_to": _day(area.valid_to),
            },
        )


def _write_area(scope: Scope, change: Change) -> None:
    v = change.values
    given: dict[str, Any] = {
        "name": v["name"],
        "kind": v["kind"],
        "parent": _area(scope, v.get("parent", "")),
        "code": v.get("code", ""),
        "aliases": v.get("aliases", []),
        "valid_from": _date(v.get("valid_from")),
        "valid_to": _date(v.get("valid_to")),
    }
    if change.was is None:
        area = actions.add_area(scope.actor, **given)
    else:
        area = actions.change_area(scope.actor, Area.objects.get(pk=change.ident), **given)
    area_names(scope).by_name[area.name] = area


AREAS = Sheet(
    "org.areas",
    _("行政区"),
    fields=(
        Field("name", _("名称"), headers=("行政区名称", "行政区", "镇街", "镇街名称"), required=True, longest=NAME,
              example="松溪镇"),
        Field("kind", _("类别"), "choice", headers=("类型", "级别"), required=True, choices=Area.Kind.choices,
              also={"区": "district", "县": "district", "镇": "town", "街道": "town", "乡": "town", "村": "village",
                    "社区": "village"}, example="镇街"),
        Field("parent", _("上级"), "reference", headers=("上级行政区", "所属上级", "隶属"), refers="org.areas",
              names=lambda scope: area_names(scope).written, longest=2 * NAME, example="青河区",
              help=_("同名的写成“上级/名称”。最上级的行政区留空。")),
        Field("code", _("区划代码"), headers=("代码", "行政区划代码", "区划编码"), longest=20, example="990101101"),
        Field("aliases", _("别名"), "names", headers=("简称", "其他名称"), longest=NAME),
        *_days(_("设立日期"), _("撤销日期")),
    ),
    keys=(("code",), ("name", "parent")),
    rows=_area_rows,
    write=_write_area,
    called="name",
    below="parent",
)  # fmt: skip


# Units


def _unit_rows(scope: Scope) -> Iterator[Row]:
    names = area_names(scope).name_of
    units = unit_names(scope).by_name
    called = {unit.pk: name for name, unit in units.items()}
    for unit in _locked(Unit.objects.visible_to(scope.actor).filter(same_as=None), scope):
        yield Row(
            str(unit.pk),
            {
                "name": unit.name,
                "kind": unit.kind,
                "parent": called.get(unit.parent_id, "") if unit.parent_id else "",
                "area": names.get(unit.area_id, "") if unit.area_id else "",
                "valid_from": _day(unit.valid_from),
                "valid_to": _day(unit.valid_to),
            },
        )


def _check_unit(scope: Scope, change: Change) -> Iterable[Problem]:
    name = change.values["name"]
    known = unit_names(scope).written.get(name)
    if known is None or (change.was and change.was["name"] == name):
        return
    if known == name:
        yield Problem(_("已有这个名称的单位。"), "name")
    elif not (change.was and change.was["name"] == known):
        yield Problem(
            format_lazy(_("“{name}”是“{unit}”的别名或曾用名。请用单位现在的名称。"), name=name, unit=known), "name"
        )


def _write_unit(scope: Scope, change: Change) -> None:
    v = change.values
    given: dict[str, Any] = {
        "name": v["name"],
        "kind": v["kind"],
        "parent": _unit(scope, v.get("parent", "")),
        "area": _area(scope, v.get("area", "")),
        "valid_from": _date(v.get("valid_from")),
        "valid_to": _date(v.get("valid_to")),
    }
    if change.was is None:
        unit = actions.add_unit(scope.actor, **given)
    else:
        unit = actions.change_unit(scope.actor, Unit.objects.get(pk=change.ident), **given)
    unit_names(scope).by_name[unit.name] = unit


UNITS = Sheet(
    "org.units",
    _("单位"),
    fields=(
        Field("name", _("名称"), headers=("单位名称", "单位全称", "单位", "责任单位", "部门名称"), required=True,
              longest=NAME, example="区水务局"),
        Field("kind", _("类别"), "choice", headers=("类型", "单位类别", "单位类型", "单位性质"), required=True,
              choices=Unit.Kind.choices, also={"委办局": "department", "乡镇": "town", "街道": "town"}, example="部门"),
        _unit_field("parent", _("上级单位"), "上级", "主管单位", "主管部门", "隶属单位", refers="org.units"),
        _area_field(_("所在行政区"), refers="org.areas", example="青河区"),
        *_days(_("设立日期"), _("撤销日期")),
    ),
    keys=(("name",),),
    rows=_unit_rows,
    write=_write_unit,
    check=_check_unit,
    called="name",
    below="parent",
)  # fmt: skip


# Names of units


def _name_rows(scope: Scope) -> Iterator[Row]:
    units = Unit.objects.visible_to(scope.actor).filter(same_as=None)
    for name in _locked(UnitName.objects.filter(unit__in=units).select_related("unit"), scope):
        days = {"valid_from": _day(name.valid_from), "valid_to": _day(name.valid_to)}
        yield Row(str(name.pk), {"unit": name.unit.name, "name": name.name, **days})


def _check_name(scope: Scope, change: Change) -> Iterable[Problem]:
    name, unit = change.values["name"], change.values["unit"]
    if change.was is not None and (change.was["name"], change.was["unit"]) != (name, unit):
        yield Problem(_("这里只能改日期。要换名称或单位，请在单位页去掉后重新添加。"), "name")
    elif change.was is None and (known := unit_names(scope).written.get(name)):
        yield Problem(format_lazy(_("这个名称已经指向“{unit}”。"), unit=known), "name")


def _write_name(scope: Scope, change: Change) -> None:
    v = change.values
    days = {"valid_from": _date(v.get("valid_from")), "valid_to": _date(v.get("valid_to"))}
    if change.was is None:
        unit = unit_names(scope).by_name[v["unit"]]
        actions.add_unit_name(scope.actor, unit, name=v["name"], **days)
    else:
        actions.change_unit_name(scope.actor, UnitName.objects.get(pk=change.ident), **days)


NAMES = Sheet(
    "org.unit_names",
    _("别名"),
    fields=(
        _unit_field("unit", _("单位"), "单位名称", "现名称", "现用名", required=True, refers="org.units",
                    example="区生态环境局"),
        Field("name", _("别名或曾用名"), headers=("别名", "曾用名", "简称", "原名称"), required=True, longest=NAME,
              example="区环保局"),
        *_days(_("自"), _("至")),
    ),
    keys=(("name", "unit"),),
    rows=_name_rows,
    write=_write_name,
    check=_check_name,
)  # fmt: skip


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
    given: dict[str, Any] = {"name": v["name"], "unit": _unit(scope, v.get("unit", "")), "phone": v.get("phone", "")}
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
        _unit_field("unit", _("单位"), "所在单位", "单位名称", "工作单位", "部门"),
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
    for grant in _locked(rows, scope):
        yield Row(
            str(grant.pk),
            {
                "person": grant.person.username,
                "name": grant.person.name,
                "role": grant.role,
                "unit": grant.unit.name if grant.unit else "",
                "area": areas.get(grant.area_id, "") if grant.area_id else "",
                "until": _day(grant.until),
            },
        )


def _grant_of(scope: Scope, change: Change) -> RoleGrant:
    v = change.values
    return RoleGrant(
        pk=int(change.ident) if change.ident else None,
        person=_person_names(scope)[v["person"]],
        role=v["role"],
        unit=_unit(scope, v.get("unit", "")),
        area=_area(scope, v.get("area", "")),
        until=_date(v.get("until")),
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
        _unit_field("unit", _("限于单位"), "单位", "所在单位", help=UNIT_NEEDED),
        _area_field(_("限于行政区")),
        Field("until", _("有效至"), "day", headers=("有效期至", "截止日期", "到期日期"), help=_("不填为长期。")),
    ),
    keys=(("person", "role", "unit", "area"),),
    rows=_role_rows,
    write=_write_role,
    check=_check_role,
)  # fmt: skip


def _home(name: str) -> Any:
    def address(params: Params) -> str:
        return reverse(name)

    return address


def register() -> None:
    """Offer the books."""
    books.register(
        "org.register",
        Book(
            "org.register",
            _("行政区和单位"),
            sheets=(AREAS, UNITS, NAMES),
            see="org.see",
            change="org.add_unit",
            home=_home("org:units"),
        ),
    )
    books.register(
        "org.people",
        Book(
            "org.people",
            _("人员"),
            sheets=(PEOPLE,),
            see="org.see_people",
            change="org.add_person",
            home=_home("org:people"),
            hint=_("文件里没有口令：账号建好后，由安全管理员授予角色、发放一次性口令。"),
        ),
    )
    books.register(
        "org.roles",
        Book(
            "org.roles",
            _("角色授予"),
            sheets=(GRANTS,),
            see="org.see_people",
            change="org.grant_role",
            home=_home("org:people"),
            hint=_("文件里没有的角色不会收回；要收回请在人员页办理。"),
        ),
    )
