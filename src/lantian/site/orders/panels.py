"""What orders show on pages of units and areas, and what waits for whom."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.registries import Panel, WorkItems, panels, work_items
from lantian.site.orders.queries import orders as queries
from lantian.site.orders.states import OPEN

SHOWN = 6


def of_unit(person: Any, unit: Any) -> dict[str, Any] | None:
    """Open orders of a unit, what is late first."""
    return _panel(person, Q(unit=unit.pk), f"{reverse('orders:orders')}?unit={unit.pk}")


def of_area(person: Any, area: Any) -> dict[str, Any] | None:
    """Open orders of an area and what lies below."""
    where = Q(area=area.pk) | Q(area__parent=area.pk) | Q(area__parent__parent=area.pk)
    return _panel(person, where, f"{reverse('orders:orders')}?area={area.pk}")


def _panel(person: Any, where: Q, url: str) -> dict[str, Any] | None:
    rows = queries.orders(person).filter(where)
    counts = queries.counts(rows)
    if not counts["open"] and not counts["closed"]:
        return None
    first = rows.filter(state__in=OPEN).order_by("due_at", "pk")[:SHOWN]
    return {"rows": [(one, queries.light(one)) for one in first], "counts": counts, "url": url}


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    for name, place, build in (("orders.unit", "org.unit", of_unit), ("orders.area", "org.area", of_area)):
        panels.register(name, Panel(place, _("工单"), "orders/panels/orders.html", build, 15, "orders.see", later=True))
    at = reverse_lazy("orders:orders")
    for name, title, count, query, icon, order, tone in (
        ("orders.late", _("本单位逾期的工单"), queries.late_of_unit, "whose=unit&state=overdue", "clock", 3, "red"),
        ("orders.to_accept", _("待接的工单"), queries.to_accept, "whose=unit&state=issued", "inbox", 4, "amber"),
        (
            "orders.to_answer",
            _("待反馈的工单"),
            queries.to_answer,
            "whose=unit&state=open",
            "clipboard-text",
            5,
            "blue",
        ),
        (
            "orders.late_given",
            _("逾期未反馈的工单"),
            queries.late_given,
            "whose=given&state=overdue",
            "clock",
            7,
            "red",
        ),
        (
            "orders.to_place",
            _("被退单、待改派"),
            queries.to_place,
            "whose=given&state=declined",
            "arrow-back-up",
            8,
            "amber",
        ),
        ("orders.reported", _("现场上报、待派单"), queries.reported, "state=draft", "camera-plus", 6, "amber"),
        ("orders.to_check", _("待核查的工单"), queries.to_check, "whose=given&state=answered", "checks", 9, "blue"),
        (
            "orders.extensions",
            _("工单延期申请"),
            queries.extensions_asked,
            "whose=given&state=open",
            "calendar-plus",
            10,
            "blue",
        ),
    ):
        url: Any = format_lazy("{}?{}", at, query)
        work_items.register(name, WorkItems(title, count, url, icon, order, tone))
