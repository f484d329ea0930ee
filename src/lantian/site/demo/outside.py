"""Lists that other offices keep and figures that streets reported, with what does not fit planted among them. 模拟."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from lantian.ledgers import outside
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org.models import Area
from lantian.site.org.queries import root_area
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, OutsideList, ReportedTotal, Source

SYSTEM = System("演示数据")
TRADES = {
    "voc_enterprise": "金属制品喷涂加工",
    "industrial_kiln": "金属热处理加工",
    "paint_shop": "机动车维修（汽车维修）",
    "fuel_station": "机动车燃油零售",
    "catering": "餐饮服务",
    "mixing_station": "预拌混凝土生产",
}
PERMITS = ("discharge_permit",)
UNKNOWN = {  # on a list, and on no ledger
    "registry": (("模拟青松家具制造厂", "实木家具制造"), ("模拟云山喷涂加工部", "五金喷涂加工")),
    "permit": (),
    "catering_licence": (("模拟湖畔小馆", "热食类食品制售"), ("模拟新坊面馆", "热食类食品制售")),
}
REPORTED = ("coal_boiler", "scattered_polluter")
STREETS = 5  # that reported
TOO_MANY = 2  # more than are on the ledger, as the first of them says


def load() -> None:
    """A list of each kind and a dozen figures. Does nothing a second time."""
    root = root_area()
    if root is None or OutsideList.objects.exists():
        return
    day = clock.today() - dt.timedelta(days=12)
    _list(root, "registry", TRADES, day, "（模拟）区市场监管局")
    _list(root, "permit", PERMITS, day, "（模拟）区生态环境局")
    _list(root, "catering_licence", ("catering",), day, "（模拟）区市场监管局")
    if not ReportedTotal.objects.exists():
        _reported(clock.today() - dt.timedelta(days=1))


def _list(root: Area, kind: str, ledgers: Iterable[str], day: dt.date, source: str) -> None:
    """Firms of ledgers as another office has them: of those that run one is missing, and one has ended there."""
    firms = list(_firms(ledgers))
    if outside.kind_of(kind) is None or not firms:
        return
    of = actions.add_outside_list(SYSTEM, kind=kind, area=root, as_of=day, source=source, note="模拟名单，仅供演示。")
    running = [one.source_id for one in firms if one.means == "open"]
    missing, ended = [*running, None, None][:2]
    rows: list[dict[str, Any]] = [
        {
            "name": _called(one.source),
            "area": one.source.area,
            "address": one.source.address,
            "trade": TRADES.get(one.ledger, ""),
            "state": "注销" if one.source_id == ended else "存续",
        }
        for one in firms
        if kind != "registry" or one.source_id != missing
    ]
    rows += [{"name": name, "trade": trade, "state": "存续"} for name, trade in UNKNOWN[kind]]
    for k, row in enumerate(rows):
        actions.set_outside_row(SYSTEM, of, place=f"模拟名单.xlsx 第 {k + 2} 行", number=f"模拟{k + 1:04d}", **row)


def _firms(ledgers: Iterable[str]) -> Iterator[Listing]:
    """Of each firm the first listing; one that runs, if there is any."""
    rows = Listing.objects.filter(ledger__in=list(ledgers)).exclude(means="gone").select_related("source__area")
    seen: set[str] = set()
    for one in sorted(rows.order_by("pk"), key=lambda one: one.means != "open"):
        if _called(one.source) not in seen:
            seen.add(_called(one.source))
            yield one


def _called(source: Source) -> str:
    return source.firm or source.name


def _reported(day: dt.date) -> None:
    """What streets reported: as the ledgers say, but the first of them."""
    streets = list(Area.objects.filter(kind=Area.Kind.TOWN).order_by("code")[:STREETS])
    for ledger in REPORTED:
        rows = Listing.objects.filter(ledger=ledger, listed_on__lte=day).exclude(means="gone")
        for k, street in enumerate(streets):
            value = rows.filter(source__area=street).count() + (TOO_MANY if k == 0 else 0)
            actions.set_reported(
                SYSTEM,
                ledger=ledger,
                field="",
                stands="listed",
                area=street,
                as_of=day,
                value=value,
                source=f"（模拟）{street.name}周报",
            )
