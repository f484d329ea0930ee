"""A failed sample leads to its dealer and to the deliveries of its batch: on its page, and as a finding."""

import pytest

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions, reading
from lantian.site.sources.checks.traced import to_trace
from lantian.site.sources.models import Finding, Listing
from lantian.site.sources.queries.traces import leads
from tests.site.conftest import person
from tests.site.kept import kept

SYSTEM = System()


def listed(area, ledger, name, parent=None, **attributes):
    made = actions.add_listing(SYSTEM, ledger, source={"name": name, "area": area}, attributes=attributes)
    if parent:
        Listing.objects.filter(pk=made.pk).update(parent=parent)
    return made


@pytest.fixture
@kept
def coal(district):
    """A dealer with three deliveries, one of another dealer, and a sample of the first batch that fails."""
    dealer = listed(district.songxi, "coal_dealer", "松溪煤炭有限公司", code="SX01")
    other = listed(district.liuwan, "coal_dealer", "柳湾煤炭经营部", code="LW01")
    made = {"dealer": dealer, "other": other}
    for name, batch, weight, parent in (
        ("一", "B-1", 45, dealer), ("二", "b-1", 15, dealer), ("三", "B-2", 30, dealer), ("四", "B-3", 8, other),
    ):  # fmt: skip
        area = parent.source.area
        made[name] = listed(area, "coal_delivery", f"配送{name}", parent, batch=batch, weight=weight, village="上村")
    made["sample"] = listed(
        district.songxi, "coal_sample", "样品一", batch="B－1", dealer="松溪煤炭", product="loose",
        taken_on="2018-11-01", sulphur=1.4, ash=12,
    )  # fmt: skip
    return made


def led(actor, listing):
    found = leads(actor, listing, reading.ledger_of(listing.ledger))
    return {one.trace.name: [row.source.name for row in one.rows] for one in found}


def test_a_sample_leads_to_its_dealer_and_to_the_deliveries_of_its_batch(coal):
    assert led(SYSTEM, coal["sample"]) == {
        "batch": ["配送二", "配送一"], "dealer": ["松溪煤炭有限公司"], "others": ["配送三"],
    }  # fmt: skip


def test_without_a_dealer_s_name_the_batch_leads_there(coal):
    actions.change_listing(SYSTEM, coal["sample"], attributes={"dealer": "", "batch": "B-3"})
    coal["sample"].refresh_from_db()
    assert led(SYSTEM, coal["sample"]) == {"batch": ["配送四"], "dealer": ["柳湾煤炭经营部"], "others": []}


def test_the_code_of_a_dealer_leads_to_him(coal):
    actions.change_listing(SYSTEM, coal["sample"], attributes={"dealer": "", "batch": "lw01"})
    coal["sample"].refresh_from_db()
    assert led(SYSTEM, coal["sample"])["dealer"] == ["柳湾煤炭经营部"]


def test_a_dealer_and_a_delivery_lead_back(coal):
    assert led(SYSTEM, coal["dealer"]) == {"samples": ["样品一"], "deliveries": ["配送三", "配送二", "配送一"]}
    assert led(SYSTEM, coal["一"]) == {"samples": ["样品一"], "dealer": ["松溪煤炭有限公司"]}


def test_nobody_is_led_to_what_he_may_not_see(coal, district):
    actions.change_listing(SYSTEM, coal["sample"], attributes={"dealer": "", "batch": "B-3"})
    coal["sample"].refresh_from_db()
    assert led(district.songxi_liaison, coal["sample"]) == {"batch": [], "dealer": [], "others": []}


def test_a_failed_sample_is_a_finding_with_dealer_and_deliveries(coal):
    (hit,) = to_trace(clock.today())
    assert [one.source.name for one in hit.things] == ["样品一", "配送二", "配送一", "松溪煤炭有限公司", "配送三"]
    assert {str(label): value for label, value in hit.facts.items()} == {
        "同批次配送": 2, "同批次配送：数量（吨）": 60, "售煤单位": 1, "该售煤单位的其他配送": 1,
        "该售煤单位的其他配送：数量（吨）": 30,
    }  # fmt: skip
    actions.change_listing(SYSTEM, coal["sample"], attributes={"sulphur": 0.4})
    assert not list(to_trace(clock.today()))
    coal["sample"].refresh_from_db()
    coal["sample"].enter("failed", "open")  # a person says so
    coal["sample"].save()
    assert len(list(to_trace(clock.today()))) == 1
    coal["sample"].enter("closed", "done")
    coal["sample"].save()
    assert not list(to_trace(clock.today()))


def test_one_click_on_the_pages(coal, district, site, django_assert_max_num_queries):
    actions.run_checks(SYSTEM, ["sources.trace"])
    browser = site.log_in(district.air_office)
    panel = "/panels/sources.listing.traces/{}".format
    for address in (panel(coal["sample"].pk), Finding.objects.get().get_absolute_url()):
        with django_assert_max_num_queries(15):
            shown = browser.get(address).content.decode()
        for name in ("dealer", "一", "二", "三"):
            assert f'href="{coal[name].get_absolute_url()}"' in shown
    assert "煤质抽检台账" in shown  # the finding says on which ledger each of them stands
    assert panel(coal["sample"].pk) in browser.get(coal["sample"].get_absolute_url()).content.decode()
    town = site.log_in(person("liuwan", "liaison", district.liuwan_town))
    assert "配送四" in town.get(panel(coal["other"].pk)).content.decode()
    assert town.get(panel(coal["sample"].pk)).status_code == 404


def test_other_listings_fetch_no_traces(boiler, district, site):
    shown = site.log_in(district.air_office).get(boiler.get_absolute_url()).content.decode()
    assert "/panels/sources.listing.traces" not in shown
