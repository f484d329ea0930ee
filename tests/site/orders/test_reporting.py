"""What a grid officer finds and reports: a draft for the desk, which the officer follows."""

from __future__ import annotations

import json

import pytest

from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.models import Notice, ReplayClock
from lantian.site.orders import actions
from lantian.site.orders.actions.common import Spot
from lantian.site.orders.models import Order
from lantian.site.orders.queries import orders as queries
from tests.site.conftest import Browser
from tests.site.orders.conftest import THURSDAY, photo


@pytest.fixture(autouse=True)
def shown_to_pages(db):
    """Requests have a clock of their own."""
    ReplayClock.objects.create(pk=1, started_at=clock.real_now(), shown_at=THURSDAY)


def report(who, world, **more):
    told = {"kind": "dust", "area": world.district.songxi, "text": "工地西侧裸土没有苫盖", "files": [photo()]}
    return actions.report_problem(who, **(told | more))


def test_a_report_waits_for_the_desk_with_its_photo_and_place(world):
    made = report(world.grid, world, spot=Spot(116.34, 39.91, "松溪路 8 号", 12))
    assert (made.state, made.unit, made.place) == ("draft", world.district.songxi_town, "松溪路 8 号")
    event = made.events.get()
    assert (event.accuracy, event.files.count()) == (12, 1)
    assert list(queries.reported(world.office)) == [made]
    assert list(queries.reported(world.town)) == []
    assert Notice.objects.filter(person=world.duty, title__contains="发现上报").exists()


def test_whoever_reported_follows_it_wherever_it_goes(world):
    made = report(world.grid, world)
    assert list(Order.objects.visible_to(world.grid)) == [made]
    assert list(Order.objects.visible_to(world.town)) == []  # a draft is the desk's
    actions.edit_order(world.office, made, unit=world.district.water, title=made.title, area=made.area)
    actions.issue_order(world.office, made)
    assert list(Order.objects.visible_to(world.grid)) == [made]


def test_reports_of_others_of_elsewhere_and_without_a_photo_are_refused(world):
    with pytest.raises(Refused):
        report(world.leader, world)
    with pytest.raises(Refused, match="不归您巡查"):
        report(world.grid, world, area=world.district.liuwan)
    for wrong, field in (({"files": []}, "photo"), ({"text": " "}, "text"), ({"kind": "nothing"}, "kind")):
        with pytest.raises(Invalid) as refused:
            report(world.grid, world, **wrong)
        assert field in refused.value.fields
    assert not Order.objects.exists()


def test_a_report_from_the_queue_of_a_phone_is_made_once_and_refused_in_words(world):
    site = Browser().log_in(world.grid)
    headers = {"x-queued": str(world.grid.pk)}
    told = {"kind": "dust", "area": world.district.songxi.pk, "text": "裸土", "place": "", "once": "r1"}
    lacking = json.loads(site.post("/orders/report", told, headers=headers).content)
    assert lacking["fields"]["photo"] == "拍照：至少要有一张照片。"
    for _time in range(2):
        sent = site.post("/orders/report", told | {"photo": photo()}, headers=headers)
        assert json.loads(sent.content)["done"].startswith("/orders/")
    assert Order.objects.count() == 1


def test_its_page_opens_for_those_who_go_out(world):
    html = Browser().log_in(world.grid).get("/orders/report").content.decode()
    assert 'data-queue="发现上报"' in html
    assert html.count('name="once"') == 1
    assert Browser().log_in(world.leader).get("/orders/report").status_code == 403
