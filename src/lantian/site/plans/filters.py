"""What the ledger can be cut by."""

from __future__ import annotations

from typing import Any, Self

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core.policy import Actor
from lantian.site.org.register import Register, register_of
from lantian.site.plans import duties, lights, queries, words
from lantian.site.plans.models import TaskQuantity, TaskRole
from lantian.site.plans.models.rows import WHOLE

KINDS = [("", _("方案任务")), *words.ORIGINS[1:], ("all", _("全部"))]


class TaskFilter(filters.Filter):
    """Tasks by plan, unit and role, town, section, due date and text."""

    q = filters.text(_("搜索"), placeholder=_("任务、内容、编号"))
    plan = filters.choice(_("方案"), ())
    unit = filters.choice(_("单位"), ())
    role = filters.choice(_("职责"), duties.CHOICES)
    town = filters.choice(_("镇街"), ())
    section = filters.choice(_("章节"), ())
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=KINDS)
    light = filters.choice(_("时限状态"), lights.STATES)
    due_from = filters.day(_("到期不早于"))
    due_to = filters.day(_("到期不晚于"))

    register: Register

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as asked, offering only what the person may see: four SQL queries."""
        form = cls.from_query(query)
        form.register = register_of(person)
        offered: dict[str, list[tuple[Any, Any]]] = {
            "plan": queries.plan_choices(person),
            "unit": queries.unit_choices(person, asked=query.get("unit", "")),
            "town": queries.town_choices(person),
            "section": queries.section_choices(person, plan=query.get("plan", "")),
        }
        for name, choices in offered.items():
            form.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    def where(self) -> Q:
        asked = self.asked
        where = of_kind(asked["kind"])
        if asked["q"]:
            q = asked["q"]
            where &= Q(title__icontains=q) | Q(text__icontains=q) | Q(number__iexact=q) | Q(deadline_text__icontains=q)
        if asked["plan"]:
            where &= Q(plan=asked["plan"])
        if asked["unit"]:
            where &= duties.of_unit(self.register, int(asked["unit"]), asked["role"])
        elif asked["role"]:
            where &= Q(pk__in=TaskRole.objects.filter(role__in=duties.roles_of(asked["role"])).values("task"))
        if asked["town"]:
            where &= of_town(asked["town"])
        if asked["section"]:
            where &= Q(clause__section=asked["section"])
        where &= lights.where(asked["light"]) if asked["light"] else ~Q(state="withdrawn")
        if asked["due_from"]:
            where &= Q(due__gte=asked["due_from"])
        if asked["due_to"]:
            where &= Q(due__lte=asked["due_to"])
        return where


def of_town(name: str) -> Q:
    """Tasks with a number for the town, or with a unit of it in any role."""
    numbers = TaskQuantity.objects.filter(Q(town_name=name) | Q(town__name=name)).values("task")
    units = TaskRole.objects.filter(Q(unit__area__name=name) | Q(name__startswith=name), unit__isnull=False)
    return duties.with_part_in(numbers) | duties.with_part_in(units.values("task"))


def of_kind(kind: str) -> Q:
    """What a plan counts, or parts, or instructions: all only where asked for, as a whole stands for its parts."""
    if kind == "all":
        return Q()
    return Q(origin=kind) if kind else WHOLE
