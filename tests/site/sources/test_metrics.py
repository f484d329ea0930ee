"""Figures of ledgers move only when a source does, and add up over towns."""

import datetime as dt
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.models import SheetImport
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books
from lantian.site.sources import actions
from lantian.site.sources.models import Listing
from lantian.site.sources.rows import READ, row_of, row_of_values, rows_with
from tests.site.sources.conftest import walk


def value(name, area, *, days=30, ledger="coal_boiler"):
    today = clock.today()
    period = Period(today - dt.timedelta(days=days), today)
    return metrics[f"sources.{ledger}.{name}"].work_out([area], period, "auto")[area.pk]


def test_a_number_moves_when_a_source_is_closed(boiler, district):
    other = actions.add_listing(
        System(), "coal_boiler", source={"name": "柳湾锅炉", "area": district.liuwan}, attributes={"capacity": 6}
    )
    before = {name: value(name, district.area).value for name in ("listed", "done", "capacity", "capacity_done")}
    assert before == {"listed": 2, "done": 0, "capacity": 10, "capacity_done": 0}
    walk(System(), boiler, "list", "take_down", "close")
    after = {name: value(name, district.area).value for name in ("listed", "done", "capacity", "capacity_done")}
    assert after == {"listed": 1, "done": 1, "capacity": 6, "capacity_done": 4}
    assert value("done_share", district.area).value == 50
    assert value("done", district.liuwan).value == 0
    assert value("done_share", district.liuwan).explanation == "0 / 1 条上账记录"
    walk(System(), boiler, "recheck", "reopen")
    assert value("done", district.area).value == 0
    assert Listing.objects.get(pk=other.pk).done_on is None


def test_what_was_done_before_the_period_does_not_count(boiler, district):
    walk(System(), boiler, "list", "take_down", "close")
    Listing.objects.filter(pk=boiler.pk).update(done_on=clock.today() - dt.timedelta(days=90))
    assert value("done", district.area).value == 0
    assert value("done_share", district.area).value == 100


def test_every_figure_of_every_ledger_can_be_worked_out(boiler, polluter, district):
    today = clock.today()
    period = Period(today - dt.timedelta(days=1), today)
    names = [name for name, _metric in metrics.items() if name.startswith("sources.")]
    assert len(names) > 150
    for name in names:
        assert set(metrics[name].work_out([district.area, district.liuwan], period, "auto")) == {
            district.area.pk,
            district.liuwan.pk,
        }


def test_bare_values_read_as_listings_do(boiler, polluter):
    actions.change_listing(System(), boiler, source={"opened": dt.date(2019, 5, 1)}, due_on=dt.date(2026, 12, 31))
    rows = Listing.objects.order_by("pk")
    whole = [row_of(one) for one in rows]
    assert [row_of_values(one) for one in rows.values(*READ)] == whole
    read, row = rows_with({"capacity", "due_on", "area"})
    asked = ("capacity", "due_on", "area", "means")
    found = [row(one) for one in rows.values_list(*read)]
    assert [{name: one.get(name) for name in asked} for one in found] == [
        {name: one.get(name) for name in asked} for one in whole
    ]


def test_a_list_of_retired_vehicles_moves_the_target_by_its_import(district):
    book = Workbook()
    book.active.append(["台账编号", "号牌号码", "车型", "所在镇街", "报废日期", "证明编号"])
    for k in range(40):
        book.active.append(
            [
                f"2026-{k:05}",
                f"模拟{k:05}",
                "轻型货车",
                "松溪镇" if k % 2 else "柳湾镇",
                "2026-01-15",
                f"模拟{k}" if k else "",
            ]
        )
    out = io.BytesIO()
    book.save(out)
    ours = books["sources.old_vehicle"]
    sheets.upload(district.air_office, ours, SimpleUploadedFile("报废.xlsx", out.getvalue()), "报废.xlsx", {})
    one = SheetImport.objects.get()
    sheets.confirm(district.air_office, one, revision=one.revision)
    found = {area: value("retired", area, ledger="old_vehicle").value for area in (district.area, district.liuwan)}
    assert found == {district.area: 39, district.liuwan: 19}
