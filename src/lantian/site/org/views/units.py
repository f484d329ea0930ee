"""Pages of units."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, page
from lantian.site.core.forms import submitted
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org import actions, forms, queries
from lantian.site.org.models import Unit, UnitName
from lantian.site.org.views.common import FORM, history

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


@room("org", "units", policy="org.see", menu=_("单位名录"), icon="building-community", order=10)
def units_page(request: Request) -> HttpResponseBase:
    """All units, with their kinds, aliases and places in the tree."""
    asked = forms.UnitFilter.from_query(request.GET)
    rows = queries.units(request.person, asked.where())
    if not asked.asked["closed"]:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today()))
    return list_page(request, "org/units.html", title=_("单位名录"), table=UNITS, rows=rows, asked=asked)


@room("org", "unit_tree", policy="org.see")
def unit_tree_page(request: Request) -> HttpResponseBase:
    """Units as a tree."""
    return page.page(request, "org/unit_tree.html", title=_("单位层级"), units=queries.unit_tree(request.person))


@room("org", "unit", policy="org.see_unit")
def unit_page(request: Request, pk: int) -> HttpResponseBase:
    """One unit: names, members, people, and what other rooms know of it."""
    unit = queries.unit(request.person, pk)
    if unit is None:
        raise Http404
    register = request.person.register
    return page.page(
        request,
        "org/unit.html",
        title=unit.name,
        unit=unit,
        people=list(unit.people.filter(is_active=True)),
        children=[one for one in register.units.values() if one.parent_id == unit.pk],
        groups=[register.units[one] for one in sorted(register.groups_of(unit.pk))],
        panels=page.panels("org.unit", request.person, unit),
        history=history(request, unit),
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
    form = forms.UnitForm(request.POST or None, initial=initial)
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
