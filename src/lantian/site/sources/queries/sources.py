"""Sources."""

from __future__ import annotations

import math

from django.db.models import Count, ExpressionWrapper, F, FloatField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from lantian.site.core.filters import holds
from lantian.site.core.policy import Actor
from lantian.site.sources.models import Listing, Source

METRES_OF_A_DEGREE = 111_195.0  # of latitude, on the sphere by which distances are told


def sources(person: Actor) -> QuerySet[Source]:
    """Sources that the person may see, with the number of their listings."""
    mine = Listing.objects.filter(source=OuterRef("pk")).order_by().values("source")
    listed = Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)  # counted for the rows that are shown
    return Source.objects.visible_to(person).select_related("area", "unit").annotate(listed=listed)


def source(person: Actor, pk: int) -> Source | None:
    """One source with its listings: two SQL queries."""
    rows = Source.objects.visible_to(person).select_related("area", "unit")
    return rows.prefetch_related("listings", "listings__keeper").filter(pk=pk).first()


def called(q: str) -> Q:
    """Sources by what a person types: a part of name, firm or address, or the beginning of the credit code."""
    if not q:
        return Q()
    return holds(q, "name", "firm", "address") | Q(credit_code__startswith=q.upper())


def lying(area: int | str | None, *, located: bool | None = None) -> Q:
    """Sources in an area and the villages below it; with a place, or without."""
    where = Q(area=area) | Q(area__parent=area) if area else Q()
    return where if located is None else where & Q(longitude__isnull=not located)


def near(rows: QuerySet[Source], point: tuple[float, float], within: float) -> QuerySet[Source]:
    """Sources within so many metres of a point, with `away`: the square of their distance in degrees of latitude.

    The database measures on the plane that touches the earth at the point, which over 50 km is right to some metres.
    """
    longitude, latitude = point
    narrow, reach = math.cos(math.radians(latitude)), within / METRES_OF_A_DEGREE
    square = (F("latitude") - latitude) * (F("latitude") - latitude) + (F("longitude") - longitude) * (
        F("longitude") - longitude
    ) * (narrow * narrow)
    inside = rows.filter(
        latitude__range=(latitude - reach, latitude + reach),
        longitude__range=(longitude - reach / narrow, longitude + reach / narrow),
    )
    return inside.annotate(away=ExpressionWrapper(square, FloatField())).filter(away__lte=reach * reach)
