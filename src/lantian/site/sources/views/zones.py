"""Regulatory zones: the list with its map, one of them with what lies inside, entering and changing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.forms import submitted
from lantian.site.core.map import own_map
from lantian.site.core.page import page, room, see_other
from lantian.site.core.request import Request
from lantian.site.core.table import Column, Table, list_page
from lantian.site.org.maps import among_towns
from lantian.site.org.models import AreaOutline
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, reading, zoning
from lantian.site.sources.models import Zone
from lantian.site.sources.queries import zones as queries
from lantian.site.sources.queries.zone_effects import effects
from lantian.site.sources.zone_forms import NewZoneForm, RedrawForm, ZoneForm


def kind_label(zone: Zone) -> str:
    """The kind of a zone for the reader."""
    kind = zoning.kind_of(zone.kind)
    return reading.said(kind.label) if kind else zone.kind


ZONES = Table(
    columns=[
        Column("name", _("名称"), sort="name", css="wide", link=lambda one: one.get_absolute_url()),
        Column("kind", _("种类"), sort="kind", value=kind_label),
        Column("area", _("行政区"), sort="area__code", css="nowrap"),
        Column("valid_from", _("自"), sort="valid_from", css="nowrap"),
        Column("valid_to", _("至"), sort="valid_to", css="nowrap"),
        Column("act", _("依据文件"), css="minor"),
    ],
    sort="kind",
    empty=_("还没有管控区。"),
    empty_hint=_("导入 GeoJSON 后，清单的规则就能判断污染源是否在区内。"),
    file_name=_("管控区"),
)


@room("sources", "zones", policy="sources.see", menu=_("管控区"), icon="polygon", order=60)
def zones_page(request: Request) -> HttpResponseBase:
    """All zones, and where those that hold today lie."""
    rows = queries.zones(request.person)
    return list_page(
        request,
        "sources/zones.html",
        table=ZONES,
        rows=rows,
        title=_("管控区"),
        map=among_towns(request.person, [], [zone_feature(one) for one in queries.holding(rows)]),
        can_add=policy.may(request.person, "sources.zone.add"),
    )


@room("sources", "zone", policy="sources.see")
def zone_page(request: Request, pk: int) -> HttpResponseBase:
    """One zone, and how many listings lie inside."""
    zone = _found(request, pk)
    kind = zoning.kind_of(zone.kind)
    inside = [(reading.title_of(name), reading.address_of(name), n) for name, n in queries.inside(request.person, zone)]
    return page(
        request,
        "sources/zone.html",
        title=zone.name,
        crumbs=[(_("管控区"), reverse("sources:zones"))],
        zone=zone,
        kind=kind_label(zone),
        about=reading.said(kind.about) if kind else "",
        inside=inside,
        map=among_towns(request.person, [], [zone_feature(zone)]),
        later=list(zone.later.all()),
        history=history(request, zone),
    )


@room("sources", "zone_new", policy="sources.zone.add", methods=FORM)
def new_zone(request: Request) -> HttpResponseBase:
    """Draw a zone, or take its ground from a file; what it changes is shown before it is kept."""
    form = NewZoneForm(request.POST or None, request.FILES or None, person=request.person)

    def save(**fields: Any) -> Zone:
        return actions.add_zone(request.person, content=form.content, **fields)

    return _drawn(request, form, save, title=_("新增管控区"), cancel=reverse("sources:zones"))


@room("sources", "zone_ground", policy="sources.zone.change", methods=FORM)
def redraw(request: Request, pk: int) -> HttpResponseBase:
    """Give a zone another ground from a day on."""
    zone = _found(request, pk)
    form = RedrawForm(request.POST or None, request.FILES or None, zone=zone)

    def save(**fields: Any) -> Zone:
        return actions.redraw_zone(request.person, zone, content=form.content, **fields)

    return _drawn(request, form, save, title=_("改范围"), cancel=zone.get_absolute_url(), zone=zone)


@room("sources", "zone_edit", policy="sources.zone.change", methods=FORM)
def edit_zone(request: Request, pk: int) -> HttpResponseBase:
    """Change what is known of a zone."""
    zone = _found(request, pk)
    form = ZoneForm(request.POST or None, person=request.person, zone=zone)

    def save(*, kind: str, area: Any, **fields: Any) -> Zone:
        return actions.change_zone(request.person, zone, **fields)

    if request.method == "POST" and submitted(form, save):
        messages.success(request, _("已保存。"))
        return see_other(zone.get_absolute_url())
    return page(
        request, "core/form.html", title=_("修改管控区"), form=form, crumbs=_crumbs(zone),
        cancel_url=zone.get_absolute_url(), status=form.status,
    )  # fmt: skip


def _drawn(
    request: Request,
    form: NewZoneForm | RedrawForm,
    save: Callable[..., Zone],
    *,
    title: Text,
    cancel: str,
    zone: Zone | None = None,
) -> HttpResponseBase:
    """Draw; see what would change; keep."""
    told = None
    if request.method == "POST" and form.is_valid():
        if form.seen == form.mark:
            if made := submitted(form, save):
                messages.success(request, _("已保存。按规定应做到的事已按新的范围推算。"))
                return see_other(made.get_absolute_url())
        else:
            kind = zone.kind if zone else form.cleaned_data["kind"]
            told = effects(request.person, kind, form.geometry, form.on, zone)
            form.shown_again()
    around = [one.feature for one in AreaOutline.objects.visible_to(request.person).select_related("area")]
    others = queries.holding(queries.zones(request.person))
    around += [zone_feature(one) for one in (others.exclude(pk=zone.pk) if zone else others)]
    return page(
        request,
        "sources/zones/draw.html",
        title=title,
        form=form,
        crumbs=_crumbs(zone),
        cancel_url=cancel,
        effects=told,
        map=own_map([], around),
        submit=_("确认保存") if told else _("预览影响"),
        status=form.status,
    )


def _crumbs(zone: Zone | None) -> list[tuple[Text, str]]:
    crumbs: list[tuple[Text, str]] = [(_("管控区"), reverse("sources:zones"))]
    return [*crumbs, (zone.name, zone.get_absolute_url())] if zone else crumbs


def zone_feature(zone: Zone) -> dict[str, Any]:
    """A zone as a map draws it, in the colour of its kind."""
    kind = zoning.kind_of(zone.kind)
    colour = {"colour": kind.colour} if kind else {}
    return zone.feature(words=kind_label(zone), url=zone.get_absolute_url(), **colour)


def _found(request: Request, pk: int) -> Zone:
    found = queries.zones(request.person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
