"""Figures that towns reported come in from Excel: a line for each town and figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.site.core.sheets import Book, Change, Field, Problem, Row, Scope, Sheet, books
from lantian.site.core.sheets.problems import both
from lantian.site.org.sheets.names import area_field, area_names, area_of, day_of, day_text, under_lock
from lantian.site.sources import actions, reading
from lantian.site.sources.models.reported import STANDS
from lantian.site.sources.queries import reported as queries

BOOK = "sources-reported"


def _ledgers(scope: Scope) -> Mapping[str, str]:
    """Ledgers by what they are called, with or without 清单 and 台账."""
    found: dict[str, str] = {}
    for ledger in reading.all_ledgers():
        for label in both(reading.said_later(ledger.label)).values():
            found |= {label: ledger.label.zh, label.removesuffix("清单").removesuffix("台账"): ledger.label.zh}
    return found


def _name_of(label: str) -> str:
    return next(one.name for one in reading.all_ledgers() if one.label.zh == label)


FIELDS = (
    Field("ledger", _("清单"), "reference", required=True, names=_ledgers, headers=("清单名称", "台账", "类别"),
          example="燃煤锅炉清单"),
    area_field(_("行政区"), required=True),
    Field("figure", _("指标"), required=True, longest=60, headers=("指标名称", "统计指标"), example="数量",
          help=_("填“数量”，或这个清单合计的一项，如“蒸吨数”。")),
    Field("stands", _("口径"), "choice", required=True, choices=tuple(STANDS), headers=("状态", "进度"),
          also={"已销号": "done", "完成": "done", "上账": "listed", "总数": "listed", "剩余": "left"}),
    Field("value", _("上报数"), "number", required=True, least=0, headers=("上报数量", "数值", "报送数"), example=21),
    Field("as_of", _("截至日期"), "day", required=True, headers=("统计日期", "上报日期", "日期")),
    Field("source", _("来源"), required=True, longest=200, headers=("来源文件", "文件"), example="松溪镇月报"),
)  # fmt: skip


def _rows(scope: Scope) -> Iterator[Row]:
    names = area_names(scope).name_of
    titles = {one.name: one.label.zh for one in reading.all_ledgers()}
    for one in under_lock(queries.reported(scope.actor).order_by("pk"), scope):
        yield Row(
            str(one.pk),
            {
                "ledger": titles.get(one.ledger, one.ledger),
                "area": names.get(one.area_id, ""),
                "figure": queries.figure_name(one.ledger, one.field),
                "stands": one.stands,
                "value": one.value,
                "as_of": day_text(one.as_of),
                "source": one.source,
            },
        )


def _check(scope: Scope, change: Change) -> Iterable[Problem]:
    if queries.field_called(_name_of(change.values["ledger"]), change.values["figure"]) is None:
        yield Problem(_("这个清单不合计这一项。请填“数量”，或清单里合计的列名。"), "figure")


def _write(scope: Scope, change: Change) -> None:
    v = change.values
    ledger, area, day = _name_of(v["ledger"]), area_of(scope, v["area"]), day_of(v["as_of"])
    assert area is not None
    assert day is not None
    actions.set_reported(
        scope.actor,
        ledger=ledger,
        field=queries.field_called(ledger, v["figure"]) or "",
        stands=v["stands"],
        area=area,
        as_of=day,
        value=v["value"],
        source=v["source"],
    )


SHEET = Sheet(
    "reported",
    _("上报数"),
    fields=FIELDS,
    keys=(("ledger", "area", "figure", "stands", "as_of"),),
    rows=_rows,
    write=_write,
    check=_check,
)


def register() -> None:
    """Offer the book; called once from `ready()`."""
    book = Book(
        BOOK,
        _("上报数"),
        sheets=(SHEET,),
        see="sources.reported.see",
        change="sources.reported.set",
        home=lambda params: reverse("sources:reported"),
        hint=_("每行一个镇街的一个数。每晚和清单合计比对，相差超过规则的列为疑点。"),
        tells_vanished=False,
    )
    books.register(BOOK, book)
