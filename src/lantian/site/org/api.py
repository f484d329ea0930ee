"""Areas, units and people over the HTTP API; read only, as the register is kept on its pages."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from ninja import Query
from pydantic import Field

from lantian.site.core.api import Key, Moment, Named, Out, Page, Paged, Room, Word, declare_scopes, orders, paged
from lantian.site.core.request import Request
from lantian.site.org import queries
from lantian.site.org.models import Area, Person, Unit
from lantian.site.org.register import register_of

declare_scopes({"org:read": _("读取行政区和单位"), "people:read": _("读取人员和角色")})
room = Room("org", "/org", tag=_("行政区、单位、人员"))

AreaKind = Literal["city", "district", "town", "village"]
UnitKind = Literal["department", "town", "city", "firm", "group", "other"]


class AreaOut(Out):
    """行政区: the district, its towns, their villages."""

    id: int
    code: str
    name: str
    kind: AreaKind
    parent: int | None
    aliases: list[str]
    valid_from: dt.date | None
    valid_to: dt.date | None

    @classmethod
    def of(cls, area: Area) -> AreaOut:
        return cls(
            id=area.pk,
            code=area.code,
            name=area.name,
            kind=area.kind,  # type: ignore[arg-type]
            parent=area.parent_id,
            aliases=area.aliases,
            valid_from=area.valid_from,
            valid_to=area.valid_to,
        )


class AreaQuery(Paged):
    kind: AreaKind | None = None
    parent: Key | None = Field(None, description="areas directly below this one")
    q: Word | None = Field(None, description="part of the name")


@room.get(
    "/areas",
    "areas",
    policy="org.see",
    scope="org:read",
    summary=pgettext_lazy("menu", "行政区"),
    returns=Page[AreaOut],
)
def area_list(request: Request, asked: Query[AreaQuery]) -> Page[AreaOut]:
    """Areas that one may see."""
    where = _where(kind=asked.kind, parent=asked.parent, name__icontains=asked.q)
    rows: QuerySet[Area] = Area.objects.visible_to(request.person).filter(where)
    return paged(rows, asked, orders("pk"), AreaOut.of)


@room.get("/areas/{int:pk}", "area", policy="org.see", scope="org:read", summary=_("一个行政区"), returns=AreaOut)
def area(request: Request, pk: int) -> AreaOut:
    """One area."""
    found = Area.objects.visible_to(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return AreaOut.of(found)


class UnitNameOut(Out):
    """Another name of a unit, with the days it held."""

    name: str
    valid_from: dt.date | None
    valid_to: dt.date | None


class UnitOut(Out):
    """单位: whoever can be given a task."""

    id: int
    name: str
    kind: UnitKind
    parent: Named | None
    area: Named | None
    names: list[UnitNameOut] = Field(description="aliases and former names")
    same_as: int | None = Field(description="the unit that this row is only another writing of")
    valid_from: dt.date | None
    valid_to: dt.date | None

    @classmethod
    def of(cls, unit: Unit) -> UnitOut:
        return cls(**cls.values(unit))

    @staticmethod
    def values(unit: Unit) -> dict[str, Any]:
        names = [
            UnitNameOut(name=one.name, valid_from=one.valid_from, valid_to=one.valid_to) for one in unit.names.all()
        ]
        return {
            "id": unit.pk,
            "name": unit.name,
            "kind": unit.kind,
            "parent": Named.of(unit.parent),
            "area": Named.of(unit.area),
            "names": names,
            "same_as": unit.same_as_id,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
        }


class ReorganisationOut(Out):
    """What became of units on a day."""

    id: int
    on: dt.date
    kind: str
    before: list[str]
    after: list[str]
    document: str


class UnitDetail(UnitOut):
    """One unit, with its history and who does its work today."""

    today: list[int] = Field(description="today's units that do its work; several where it was split")
    history: list[ReorganisationOut]


class UnitQuery(Paged):
    kind: UnitKind | None = None
    area: Key | None = None
    parent: Key | None = None
    q: Word | None = Field(None, description="part of the name, or of another name of it")
    current: bool | None = Field(None, description="only those that exist today (true) or no more (false)")


@room.get("/units", "units", policy="org.see", scope="org:read", summary=_("单位"), returns=Page[UnitOut])
def unit_list(request: Request, asked: Query[UnitQuery]) -> Page[UnitOut]:
    """Units with their names in time."""
    rows: QuerySet[Unit] = Unit.objects.visible_to(request.person)
    rows = rows.filter(_where(kind=asked.kind, area=asked.area, parent=asked.parent))
    if asked.q:
        rows = rows.filter(Q(name__icontains=asked.q) | Q(pk__in=_named(asked.q)))
    if asked.current is not None:
        now = Unit.objects.current().values("pk")
        rows = rows.filter(pk__in=now) if asked.current else rows.exclude(pk__in=now)
    rows = rows.select_related("parent", "area").prefetch_related("names")
    return paged(rows, asked, orders("pk"), UnitOut.of)


@room.get("/units/{int:pk}", "unit", policy="org.see_unit", scope="org:read", summary=_("一个单位"), returns=UnitDetail)
def unit(request: Request, pk: int) -> UnitDetail:
    """One unit, with what became of it."""
    found = queries.unit(request.person, pk)
    if found is None:
        raise Http404
    register = register_of(request.person)
    history = [
        ReorganisationOut(
            id=event.pk,
            on=event.on,
            kind=event.kind,
            before=list(event.names_before),
            after=list(event.names_after),
            document=event.document,
        )
        for event in register.history(pk)
    ]
    return UnitDetail(**UnitOut.values(found), today=list(register.today(pk)), history=history)


class GrantOut(Out):
    """A role that a person holds, everywhere or within a unit or an area."""

    role: str
    unit: Named | None
    area: Named | None
    until: dt.date | None


class PersonOut(Out):
    """人员."""

    id: int
    username: str
    name: str
    phone: str
    unit: Named | None
    active: bool
    created_at: Moment
    roles: list[GrantOut]

    @classmethod
    def of(cls, person: Person) -> PersonOut:
        roles = [
            GrantOut(role=one.role, unit=Named.of(one.unit), area=Named.of(one.area), until=one.until)
            for one in person.grants.all()
        ]
        return cls(
            id=person.pk,
            username=person.username,
            name=person.name,
            phone=person.phone,
            unit=Named.of(person.unit),
            active=person.is_active,
            created_at=person.created_at,
            roles=roles,
        )


class PersonQuery(Paged):
    unit: Key | None = None
    role: Word | None = None
    active: bool | None = None
    q: Word | None = Field(None, description="part of the name or the log-in name")


@room.get("/people", "people", policy="org.see_people", scope="people:read", summary=_("人员"), returns=Page[PersonOut])
def person_list(request: Request, asked: Query[PersonQuery]) -> Page[PersonOut]:
    """People with their roles; for administrators."""
    where = _where(unit=asked.unit, is_active=asked.active)
    if asked.role:
        where &= Q(pk__in=Person.objects.filter(grants__role=asked.role).values("pk"))
    if asked.q:
        where &= Q(name__icontains=asked.q) | Q(username__icontains=asked.q)
    return paged(queries.people(request.person, where), asked, orders("pk"), PersonOut.of)


@room.get(
    "/people/{int:pk}",
    "person",
    policy="org.see_people",
    scope="people:read",
    summary=_("一位人员"),
    returns=PersonOut,
)
def person(request: Request, pk: int) -> PersonOut:
    """One person."""
    found = queries.people(request.person, Q(pk=pk)).first()
    if found is None:
        raise Http404
    return PersonOut.of(found)


def _where(**asked: Any) -> Q:
    """Conditions of what was given."""
    return Q(**{name: value for name, value in asked.items() if value is not None})


def _named(part: str) -> QuerySet[Any]:
    return Unit.objects.filter(names__name__icontains=part).values("pk")
