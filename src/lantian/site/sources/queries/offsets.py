"""The bank of proven cuts: what each holds, who uses it, what is left."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, F, FloatField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from lantian.ledgers import Balance
from lantian.rulebook.schemas.project_gate import ProjectGate
from lantian.site.core.policy import Actor
from lantian.site.sources.models import CutUse, Listing, ListingValue
from lantian.site.sources.models.offsets import STANDING
from lantian.site.sources.queries.listings import added

NONE = Value(0.0, output_field=FloatField())
DUST = 1e-6  # tonnes: less is what adding binary fractions leaves


def bank(rules: ProjectGate) -> QuerySet[Any, Any]:
    """A row for each cut and `pollutant`, with tonnes `proven` (none of one that is not done), `used` and `left`: of
    cuts that are proven, and of those that a project uses though they are not any more."""
    named = Case(*(When(field=one.cut, then=Value(one.name)) for one in rules.offset), output_field=CharField())
    uses = CutUse.objects.filter(STANDING, cut=OuterRef("listing"), pollutant=OuterRef("pollutant")).order_by()
    used = Subquery(uses.values("cut").annotate(total=Sum("tonnes")).values("total"), output_field=FloatField())
    rows: QuerySet[Any, Any] = ListingValue.objects.filter(
        ledger=rules.bank, field__in=[one.cut for one in rules.offset], number__gt=0
    )
    rows = rows.annotate(
        pollutant=named,
        proven=Case(When(listing__means="done", then=F("number")), default=NONE, output_field=FloatField()),
        used=Coalesce(used, NONE),
    )
    return rows.filter(Q(listing__means="done") | Q(used__gt=0)).annotate(left=F("proven") - F("used"))


def account(person: Actor, rules: ProjectGate) -> QuerySet[Any, Any]:
    """The bank as far as the person may see its cuts, with the projects that use them: two SQL queries."""
    uses = CutUse.objects.filter(STANDING, project__in=Listing.objects.visible_to(person).order_by().values("pk"))
    rows = bank(rules).filter(listing__in=Listing.objects.visible_to(person).order_by().values("pk"))
    return rows.select_related("listing__source__area").prefetch_related(
        Prefetch("listing__uses", uses.select_related("project__source"), to_attr="seen_uses")
    )


def totals(rows: QuerySet[Any, Any]) -> dict[str, tuple[float, float, float]]:
    """Proven, used and left by pollutant; a cut that is overdrawn takes nothing from what others have left: one SQL
    query."""
    left = Case(When(left__gt=0, then=F("left")), default=NONE, output_field=FloatField())
    found = rows.order_by().values("pollutant").annotate(all=Sum("proven"), taken=Sum("used"), free=Sum(left))
    return {row["pollutant"]: (added(row["all"]), added(row["taken"]), added(row["free"])) for row in found}


def balances(rules: ProjectGate, project: Listing | None = None) -> dict[str, Balance]:
    """What lies in the bank by pollutant, and what of it is given to a project already; of cuts that are proven alone.
    Two SQL queries."""
    mine: dict[str, float] = {}
    if project is not None and project.pk:
        rows = CutUse.objects.filter(STANDING, project=project, cut__means="done").order_by()
        mine = dict(rows.values("pollutant").annotate(total=Sum("tonnes")).values_list("pollutant", "total"))
    free = {name: left for name, (_proven, _used, left) in totals(bank(rules)).items()}
    return {one.name: Balance(added(mine.get(one.name, 0.0)), free.get(one.name, 0.0)) for one in rules.offset}


def given() -> dict[int, dict[str, Balance]]:
    """What of proven cuts is given to each project that has any: one SQL query."""
    rows = CutUse.objects.filter(STANDING, cut__means="done").order_by().values("project", "pollutant")
    found: dict[int, dict[str, Balance]] = {}
    for row in rows.annotate(total=Sum("tonnes")):
        found.setdefault(row["project"], {})[row["pollutant"]] = Balance(added(row["total"]))
    return found


def uses(person: Actor) -> QuerySet[CutUse]:
    """What projects that the person may see use, and what they have given back: one SQL query."""
    seen = Listing.objects.visible_to(person).order_by().values("pk")
    return CutUse.objects.filter(project__in=seen).select_related("project__source", "cut__source")


def uses_of(project: Listing) -> QuerySet[CutUse]:
    """What a project uses up, with its cuts: one SQL query."""
    return CutUse.objects.filter(STANDING, project=project).select_related("cut__source__area", "by").order_by("pk")


def users_of(person: Actor, cut: Listing) -> QuerySet[CutUse]:
    """Who uses a cut, among the projects that the person may see: one SQL query."""
    seen = Listing.objects.visible_to(person).order_by().values("pk")
    rows = CutUse.objects.filter(STANDING, cut=cut, project__in=seen)
    return rows.select_related("project__source").order_by("pk")


def offered(person: Actor, rules: ProjectGate, pollutant: str) -> QuerySet[Any, Any]:
    """Cuts of a pollutant that have something left, the fullest first."""
    rows = account(person, rules).prefetch_related(None).filter(pollutant=pollutant, left__gt=DUST)
    return rows.order_by("-left", "pk")
