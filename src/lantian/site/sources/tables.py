"""The one table, for a ledger: what every listing has, and what its ledger is cut to or adds up."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.rulebook.schemas.ledgers import NUMBERS, Ledger, LedgerField
from lantian.site.core.faults import Text
from lantian.site.core.table import Column, Table
from lantian.site.sources import fields, reading
from lantian.site.sources.models import Listing

SHOWN = 5  # fields of a ledger that stand in its list; the rest is on the listing's page and in files

STATE = Column(
    "state",
    _("状态"),
    sort=("state", "due_on"),
    template="sources/parts/state.html",
    css="nowrap",
    value=lambda one: reading.standing(one),
    exported=lambda one: reading.standing(one).label,
)
NAME = Column("name", _("名称"), value=lambda one: one.source.name, sort="source__name", css="wide",
              link=lambda one: one.get_absolute_url())  # fmt: skip
AREA = Column("area", _("行政区"), value=lambda one: one.source.area.name, sort="source__area__code", css="nowrap")
DUE = Column("due_on", _("完成期限"), sort="due_on", css="nowrap")
KEEPER = Column("keeper", _("管理单位"), sort="keeper__name", css="nowrap minor")
LISTED = Column("listed_on", _("上账日期"), sort="listed_on", css="nowrap minor")
LEDGER = Column("ledger", _("清单"), value=lambda one: reading.title_of(one.ledger), sort="ledger",
                link=lambda one: reading.address_of(one.ledger))  # fmt: skip
NOTHING = _("还没有上账记录。")
BEGIN = _("先在“全部清单”里选一种清单，新增一条或从 Excel 导入。")

ALL = Table(
    columns=[NAME, LEDGER, AREA, STATE, DUE, KEEPER, LISTED],
    sort="due_on",
    empty=NOTHING,
    empty_hint=BEGIN,
    file_name=_("清单记录"),
)
SOURCES = Table(
    columns=[
        Column("name", _("名称"), sort="name", css="wide", link=lambda one: one.get_absolute_url()),
        Column("firm", _("所属企业"), sort="firm", css="minor"),
        Column("area", _("行政区"), sort="area__code", css="nowrap"),
        Column("address", _("地址"), css="minor"),
        Column("listed", _("所在清单"), sort="listed", css="number"),
        Column("ended", _("关闭日期"), sort="ended", css="nowrap minor"),
    ],
    sort="name",
    empty=_("还没有污染源。"),
    empty_hint=_("在清单里新增，或从 Excel 导入。"),
    file_name=pgettext_lazy("list", "污染源"),
)


@lru_cache(maxsize=256)
def table_of(ledger: Ledger) -> Table:
    """The list of a ledger. Personal fields are not in it, nor in its files."""
    asked = [one for one in ledger.field if not one.personal and not one.yearly]
    first = [one for one in asked if one.filter or one.sum][:SHOWN]
    columns = [NAME, AREA, *map(_column, first), STATE, DUE, KEEPER, LISTED]
    return Table(
        columns=columns,
        sort="due_on",
        empty=_("这个清单上还没有记录。"),
        empty_hint=_("新增一条，或从 Excel 导入：表头认得常见的叫法，写入之前可以预览。"),
        file_name=reading.said_later(ledger.label),
    )


def label_of(field: LedgerField) -> Text:
    """A field's name with its unit."""
    return reading.with_unit(reading.said_later(field.label), field.unit)


def _column(field: LedgerField) -> Column:
    column = fields.column(field)

    def value(one: Listing) -> Any:
        kept = fields.value_of(field, one.attributes)
        return (column.shown(kept) or None) if field.type not in NUMBERS or kept is None else kept

    return Column(f"x_{field.name}", label_of(field), value=value, css="number" if field.type in NUMBERS else "")
