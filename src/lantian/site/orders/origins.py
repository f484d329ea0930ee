"""Where orders come from. A room registers its own, and makes orders whose cause is a thing of that room:

origins.register("air.excess", Origin(_("站点超标")))
actions.create_order(SYSTEM, origin="air.excess", cause=event, ...)
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core.faults import Text
from lantian.site.core.registries import origins

BY_HAND = "orders.hand"
REPORTED = "orders.report"  # by somebody who goes out


@dataclass(frozen=True)
class Origin:
    """What orders of a kind of cause are called in lists; people may choose one that is `by_hand`."""

    title: Text
    by_hand: bool = False


def title(name: str) -> Text:
    """An origin's name for the reader; its key where the room is gone."""
    return origins[name].title if name in origins else name


def choices(*, by_hand: bool = False) -> list[tuple[str, Text]]:
    """Origins with their names, all of them or those that a person may choose."""
    return [(name, one.title) for name, one in origins.items() if one.by_hand or not by_hand]


def register() -> None:
    """Fill the registry with what needs no other room; called once from `ready()`."""
    for name, words in (
        (BY_HAND, pgettext_lazy("origin of orders", "人工派单")),
        ("orders.patrol", _("巡查发现")),
        ("orders.meeting", _("调度会")),
        ("orders.above", _("上级交办")),
        ("orders.lead", pgettext_lazy("origin of orders", "部门移交")),
    ):
        origins.register(name, Origin(words, by_hand=True))
    origins.register(REPORTED, Origin(pgettext_lazy("origin of orders", "现场上报")))
