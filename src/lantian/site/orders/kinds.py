"""Kinds of orders and their deadlines: the rules `order-kinds` and `order-escalation`, in the reader's language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.office_hours import Span
from lantian.rulebook.schemas.orders import Ladder, OrderEscalation, OrderKind, OrderKinds, OrderNumbers
from lantian.rulebook.schemas.series import Label
from lantian.rulebook.working_time import hours_between, span_after
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Text


def kinds() -> tuple[OrderKind, ...]:
    """All kinds that hold today."""
    return rulebook.get("order-kinds", as_=OrderKinds, on=clock.today()).kind


def kind_of(id: str) -> OrderKind:
    """The kind of a name as it holds today."""
    found = rulebook.get("order-kinds", as_=OrderKinds, on=clock.today()).of(id)
    if found is None:
        raise Invalid(_("没有这种工单。"), fields={"kind": _("请从列表中选择。")})
    return found


def numbers() -> OrderNumbers:
    """How orders are numbered today."""
    return rulebook.get("order-kinds", as_=OrderKinds, on=clock.today()).numbers


def escalation() -> OrderEscalation:
    """Ladders as they hold today."""
    return rulebook.get("order-escalation", as_=OrderEscalation, on=clock.today())


def ladder_of(kind: OrderKind) -> Ladder | None:
    """The steps of a kind; none where the rule names none."""
    return escalation().of(kind.ladder)


def said(label: Label | None) -> str:
    """A rule's text in the reader's language."""
    return "" if label is None else label.en if get_language() == "en" else label.zh


def said_later(label: Label) -> Text:
    """As `said`, in the language of whoever reads it then."""
    later: Any = lazy(lambda: said(label), str)()
    return later


def choices() -> list[tuple[str, Text]]:
    """Kinds with their names."""
    return [(one.id, said(one.label)) for one in kinds()]


def after(moment: dt.datetime, span: Span) -> dt.datetime:
    """The end of a span of working time that begins at a moment, to the minute."""
    return span_after(timezone.localtime(moment), span).replace(second=0, microsecond=0)


def working_hours(start: dt.datetime, end: dt.datetime) -> float:
    """Working hours between two moments."""
    return hours_between(timezone.localtime(start), timezone.localtime(end))


def span_words(span: Span) -> str:
    """A span of working time in words."""
    if span.hours is not None:
        return str(_("{n} 个工作小时")).format(n=f"{span.hours:g}")
    return str(_("{n} 个工作日")).format(n=span.days)
