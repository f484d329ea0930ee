"""What the sheets of org share: names of areas and units as files write them, days, columns that refer to them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Invalid
from lantian.site.core.locks import locked
from lantian.site.core.sheets import Field, Scope
from lantian.site.org.models import Area, Unit, UnitName

T = TypeVar("T")
NAME = 100


def day_text(value: dt.date | None) -> str | None:
    """A day as the values of a row keep it."""
    return value.isoformat() if value else None


def day_of(value: str | None) -> dt.date | None:
    """The day of such a value."""
    return dt.date.fromisoformat(value) if value else None


def under_lock(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Rows as they are read for a preview, or locked as they will be written."""
    return locked(rows) if scope.locked else rows


def days(first: Any, last: Any) -> tuple[Field, Field]:
    """The two columns of the days between which something holds."""
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


def _all_areas(scope: Scope) -> set[str]:
    """Names of areas, also of those that are not the actor's."""
    return scope.once("org.all_areas", lambda: set(Area.objects.values_list("name", flat=True)))


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


def area_of(scope: Scope, name: str) -> Area | None:
    """The area of a name; None for none. Invalid where it is called otherwise by now."""
    return _named(area_names(scope).by_name, name)


def unit_of(scope: Scope, name: str) -> Unit | None:
    """The unit of a name; None for none. Invalid where it is called otherwise by now."""
    return _named(unit_names(scope).by_name, name)


def _named(there: Mapping[str, T], name: str) -> T | None:
    if name and name not in there:
        told = format_lazy(_("没有名为“{name}”的行政区或单位，可能刚改了名。"), name=name)
        raise Invalid(told, remedy=_("请按现在的名称改好后重新上传。"))
    return there[name] if name else None


def area_field(label: Any, **given: Any) -> Field:
    """A column that names an area."""
    return Field(
        "area",
        label,
        "reference",
        headers=(
            "所在行政区",
            "行政区",
            "属地",
            "所属区域",
            "所在镇街",
            "所属镇街",
            "镇街",
            "所属街道",
            "所在街道",
            "街道",
            "所属乡镇",
            "所在乡镇",
            "乡镇",
            "乡镇街道",
            "镇（街道）",
            "辖区",
            "所属辖区",
        ),
        names=lambda scope: area_names(scope).written,
        others=_all_areas,
        longest=2 * NAME,
        **given,
    )


def unit_field(name: str, label: Any, *headers: str, **given: Any) -> Field:
    """A column that names a unit."""
    return Field(
        name,
        label,
        "reference",
        headers=headers,
        names=lambda scope: unit_names(scope).written,
        longest=NAME,
        **given,
    )
