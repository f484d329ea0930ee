"""Quality of lists: what is complete, located, fresh, proven; who sees which; figures that follow."""

import datetime as dt
import json

import pytest

from lantian.site.core import clock
from lantian.site.core.faults import Refused
from lantian.site.core.metrics import Period
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.org import actions as org
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, ProofShown
from lantian.site.sources.queries.quality import LACKS, Quality, counted, totals
from tests.site.conftest import person
from tests.site.sources.conftest import walk


def lacking(name):
    return set(Listing.objects.filter(Quality().lacking(name)).values_list("pk", flat=True))


def seller(district, **attributes):
    source = {"name": "模拟销售点", "area": district.songxi}
    return actions.add_listing(System(), "fireworks_seller", source=source, attributes=attributes)


def outline(area, west):
    ring = [[west, 39.8], [west + 0.1, 39.8], [west + 0.1, 40.0], [west, 40.0], [west, 39.8]]
    content = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    org.set_outline(System(), area, content=content, datum="wgs84", source="模拟")


def test_complete_is_what_can_be_judged(district):
    whole = seller(district, distance=70, valid_until="2030-01-01", stop_notice="是")
    bare = seller(district, distance=70)
    assert (whole.gaps, bare.gaps) == (0, 2)
    assert lacking("incomplete") == {bare.pk}
    actions.change_listing(System(), bare, attributes={"valid_until": "2030-01-01", "stop_notice": "否"})
    assert lacking("incomplete") == set()


def test_gaps_are_counted_anew_by_the_clock_alone(district):
    bare = seller(district)
    Listing.objects.update(gaps=0)
    with pytest.raises(Refused):
        actions.recount_gaps(district.air_office)
    assert actions.recount_gaps(System()) == 1
    assert actions.recount_gaps(System()) == 0
    bare.refresh_from_db()
    assert bare.gaps == 3


def test_a_point_lies_in_its_town_or_not(boiler, polluter, district):
    assert lacking("outside") == set()  # nobody drew the town
    outline(district.songxi, 116.25)
    assert lacking("outside") == set()
    outline(district.songxi, 116.35)
    assert lacking("outside") == {boiler.pk}
    assert lacking("unlocated") == {polluter.pk}
    assert totals(counted(Listing.objects.all())).located == 0


def test_fresh_is_what_somebody_worked_on(boiler, polluter):
    old = clock.now() - dt.timedelta(days=31)
    Listing.objects.update(changed_at=old, since=old)
    Listing.objects.filter(pk=polluter.pk).update(means="stopped")  # has sixty days
    assert lacking("stale") == {boiler.pk}
    walk(System(), boiler, "list")
    assert lacking("stale") == set()


def test_proven_is_a_photo_of_the_day_and_the_place(boiler, district):
    walk(district.songxi_liaison, boiler, "list", "take_down")
    assert lacking("unproven") == set()
    assert totals(counted(Listing.objects.all())).share("proven") == 100
    proofs = ProofShown.objects.filter(taken__step="take_down")
    proofs.update(distance=501)
    assert lacking("unproven") == {boiler.pk}
    proofs.update(distance=499, told=True)
    assert lacking("unproven") == {boiler.pk}
    proofs.delete()
    assert lacking("unproven") == {boiler.pk}


def test_the_figures_follow_and_add_up(boiler, polluter, district):
    today = clock.today()
    period = Period(today, today)
    found = metrics["sources.quality_located"].work_out([district.area, district.liuwan], period, "auto")
    assert (found[district.area.pk].value, found[district.area.pk].expected) == (50, 2)
    assert found[district.liuwan.pk].value is None


def test_the_pages(boiler, polluter, district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    with django_assert_max_num_queries(15):
        shown = browser.get("/sources/quality").content.decode()
    assert "松溪镇" in shown
    assert f"/sources/quality/listings?area={district.songxi.pk}&amp;lack=unlocated" in shown
    assert "燃煤锅炉清单" in browser.get("/sources/quality?by=ledger").content.decode()
    for name, _label in LACKS:
        with django_assert_max_num_queries(15):
            assert browser.get(f"/sources/quality/listings?lack={name}").status_code == 200
    shown = browser.get("/sources/quality/listings?lack=unlocated").content.decode()
    assert "松溪石材加工点" in shown
    assert "1号锅炉" not in shown
    assert browser.get("/sources/quality?export=xlsx").status_code == 200
    stranger = person("liuwan", "liaison", district.liuwan_town)
    assert "松溪建材厂" not in site.log_in(stranger).get("/sources/quality/listings").content.decode()
