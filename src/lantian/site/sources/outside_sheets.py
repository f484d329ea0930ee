"""Lists of other offices come in from Excel: one sheet of the same shape for every kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.core.sheets import Book, Change, Field, Params, Problem, Row, Scope, Sheet, books
from lantian.site.core.sheets.books import Store
from lantian.site.org.credit_code import is_valid
from lantian.site.org.models import Area
from lantian.site.org.sheets.names import area_names, day_of, day_text, under_lock
from lantian.site.sources import actions
from lantian.site.sources.models import OutsideList, OutsideRow
from lantian.site.sources.queries import outside as queries

BOOK = "sources-outside"
FIELDS = (
    Field(
        "name",
        _("名称"),
        required=True,
        longest=200,
        example="松溪建材厂",
        headers=(
            "企业名称",
            "单位名称",
            "市场主体名称",
            "主体名称",
            "字号名称",
            "经营者名称",
            "许可单位",
            "被许可人",
            "商户名称",
        ),
    ),
    Field(
        "credit_code",
        _("统一社会信用代码"),
        longest=18,
        headers=("社会信用代码", "信用代码", "注册号", "统一社会信用代码/注册号", "营业执照号"),
    ),
    Field(
        "number",
        _("证照编号"),
        longest=60,
        headers=("许可证编号", "许可证号", "排污许可证编号", "排污许可证号", "证书编号", "证号", "食品经营许可证编号"),
    ),
    Field(
        "town",
        _("行政区"),
        longest=60,
        headers=("所属街道", "所在镇街", "镇街", "街道", "所属辖区", "行政区划", "辖区", "所在乡镇"),
    ),
    Field(
        "address",
        _("地址"),
        longest=300,
        wide=True,
        headers=(
            "住所",
            "经营场所",
            "经营地址",
            "生产经营场所",
            "生产经营场所地址",
            "企业地址",
            "注册地址",
            "详细地址",
        ),
    ),
    Field(
        "trade",
        _("行业或经营范围"),
        longest=4000,
        wide=True,
        headers=("行业", "行业类别", "所属行业", "经营范围", "经营项目", "主体业态", "行业名称", "国民经济行业"),
    ),
    Field(
        "state",
        _("登记状态"),
        longest=60,
        headers=("经营状态", "企业状态", "状态", "许可证状态", "证书状态", "主体状态"),
    ),
    Field(
        "issued_on",
        _("发证日期"),
        "day",
        headers=("成立日期", "核准日期", "签发日期", "发证时间", "许可日期", "有效期起"),
    ),
    Field("valid_to", _("有效期至"), "day", headers=("有效期止", "截止日期", "有效期截止", "证书有效期")),
)


def _list(scope: Scope) -> OutsideList:
    return scope.once("outside", lambda: _of(scope.params))


def _of(params: Mapping[str, str]) -> OutsideList:
    return OutsideList.objects.select_related("area").get(pk=int(params["list"]))


def _rows(scope: Scope, where: Q | None = None) -> Iterator[Row]:
    names = area_names(scope).name_of
    rows = OutsideRow.objects.filter(where or Q(), outside_list=_list(scope))
    for one in under_lock(rows, scope).iterator(chunk_size=2000):
        yield Row(
            str(one.pk),
            {
                "name": one.name,
                "credit_code": one.credit_code,
                "number": one.number,
                "town": names.get(one.area_id or 0, ""),
                "address": one.address,
                "trade": one.trade,
                "state": one.state,
                "issued_on": day_text(one.issued_on),
                "valid_to": day_text(one.valid_to),
            },
        )


def _check(scope: Scope, change: Change) -> Iterable[Problem]:
    """A code that is none is named; a registration number of the older kind has 15 digits."""
    code = change.values.get("credit_code") or ""
    if code and not (is_valid(code.upper()) or (len(code) in (13, 15) and code.isdecimal())):
        yield Problem(_("这不是有效的统一社会信用代码（18 位，最后一位是校验码）。请核对营业执照。"), "credit_code")


def _some(scope: Scope, idents: Collection[str]) -> Iterator[Row]:
    return _rows(scope, Q(pk__in=[int(one) for one in idents]))


def _write(scope: Scope, change: Change) -> None:
    row = OutsideRow.objects.select_related("outside_list").get(pk=int(change.ident)) if change.was else None
    values = _values(scope, change, row.place if row else "")
    actions.set_outside_row(scope.actor, _list(scope), row, **values)


def _write_many(scope: Scope, changes: Sequence[Change]) -> Store:
    entries = [(int(one.ident) if one.was else None, _values(scope, one, "")) for one in changes]
    return actions.prepare_outside_rows(scope.actor, _list(scope), entries)


def _values(scope: Scope, change: Change, place: str) -> dict[str, Any]:
    """The values of an entry; `place` is where it stood before."""
    v = change.values
    texts = {name: v.get(name) or "" for name in ("name", "number", "address", "trade", "state")}
    return texts | {
        "credit_code": (v.get("credit_code") or "").upper(),
        "area": _area(scope, v.get("town") or "", v.get("address") or ""),
        "issued_on": day_of(v.get("issued_on")),
        "valid_to": day_of(v.get("valid_to")),
        "place": change.place or place,
    }


def _area(scope: Scope, town: str, address: str) -> Area | None:
    """The area that a row names, or that its address names, as other offices write them freely; none for neither."""
    names = area_names(scope)
    if town in names.written:
        return names.by_name[names.written[town]]
    towns = scope.once("outside.towns", lambda: sorted(_towns(scope), key=len, reverse=True))
    found = next((one for one in towns if one in (town or address)), None)
    return names.by_name[names.written[found]] if found else None


def _towns(scope: Scope) -> list[str]:
    names = area_names(scope)
    return [one for one, own in names.written.items() if names.by_name[own].kind == Area.Kind.TOWN and len(one) > 1]


SHEET = Sheet(
    "outside",
    _("外部名单"),
    fields=FIELDS,
    keys=(("name", "credit_code", "number", "address"),),
    rows=_rows,
    write=_write,
    write_many=_write_many,
    some=_some,
    check=_check,
    called="name",
)


def _params(actor: Actor, asked: Mapping[str, str]) -> Params:
    """Which list; one that the actor may fill."""
    key = asked.get("list", "")
    of = OutsideList.objects.visible_to(actor).filter(pk=int(key)).first() if key.isdecimal() else None
    if of is None:
        raise Http404
    policy.require(actor, "sources.outside.fill", of)
    return {"list": key}


def _title(params: Params) -> Text:
    of = _of(params)
    return format_lazy("{} {} {}", queries.kind_label(of.kind), of.source, of.as_of.isoformat())


def register() -> None:
    """Offer the book; called once from `ready()`."""
    book = Book(
        BOOK,
        _("外部名单"),
        sheets=(SHEET,),
        see="sources.outside.fill",
        change="sources.outside.fill",
        home=lambda params: reverse("sources:outside_list", args=[params["list"]]),
        hint=_("名称必填；信用代码、行业、状态越全，比对越准。镇街写不准的按地址认。"),
        params=_params,
        long=True,
        title_of=_title,
    )
    books.register(BOOK, book)
