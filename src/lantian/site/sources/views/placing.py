"""A source's place on a map, and what is said after it was entered."""

from __future__ import annotations

from django.contrib import messages
from django.utils.translation import gettext_lazy as _

from lantian.site.core.map import Map, feature
from lantian.site.core.place import Placed
from lantian.site.core.policy import Actor
from lantian.site.core.request import Request
from lantian.site.org.maps import among_towns
from lantian.site.sources.models import Source
from lantian.site.sources.queries.quality import lies_outside


def place_map(person: Actor, source: Source) -> Map | None:
    """Where a source lies among the towns; None where it has no place."""
    place = source.place
    return among_towns(person, [feature(place, title=source.name, colour="#c0392b")]) if place else None


def speak_of_place(request: Request, form: Placed, source: Source) -> None:
    """Say where a place was read otherwise than it was written, or lies outside its town: it is saved all the same."""
    place = form.placed
    if place is None or not {"spot", "area"} & set(form.changed_data):
        return
    if place.swapped:
        messages.info(request, _("写的是纬度在前，已按经度、纬度保存。"))
    if lies_outside(source):
        text = _("坐标不在{area}的边界内，请核对坐标、坐标系和行政区。").format(area=source.area.name)
        messages.warning(request, text)
