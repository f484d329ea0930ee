"""Orders over the API: made, accepted, answered with a photo, checked; each sees its own."""

from __future__ import annotations

from lantian.site.orders import actions
from lantian.site.orders.models import Order
from tests.site.orders.conftest import photo


def make(world, side, **fields):
    told = {"kind": "general", "title": f"工单{side.unit.name}", "area": side.unit.area, "unit": side.unit}
    return actions.issue_order(world.office, actions.create_order(world.office, **(told | fields)))


def test_a_town_sees_and_answers_its_own_alone(world, program):
    mine, foreign = make(world, world.songxi), make(world, world.liuwan)
    asks = program(world.songxi.liaison)
    assert [one["id"] for one in asks.all("orders")] == [mine.pk]
    assert asks.read(f"orders/{foreign.pk}").status_code == 404
    for step in ("accept", "decline", "answer", "close", "return", "transfer"):
        body = {"transfer": {"reason": "x", "unit": world.songxi.unit.pk}, "accept": {}, "close": {}}
        if step == "answer":
            status = asks.post(f"/api/v1/orders/{foreign.pk}/answer", {"text": "x"}).status_code
        else:
            status = asks.write(f"orders/{foreign.pk}/{step}", body.get(step, {"reason": "x"})).status_code
        assert status in (403, 404), step
    assert Order.objects.get(pk=foreign.pk).state == "issued"


def test_the_loop(world, program):
    office, town = program(world.office), program(world.songxi.liaison)
    side = world.songxi
    body = {"kind": "dust", "title": "裸土", "area": side.unit.area_id, "unit": side.unit.pk, "place": "松溪路"}
    made = office.write("orders", body)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    assert made.json()["number"]
    assert office.write("orders", body | {"kind": "nothing"}).status_code == 422
    assert office.write("orders", body | {"unit": 10**9}).status_code == 422
    assert town.write(f"orders/{pk}/accept").json()["state"] == "accepted"
    assert town.write(f"orders/{pk}/accept").status_code == 409
    assert town.post(f"/api/v1/orders/{pk}/answer", {"text": "已覆盖"}).status_code == 422
    place = {"text": "已覆盖", "longitude": "116.3", "latitude": "39.9", "files": photo()}
    done = town.post(f"/api/v1/orders/{pk}/answer", place)
    assert done.status_code == 200, done.content
    assert done.json()["events"][0]["files"] == ["photo.jpg"]
    assert town.write(f"orders/{pk}/close", {}).status_code == 403
    assert office.write(f"orders/{pk}/return", {"reason": "再拍一张"}).json()["returns"] == 1
    assert town.post(f"/api/v1/orders/{pk}/answer", place | {"files": photo(colour="blue")}).status_code == 200
    assert office.write(f"orders/{pk}/close", {"text": "属实"}).json()["state"] == "closed"
    assert len(office.all("orders?state=closed")) == 1
