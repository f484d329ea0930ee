"""How orders went: on time, sent back, repeated; by unit, by who gave them, by origin, kind, area and month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.orders import kinds, origins
from lantian.site.orders.models import Order
from lantian.site.orders.queries.orders import overdue
from lantian.site.orders.states import OPEN

# What orders are gathered by, and the columns that name a group.
BY: dict[str, tuple[Text, tuple[str, ...]]] = {
    "unit": (_("主办单位"), ("unit__name",)),
    "giver": (_("交办单位"), ("from_unit__name",)),
    "pair": (_("移交方 → 接收方"), ("from_unit__name", "unit__name")),
    "origin": (_("来源"), ("origin",)),
    "kind": (_("类别"), ("kind",)),
    "area": (_("行政区"), ("area__name",)),
    "month": (_("月份"), ("month",)),
}


@dataclass(frozen=True)
class Row:
    """Orders of one group.

    `in_time` and `failed` are those that can be judged: answered by the deadline, and answered or left after it.
    """

    name: Text
    issued: int = 0
    open: int = 0
    closed: int = 0
    answered: int = 0
    in_time: int = 0
    failed: int = 0
    overdue: int = 0
    returned: int = 0
    repeated: int = 0

    @property
    def on_time(self) -> float | None:
        """Percent of those that can be judged; None where there are none."""
        judged = self.in_time + self.failed
        return round(100 * self.in_time / judged, 1) if judged else None

    @property
    def returned_share(self) -> float | None:
        """Percent of the answered ones that were sent back at least once."""
        return round(100 * self.returned / self.answered, 1) if self.answered else None

    def __add__(self, other: Row) -> Row:
        both = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Row(self.name, **both)


def _counts() -> dict[str, Count]:
    failed = Q(late=True) | overdue(clock.now())
    answered = Q(answered_at__isnull=False)
    return {
        "issued": Count("pk"),
        "open": Count("pk", filter=Q(state__in=OPEN)),
        "closed": Count("pk", filter=Q(state="closed")),
        "answered": Count("pk", filter=answered),
        "in_time": Count("pk", filter=answered & ~failed),
        "failed": Count("pk", filter=failed),
        "overdue": Count("pk", filter=overdue(clock.now())),
        "returned": Count("pk", filter=answered & Q(returns__gt=0)),
        "repeated": Count("pk", filter=Q(repeat_of__isnull=False)),
    }


COUNTS = ("issued", "open", "closed", "answered", "in_time", "failed", "overdue", "returned", "repeated")


def handed_out(rows: QuerySet[Order], first: dt.date, last: dt.date) -> QuerySet[Order]:
    """Orders handed out on days, without those that were withdrawn or went into another one."""
    days = Q(issued_at__date__gte=first, issued_at__date__lte=last)
    return rows.filter(days).exclude(state__in=("withdrawn", "merged")).order_by()


def rows_by(person: Actor, by: str, first: dt.date, last: dt.date) -> list[Row]:
    """Groups of the orders that a person may see and that were handed out on days; the largest first, months in their
    order: one SQL query."""
    rows = handed_out(Order.objects.visible_to(person), first, last)
    columns = BY[by][1]
    if by == "month":
        rows = rows.annotate(month=TruncMonth("issued_at"))
    if by in ("giver", "pair"):
        rows = rows.filter(from_unit__isnull=False)
    found = list(rows.values(*columns).annotate(**_counts()))
    named = [Row(_name(by, one, columns), **{name: one[name] for name in COUNTS}) for one in found]
    if by == "month":
        return sorted(named, key=lambda row: str(row.name))
    return sorted(named, key=lambda row: (-row.issued, str(row.name)))


def total(rows: list[Row]) -> Row:
    """All groups together."""
    return sum(rows, Row(_("合计")))


def by_area(areas: set[int], first: dt.date, last: dt.date) -> dict[int, Row]:
    """Orders by the key of their very own area, whoever asks: one SQL query."""
    rows = handed_out(Order.objects.filter(area__in=areas), first, last)
    found: Any = rows.values("area").annotate(**_counts())
    return {one["area"]: Row("", **{name: one[name] for name in COUNTS}) for one in found}


def _name(by: str, one: dict[str, Any], columns: tuple[str, ...]) -> Text:
    if by == "origin":
        return origins.title(one["origin"])
    if by == "kind":
        return next((kinds.said(kind.label) for kind in kinds.kinds() if kind.id == one["kind"]), str(one["kind"]))
    if by == "month":
        return f"{one['month']:%Y-%m}"
    return " → ".join(str(one[column]) for column in columns)
