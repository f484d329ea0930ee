"""Ledgers, sources, findings and zones over the API: typed, cut by fields, masked, each its own."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from lantian.site.core import clock
from lantian.site.sources import actions
from tests.site.conftest import person

RING = [[116.2, 39.8], [116.4, 39.8], [116.4, 40.0], [116.2, 40.0], [116.2, 39.8]]
GROUND = {"type": "Polygon", "coordinates": [RING]}


def of(side) -> str:
    return side.boiler.source.name


@pytest.fixture
def more(world):
    """Another boiler in 松溪镇, which the air office entered, farther off and larger."""
    return actions.add_listing(
        world.office,
        "coal_boiler",
        source={"name": "松溪二号炉", "area": world.songxi.unit.area, "longitude": 116.31, "latitude": 39.9},
        attributes={"capacity": 20, "use": "生产"},
    )


@pytest.fixture
def zone(world):
    """A zone over both boilers."""
    return actions.add_zone(
        world.office, kind="no_burn", name="一期", area=world.area, content=json.dumps(GROUND).encode()
    )


def test_the_catalogue_tells_what_a_program_must_know(world, program):
    asks = program(world.songxi.liaison)
    rows = {one["name"]: one for one in asks.read("sources/ledgers").json()["ledgers"]}
    assert len(rows) > 50
    assert (rows["coal_boiler"]["open"], rows["gas_boiler"]["open"]) == (1, 0)
    one = asks.read("sources/ledgers/coal_boiler").json()
    fields = {field["name"]: field for field in one["fields"]}
    assert fields["capacity"]["filters"] == ["capacity_from", "capacity_to"]
    assert fields["person"]["personal"]
    assert fields["person"]["filters"] == []
    assert one["states"][0]["name"] == one["steps"][0]["source"][0] == "found"
    assert any(step["proofs"] for step in one["steps"])
    assert all(duty["must"]["zh"] or duty["reach"] for duty in one["duties"])
    polluter = asks.read("sources/ledgers/scattered_polluter").json()
    boilers = asks.read("sources/ledgers/retained_coal_boiler").json()
    assert [(one["name"], one["each"]) for one in boilers["publications"]] == [("list", "town")]
    assert any(step["proofs"] and step["signers"] for step in polluter["steps"])
    for wrong in ("nothing", "life-removal", "checks", "groups"):
        assert asks.read(f"sources/ledgers/{wrong}").status_code == 404


def test_listings_are_cut_by_fields_with_typed_values(world, more, program):
    asks = program(world.office)
    where = "sources/ledgers/coal_boiler/listings"
    assert len(asks.all(where)) == 3
    assert [one["id"] for one in asks.all(f"{where}?capacity_from=10", limit=1)] == [more.pk]
    assert [one["id"] for one in asks.all(f"{where}?use=production")] == [more.pk]
    assert len(asks.all(f"{where}?area={world.songxi.unit.area_id}", limit=1)) == 2
    assert len(asks.all(f"{where}?keeper={world.songxi.unit.pk}&means=open&q={world.firms[0].unit.name}")) == 1
    assert asks.all(f"{where}?changed_since=2199-01-01T00:00:00Z") == []
    shown = asks.read(f"sources/listings/{more.pk}").json()["attributes"]
    assert shown == {"capacity": 20.0, "use": "production"}
    sums = asks.read("sources/ledgers/coal_boiler/sums?capacity_to=30").json()
    assert (sums["listings"], sums["means"], sums["sums"][0]["total"]) == (3, {"open": 3}, 28.0)


@pytest.mark.parametrize(
    ("query", "where"),
    [("capacity=3", "capacity"), ("capacity_from=viel", "capacity_from"), ("use=x", "use"), ("state=x", "state"),
     ("person=x", "person"), ("changed_since=2026-01-01T00:00:00", "changed_since")],
)  # fmt: skip
def test_a_parameter_that_is_none_is_refused_by_name(world, program, query, where):
    answer = program(world.office).read(f"sources/ledgers/coal_boiler/listings?{query}")
    assert answer.status_code == 422
    assert any(name.endswith(where) for name in answer.json()["fields"])


def test_a_cursor_holds_for_the_fields_that_were_asked(world, more, program):
    asks, where = program(world.office), "sources/ledgers/coal_boiler/listings?limit=1"
    cursor = asks.read(f"{where}&capacity_from=1").json()["next"]
    assert asks.read(f"{where}&capacity_from=1&cursor={cursor}").status_code == 200
    assert asks.read(f"{where}&capacity_from=2&cursor={cursor}").status_code == 422


def test_personal_values_are_masked_as_on_pages_and_in_no_list(world, program):
    pk, name = world.songxi.boiler.pk, world.songxi.boiler.attributes["person"]
    keeper, office = program(world.songxi.liaison), program(world.office)
    own = keeper.read(f"sources/listings/{pk}").json()
    assert (own["masked"], own["attributes"]["person"]) == (False, name)
    shown = office.read(f"sources/listings/{pk}")
    assert (shown.json()["masked"], shown.json()["attributes"]["person"]) == (True, "松＊＊")
    assert name not in shown.content.decode()
    for asks in (keeper, office):
        assert "person" not in asks.all("sources/ledgers/coal_boiler/listings")[0]["attributes"]


def test_a_town_and_a_firm_see_their_own_alone(world, zone, program):
    for own, other in ((world.songxi, world.liuwan), (world.firms[1], world.firms[0])):
        asks = program(own.liaison)
        assert [one["id"] for one in asks.all("sources")] == [own.boiler.source_id]
        assert [one["id"] for one in asks.all("sources/ledgers/coal_boiler/listings")] == [own.boiler.pk]
        assert asks.read("sources/ledgers/coal_boiler/sums").json()["listings"] == 1
        drawn = asks.read("sources/places.geojson?bbox=116,39,117,40").json()["features"]
        assert [one["id"] for one in drawn] == [own.boiler.pk]
        for where in (f"sources/{other.boiler.source_id}", f"sources/listings/{other.boiler.pk}"):
            assert asks.read(where).status_code == 404
    assert program(world.firms[0].liaison).read("sources/findings").status_code == 403


def test_who_has_no_business_there_is_refused(world, program):
    nobody = person("stranger")
    for where in ("sources", "sources/ledgers", "sources/ledgers/coal_boiler", "sources/zones", "sources/findings"):
        assert program(nobody).read(where).status_code == 403
    assert program(world.office, "orders:read").read("sources").status_code == 403


def test_a_listing_tells_what_it_owes_and_what_may_be_done(world, program):
    one = program(world.songxi.liaison).read(f"sources/listings/{world.songxi.boiler.pk}").json()
    assert {duty["stands"] for duty in one["duties"]} <= {"met", "owed", "late", "unknown"}
    assert one["may_take"]
    assert program(world.leader).read(f"sources/listings/{world.songxi.boiler.pk}").json()["may_take"] == []


def test_sources_near_a_point_come_by_distance(world, more, program):
    asks = program(world.office)
    near = asks.all("sources?longitude=116.31&latitude=39.9&within=2000", limit=1)
    assert near[0]["id"] == more.source_id
    assert (near[0]["distance"], len(near)) == (0.0, 3)
    assert near[1]["distance"] == pytest.approx(853, abs=2)
    assert len(asks.all("sources?longitude=116.31&latitude=39.9&within=500")) == 1
    assert asks.read("sources?longitude=116.31").status_code == 422
    assert len(asks.all("sources?ledger=coal_boiler&located=true")) == 3
    assert asks.all("sources?ledger=gas_boiler") == asks.all("sources?located=false") == []
    firm = world.firms[0].unit
    assert [one["unit"]["id"] for one in asks.all(f"sources?firm={firm.name}&unit={firm.pk}")] == [firm.pk]
    assert asks.read(f"sources/{more.source_id}").json()["on"][0]["ledger"] == "coal_boiler"


def test_the_map_is_cut_like_the_list(world, more, program):
    asks, box = program(world.office), "bbox=116,39,117,40"
    answer = asks.read(f"sources/places.geojson?{box}&ledger=coal_boiler&capacity_from=10")
    assert answer["Content-Type"] == "application/geo+json"
    (point,) = answer.json()["features"]
    assert (point["id"], point["geometry"]["coordinates"]) == (more.pk, [116.31, 39.9])
    assert point["properties"]["means"] == "open"
    assert asks.read("sources/places.geojson?bbox=116,39,117,40&capacity_from=10").status_code == 422
    for wrong in ("bbox=1,2,3", "bbox=117,39,116,40", "bbox=-inf,39,117,40", "bbox=116,39,117,nan"):
        assert asks.read(f"sources/places.geojson?{wrong}").status_code == 422


def test_zones_as_rows_and_as_a_map(world, zone, program):
    asks = program(world.office)
    assert [one["name"] for one in asks.all("sources/zones?holding=true&kind=no_burn")] == ["一期"]
    assert asks.all("sources/zones?holding=false") == asks.all("sources/zones?kind=built_up") == []
    one = asks.read(f"sources/zones/{zone.pk}").json()
    assert one["inside"] == {"coal_boiler": 2}
    (drawn,) = asks.read("sources/zones.geojson").json()["features"]
    assert drawn["geometry"]["type"] == one["geometry"]["type"]
    assert asks.read(f"sources/zones/{zone.pk + 99}").status_code == 404


def test_findings_with_their_evidence(world, program):
    actions.change_listing(world.office, world.songxi.boiler, due_on=clock.today() - dt.timedelta(days=1))
    actions.run_checks(world.office)
    asks = program(world.office)
    rows = asks.all("sources/findings?state=open", limit=1)
    assert rows
    one = asks.read(f"sources/findings/{rows[0]['id']}").json()
    assert one["things"][0]["url"]
    assert asks.all(f"sources/findings?check={one['check']}&area={one['area']['id']}&ordered=false")
    assert asks.all("sources/findings?since=2199-01-01") == asks.all("sources/findings?ordered=true") == []


def test_lists_ask_a_bounded_number_of_questions(world, more, program, uncounted, django_assert_max_num_queries):
    asks = program(world.office)
    for where in ("sources", "sources/ledgers", "sources/ledgers/coal_boiler/listings", "sources/zones",
                  "sources/findings", "sources/places.geojson?bbox=116,39,117,40"):  # fmt: skip
        with django_assert_max_num_queries(15):
            assert asks.read(where).status_code == 200
