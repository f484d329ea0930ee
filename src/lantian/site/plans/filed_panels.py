"""Filings on the page of a ledger, and the check that finds those that are late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.ledgers import Ledger
from lantian.site.core import clock, policy
from lantian.site.core.checking import Check, Hit
from lantian.site.core.registries import Panel, checks, panels
from lantian.site.org.queries import root_area
from lantian.site.plans.models import Deliverable, Filing
from lantian.site.plans.queries import deliverables as rows_of
from lantian.site.plans.queries import filed_lists as queries
from lantian.site.plans.views.filed_lists import order_url
from lantian.site.sources import reading
from lantian.site.sources.models import Listing


def of_ledger(person: Any, ledger: Ledger) -> dict[str, Any] | None:
    """Where the filing of a ledger stands; None for one that no chain asks for and nobody has ordered, and for firms,
    who see no filing of a list."""
    if getattr(person, "is_outside", False):
        return None
    standing = queries.standing(person, ledger, clock.today())
    under_way = list(standing.under_way.prefetch_related(None)[:5])  # where each stands is told on the page behind
    if not (ledger.chain or standing.last or under_way):
        return None
    return {
        "ledger": ledger,
        "standing": standing,
        "under_way": [(one, "", rows_of.light_of(one)) for one in under_way],
        "order_url": order_url(ledger) if policy.may(person, "plans.deliverable.add") else "",
    }


def late_filings(day: dt.date) -> Iterable[Hit]:
    """Every list whose day of filing is past: not even ordered, or waiting at a step beyond the step's day."""
    yield from _not_ordered(day)
    rows = Filing.objects.exclude(deliverable__ledger="").exclude(turn__in=("", "parts")).filter(due__lt=day)
    for one in rows.select_related("deliverable", "unit").prefetch_related("parties__unit").order_by("pk"):
        said = format_lazy(
            _("“{list}”停在“{step}”，本环节期限 {due} 已过。"),
            list=str(one),
            step=one.state_label,
            due=one.due.isoformat(),
        )
        facts: dict[Any, Any] = {_("在谁手里"): rows_of.who_has(one), _("完成日期"): _day(one.deliverable.due)}
        yield Hit(f"{one.pk}-{one.round}-{one.state}", one.deliverable.area_id, said, (), facts)


def _not_ordered(day: dt.date) -> Iterable[Hit]:
    root = root_area()
    asked = [(one, missed) for one in reading.all_ledgers() if (missed := queries.missed(one, day))]
    if root is None or not asked:
        return
    rows = Listing.objects.exclude(means="gone").order_by().values_list("ledger").annotate(first=Min("listed_on"))
    first = dict(rows)
    ordered = list(Deliverable.objects.exclude(ledger="").values_list("ledger", "due", "created_at"))
    for ledger, (due, before) in asked:
        begun = any(
            name == ledger.name and (own or timezone.localtime(made).date()) > before for name, own, made in ordered
        )
        if begun or ledger.name not in first or first[ledger.name] > due:
            continue
        said = format_lazy(
            _("“{list}”应在 {due} 前报送，至今没有下达。"), list=reading.said_later(ledger.label), due=due.isoformat()
        )
        facts = {_("报送期限"): due.isoformat()} | ({_("依据"): ledger.file_clause} if ledger.file_clause else {})
        yield Hit(f"{ledger.name}-{due.year}", root.pk, said, (), facts)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else "—"


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    panels.register(
        "plans.ledger.filings",
        Panel("sources.ledger", _("报送"), "plans/filed_lists/panel.html", of_ledger, 10, "plans.deliverable.see"),
    )
    checks.register(
        "plans.list_filing",
        Check(
            _("逾期未报送的清单"),
            late_filings,
            _("清单的规则要求某日前报送，期限已过没有下达；或已下达，停在某一环节超过期限。"),
            order=30,
        ),
    )
