"""A listing becomes an order, and pages say what comes next and whose turn it is."""

import re

import pytest

from lantian.site.core.faults import Refused
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.orders.models import Order
from lantian.site.org import actions as org
from lantian.site.sources import actions, telling
from lantian.site.sources.models import Listing
from tests.site.conftest import person
from tests.site.sources.conftest import paper, walk

GIVEN = {"kind": "source", "title": "复燃的锅炉", "text": "请核实并反馈。"}


def test_a_listing_becomes_an_order(boiler, district):
    made = actions.order_listing(district.air_office, boiler, district.songxi_town, **GIVEN)
    assert (made.state, made.origin, made.cause.url) == ("issued", "sources.listing", boiler.get_absolute_url())
    assert (made.area, made.longitude) == (district.songxi, 116.3)
    assert AuditEvent.objects.filter(action="sources.listing.order").count() == 1


def test_it_is_the_air_office_that_gives_it(boiler, district):
    for actor in (district.songxi_liaison, district.leader, district.nobody):
        with pytest.raises(Refused):
            actions.order_listing(actor, boiler, district.songxi_town, **GIVEN)
    assert not Order.objects.exists()


def test_by_the_page_and_on_the_pages(boiler, district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    address = f"/sources/listings/{boiler.pk}/order"
    assert f'<option value="{district.songxi_town.pk}" selected>' in browser.get(address).content.decode()
    assert "必填" in browser.post(address, {"unit": district.songxi_town.pk}).content.decode()
    answer = browser.post(address, GIVEN | {"unit": district.songxi_town.pk}, follow=True)
    assert "下一步：松溪镇政府接单" in answer.content.decode()
    for thing, place in ((boiler, "sources.listing"), (boiler.source, "sources.source")):
        with django_assert_max_num_queries(15):
            html = browser.get(thing.get_absolute_url()).content.decode()
        (later,) = re.findall(rf'hx-get="([^"]+{place}.orders[^"]*)"', html)
        assert "复燃的锅炉" in browser.get(later).content.decode()
    assert site.log_in(district.songxi_liaison).get(address).status_code == 403


def test_every_step_says_what_comes_next_and_who_takes_it(polluter, district, site):
    browser = site.log_in(district.songxi_liaison)
    walk(district.songxi_liaison, polluter, "list", "stop")
    said = browser.post(f"/sources/listings/{polluter.pk}/steps/rectify", {"once": "a"}, follow=True).content.decode()
    assert "现在是“整治中”。下一步“自查完成”，由联络员、企业、大气办办理。" in said
    walk(district.songxi_liaison, polluter, "self_check")
    given = {"acceptance": paper()}
    said = browser.post(f"/sources/listings/{polluter.pk}/steps/accept", given, follow=True).content.decode()
    assert "还等大气办会签" in said
    waiting = site.log_in(district.air_office).get("/sources/ledgers/signing").content.decode()
    assert "联合验收" in waiting
    taken = polluter.steps.get(state="signing")
    said = site.log_in(district.air_office).post(f"/sources/steps/{taken.pk}/sign", {"agrees": "yes"}, follow=True)
    assert "会签完成。现在是“已验收”。下一步“销号”，由大气办办理。" in said.content.decode()


def test_what_somebody_else_takes_is_said_on_the_page(polluter, district, site):
    walk(district.songxi_liaison, polluter, "list", "stop", "rectify", "self_check")
    grid = person("grid", "grid_officer", district.songxi_town)
    shown = site.log_in(grid).get(polluter.get_absolute_url()).content.decode()
    assert "下一步“联合验收”，由联络员、大气办办理" in shown


def test_at_the_end_of_its_road_nothing_comes_next(polluter):
    polluter.enter("removed", "gone")
    polluter.save()
    assert telling.next_of(Listing.objects.get()) is None


def test_ledgers_are_found_by_name_and_group(boiler, district, site):
    browser = site.log_in(district.air_office)
    shown = browser.get("/sources/ledgers?q=燃煤锅炉").content.decode()
    assert "燃煤锅炉清单" in shown
    assert "加油站" not in shown
    assert "加油站" not in browser.get("/sources/ledgers?group=coal").content.decode()
    assert "燃煤锅炉清单" not in browser.get("/sources/ledgers?q=没有的").content.decode()


def test_what_is_wrong_with_a_listing_stands_beside_it(boiler, district, site):
    Listing.objects.update(gaps=2)
    assert (
        "内容不全" in site.log_in(district.air_office).get("/sources/quality/listings?lack=incomplete").content.decode()
    )


def test_a_firm_sees_the_ledgers_that_it_stands_on(boiler, polluter, district, site):
    firm = org.add_unit(System(), name="松溪建材厂", kind="firm", area=district.songxi)
    actions.change_source(System(), boiler.source, unit=firm)
    shown = site.log_in(person("firm", "firm", firm)).get("/sources/ledgers").content.decode()
    assert "燃煤锅炉清单" in shown
    assert "企业清单" not in shown


def test_a_town_s_officer_need_not_say_where(district, site):
    html = site.log_in(district.songxi_liaison).get("/sources/ledgers/coal_boiler/new").content.decode()
    assert f'<option value="{district.songxi.pk}" selected>' in html
