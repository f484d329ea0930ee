"""Steps and listings from the queue of a phone."""

from __future__ import annotations

import json

from lantian.site.sources.models import Listing, ProofShown, StepTaken
from lantian.site.sources.phone import pages
from tests.site.conftest import person
from tests.site.sources.conftest import photo, walk


def send(site, who, address, given):
    return site.log_in(who).post(address, given, headers={"x-queued": str(who.pk)})


def test_a_step_sent_twice_is_taken_once_with_the_place_of_the_phone(boiler, district, site):
    who = district.songxi_liaison
    walk(who, boiler, "list")
    address = f"/sources/listings/{boiler.pk}/steps/take_down"
    lacking = send(site, who, address, {"once": "a"})
    assert lacking.status_code == 422
    assert any("至少要有一项" in text for text in json.loads(lacking.content)["fields"].values())
    given = {"once": "b", "taken_at": "2026-01-15T10:20", "longitude": "116.3", "latitude": "39.9", "accuracy": "8"}
    for _time in range(2):
        sent = send(site, who, address, given | {"flue": photo(taken="")})
        assert json.loads(sent.content)["done"] == boiler.get_absolute_url()
    assert StepTaken.objects.filter(step="take_down").count() == 1
    proof = ProofShown.objects.get(name="flue")
    assert (proof.accuracy, proof.told, round(proof.distance)) == (8, True, 0)
    # What the camera wrote goes before what the phone says.
    again = send(site, who, address, given | {"once": "c", "flue": photo()})
    assert again.status_code == 409


def test_what_is_found_goes_on_its_ledger_once(district, site):
    given = {"name": "松溪石材加工点", "area": district.songxi.pk, "x_class": "close", "once": "a"}
    for _time in range(2):
        sent = send(site, district.songxi_liaison, "/sources/ledgers/scattered_polluter/new", given)
        assert "/sources/listings/" in json.loads(sent.content)["done"]
    assert Listing.objects.get().state == "found"


def test_a_phone_keeps_what_its_officer_can_do_without_network(polluter, district, site, django_assert_max_num_queries):
    officer = person("grid", "grid_officer", district.songxi_town)
    walk(district.songxi_liaison, polluter, "list", "stop")
    Listing.objects.update(state="closed", means="done")
    with django_assert_max_num_queries(12):
        kept = pages(officer)
    assert "/sources/ledgers/scattered_polluter/new" in kept
    assert f"/sources/listings/{polluter.pk}/steps/recheck" in kept
    assert pages(district.air_office) == []
    browser = site.log_in(officer)
    assert {browser.get(address).status_code for address in kept} == {200}
