"""Ledgers written over the API: by the actions of the pages, so that person, state and proof are asked the same."""

from __future__ import annotations

import pytest

from lantian.site.core import audit
from lantian.site.orders.models import Order
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, Source
from tests.site.sources.conftest import paper, photo, walk

BOILERS = "sources/ledgers/coal_boiler/listings"


def new(world, side, **fields):
    return {"source": {"name": "松溪三号炉", "area": side.unit.area_id} | fields, "attributes": {"capacity": "4 蒸吨"}}


def test_a_listing_is_entered_once(world, program):
    asks = program(world.songxi.liaison)
    body = new(world, world.songxi, longitude=116.3, latitude=39.9)
    made = asks.write(BOILERS, body, Idempotency_Key="k1")
    assert made.status_code == 201, made.content.decode()
    assert made.json()["attributes"] == {"capacity": 4.0}
    assert made.json()["keeper"]["id"] == world.songxi.unit.pk
    assert made["Location"].endswith(f"/sources/listings/{made.json()['id']}")
    assert asks.write(BOILERS, body, Idempotency_Key="k1").json() == made.json()
    assert Source.objects.filter(name="松溪三号炉").count() == 1


def test_a_source_that_is_there_goes_on_another_ledger(world, program):
    asks, boiler = program(world.songxi.liaison), world.songxi.boiler
    body = {"source_id": boiler.source_id, "attributes": {"height": 20}}
    assert asks.write("sources/ledgers/stack/listings", body).status_code == 201
    assert asks.write("sources/ledgers/stack/listings", body).status_code == 422
    foreign = body | {"source_id": world.liuwan.boiler.source_id}
    assert asks.write("sources/ledgers/stack/listings", foreign).json()["fields"].keys() == {"source_id"}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"attributes": {}}, "capacity"),
        ({"attributes": {"capacity": "约十吨"}}, "capacity"),
        ({"attributes": {"capacity": 1, "colour": "red"}}, "colour"),
        ({"attributes": {"capacity": 1, "use": ["采暖"] * 3}}, "use"),
        ({"source_id": 1}, "source"),
        ({"keeper": 10**9}, "keeper"),
        ({"parent": 1}, "parent"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_kept(world, program, change, where):
    before = Source.objects.count()
    answer = program(world.songxi.liaison).write(BOILERS, new(world, world.songxi) | change)
    assert answer.status_code == 422
    assert where in answer.json()["fields"]
    assert Source.objects.count() == before


def test_nobody_writes_for_another_town(world, program):
    asks, foreign = program(world.songxi.liaison), world.liuwan.boiler
    assert asks.write(BOILERS, new(world, world.liuwan)).status_code in (403, 422)
    for method, where, body in (
        ("PUT", "", {"revision": 0}), ("PUT", "/years/2025", {"attributes": {}}), ("POST", "/reveal", {}),
        ("POST", "/sign", {"taken": 1}), ("POST", "/drop", {"taken": 1, "reason": "x"}),
    ):  # fmt: skip
        assert asks.write(f"sources/listings/{foreign.pk}{where}", body, method=method).status_code == 404
    assert asks.post(f"/api/v1/sources/listings/{foreign.pk}/steps/list").status_code == 404
    assert asks.write(f"sources/{foreign.source_id}", {"name": "x"}, method="PUT").status_code == 404
    firm = program(world.firms[0].liaison)
    assert firm.write(BOILERS, new(world, world.songxi)).status_code == 403
    own = world.firms[0].boiler
    assert firm.write(f"sources/listings/{own.pk}", {"revision": 0}, method="PUT").status_code == 403
    assert program(world.office, "sources:read").write(BOILERS, new(world, world.songxi)).status_code == 403


def test_a_change_asks_for_the_revision_that_was_read(world, program):
    asks, where = program(world.songxi.liaison), f"sources/listings/{world.songxi.boiler.pk}"
    read = asks.read(where).json()
    body = {"revision": read["revision"], "attributes": {"capacity": 6}, "due_on": "2026-12-31"}
    changed = asks.write(where, body, method="PUT").json()
    assert (changed["attributes"]["capacity"], changed["due_on"]) == (6.0, "2026-12-31")
    assert changed["attributes"]["use"] == "heating"
    assert asks.write(where, body | {"attributes": {"capacity": 7}}, method="PUT").status_code == 409
    body = {"revision": changed["revision"], "due_on": None, "source": {"address": "松溪路1号"}}
    changed = asks.write(where, body, method="PUT").json()
    assert (changed["due_on"], changed["source"]["address"]) == (None, "松溪路1号")
    assert changed["source"]["name"] == world.songxi.boiler.source.name


def test_masked_values_do_not_come_back(world, program):
    asks, boiler = program(world.office), world.songxi.boiler
    body = {"revision": boiler.revision, "attributes": {"person": "松＊＊"}}
    answer = asks.write(f"sources/listings/{boiler.pk}", body, method="PUT")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["person"])
    shown = asks.write(f"sources/listings/{boiler.pk}/reveal").json()
    assert shown["attributes"]["person"] == boiler.attributes["person"]
    assert audit.events_of(boiler)[0].action == "sources.listing.reveal"
    assert program(world.leader).write(f"sources/listings/{boiler.pk}/reveal").status_code == 403


def test_values_of_a_year(world, program):
    asks, where = program(world.songxi.liaison), f"sources/listings/{world.songxi.boiler.pk}/years"
    told = asks.write(f"{where}/2025", {"attributes": {"coal_use": "1.2万吨"}}, method="PUT").json()
    assert told["years"] == [{"year": 2025, "attributes": {"coal_use": 12_000.0}}]
    assert asks.write(f"{where}/2999", {"attributes": {}}, method="PUT").status_code == 422


@pytest.fixture
def polluter(world):
    """A scattered polluter that has checked itself, and waits for two to accept."""
    made = actions.add_listing(
        world.songxi.liaison,
        "scattered_polluter",
        source={"name": "松溪石材点", "area": world.songxi.unit.area},
        attributes={"class": "关停取缔"},
    )
    walk(world.songxi.liaison, made, "list", "stop", "rectify", "self_check")
    return made


def take(asks, listing, step, **fields):
    return asks.post(f"/api/v1/sources/listings/{listing.pk}/steps/{step}", fields)


def test_a_step_is_taken_with_its_proofs(world, program):
    boiler, town = world.songxi.boiler, program(world.songxi.liaison)
    assert take(town, boiler, "nothing").status_code == 404
    assert take(town, boiler, "take_down").status_code == 409
    assert take(town, boiler, "remove", reason="x").status_code == 403
    assert take(town, boiler, "list").json()["state"] == "listed"
    lacking = take(town, boiler, "take_down", proof=["chimney", "nothing"], file=[photo(), photo()])
    assert lacking.status_code == 422
    assert take(town, boiler, "take_down", proof=["chimney"]).json()["fields"].keys() == {"proof"}
    assert take(town, boiler, "take_down", reading=["chimney"]).json()["fields"].keys() == {"reading"}
    twice = take(town, boiler, "take_down", proof=["chimney"] * 2, file=[photo(), photo(colour="red")])
    assert twice.json()["fields"].keys() == {"proof"}
    bare = photo("无时间.jpg", taken="")
    place = {"taken_at": "2026-01-15T10:20:00+08:00", "longitude": 116.301, "latitude": 39.9}
    done = take(town, boiler, "take_down", reason="拆除", proof=["chimney"], file=[bare], **place)
    assert done.status_code == 200, done.content.decode()
    (shown,) = done.json()["steps"][0]["proofs"]
    assert (shown["name"], shown["told"], round(shown["distance"])) == ("chimney", True, 85)
    where = f"sources/listings/{boiler.pk}/proofs/{shown['id']}"
    assert program(world.office).read(where).status_code == 200
    assert program(world.liuwan.liaison).read(where).status_code == 404


def test_a_step_waits_until_all_have_signed(world, polluter, program):
    town, office, where = program(world.songxi.liaison), program(world.office), f"sources/listings/{polluter.pk}"
    waiting = take(town, polluter, "accept", proof=["acceptance"], file=[paper()]).json()
    taken = waiting["steps"][0]
    assert (taken["state"], waiting["may_take"], waiting["state"]) == ("signing", [], "self_checked")
    assert [one["signer"] for one in taken["signatures"]] == ["town"]
    assert town.write(f"{where}/sign", {"taken": taken["id"]}).status_code == 403
    assert office.read(where).json()["may_sign"] == ["office"]
    assert office.write(f"{where}/sign", {"taken": taken["id"] + 99}).status_code == 404
    assert office.write(f"{where}/sign", {"taken": taken["id"], "agrees": False}).status_code == 422
    signed = office.write(f"{where}/sign", {"taken": taken["id"]}).json()
    assert (signed["state"], signed["steps"][0]["state"]) == ("accepted", "taken")
    assert office.write(f"{where}/sign", {"taken": taken["id"]}).status_code == 409


def test_a_step_that_waits_is_taken_back(world, polluter, program):
    town, where = program(world.songxi.liaison), f"sources/listings/{polluter.pk}"
    taken = take(town, polluter, "accept", proof=["acceptance"], file=[paper()]).json()["steps"][0]["id"]
    assert program(world.leader).write(f"{where}/drop", {"taken": taken, "reason": "x"}).status_code == 403
    assert town.write(f"{where}/drop", {"taken": taken, "reason": ""}).status_code == 422
    dropped = town.write(f"{where}/drop", {"taken": taken, "reason": "补材料"}).json()
    assert dropped["steps"][0]["state"] == "dropped"
    assert town.write(f"{where}/drop", {"taken": taken, "reason": "补材料"}).status_code == 409


def test_sources_are_entered_and_changed(world, program):
    asks = program(world.songxi.liaison)
    made = asks.write("sources", {"name": "松溪印刷厂", "area": world.songxi.unit.area_id})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert asks.write("sources", {"name": "x", "area": world.songxi.unit.area_id, "longitude": 116}).status_code == 422
    ended = asks.write(f"sources/{pk}", {"ended": "2026-01-31"}, method="PUT").json()
    assert (ended["ended"], ended["name"]) == ("2026-01-31", "松溪印刷厂")
    assert program(world.leader).write(f"sources/{pk}", {"name": "x"}, method="PUT").status_code == 403
    assert asks.write(f"sources/{pk}", {"credit_code": "91350100M000100Y44"}, method="PUT").status_code == 422


def test_a_listing_becomes_an_order_once(world, program):
    office, boiler = program(world.office), world.songxi.boiler
    where = f"sources/listings/{boiler.pk}/order"
    body = {"unit": world.songxi.unit.pk, "title": "复燃的锅炉", "text": "请核实。"}
    made = office.write(where, body, Idempotency_Key="o1")
    assert made.status_code == 201, made.content.decode()
    told = made.json()
    assert (told["state"], told["origin"], told["area"]["id"]) == ("issued", "sources.listing", boiler.source.area_id)
    assert made["Location"].endswith(f"/orders/{told['id']}")
    assert office.write(where, body, Idempotency_Key="o1").json() == told
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": 10**9}, "unit"),
        ({"title": ""}, "title"),
        ({"kind": "nothing"}, "kind"),
        ({"due": "2001-01-01"}, "due"),
    ],
)
def test_an_order_that_cannot_be_is_not_made(world, program, change, field):
    body = {"unit": world.songxi.unit.pk, "title": "复燃的锅炉"} | change
    answer = program(world.office).write(f"sources/listings/{world.songxi.boiler.pk}/order", body)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Order.objects.exists()


def test_who_makes_a_listing_an_order(world, program):
    body = {"unit": world.songxi.unit.pk, "title": "复燃的锅炉"}
    where = f"sources/listings/{world.songxi.boiler.pk}/order"
    assert program(world.songxi.liaison).write(where, body).status_code == 403
    assert program(world.leader).write(where, body).status_code == 403
    assert program(world.office).write("sources/listings/99999/order", body).status_code == 404


def test_findings_are_decided_and_become_orders(world, program):
    Listing.objects.update(due_on="2020-01-01")
    actions.run_checks(world.office)
    office, town = program(world.office), program(world.songxi.liaison)
    first, second = office.all("sources/findings")[:2]
    where = f"sources/findings/{first['id']}"
    assert office.write(f"{where}/confirm", {"reason": ""}).status_code == 422
    assert town.write(f"{where}/confirm", {"reason": "属实"}).status_code in (403, 404)
    assert office.write(f"{where}/confirm", {"reason": "属实"}).json()["state"] == "confirmed"
    assert office.write(f"{where}/confirm", {"reason": "属实"}).status_code == 409
    ordered = office.write(f"{where}/order", {"unit": world.songxi.unit.pk})
    assert ordered.json()["order"], ordered.content.decode()
    assert office.write(f"{where}/order", {"unit": world.songxi.unit.pk}).status_code == 409
    other = f"sources/findings/{second['id']}"
    assert office.write(f"{other}/dismiss", {"reason": "已核"}).json()["state"] == "dismissed"
    assert office.write(f"{other}/reopen", {"reason": "再看"}).json()["state"] == "open"
