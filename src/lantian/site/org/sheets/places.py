"""Sheets of areas, of units and of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.sheets import Change, Field, Problem, Row, Scope, Sheet
from lantian.site.org import actions
from lantian.site.org.models import Area, Unit, UnitName
from lantian.site.org.sheets.names import (
    NAME,
    area_field,
    area_names,
    area_of,
    day_of,
    day_text,
    days,
    under_lock,
    unit_field,
    unit_names,
    unit_of,
)

# Areas


def _area_rows(scope: Scope) -> Iterator[Row]:
    names = area_names(scope).name_of
    for area in under_lock(Area.objects.visible_to(scope.actor), scope):
        yield Row(
            str(area.pk),
            {
                "name": area.name,
                "kind": area.kind,
                "parent": names.get(area.parent_id, "") if area.parent_id else "",
                "code": area.code,
                "aliases": list(area.aliases),
                "valid_from": day_text(area.valid_from),
                "valid_to": day_text(area.valid_to),
            },
        )


def _write_area(scope: Scope, change: Change) -> None:
    v = change.values
    given: dict[str, Any] = {
        "name": v["name"],
        "kind": v["kind"],
        "parent": area_of(scope, v.get("parent", "")),
        "code": v.get("code", ""),
        "aliases": v.get("aliases", []),
        "valid_from": day_of(v.get("valid_from")),
        "valid_to": day_of(v.get("valid_to")),
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
        *days(_("设立日期"), _("撤销日期")),
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
    for unit in under_lock(Unit.objects.visible_to(scope.actor).filter(same_as=None), scope):
        yield Row(
            str(unit.pk),
            {
                "name": unit.name,
                "kind": unit.kind,
                "parent": called.get(unit.parent_id, "") if unit.parent_id else "",
                "area": names.get(unit.area_id, "") if unit.area_id else "",
                "valid_from": day_text(unit.valid_from),
                "valid_to": day_text(unit.valid_to),
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
        "parent": unit_of(scope, v.get("parent", "")),
        "area": area_of(scope, v.get("area", "")),
        "valid_from": day_of(v.get("valid_from")),
        "valid_to": day_of(v.get("valid_to")),
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
        unit_field("parent", _("上级单位"), "上级", "主管单位", "主管部门", "隶属单位", refers="org.units"),
        area_field(_("所在行政区"), refers="org.areas", example="青河区"),
        *days(_("设立日期"), _("撤销日期")),
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
    for name in under_lock(UnitName.objects.filter(unit__in=units).select_related("unit"), scope):
        days = {"valid_from": day_text(name.valid_from), "valid_to": day_text(name.valid_to)}
        yield Row(str(name.pk), {"unit": name.unit.name, "name": name.name, **days})


def _check_name(scope: Scope, change: Change) -> Iterable[Problem]:
    name, unit = change.values["name"], change.values["unit"]
    if change.was is not None and (change.was["name"], change.was["unit"]) != (name, unit):
        yield Problem(_("这里只能改日期。要换名称或单位，请在单位页去掉后重新添加。"), "name")
    elif change.was is None and (known := unit_names(scope).written.get(name)):
        yield Problem(format_lazy(_("这个名称已经指向“{unit}”。"), unit=known), "name")


def _write_name(scope: Scope, change: Change) -> None:
    v = change.values
    days = {"valid_from": day_of(v.get("valid_from")), "valid_to": day_of(v.get("valid_to"))}
    if change.was is None:
        unit = unit_names(scope).by_name[v["unit"]]
        actions.add_unit_name(scope.actor, unit, name=v["name"], **days)
    else:
        actions.change_unit_name(scope.actor, UnitName.objects.get(pk=change.ident), **days)


NAMES = Sheet(
    "org.unit_names",
    _("别名"),
    fields=(
        unit_field("unit", _("单位"), "单位名称", "现名称", "现用名", required=True, refers="org.units",
                    example="区生态环境局"),
        Field("name", _("别名或曾用名"), headers=("别名", "曾用名", "简称", "原名称"), required=True, longest=NAME,
              example="区环保局"),
        *days(_("自"), _("至")),
    ),
    keys=(("name", "unit"),),
    rows=_name_rows,
    write=_write_name,
    check=_check_name,
)  # fmt: skip
