"""Orders from the queue of a phone: taken once, refused in words, and which pages the phone keeps."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from lantian.site.core import clock
from lantian.site.core.models import ReplayClock
from lantian.site.orders.models import OrderEvent
from lantian.site.orders.phone import pages
from tests.site.conftest import Browser
from tests.site.orders.conftest import THURSDAY, photo


@pytest.fixture(autouse=True)
def shown_to_pages(db):
    """Requests have a clock of their own."""
    ReplayClock.objects.create(pk=1, started_at=clock.real_now(), shown_at=THURSDAY)


def send(who, address, **fields):
    return Browser().log_in(who).post(address, fields, headers={"x-queued": str(who.pk)})


def note():
    ago = clock.real_now() - dt.timedelta(hours=2)
    return {
        "note": "1",
        "text": "已苫盖",
        "once": "abc",
        "noted_at": ago.isoformat(),
        "longitude": "116.34",
        "latitude": "39.91",
        "accuracy": "12",
    }


def test_a_record_sent_twice_is_noted_once_with_place_and_time_of_the_phone(world):
    order = world.accepted()
    address, told = f"/orders/{order.pk}/answer", note()
    first = send(world.grid, address, **told, photo=photo())
    answer = json.loads(first.content)
    assert answer["done"] == f"/orders/{order.pk}"
    assert answer["said"][0].startswith("已记录。")
    assert json.loads(send(world.grid, address, **told, photo=photo()).content)["done"] == f"/orders/{order.pk}"
    event = OrderEvent.objects.get(order=order, kind="note")
    assert event.accuracy == 12
    assert event.at - event.noted_at > dt.timedelta(hours=1)
    html = Browser().log_in(world.grid).get(f"/orders/{order.pk}").content.decode()
    assert "±12 米" in html
    assert "无网时记录于" in html


def test_what_is_refused_is_told_in_words(world):
    order = world.accepted(kind="dust")
    refused = send(world.grid, f"/orders/{order.pk}/answer", answer="1", text="已苫盖", once="a")
    told = json.loads(refused.content)
    assert refused.status_code == 422
    assert "还缺少佐证" in told["detail"]
    assert told["fields"]["files"] == "请补充：照片、位置。"
    twice = send(world.grid, f"/orders/{order.pk}/steps/accept", once="b")
    assert twice.status_code == 409
    assert json.loads(twice.content)["detail"]


def test_a_phone_keeps_the_orders_that_wait_for_its_officer(world):
    waiting, under_way = world.issued(), world.accepted(title="苫盖")
    world.answered(title="已清运的")
    assert set(pages(world.grid)) == {"/orders/report", *(f"/orders/{one.pk}" for one in (waiting, under_way))}
    assert pages(world.office) == []
    # Where there is no network, an order can be answered as soon as it was accepted on the phone.
    html = Browser().log_in(world.grid).get(f"/orders/{waiting.pk}").content.decode()
    assert 'data-opens="[data-after-accept]"' in html
    assert "<div data-after-accept hidden>" in html
