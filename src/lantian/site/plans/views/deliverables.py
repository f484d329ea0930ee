"""Sub-plans and lists that plans order: what is owed, what waits where, one deliverable, ordering and changing it."""

from __future__ import annotations

from typing import Any, Self

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import filters
from lantian.site.core.forms import submitted
from lantian.site.core.page import page, room, see_other
from lantian.site.core.policy import Actor
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.plans import actions, lights, queries, words
from lantian.site.plans.deliverable_forms import PARTY, ChangeForm, DeliverableForm, areas_of
from lantian.site.plans.models import Deliverable, Filing, Plan
from lantian.site.plans.queries import deliverables as rows_of
from lantian.site.plans.views.filings import parts

NAMES = 3
LIGHTS = [
    (state, _("已办结") if state == "closed" else label) for state, label in lights.STATES if state != "withdrawn"
]


def _owners(one: Any) -> list[str]:
    return [str(row.unit) for row in one.filings.all() if row.unit]


def _few(names: list[str]) -> str:
    more = f" +{len(names) - NAMES}" if len(names) > NAMES else ""
    return "、".join(names[:NAMES]) + more


DELIVERABLES = Table(
    columns=[
        Column("light", _("状态"), value=rows_of.light_of, template="plans/deliverables/parts/light.html", css="nowrap",
               exported=lambda d: rows_of.light_of(d).words),
        Column("title", _("名称"), sort="title", link=lambda d: d.get_absolute_url(), css="wide"),
        Column("kind", _("类别"), value=lambda d: d.get_kind_display(), sort="kind", css="nowrap"),
        Column("owners", _("填报单位"), value=lambda d: _few(_owners(d)), exported=_owners),
        Column("n", _("已报"), value=lambda d: f"{d.n_done}/{d.n}", css="number"),
        Column("now", _("环节"), value=rows_of.stands, css="nowrap"),
        Column("due", _("完成日期"), sort="due", css="nowrap"),
        Column("number", _("文号"), css="nowrap minor"),
        Column("plan", _("方案"), value=lambda d: d.plan.title if d.plan else None, css="minor"),
    ],
    sort="due",
    empty=_("还没有分方案或清单。"),
    empty_hint=_("方案确认后，大气办可在方案页面上从原文提取，逐项下达。"),
    file_name=_("分方案和清单"),
)  # fmt: skip
FILINGS = Table(
    columns=[
        Column("light", _("状态"), value=lambda f: lights.light(f.due) if f.turn else None,
               template="plans/deliverables/parts/light.html", css="nowrap", sort="due",
               exported=lambda f: lights.light(f.due).words if f.turn else f.state_label),
        Column("deliverable", _("名称"), value=str, link=lambda f: f.get_absolute_url(), css="wide",
               sort="deliverable__title"),
        Column("kind", _("类别"), value=lambda f: f.deliverable.get_kind_display(), css="nowrap minor"),
        Column("state", _("环节"), value=lambda f: f.state_label, css="nowrap"),
        Column("who", _("在谁手里"), value=rows_of.who_has),
        Column("due", _("本环节期限"), sort="due", css="nowrap"),
        Column("since", _("到达时间"), sort="since", css="nowrap minor"),
        Column("version", _("版本"), css="number minor"),
    ],
    sort="due",
    empty=_("没有报送件。"),
    file_name=_("报送进度"),
)  # fmt: skip


class DeliverableFilter(filters.Filter):
    """Deliverables by plan, kind, owner, light and text."""

    q = filters.text(_("搜索"), placeholder=_("名称、文号"))
    plan = filters.choice(_("方案"), ())
    kind = filters.choice(_("类别"), words.DELIVERABLES)
    unit = filters.choice(_("填报单位"), ())
    light = filters.choice(_("状态"), LIGHTS)

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as asked, offering only what the person may see."""
        form = cls.from_query(query)
        offered = {"plan": queries.plan_choices(person), "unit": rows_of.unit_choices(person)}
        for name, choices in offered.items():
            form.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    def where(self) -> Q:
        asked, where = self.asked, Q()
        if asked["q"]:
            where &= Q(title__icontains=asked["q"]) | Q(number__icontains=asked["q"])
        if asked["plan"]:
            where &= Q(plan=asked["plan"])
        if asked["kind"]:
            where &= Q(kind=asked["kind"])
        if asked["unit"]:
            where &= Q(pk__in=Filing.objects.filter(unit=asked["unit"]).values("deliverable"))
        if asked["light"]:
            where &= rows_of.where_light(asked["light"])
        return where


class FilingFilter(filters.Filter):
    """Filings by who has them, unit, light and text."""

    q = filters.text(_("搜索"), placeholder=_("名称"))
    turn = filters.choice(_("在谁手里"), words.TURNS)
    unit = filters.choice(_("单位"), ())
    kind = filters.choice(_("类别"), words.DELIVERABLES)
    light = filters.choice(_("状态"), LIGHTS)
    mine = filters.yes(_("待我办理"))

    person: Any

    @classmethod
    def for_person(cls, person: Actor, query: QueryDict) -> Self:
        """The filter as asked, offering only what the person may see."""
        form = cls.from_query(query)
        form.person = person
        form.fields["unit"].choices = [("", _("全部")), *rows_of.unit_choices(person)]  # type: ignore[attr-defined]
        form.full_clean()
        return form

    def where(self) -> Q:
        asked, where = self.asked, Q()
        if asked["q"]:
            where &= Q(deliverable__title__icontains=asked["q"])
        if asked["turn"]:
            where &= Q(turn=asked["turn"])
        if asked["unit"]:
            where &= Q(pk__in=rows_of.of_units(self.person, [int(asked["unit"])]).values("pk"))
        if asked["kind"]:
            where &= Q(deliverable__kind=asked["kind"])
        if asked["light"]:
            where &= rows_of.where_light(asked["light"], "due", ~Q(turn=""))
        if asked["mine"]:
            where &= Q(pk__in=rows_of.waiting_for(self.person).values("pk"))
        return where


@room(
    "plans",
    "deliverables",
    policy="plans.deliverable.see",
    menu=_("分方案和清单"),
    icon="files",
    order=40,
    section="papers",
)
def deliverables_page(request: Request) -> HttpResponseBase:
    """What plans order to be handed in, and how far it is."""
    asked = DeliverableFilter.for_person(request.person, request.GET)
    return list_page(
        request,
        "plans/deliverables/list.html",
        table=DELIVERABLES,
        rows=rows_of.deliverables(request.person).filter(asked.where()),
        asked=asked,
        title=_("分方案和清单"),
    )


@room(
    "plans",
    "filings",
    policy="plans.deliverable.see",
    menu=_("报送进度"),
    icon="arrows-right",
    order=41,
    section="papers",
)
def filings_page(request: Request) -> HttpResponseBase:
    """What waits where."""
    asked = FilingFilter.for_person(request.person, request.GET)
    return list_page(
        request,
        "plans/deliverables/filings.html",
        table=FILINGS,
        rows=rows_of.filings(request.person).filter(asked.where()),
        asked=asked,
        title=_("报送进度"),
        turns=rows_of.turns(request.person),
    )


@room("plans", "deliverable", policy="plans.deliverable.see")
def deliverable_page(request: Request, pk: int) -> HttpResponseBase:
    """One deliverable: its chain, and what every unit has filed."""
    found = deliverable_or_404(request, pk)
    seen = list(rows_of.filings(request.person).filter(deliverable=pk).order_by("unit__name", "pk"))
    for one in seen:
        one.deliverable = found
    main = next((one for one in seen if one.shape == "whole"), seen[0] if len(seen) == 1 and not found.each else None)
    return page(
        request,
        "plans/deliverables/deliverable.html",
        title=found.title,
        crumbs=[(_("分方案和清单"), reverse("plans:deliverables"))],
        deliverable=found,
        light=rows_of.light_of(found),
        rows=[(one, rows_of.who_has(one), lights.light(one.due)) for one in seen if one is not main],
        **(parts(request.person, main) if main else {}),
    )


@room("plans", "deliverable_new", policy="plans.deliverable.add", methods=("GET", "POST"))
def deliverable_new(request: Request) -> HttpResponseBase:
    """Order a sub-plan or a list; the address can bring what was found in a plan's text."""
    offered = Plan.objects.visible_to(request.person).defer("source", "blocks", "spans")
    form = DeliverableForm(request.POST or None, plans=offered, initial=_initial(request.GET))
    choosing = request.method == "POST" and "again" in request.POST  # another chain was chosen: other fields
    if request.method == "POST" and not choosing:
        made = submitted(form, lambda **_data: _ordered(request, form))
        if made is not None:
            messages.success(request, _("已下达。"))
            return see_other("plans:deliverable", pk=made.pk)
    elif choosing:
        form = DeliverableForm(plans=offered, initial=_initial(request.POST))
    return page(
        request,
        "plans/deliverables/form.html",
        title=_("下达分方案、清单"),
        crumbs=[(_("分方案和清单"), reverse("plans:deliverables"))],
        form=form,
        submit=_("下达"),
        cancel_url=reverse("plans:deliverables"),
    )


def _ordered(request: Request, form: DeliverableForm) -> Deliverable:
    values = form.values()
    plan = values["plan"]
    area = plan.area if plan else areas_of(request.person).first()
    return actions.add_deliverable(request.person, area=area, **values)


def _initial(query: QueryDict) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in query:
        several = name == "owners" or name.startswith(PARTY)
        given[name] = [pk for pk in query.getlist(name) if pk.isdecimal()] if several else query[name]
    return given


@room("plans", "deliverable_edit", policy="plans.deliverable.change", methods=("GET", "POST"))
def deliverable_edit(request: Request, pk: int) -> HttpResponseBase:
    """Another name, day, or other units at the steps."""
    found = deliverable_or_404(request, pk)
    form = ChangeForm(request.POST or None, deliverable=found, initial={"title": found.title, "due": found.due})
    if request.method == "POST" and submitted(
        form, lambda **_data: actions.change_deliverable(request.person, found, **form.values())
    ):
        return see_other("plans:deliverable", pk=pk)
    return page(
        request,
        "core/form.html",
        title=_("修改"),
        crumbs=[(_("分方案和清单"), reverse("plans:deliverables")), (found.title, found.get_absolute_url())],
        form=form,
        cancel_url=found.get_absolute_url(),
    )


def deliverable_or_404(request: Request, pk: int) -> Any:
    """A deliverable that the person sees, with its counts."""
    found = rows_of.deliverables(request.person).prefetch_related(None).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
