"""Kinds of notices. A room declares its own once, in the module whose actions send them."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.site.core.faults import Text
from lantian.site.core.registries import Registry


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its name for the reader; `urgent` ones are never gathered into a digest."""

    name: str
    title: Text
    urgent: bool = False


kinds: Registry[NoticeKind] = Registry("kind of notice")


def declare(name: str, title: Text, *, urgent: bool = False) -> NoticeKind:
    """Make a kind known, e.g. `declare("plans.due", _("任务到期提醒"))`."""
    return kinds.register(name, NoticeKind(name, title, urgent))


def title(name: str) -> Text:
    """A kind's name for the reader; its key where the room is gone."""
    return kinds[name].title if name in kinds else name
