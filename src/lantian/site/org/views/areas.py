"""Pages of areas."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import page
from lantian.site.core.forms import submitted
from lantian.site.core.map import own_map
from lantian.site.core.page import room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Listed, Table, list_page
from lantian.site.org import actions, forms, queries
from lantian.site.org.models import Area, AreaOutline
from lantian.site.org.views.common import FORM, history

AREAS = Table(
    columns=[
        Column("name", _("名称")),
        Column("kind", _("类别"), value=lambda area: area.get_kind_display()),
        Column("parent", _("上级"), value=lambda area: area.parent.name if area.parent else ""),
        Column("code", _("区划代码")),
        Column("aliases", _("别名"), css="wide"),
        Column("n_units", _("单位数")),
        Column("valid_from", _("设立日期")),
        Column("valid_to", _("撤销日期")),
    ],
    file_name=_("行政区"),
)


@room("org", "areas", policy="org.see", menu=pgettext_lazy("menu", "行政区"), icon="map-2", order=20)
def areas_page(request: Request) -> HttpResponseBase:
    """Areas as a tree."""
    areas = queries.areas(request.person)
    title = pgettext_lazy("menu", "行政区")
    return list_page(request, "org/areas.html", title=title, table=AREAS, rows=Listed(areas), areas=areas)


@room("org", "outlines", policy="org.see")
def outlines(request: Request) -> HttpResponseBase:
    """Outlines of areas as GeoJSON, for maps on which a place is picked."""
    rows = AreaOutline.objects.visible_to(request.person).select_related("area")
    return JsonResponse({"type": "FeatureCollection", "features": [one.feature for one in rows]})


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
        crumbs=[(pgettext_lazy("menu", "行政区"), reverse("org:areas"))],
        area=area,
        children=list(area.children.all()),
        units=list(area.units.all()),
        map=own_map([], [one.feature for one in AreaOutline.objects.filter(area=area).select_related("area")]),
        panels=page.panels("org.area", request.person, area),
        history=history(request, area),
    )


@room("org", "area_new", policy="org.add_area", methods=FORM)
def new_area_page(request: Request) -> HttpResponseBase:
    """Add an area."""
    form = forms.AreaForm(request.POST or None, initial={"parent": request.GET.get("parent"), "kind": "town"})
    if request.method == "POST" and (area := submitted(form, partial(actions.add_area, request.person))):
        messages.success(request, _("已新增行政区“{name}”。").format(name=area))
        return see_other("org:areas")
    crumbs = [(pgettext_lazy("menu", "行政区"), reverse("org:areas"))]
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
    crumbs = [(pgettext_lazy("menu", "行政区"), reverse("org:areas")), (area.name, area.get_absolute_url())]
    return page.page(
        request, "core/form.html", title=_("修改行政区"), form=form, crumbs=crumbs, cancel_url=area.get_absolute_url()
    )


@room("org", "area_outline", policy="org.set_outline", methods=FORM)
def outline_page(request: Request, pk: int) -> HttpResponseBase:
    """Import an area's outline."""
    area = get_object_or_404(Area.objects.visible_to(request.person), pk=pk)
    form = forms.OutlineForm(request.POST or None, request.FILES or None)

    def save(*, file: UploadedFile, **fields: Any) -> AreaOutline:
        return actions.set_outline(request.person, area, content=file.read(), **fields)

    if request.method == "POST" and submitted(form, save):
        messages.success(request, _("已导入边界。"))
        return see_other(area.get_absolute_url())
    crumbs = [(pgettext_lazy("menu", "行政区"), reverse("org:areas")), (area.name, area.get_absolute_url())]
    return page.page(
        request, "core/form.html", title=_("导入边界"), form=form, crumbs=crumbs, cancel_url=area.get_absolute_url()
    )
