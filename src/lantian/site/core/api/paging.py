"""Paging by key: a page starts behind the last row of the one before, and costs the same however far one goes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lantian.site.core.api.schemas import Page, Paged
from lantian.site.core.faults import Invalid

M = TypeVar("M", bound=models.Model)
T = TypeVar("T")
SALT = "lantian.api.cursor"


@dataclass(frozen=True)
class By:
    """One column of an order; rows without a value stand last. The last column of an order must be unique."""

    field: str
    down: bool = False

    def ordering(self) -> Any:
        column = F(self.field)
        return column.desc(nulls_last=True) if self.down else column.asc(nulls_last=True)

    def behind(self, value: Any) -> Q:
        """Rows that come after a value in this column."""
        if value is None:
            return Q(pk__in=[])
        return Q(**{f"{self.field}__{'lt' if self.down else 'gt'}": value}) | Q(**{f"{self.field}__isnull": True})

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.field}__isnull": True}) if value is None else Q(**{self.field: value})


def orders(*names: str) -> list[By]:
    """An order from its columns: `orders("-issued_on", "-pk")`."""
    return [By(name.removeprefix("-"), name.startswith("-")) for name in names]


def paged(rows: QuerySet[M], asked: Paged, order: Sequence[By], show: Callable[[M], T], **also: Any) -> Page[T]:
    """One page of a query: one SQL query beside those that `rows` prefetches, and no count.

    Parameters
    ----------
    order : columns of the rows themselves or of what they point to; the last one is unique
    show : a row as the API tells it
    also : what else the cursor holds for, such as the plan whose findings are listed

    Raises
    ------
    Invalid : the cursor is not one of ours, or belongs to another list or filter
    """
    told = _fingerprint(rows.model, asked, order, also)
    if asked.cursor is not None:
        rows = rows.filter(_behind(order, _opened(asked.cursor, told, order)))
    found = list(rows.order_by(*(by.ordering() for by in order))[: asked.limit + 1])
    more = len(found) > asked.limit
    found = found[: asked.limit]
    following = _sealed([_value(found[-1], by.field) for by in order], told) if more else None
    return Page[Any](items=[show(row) for row in found], next=following)


def sealed_number(number: int, asked: Paged, kind: str) -> str:
    """A cursor of a list that goes by a number of its own."""
    return _sealed([number], _told(kind, asked.asked()))


def opened_number(asked: Paged, kind: str) -> int | None:
    """The number in the cursor of such a list."""
    if asked.cursor is None:
        return None
    (number,) = _opened(asked.cursor, _told(kind, asked.asked()), [By("number")])
    return int(number)


def _behind(order: Sequence[By], values: Sequence[Any]) -> Q:
    where = Q()
    for by, value in reversed(list(zip(order, values, strict=True))):
        where = by.behind(value) | (by.same(value) & where) if where else by.behind(value)
    return where


def _value(row: models.Model, path: str) -> Any:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name, None)
    if isinstance(value, dt.datetime):
        return {"time": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, dt.date) else value


def _fingerprint(model: type[models.Model], asked: Paged, order: Sequence[By], also: dict[str, Any]) -> str:
    columns = [f"{'-' if by.down else ''}{by.field}" for by in order]
    return _told(model._meta.label, asked.asked(), columns, also)


def _told(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _sealed(values: list[Any], told: str) -> str:
    return signing.dumps([told, values], salt=SALT, compress=True)


def _opened(cursor: str, told: str, order: Sequence[By]) -> list[Any]:
    try:
        held, values = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError, UnicodeError):
        held, values = "", []
    if held != told or len(values) != len(order):
        raise Invalid(
            _("cursor 不属于这个列表，或筛选条件已经改变。"),
            remedy=_("请去掉 cursor，从第一页重新读取。"),
            fields={"cursor": _("取值不正确。")},
        )
    return [_read(value) for value in values]


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return dt.datetime.fromisoformat(value["time"]) if "time" in value else dt.date.fromisoformat(value["day"])
    return value
