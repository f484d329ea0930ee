"""Statistics and metrics: on time, sent back, repeated, by whom and where."""

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.registries import metrics
from lantian.site.orders import actions
from lantian.site.orders.queries import statistics
from tests.site.orders.conftest import THURSDAY
from tests.site.orders.test_pages import page, shown_to_pages  # noqa: F401 - a fixture

FIRST, LAST = dt.date(2017, 9, 1), dt.date(2017, 10, 31)
LATER = THURSDAY.replace(month=10, day=20)


@pytest.fixture
def gone(world):
    """Of the town: one in time, one sent back, one late, one overdue, one again at the first one's place; of the
    water bureau one given by nobody, of the town one from the bureau."""
    actions.close_order(world.office, world.answered(place="甲"))
    again = actions.return_order(world.office, world.answered(place="乙"), reason="不行")
    actions.answer_order(world.town, again, text="好了")
    late = world.accepted(place="丙")
    world.issued(place="丁")
    world.issued(place="甲")
    actions.withdraw_order(world.office, world.issued(place="己"), reason="误派")
    district = world.district
    lead = {"area": district.area, "unit": district.songxi_town, "from_unit": district.water}
    actions.issue_order(world.water, actions.create_order(world.water, kind="lead", title="线索", **lead))
    with clock.as_of(LATER):
        actions.answer_order(world.town, late, text="才办完")
        yield world


def test_by_unit_and_by_who_gave(gone):
    (row,) = statistics.rows_by(gone.office, "unit", FIRST, LAST)
    assert (row.name, row.issued, row.closed, row.answered) == ("松溪镇政府", 6, 1, 3)
    assert (row.in_time, row.failed, row.overdue, row.returned, row.repeated) == (2, 4, 3, 1, 1)
    assert row.on_time == 33.3
    assert row.returned_share == 33.3
    (pair,) = statistics.rows_by(gone.office, "pair", FIRST, LAST)
    assert (pair.name, pair.issued, pair.overdue) == ("区水务局 → 松溪镇政府", 1, 1)
    assert statistics.rows_by(gone.water, "giver", FIRST, LAST)[0].issued == 1
    assert [row.name for row in statistics.rows_by(gone.office, "month", FIRST, LAST)] == ["2017-09"]
    assert statistics.rows_by(gone.office, "unit", LAST, LAST) == []
    for by in statistics.BY:
        assert statistics.total(statistics.rows_by(gone.office, by, FIRST, LAST)).issued == (
            1 if by in ("giver", "pair") else 6
        )


def test_the_page_with_its_files(gone):
    asked = f"?first={FIRST}&last={LAST}"
    for by in statistics.BY:
        page(gone.office, f"/orders/statistics{asked}&by={by}")
    html = page(gone.office, f"/orders/statistics{asked}").content.decode()
    assert "松溪镇政府" in html
    assert page(gone.office, f"/orders/statistics{asked}&csv=groups").content.decode().count("松溪镇政府") == 1
    assert "33.3" in b"".join(page(gone.office, f"/orders/statistics{asked}&export=csv").streaming_content).decode()
    page(gone.office, "/orders/statistics?by=nothing&first=x")


def test_metrics_of_areas(gone):
    district = gone.district
    areas, period = [district.area, district.songxi, district.liuwan], Period(FIRST, LAST)

    def read(name):
        found = metrics[name].work_out(areas, period, "auto")
        return [found[area.pk].value for area in areas]

    assert read("orders.on_time_rate") == [33.3, 40.0, None]
    assert read("orders.open") == [5.0, 4.0, 0.0]
    assert read("orders.overdue") == [3.0, 2.0, 0.0]
    assert read("orders.repeated_rate") == [16.7, 20.0, None]
    told = metrics["orders.on_time_rate"].work_out(areas, period, "auto")[district.area.pk]
    assert "6 张" in str(told.explanation)
    assert page(gone.office, told.url).status_code == 200


def test_a_transfer_takes_nothing_late_along(gone):
    order = gone.issued(place="庚")
    order = actions.accept_order(gone.town, order)
    with clock.as_of(LATER + dt.timedelta(days=30)):
        order = actions.answer_order(gone.town, order, text="晚了")
        order = actions.return_order(gone.office, order, reason="不行")
        order = actions.transfer_order(gone.office, order, gone.district.liuwan_town, reason="属地")
    assert (order.late, order.answered_at, order.answer) == (False, None, "")
