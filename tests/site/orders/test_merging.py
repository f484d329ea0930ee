"""Two orders about one matter: suggested, merged by a person, answered together."""

import pytest

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Notice
from lantian.site.orders import actions
from lantian.site.orders.models import Order
from lantian.site.orders.queries import merging
from tests.site.orders.test_pages import page, post

SPOT = {"longitude": 116.35, "latitude": 39.9}


def test_what_may_be_one_matter(world):
    order = world.issued(kind="dust", title="裸土", place="松溪路 1 号", **SPOT)
    near = world.issued(kind="dust", title="扬尘", place="路口", longitude=116.3515, latitude=39.9)
    far = world.issued(kind="dust", title="裸土", place="路口东", longitude=116.36, latitude=39.9)
    other_kind = world.issued(kind="general", title="垃圾", place="路口西", **SPOT)
    named = world.issued(kind="complaint", title="投诉扬尘", place="松溪路１号")
    found = merging.alike(world.office, order)
    assert found == [named, near]
    assert far not in found
    assert other_kind not in found
    assert merging.alike(world.water, order) == []


def test_the_one_goes_on_and_all_get_its_answer(world):
    district = world.district
    lead = actions.create_order(
        world.water, kind="lead", area=district.area, unit=district.songxi_town, title="渣土", from_unit=district.water
    )
    lead = actions.issue_order(world.water, lead)
    order = world.accepted()
    with pytest.raises(Refused):
        actions.merge_order(world.town, lead, order)
    with pytest.raises(Refused):
        actions.merge_order(world.water, lead, order)
    with pytest.raises(Invalid):
        actions.merge_order(world.office, lead, lead)
    merged = actions.merge_order(world.office, lead, order, reason="同一堆渣土")
    assert (merged.state, merged.merged_into) == ("merged", order)
    assert Order.objects.visible_to(world.water).filter(pk=order.pk).exists()
    assert list(merged.events.values_list("kind", flat=True)) == ["create", "issue", "merge"]
    with pytest.raises(WrongState):
        actions.accept_order(world.town, lead)
    actions.close_order(world.office, actions.answer_order(world.town, order, text="已清运"))
    notice = Notice.objects.get(person=world.water, title__contains="并入的工单已办结")
    assert "已清运" in notice.body
    with pytest.raises(WrongState, match="已办结"):
        actions.merge_order(world.office, world.issued(place="别处"), order)


def test_merging_on_the_page(world):
    one, two = world.issued(), world.issued()
    at = two.get_absolute_url()
    assert "可能是同一问题" in page(world.office, at).content.decode()
    assert "可能是同一问题" not in page(world.town, at).content.decode()
    assert one.number in page(world.office, f"{at}/merge").content.decode()
    for wrong in ({}, {"number": "2017-0099"}, {"number": "x"}, {"into": "999"}):
        assert post(world.office, f"{at}/merge", **wrong).status_code == 200
    assert post(world.office, f"{at}/merge", number=one.number).status_code == 302
    assert "已并入本单" in page(world.office, one.get_absolute_url()).content.decode()
