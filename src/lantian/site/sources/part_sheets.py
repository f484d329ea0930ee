"""One workbook for parts of sources: a sheet for lines, one for devices, one for points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import parts as library
from lantian.site.core.faults import Invalid
from lantian.site.core.sheets import Book, Change, Field, Problem, Row, Scope, Sheet, books
from lantian.site.org.sheets.names import area_field, area_names, area_of, day_of, day_text, under_lock
from lantian.site.sources import actions, part_words
from lantian.site.sources.models import ControlDevice, EmissionPoint, ProductionLine, Source, SourcePart
from lantian.site.sources.queries import parts as queries
from lantian.site.sources.reading import said_later

SOURCE = Field("source", _("污染源"), required=True, longest=200, example="松溪建材厂",
               headers=("企业名称", "单位名称", "污染源名称"))  # fmt: skip
DAYS = (
    Field("started", _("投用日期"), "day", headers=("投产日期", "建成日期", "投运日期")),
    Field("stopped", _("停止使用日期"), "day", readonly=True),
)
NOTE = Field("note", _("备注"), longest=500, wide=True)
LINES = Field("lines", _("对应生产线"), "names", headers=("生产线", "对应生产线编号"))
BOUNDS: dict[str, Any] = {"type": "number", "least": 0}


def _kinds(scope: Scope) -> list[tuple[str, Any]]:
    return [
        (one.key, format_lazy("{}·{}", said_later(one.control), said_later(one.label)))
        for one in library.device_kinds()
    ]


def _also() -> dict[str, str]:
    """Other writings of kinds, and their bare words, where they mean one kind alone."""
    meant: dict[str, set[str]] = {}
    for one in library.device_kinds():
        for word in (one.label.zh, one.label.en, *one.also):
            meant.setdefault(word, set()).add(one.key)
    return {word: next(iter(keys)) for word, keys in meant.items() if len(keys) == 1}


def _sheets() -> tuple[Sheet, ...]:
    return (
        _sheet(ProductionLine, _("生产线"), _named(_("生产线名称"), "生产线", "生产线编号"), (
            Field("product", _("产品"), longest=100, headers=("产品名称", "主要产品")),
            Field("process", _("生产工艺"), longest=200, headers=("工艺",)),
            Field("fuel", _("燃料"), "choice", choices=lambda scope: part_words.fuels(), headers=("燃料种类",)),
            Field("capacity", _("产能"), most=1e12, headers=("设计产能", "生产能力"), **BOUNDS),
            Field("capacity_unit", _("产能单位"), "choice", choices=lambda scope: part_words.units()),
        )),
        _sheet(ControlDevice, _("治理设施"), _named(_("设施名称"), "治理设施", "治理设施名称", "治理设施编号"), (
            Field("kind", _("治理工艺"), "choice", required=True, choices=_kinds, also=_also(), headers=("处理工艺",)),
            Field("air_flow", _("设计风量"), unit="立方米/小时", most=1e8, headers=("风量",), **BOUNDS),
            Field("efficiency", _("设计去除效率"), "percent", least=0, most=100, headers=("去除效率", "治理效率")),
            LINES,
        )),
        _sheet(EmissionPoint, _("排放口"), _named(_("排放口名称"), "排放口", "排气筒名称"), (
            Field("code", _("许可证编号"), longest=40, headers=("排放口编号", "排气筒编号"), example="DA001"),
            Field("kind", _("类型"), "choice", required=True, choices=lambda scope: part_words.points(),
                  also=_alike(library.part_words().point), headers=("排放口类型",)),
            Field("height", _("高度"), unit="米", most=500, headers=("排气筒高度", "排放口高度"), **BOUNDS),
            Field("diameter", _("内径"), unit="米", most=50, headers=("出口内径", "排气筒内径"), **BOUNDS),
            Field("pollutants", _("排放污染物"), "names", headers=("污染物", "污染物种类", "主要污染物")),
            Field("monitor", _("自动监控编码"), longest=40, headers=("在线监控编号",)),
            LINES,
            Field("devices", _("对应治理设施"), "names", headers=("治理设施",)),
        )),
    )  # fmt: skip


def _named(label: Any, *headers: str) -> Field:
    return Field("name", label, required=True, longest=100, headers=headers)


def _alike(choices: Iterable[Any]) -> dict[str, str]:
    return {word: one.key for one in choices for word in one.also}


def _sheet(kind: type[SourcePart], title: Any, name: Field, own: tuple[Field, ...]) -> Sheet:
    area = area_field(_("行政区"), required=True)
    return Sheet(
        kind.kind_name,
        title,
        fields=(SOURCE, area, name, *own, *DAYS, NOTE),
        keys=(("source", "area", "name"),),
        rows=lambda scope: _rows(scope, kind, own),
        write=lambda scope, change: _write(scope, kind, change, own),
        check=lambda scope, change: _check(scope, kind, change),
        called="name",
    )


def _rows(scope: Scope, kind: type[SourcePart], own: tuple[Field, ...]) -> Iterator[Row]:
    rows = queries.of(kind).filter(source__in=Source.objects.visible_to(scope.actor).values("pk"))
    if scope.locked:
        list(under_lock(kind._default_manager.values_list("pk"), scope))
    names = area_names(scope).name_of
    for one in rows.select_related("source").order_by("source", "pk").iterator(chunk_size=2000):
        yield Row(
            str(one.pk),
            {
                "source": one.source.name,
                "area": names.get(one.source.area_id, ""),
                "name": one.name,
                "started": day_text(one.started),
                "stopped": day_text(one.stopped),
                "note": one.note,
            }
            | {field.name: _kept(one, field) for field in own},
        )


def _kept(part: SourcePart, field: Field) -> Any:
    if field.name in part.links:
        return [one.name for one in getattr(part, field.name).all()]
    if field.name == "pollutants":
        words = dict(part_words.pollutants())
        return [words.get(one, one) for one in getattr(part, field.name)]
    value = getattr(part, field.name)
    return field.empty if value is None else value


def _sources(scope: Scope) -> dict[tuple[str, int], list[int]]:
    """Sources that the actor may see by name and area; read once for an import."""

    def read() -> dict[tuple[str, int], list[int]]:
        found: dict[tuple[str, int], list[int]] = {}
        for pk, name, area in Source.objects.visible_to(scope.actor).values_list("pk", "name", "area").order_by("pk"):
            found.setdefault((name, area), []).append(pk)
        return found

    return scope.once("sources.by_name", read)


def _called(scope: Scope, values: dict[str, Any]) -> list[int]:
    area = area_of(scope, values["area"])
    return _sources(scope).get((values["source"], area.pk), []) if area else []


def _pollutants(names: list[str]) -> tuple[list[str], list[str]]:
    """Keys of pollutants by any of their writings, and the names that are none."""
    known = {
        word.lower(): one.key
        for one in library.part_words().pollutant
        for word in (one.key, one.label.zh, one.label.en, *one.also)
    }
    keys = [known[name.lower()] for name in names if name.lower() in known]
    return list(dict.fromkeys(keys)), [name for name in names if name.lower() not in known]


def _check(scope: Scope, kind: type[SourcePart], change: Change) -> Iterable[Problem]:
    found = _called(scope, change.values)
    if not found:
        yield Problem(_("这个镇街没有这个名称的污染源。请核对名称，或先在清单里新增。"), "source")
    elif len(found) > 1:
        yield Problem(_("这个镇街有几个同名的污染源。请先改成不同的名称。"), "source")
    if strange := _pollutants(change.values.get("pollutants") or [])[1]:
        yield Problem(format_lazy(_("不认识这些污染物：{names}。"), names="、".join(strange)), "pollutants")
    for name in kind.links:
        known = {row for one in found for row in _names_of(scope, name, one)} | scope.incoming.get(name, set())
        if lost := [one for one in change.values.get(name) or [] if one not in known]:
            yield Problem(format_lazy(_("这个污染源没有这些：{names}。"), names="、".join(lost)), name)


def _names_of(scope: Scope, link: str, source: int) -> list[str]:
    def read() -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        rows = _model(link)._default_manager.filter(source__in=Source.objects.visible_to(scope.actor).values("pk"))
        for pk, name in rows.values_list("source", "name"):
            found.setdefault(pk, []).append(name)
        return found

    return scope.once(("sources.parts", link), read).get(source, [])


def _model(link: str) -> type[SourcePart]:
    return ProductionLine if link == "lines" else ControlDevice


def _write(scope: Scope, kind: type[SourcePart], change: Change, own: tuple[Field, ...]) -> None:
    v = change.values
    found = _called(scope, v)
    if len(found) != 1:
        raise Invalid(_("没有这个污染源。"), fields={"source": _("请核对名称和行政区。")})
    given = {"name": v["name"], "started": day_of(v.get("started")), "note": v.get("note") or ""}
    for field in own:
        if field.name in kind.links:
            rows = _model(field.name)._default_manager.filter(Q(source=found[0]), name__in=v.get(field.name) or [])
            given[field.name] = list(rows)
        elif field.name == "pollutants":
            given["pollutants"] = _pollutants(v.get("pollutants") or [])[0]
        elif field.name in v:
            given[field.name] = v[field.name]
    if change.was is None:
        actions.add_part(scope.actor, kind, Source.objects.get(pk=found[0]), **given)
    else:
        actions.change_part(scope.actor, kind._default_manager.get(pk=int(change.ident)), **given)


def register() -> None:
    """Offer the book; called once from `ready()`."""
    books.register(
        "source_parts",
        Book(
            "source_parts",
            _("生产线、治理设施、排放口"),
            sheets=_sheets(),
            see="sources.sheet.see",
            change="sources.sheet.change",
            home=lambda params: reverse("sources:sources"),
            hint=_("先填生产线，再填治理设施和排放口。停用要在页面上办理；文件里没有的行不会删除。"),
        ),
    )
