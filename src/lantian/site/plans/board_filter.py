"""What wall chart and timeline can be cut by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self, cast

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import filters
from lantian.site.core.faults import Text
from lantian.site.plans import duties, standing
from lantian.site.plans.queries.board import Board, PlanFacts
from lantian.site.plans.wallchart import Across

ALL = "all"
KINDS: list[tuple[str, Text]] = [
    ("town", pgettext_lazy("several", "镇街")),
    ("department", pgettext_lazy("several", "部门")),
]
ACROSS: list[tuple[str, Text]] = [("section", _("章节")), ("task", _("任务"))]


def one_of(label: Text, choices: Iterable[tuple[str, Text]]) -> forms.ChoiceField:
    """One of several; nothing asked is the first."""
    return forms.ChoiceField(label=label, required=False, choices=list(choices))


class PlanFilter(filters.Filter):
    """One plan, by default the latest, or all, and a span of due dates."""

    plan = one_of(_("方案"), ())
    due_from = filters.day(_("到期不早于"))
    due_to = filters.day(_("到期不晚于"))

    @classmethod
    def among(cls, plans: list[PlanFacts], query: QueryDict) -> Self:
        """The filter as asked, offering these plans; what cannot be used gives way to the latest plan."""
        form = cls.from_query(query)
        form.plans = plans
        offered: list[tuple[str, Text]] = [(str(plan.pk), plan.title) for plan in plans]
        form.fields["plan"].choices = [*offered, (ALL, _("全部方案"))]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    plans: list[PlanFacts]

    @property
    def chosen(self) -> list[PlanFacts]:
        """The plans that are shown."""
        asked = self.asked["plan"]
        if asked == ALL:
            return self.plans
        return [plan for plan in self.plans if str(plan.pk) == asked] or self.plans[:1]

    @property
    def of_all(self) -> bool:
        """Whether several plans are shown together."""
        return self.asked["plan"] == ALL

    def where(self) -> Q:
        where = Q()
        if self.asked["due_from"]:
            where &= Q(due__gte=self.asked["due_from"])
        if self.asked["due_to"]:
            where &= Q(due__lte=self.asked["due_to"])
        return where

    @property
    def for_ledger(self) -> dict[str, str]:
        """The same cut as parameters of the ledger."""
        plan = "" if self.of_all or not self.chosen else str(self.chosen[0].pk)
        days = {name: self.asked[name].isoformat() if self.asked[name] else "" for name in ("due_from", "due_to")}
        return {"plan": plan} | days


class ChartFilter(PlanFilter):
    """What stands in the rows and columns of the wall chart."""

    kind = one_of(_("行"), KINDS)
    across = one_of(pgettext_lazy("several", "列"), ACROSS)
    role = one_of(_("职责"), [duties.CHOICES[-1], *duties.CHOICES[:-1]])
    field_order = ("plan", "kind", "across", "role", "due_from", "due_to")

    @property
    def of_kind(self) -> str:
        return self.asked["kind"] or "town"

    @property
    def columns(self) -> Across:
        return "plan" if self.of_all else cast(Across, self.asked["across"] or "section")

    @property
    def of_role(self) -> str:
        return self.asked["role"] or "duty"


class EvidenceFilter(PlanFilter):
    """What numbers of a chart stand for: one section, unit or level of a plan, or of all."""

    section = filters.choice(_("章节"), ())
    unit = filters.choice(_("单位"), ())
    role = one_of(_("职责"), [duties.CHOICES[-1], *duties.CHOICES[:-1]])
    level = filters.choice(_("灯色"), list(standing.LEVELS.items()))
    state = filters.choice(_("状态"), [(name, words) for name, (_level, _shape, words) in standing.STATES.items()])
    field_order = ("plan", "section", "unit", "role", "level", "state", "due_from", "due_to")

    @property
    def of_role(self) -> str:
        return self.asked["role"] or "duty"

    def offer(self, board: Board) -> None:
        """Offer the sections and units of a board."""
        sections = dict.fromkeys(line.section for line in board.lines if line.section)
        counts = Counter(unit for line in board.lines for unit in line.units)
        units = sorted(counts, key=lambda unit: -counts[unit])
        self.fields["section"].choices = [("", _("全部")), *((one, one) for one in sections)]  # type: ignore[attr-defined]
        named = ((str(unit), board.register.name(unit)) for unit in units)
        self.fields["unit"].choices = [("", _("全部")), *named]  # type: ignore[attr-defined]
        self.full_clean()


class CalendarFilter(filters.Filter):
    """Whose dates a calendar shows."""

    KEPT = ("month",)
    plan = filters.choice(_("方案"), ())
    mine = filters.yes(_("只看本单位"))

    @classmethod
    def among(cls, plans: list[PlanFacts], query: QueryDict) -> Self:
        """The filter as asked, offering these plans."""
        form = cls.from_query(query)
        form.fields["plan"].choices = [("", _("全部")), *((str(p.pk), p.title) for p in plans)]  # type: ignore[attr-defined]
        form.full_clean()
        return form
