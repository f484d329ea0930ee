"""Sites that were sampled, of all sites: the figure, the page, and the finding of a quarter that fell short."""

import datetime as dt

import pytest

from lantian.ledgers.coverage import term_of
from lantian.site.core import clock
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.sources import actions, reading
from lantian.site.sources.checks.coverage import too_few
from tests.site.conftest import person
from tests.site.kept import kept

SYSTEM = System()
AUTUMN = Period(dt.date(2018, 10, 1), dt.date(2018, 12, 31))


def at(day):
    return clock.as_of(dt.datetime.fromisoformat(f"{day}T09:00:00+08:00"))


def sampled(district, name, where, day, link="site"):
    return actions.add_listing(
        SYSTEM, "product_sample", source={"name": name, "area": district.songxi},
        attributes={"product": "wall_inside", "taken_on": day, "link": link, "sampled_at": where},
    )  # fmt: skip


@pytest.fixture
@kept
def sites(district):
    """Twenty sites, fifteen of them in 松溪镇; two sampled in the last quarter of 2018, one of them twice."""
    with at("2018-09-01"):
        for k in range(20):
            area = district.songxi if k < 15 else district.liuwan
            actions.add_listing(
                SYSTEM, "construction_site", source={"name": f"{k}号工地", "area": area, "firm": "松溪建筑公司"},
                attributes={"kind": "building"},
            )  # fmt: skip
        sampled(district, "样品1", "1号工地", "2018-08-30")
    with at("2018-12-20"):
        sampled(district, "样品2", "2号工地", "2018-10-01")
        sampled(district, "样品3", "2号工地", "2018-11-20")
        sampled(district, "18号工地", "", "2018-12-20")  # named after its site
        sampled(district, "样品4", "4号工地", "2018-12-20", link="shop")
        sampled(district, "样品5", "没有上账的工地", "2018-12-20")


def figure(district, area, period=AUTUMN):
    found = metrics["sources.product_sample.sites_sampled"].work_out([district.area, area], period, "auto")
    return found[area.pk]


def test_each_site_counts_once_against_what_the_quarter_asks(sites, district):
    whole = figure(district, district.area)
    assert (whole.value, whole.valid) == (10, 20)
    assert str(whole.explanation) == "2 / 20，每季度应达到 10%"
    assert figure(district, district.liuwan).value == 20
    assert figure(district, district.area, Period(dt.date(2017, 1, 1), dt.date(2017, 3, 31))).value is None


def test_a_quarter_that_fell_short_is_a_finding(sites, district):
    assert not list(too_few(dt.date(2019, 1, 1)))  # two of twenty are ten per cent
    (hit,) = too_few(dt.date(2018, 12, 31))  # the quarter before: one
    assert hit.key == "product_sample-sites_sampled-2018-Q3"
    assert {str(label): value for label, value in hit.facts.items()} == {
        "工地抽检比例": "5.0%", "应达到": "10%", "已覆盖": 1, "总数": 20,
        "依据": "行动计划：每季度抽检的工地不少于10%",
    }  # fmt: skip
    assert not list(too_few(dt.date(2018, 7, 1)))  # nothing was kept by then


def test_the_page_says_how_many_more(sites, district, site, django_assert_max_num_queries):
    today = clock.today()
    term = term_of(reading.ledger_of("product_sample").coverage[0], today)
    sampled(district, "样品6", "3号工地", today.isoformat())
    for who, told in (
        (district.air_office, "已抽 1 / 20，应达到 10%，还差 1 个"),
        (person("liuwan", "liaison", district.liuwan_town), "已抽 0 / 5，应达到 10%，还差 1 个"),
    ):
        browser = site.log_in(who)
        with django_assert_max_num_queries(15):
            assert f"{term.name} {told}" in browser.get("/sources/ledgers/product_sample").content.decode()
