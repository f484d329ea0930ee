"""A workbook for every ledger: template, import with preview and export follow from its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantian.coordinates import degrees
from lantian.rulebook import RuleError
from lantian.rulebook.schemas.ledgers import Ledger, LedgerField
from lantian.site.core import policy
from lantian.site.core.sheets import Book, Change, Field, Problem, Row, Scope, Sheet, Store, books
from lantian.site.org.credit_code import is_valid
from lantian.site.org.sheets.names import (
    area_field,
    area_names,
    area_of,
    day_of,
    day_text,
    under_lock,
    unit_field,
    unit_of,
)
from lantian.site.sources import actions, datums, fields, reading
from lantian.site.sources.models import Listing

NAME = Field(
    "name", _("名称"), required=True, longest=200,
    headers=("企业名称", "单位名称", "污染源名称", "项目名称", "点位名称", "场所名称", "户主", "站点名称",
             "工程名称", "工地名称", "店名", "商户名称", "餐饮名称", "餐饮单位", "加油站名称", "字号名称"),
    example="松溪建材厂",
)  # fmt: skip
PLACES = (
    Field("firm", _("所属企业"), longest=200, headers=("产权单位", "使用单位", "业主单位", "建设单位", "所属单位")),
    Field("credit_code", _("统一社会信用代码"), longest=18,
          headers=("社会信用代码", "信用代码", "组织机构代码", "营业执照号")),
    Field("address", _("地址"), longest=300, headers=("详细地址", "具体地址", "所在地址", "地点", "位置", "经营地址")),
    Field("longitude", _("经度"), "number", least=70, most=140, writes=degrees,
          headers=datums.headers("经度", "东经", "lng", "lon")),
    Field("latitude", _("纬度"), "number", least=0, most=60, writes=degrees,
          headers=datums.headers("纬度", "北纬", "lat")),
    datums.DATUM,
    Field("opened", _("投产日期"), "day", headers=("建成日期", "投运日期", "开业日期")),
    Field("ended", _("关闭日期"), "day", headers=("停用日期", "关停日期")),
)  # fmt: skip
COLUMNS = (
    unit_field("keeper", _("管理单位"), "责任单位", "监管单位", "主管部门"),
    Field("listed_on", _("上账日期"), "day", headers=("发现日期", "登记日期", "入账日期")),
    Field("due_on", _("完成期限"), "day",
          headers=("完成时限", "整改期限", "整治期限", "计划完成时间", "完成时间", "期限")),
    Field("state", _("状态"), readonly=True),
)  # fmt: skip
READ = (
    "pk", "attributes", "listed_on", "due_on", "state", "keeper__name", "source__area",
    *(f"source__{one.name}" for one in (NAME, *PLACES) if one is not datums.DATUM),
)  # fmt: skip


@lru_cache(maxsize=256)
def sheet_of(ledger: Ledger) -> Sheet:
    """The sheet of a ledger."""
    area = area_field(_("行政区"), required=True)
    # An office's column counts for what the ledger calls it, before what the house does.
    own = {name for one in ledger.field for name in (one.label.zh, *one.headers)}
    name = replace(NAME, required=not ledger.called)
    house = [replace(one, headers=tuple(h for h in one.headers if h not in own)) for one in (name, area, *PLACES)]
    columns = [replace(one, headers=tuple(h for h in one.headers if h not in own)) for one in COLUMNS]
    asked = [_field(one) for one in ledger.field if not one.yearly]
    return Sheet(
        ledger.name,
        reading.said_later(ledger.label),
        fields=(*house, *asked, *columns),
        keys=(tuple(dict.fromkeys((called_by(ledger), "area", *(f"x_{name}" for name in ledger.keys)))),),
        rows=lambda scope: _rows(scope, ledger),
        write=lambda scope, change: _write(scope, ledger, change),
        write_many=lambda scope, changes: _write_many(scope, ledger, changes),
        check=lambda scope, change: _check(scope, ledger, change),
        settle=datums.settle,
    )


def called_by(ledger: Ledger) -> str:
    """The column that tells what a row is called."""
    return f"x_{ledger.called}" if ledger.called else "name"


def _field(field: LedgerField) -> Field:
    """A column whose name does not meet that of a fixed one; a personal one goes out masked, and what the platform
    works out does not come in."""
    masked = _masked if field.personal else None
    return replace(fields.column(field), name=f"x_{field.name}", masked=masked, readonly=field.worked_out)


def _masked(value: Any, scope: Scope) -> Any:
    return fields.masked(value)


def _rows(scope: Scope, ledger: Ledger) -> Iterator[Row]:
    rows = Listing.objects.visible_to(scope.actor).filter(ledger=ledger.name)
    if scope.locked:
        list(under_lock(Listing.objects.filter(ledger=ledger.name).values_list("pk"), scope))
    names = area_names(scope).name_of
    labels = {one.name: one.label.zh for one in reading.life(ledger).state}
    asked = [(f"x_{one.name}", one.name, fields.column(one).empty) for one in ledger.field if not one.yearly]
    renames = any(one.was for one in ledger.field)
    # Bare values: a ledger may hold tens of thousands, and of all that hangs on a listing a row needs little.
    for one in rows.order_by("pk").values(*READ).iterator(chunk_size=2000):
        kept = fields.renamed(ledger, one["attributes"]) if renames else one["attributes"]
        yield Row(
            str(one["pk"]),
            {name: one[f"source__{name}"] for name in ("name", "firm", "credit_code", "address")}
            | {
                "area": names.get(one["source__area"], ""),
                "longitude": one["source__longitude"],
                "latitude": one["source__latitude"],
                "datum": "" if one["source__longitude"] is None else datums.OWN,
                "opened": day_text(one["source__opened"]),
                "ended": day_text(one["source__ended"]),
                "keeper": one["keeper__name"] or "",
                "listed_on": day_text(one["listed_on"]),
                "due_on": day_text(one["due_on"]),
                "state": labels.get(one["state"], one["state"]),
            }
            | {column: empty if (value := kept.get(name)) is None else value for column, name, empty in asked},
        )


def _check(scope: Scope, ledger: Ledger, change: Change) -> Iterable[Problem]:
    code = change.values.get("credit_code") or ""
    if code and not is_valid(code.upper()):
        yield Problem(_("这不是有效的统一社会信用代码（18 位，最后一位是校验码）。请核对营业执照。"), "credit_code")
    if (change.values.get("longitude") is None) != (change.values.get("latitude") is None):
        yield Problem(_("经度和纬度须一起填写。"), "latitude")
    if change.was and not _may_change(scope, ledger, change.ident):
        yield Problem(_("这一行不归您管理，不能修改。"), "name")


def _may_change(scope: Scope, ledger: Ledger, ident: str) -> bool:
    """Whether the actor may change a listing; all of the ledger are read at once, however many rows a file has."""
    rows = Listing.objects.visible_to(scope.actor).filter(ledger=ledger.name).select_related("source")
    rows = rows.only("keeper", "ledger", "source__area", "source__unit")
    known = scope.once(("listings", ledger.name), lambda: {str(one.pk): one for one in rows})
    return ident in known and policy.may(scope.actor, "sources.listing.change", known[ident])


def _write(scope: Scope, ledger: Ledger, change: Change) -> None:
    row = _row(scope, ledger, change)
    if row.listing is None:
        actions.add_listing(scope.actor, ledger.name, source=row.source, attributes=row.whole, **row.columns)
        return
    listing = Listing.objects.select_related("source").get(pk=row.listing)
    attributes = row.counting(scope.actor, listing)
    actions.change_listing(scope.actor, listing, source=row.source, attributes=attributes, **row.columns)


def _write_many(scope: Scope, ledger: Ledger, changes: Sequence[Change]) -> Store:
    return actions.prepare_listings(scope.actor, ledger.name, [_row(scope, ledger, change) for change in changes])


def _row(scope: Scope, ledger: Ledger, change: Change) -> actions.ListingRow:
    """What a row says of a source and its listing."""
    v = change.values
    source = {name: v.get(name) or "" for name in ("name", "firm", "credit_code", "address")}
    source["name"] = source["name"] or v.get(called_by(ledger)) or ""
    source |= {"area": area_of(scope, v["area"]), "opened": day_of(v.get("opened")), "ended": day_of(v.get("ended"))}
    source |= {"longitude": v.get("longitude"), "latitude": v.get("latitude")}
    columns: dict[str, Any] = {"due_on": day_of(v.get("due_on"))}
    if v.get("keeper"):
        columns["keeper"] = unit_of(scope, v["keeper"])
    if v.get("listed_on"):
        columns["listed_on"] = day_of(v["listed_on"])
    typed = [one for one in ledger.field if not one.worked_out and f"x_{one.name}" in v]
    return actions.ListingRow(
        int(change.ident) if change.was is not None else None,
        source,
        {one.name: v[f"x_{one.name}"] for one in typed if not one.personal},
        {one.name: v[f"x_{one.name}"] for one in typed if one.personal},
        columns,
    )


def book_name(ledger: str) -> str:
    """The book of a ledger in the registry."""
    return f"sources.{ledger}"


def register() -> None:
    """Offer a book for each ledger; called once from `ready()`."""
    books.family("sources", book_of)


HINT = _("状态不能从 Excel 改动：停产、验收、销号等要在页面上附证明材料办理。文件里没有的行不会删除。")


@lru_cache(maxsize=256)
def _book(ledger: Ledger) -> Book:
    return Book(
        book_name(ledger.name),
        reading.said_later(ledger.label),
        sheets=(sheet_of(ledger),),
        see="sources.sheet.see",
        change="sources.sheet.change",
        home=lambda params: reverse("sources:ledger", args=[ledger.name]),
        hint=HINT,
    )


def book_of(name: str) -> Book | None:
    """The book of a ledger; None where there is no such ledger."""
    try:
        return _book(reading.ledger_of(name))
    except RuleError:
        return None
