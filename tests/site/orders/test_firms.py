"""Orders for firms: they see, accept and answer their own, and nothing of another firm."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lantian.site.core import policy
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.models import Notice
from lantian.site.core.policy import System
from lantian.site.orders import actions
from lantian.site.orders.models import Order, OrderEvent, OrderFile
from lantian.site.org import actions as org
from tests.site.conftest import person
from tests.site.orders.conftest import World, photo

SECRET = "甲厂的配方"


@pytest.fixture
def firms(world: World) -> SimpleNamespace:
    """Two firms of one town, each with somebody."""
    units = [
        org.add_unit(System(), name=name, kind="firm", area=world.district.songxi) for name in ("松溪甲厂", "松溪乙厂")
    ]
    people = [person(f"firm-{number}", "firm", unit) for number, unit in enumerate(units)]
    return SimpleNamespace(one=people[0], other=people[1], units=units)


@pytest.fixture
def handed_on(world: World, firms: SimpleNamespace) -> Order:
    """An order that the first firm had, answered about with a photo, and that the second has now."""
    order = world.issued(unit=firms.units[0], title="整改废气收集")
    actions.accept_order(firms.one, order)
    actions.note_order(firms.one, order, text=SECRET, files=[photo()])
    actions.transfer_order(world.office, order, firms.units[1], reason="设备已转让")
    order.refresh_from_db()
    return order


def test_a_firm_accepts_and_answers_and_the_office_checks(world, firms):
    order = world.issued(unit=firms.units[0], title="整改废气收集")
    assert Notice.objects.filter(person=firms.one, kind="orders.todo").exists()
    actions.accept_order(firms.one, order)
    actions.answer_order(firms.one, order, text="已整改")
    with pytest.raises(Refused):
        actions.close_order(firms.one, order)
    actions.close_order(world.office, order)
    order.refresh_from_db()
    assert (order.state, order.answered_by) == ("closed", firms.one)


def test_a_firm_does_nothing_with_what_is_not_its_own(world, firms):
    order = world.issued(unit=firms.units[0], title="整改废气收集")
    for act in (
        lambda: actions.accept_order(firms.other, order),
        lambda: actions.decline_order(firms.other, order, reason="不是我"),
        lambda: actions.comment_order(firms.other, order, text="看看"),
        lambda: actions.transfer_order(firms.one, order, firms.units[1], reason="给他"),
        lambda: actions.create_order(firms.one, kind="general", area=order.area, unit=firms.units[1], title="请整改"),
    ):
        with pytest.raises(Refused):
            act()


def test_no_firm_sees_what_another_had(world, firms, handed_on, site):
    """Neither the order of the other, nor what the other did while it had this one, nor its photos."""
    assert list(Order.objects.visible_to(firms.one)) == []
    assert list(Order.objects.visible_to(firms.other)) == [handed_on]
    told = OrderEvent.objects.visible_to(firms.other)
    assert [one.kind for one in told] == ["transfer"]
    kept = OrderFile.objects.get()
    page, photos = handed_on.get_absolute_url(), (f"/orders/files/{kept.pk}", f"/orders/files/{kept.pk}/small")
    browser = site.log_in(firms.one)
    assert browser.get(page).status_code == 404
    assert "整改废气收集" not in browser.get("/orders/").content.decode()
    assert {browser.get(one).status_code for one in photos} == {404}
    browser = site.log_in(firms.other)
    shown = browser.get(page).content.decode()
    assert "整改废气收集" in shown
    assert SECRET not in shown
    assert "松溪甲厂" not in shown
    assert {browser.get(one).status_code for one in photos} == {404}
    export = b"".join(browser.get("/orders/?export=csv").streaming_content).decode()
    assert "松溪甲厂" not in export
    office = site.log_in(world.office).get(page).content.decode()
    assert SECRET in office
    assert "松溪甲厂" in office


def test_a_firm_is_not_told_of_a_like_order_of_another(world, firms, site):
    told = {"kind": "general", "place": "松溪路 9 号"}
    first = world.issued(unit=firms.units[0], title=SECRET, **told)
    second = world.issued(unit=firms.units[1], title="再查", **told)
    assert second.repeat_of == first
    assert SECRET not in site.log_in(firms.other).get(second.get_absolute_url()).content.decode()
    assert SECRET in site.log_in(world.office).get(second.get_absolute_url()).content.decode()


def test_a_firm_without_an_account_is_given_none(world, firms):
    nobody = org.add_unit(System(), name="松溪丙厂", kind="firm", area=world.district.songxi)
    with pytest.raises(Invalid, match="没有能办理工单的账号"):
        world.make(unit=nobody)


def test_units_hand_leads_to_no_firm(world, firms):
    with pytest.raises(Invalid, match="移交的线索"):
        world.make(kind="lead", unit=firms.units[0], from_unit=world.district.water)


def test_the_desk_is_offered_firms_and_they_see_no_statistics(world, firms, site):
    form = site.log_in(world.office).get("/orders/new").content.decode()
    assert "松溪甲厂" in form
    assert form.count('name="copies"') == 4, "copies are ticked in a list: departments and towns, no firms"
    assert "data-narrows" in form
    browser = site.log_in(firms.one)
    assert browser.get("/orders/statistics").status_code == 403
    assert browser.get("/orders/new").status_code == 403
    assert not policy.may(firms.one, "orders.statistics.see")


def test_the_api_shows_a_firm_its_own_alone(world, firms, handed_on, site: Any):
    assert site.log_in(firms.one).get(f"/api/v1/orders/{handed_on.pk}").status_code in (401, 404)
