"""The loop of an order: handed out, accepted, dealt with, answered, checked, closed; and the ways out of it."""

import datetime as dt

import pytest
from django.utils import timezone

from lantian.site.core import audit, clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import Notice
from lantian.site.orders import actions
from lantian.site.orders.actions.common import Spot
from lantian.site.orders.models import Order
from lantian.site.orders.states import ORDER
from tests.site.orders.conftest import THURSDAY, photo

LATER = THURSDAY + dt.timedelta(days=40)


def local(moment):
    return timezone.localtime(moment).replace(tzinfo=None)


def told(kind="orders.todo"):
    return set(Notice.objects.filter(kind=kind).values_list("person__username", flat=True))


def test_the_loop(world):
    order = world.make()
    assert (order.state, order.number) == ("draft", "")
    assert not told()
    order = actions.issue_order(world.office, order)
    assert (order.state, order.number) == ("issued", "2017-0001")
    assert local(order.accept_by) == dt.datetime(2017, 9, 28, 15, 30), "4 working hours over the noon break"
    assert local(order.due_at) == dt.datetime(2017, 10, 9, 18), "3 working days: a worked Saturday, then a holiday"
    assert told() == {"songxi", "grid"}
    order = actions.accept_order(world.town, order)
    assert (order.state, order.person) == ("accepted", world.town)
    actions.note_order(world.grid, order, text="", files=[photo()])
    order = actions.answer_order(world.grid, order, text="已清运")
    assert (order.state, order.late) == ("answered", False)
    order = actions.return_order(world.office, order, reason="还有一堆")
    assert (order.state, order.returns) == ("returned", 1)
    assert local(order.due_at) == dt.datetime(2017, 9, 29, 18)
    order = actions.answer_order(world.town, order, text="全部清运")
    order = actions.close_order(world.office, order, text="现场看过")
    assert (order.state, order.closed_by) == ("closed", world.office)
    kinds = list(order.events.values_list("kind", flat=True))
    assert kinds == ["create", "issue", "accept", "note", "answer", "return", "answer", "close"]
    trail = [event.action.rpartition(".")[2] for event in audit.events_of(order).order_by("seq")]
    assert trail == kinds


def test_numbers_count_up_and_drafts_have_none(world):
    world.make()
    assert [world.issued(place=place).number for place in ("甲", "乙")] == ["2017-0001", "2017-0002"]
    with clock.as_of(LATER.replace(year=2018)):
        assert world.issued().number == "2018-0001"


@pytest.mark.parametrize("cell", [(s, n) for s, n, _row in ORDER.cells() if n not in ("edit", "finish", "merge")])
def test_every_step_in_every_state(world, cell):
    """What the table has not is refused as a wrong state, and changes nothing."""
    state, name = cell
    order = world.issued()
    Order.objects.filter(pk=order.pk).update(state=state, answer="x")
    order.refresh_from_db()
    district = world.district
    act = {
        "issue": lambda: actions.issue_order(world.office, order),
        "accept": lambda: actions.accept_order(world.town, order),
        "decline": lambda: actions.decline_order(world.town, order, reason="不是我们"),
        "answer": lambda: actions.answer_order(world.town, order, text="好了"),
        "note": lambda: actions.note_order(world.town, order, text="在办"),
        "close": lambda: actions.close_order(world.office, order),
        "return": lambda: actions.return_order(world.office, order, reason="不行"),
        "withdraw": lambda: actions.withdraw_order(world.office, order, reason="误派"),
        "reopen": lambda: actions.reopen_order(world.office, order, reason="复发"),
        "transfer": lambda: actions.transfer_order(world.office, order, district.liuwan_town, reason="属地"),
        "copy": lambda: actions.copy_order(world.office, order, [district.water]),
        "assign": lambda: actions.assign_order(world.town, order, world.grid),
    }[name]
    row = next((row for s, n, row in ORDER.cells() if (s, n) == cell), None)
    before = order.events.count()
    if row is None:
        with pytest.raises(WrongState):
            act()
        order.refresh_from_db()
        assert (order.state, order.events.count()) == (state, before)
        return
    act()
    order.refresh_from_db()
    assert order.state == row.target


@pytest.mark.parametrize(
    ("step", "who"),
    [
        ("accept", "office"),
        ("accept", "water"),
        ("accept", "leader"),
        ("answer", "office"),
        ("answer", "water"),
        ("close", "town"),
        ("close", "leader"),
        ("withdraw", "town"),
        ("transfer", "town"),
        ("create", "grid"),
        ("create", "leader"),
        ("comment", "water"),
    ],
)
def test_the_wrong_person_is_refused(world, step, who):
    actor, district = getattr(world, who), world.district
    order = {"accept": world.issued, "answer": world.accepted, "close": world.answered}.get(step, world.issued)()
    before = order.events.count()
    with pytest.raises(Refused):
        {
            "accept": lambda: actions.accept_order(actor, order),
            "answer": lambda: actions.answer_order(actor, order, text="好了"),
            "close": lambda: actions.close_order(actor, order),
            "withdraw": lambda: actions.withdraw_order(actor, order, reason="误派"),
            "transfer": lambda: actions.transfer_order(actor, order, district.liuwan_town, reason="属地"),
            "create": lambda: actions.create_order(
                actor, kind="general", area=district.songxi, unit=district.water, title="甲"
            ),
            "comment": lambda: actions.comment_order(actor, order, text="知道了"),
        }[step]()
    assert order.events.count() == before


def test_who_answers_does_not_check(world):
    from lantian.site.core.policy import System
    from lantian.site.org import actions as org
    from lantian.site.org.models import Person

    order = world.answered()
    org.grant_role(System(), world.town, role="duty_officer", unit=None)
    both = Person.objects.get(pk=world.town.pk)
    with pytest.raises(Refused, match="不能核查自己"):
        actions.close_order(both, order)
    assert actions.close_order(world.duty, order).state == "closed"


def test_nobody_judges_an_answer_that_they_have_not_seen(world):
    order = world.answered()
    actions.return_order(world.office, order, reason="不行", round=0)
    actions.answer_order(world.town, order, text="好了")
    for judge in (actions.close_order, lambda *args, **told: actions.return_order(*args, reason="不行", **told)):
        with pytest.raises(WrongState, match="新的反馈"):
            judge(world.duty, order, round=0)
    assert actions.close_order(world.duty, order, round=1).state == "closed"


def test_evidence_that_the_kind_asks_for(world):
    order = world.accepted(kind="dust")
    with pytest.raises(Invalid, match="照片、位置"):
        actions.answer_order(world.town, order, text="已洒水")
    assert order.events.filter(kind="answer").count() == 0
    actions.note_order(world.grid, order, text="到场", files=[photo()])
    with pytest.raises(Invalid, match="位置"):
        actions.answer_order(world.town, order, text="已洒水")
    done = actions.answer_order(world.town, order, text="已洒水", spot=Spot(116.35, 39.9))
    assert done.state == "answered"


def test_what_needs_no_check_is_closed_with_the_answer(world):
    order = world.accepted(kind="data")
    assert actions.answer_order(world.town, order, text="数据无误").state == "closed"


def test_late_once_and_for_all(world):
    order = world.accepted()
    with clock.as_of(LATER):
        order = actions.answer_order(world.town, order, text="才办完")
        assert order.late
        order = actions.return_order(world.office, order, reason="不行")
        assert actions.answer_order(world.town, order, text="好了").late


def test_declined_and_handed_on_starts_anew_and_the_first_unit_still_sees_it(world):
    district = world.district
    order = actions.decline_order(world.town, world.issued(), reason="在柳湾镇")
    assert "office" in told()
    with clock.as_of(THURSDAY.replace(day=29)):
        order = actions.transfer_order(world.office, order, district.liuwan_town, reason="属地", area=district.liuwan)
    assert (order.state, order.unit, order.person) == ("issued", district.liuwan_town, None)
    assert local(order.due_at).date() == dt.date(2017, 10, 10)
    assert Order.objects.visible_to(world.town).get() == order
    with pytest.raises(Refused):
        actions.accept_order(world.town, order)
    with pytest.raises(Invalid, match="已在"):
        actions.transfer_order(world.office, order, district.liuwan_town, reason="x")


def test_copies_see_it_and_speak_and_do_no_more(world):
    order = world.issued()
    assert not Order.objects.visible_to(world.water).exists()
    actions.copy_order(world.office, order, [world.district.water, world.district.songxi_town])
    assert Order.objects.visible_to(world.water).get() == order
    assert told("orders.told") == {"water"}
    actions.comment_order(world.water, order, text="管线图在我局")
    with pytest.raises(Refused):
        actions.accept_order(world.water, order)
    with pytest.raises(Invalid, match="抄送名单"):
        actions.copy_order(world.office, order, [world.district.water])


def test_more_time(world):
    order = world.accepted()
    with pytest.raises(Invalid, match="日期不对"):
        actions.ask_extension(world.town, order, until=dt.date(2017, 9, 29), reason="忙")
    asked = actions.ask_extension(world.town, order, until=dt.date(2017, 10, 20), reason="等设备")
    with pytest.raises(Invalid):
        actions.ask_extension(world.town, order, until=dt.date(2017, 10, 21), reason="等设备")
    with pytest.raises(Refused):
        actions.grant_extension(world.town, asked)
    actions.grant_extension(world.office, asked)
    order.refresh_from_db()
    assert local(order.due_at) == dt.datetime(2017, 10, 20, 18)
    with pytest.raises(WrongState):
        actions.refuse_extension(world.office, asked, reason="x")
    again = actions.ask_extension(world.town, order, until=dt.date(2017, 10, 21), reason="等设备")
    actions.answer_order(world.town, order, text="提前完成")
    again.refresh_from_db()
    assert again.state == "refused", "an answer leaves no request open"


def test_a_lead_goes_from_one_department_to_another_and_its_answer_comes_back(world):
    district = world.district
    lead = {"area": district.area, "unit": district.songxi_town, "title": "无照油品店", "from_unit": district.water}
    with pytest.raises(Refused):
        actions.create_order(world.water, kind="dust", **lead)
    with pytest.raises(Refused):
        actions.create_order(
            world.water, kind="lead", **lead | {"from_unit": district.songxi_town, "unit": district.water}
        )
    with pytest.raises(Invalid, match="交办单位自己"):
        actions.create_order(world.water, kind="lead", **lead | {"unit": district.water})
    order = actions.issue_order(world.water, actions.create_order(world.water, kind="lead", **lead))
    actions.accept_order(world.town, order)
    order = actions.answer_order(
        world.town, order, text="已取缔", files=[photo(), _document()],
    )  # fmt: skip
    assert told() >= {"water"}
    with pytest.raises(Refused):
        actions.close_order(world.town, order)
    assert actions.close_order(world.water, order).state == "closed"


def _document():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("处置结果.txt", "已取缔，附笔录。".encode(), "text/plain")


def test_the_same_place_again_is_known(world):
    first = world.issued(place="松溪路12号（工地）")
    assert world.issued(place="松溪路 １２号 工地").repeat_of == first
    assert world.issued(place="松溪路 13 号").repeat_of is None
    with clock.as_of(LATER):
        assert world.issued(place="松溪路12号工地").repeat_of is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "nothing"}, "kind"),
        ({"origin": "nothing"}, "origin"),
        ({"due": dt.date(2017, 9, 1)}, "due"),
        ({"longitude": 116.0}, "latitude"),
        ({"longitude": 500.0, "latitude": 1.0}, "longitude"),
        ({"title": ""}, "title"),
    ],
)
def test_what_cannot_be_is_named(world, wrong, field):
    with pytest.raises(Invalid) as told:
        world.make(**wrong)
    assert field in told.value.fields
    assert not Order.objects.exists()


def test_a_chosen_day_holds(world):
    order = world.issued(kind="dust", due=dt.date(2017, 9, 28))
    assert local(order.due_at) == dt.datetime(2017, 9, 28, 18)
    assert order.accept_by <= order.due_at
    stale = world.make(due=dt.date(2017, 9, 28), place="别处")
    with clock.as_of(LATER), pytest.raises(Invalid, match="已经过去"):
        actions.issue_order(world.office, stale)


def test_a_grid_officer_sees_the_own_grid(world):
    from lantian.site.core.policy import System
    from lantian.site.org import actions as org
    from tests.site.conftest import person

    district = world.district
    village = org.add_area(System(), name="甲村", kind="village", parent=district.songxi)
    there, elsewhere = world.issued(area=village), world.issued(place="另一处")
    made = person("village", None)
    org.grant_role(System(), made, role="grid_officer", unit=district.songxi_town, area=village)
    made = type(made).objects.get(pk=made.pk)
    assert list(Order.objects.visible_to(made)) == [there]
    assert set(Order.objects.visible_to(world.grid)) == {there, elsewhere}
    with pytest.raises(Refused):
        actions.accept_order(made, elsewhere)
    assert actions.accept_order(made, there).person == made


def test_another_room_makes_orders_of_its_findings(world, monkeypatch):
    """A room registers an origin; its second order of one cause is a repetition, wherever the place."""
    from django.utils.translation import gettext_lazy

    from lantian.site.core.policy import System
    from lantian.site.core.registries import origins
    from lantian.site.orders.origins import Origin

    monkeypatch.setattr(origins, "_entries", dict(origins.items()))
    origins.register("test.excess", Origin(gettext_lazy("站点")))
    cause = world.district.songxi
    told = {"kind": "excess", "area": cause, "unit": world.district.songxi_town, "title": "超标"}
    first = actions.issue_order(System(), actions.create_order(System(), origin="test.excess", cause=cause, **told))
    again = actions.issue_order(System(), actions.create_order(System(), origin="test.excess", cause=cause, **told))
    assert (again.repeat_of, first.issued_by, first.cause.url) == (first, None, cause.get_absolute_url())
    assert str(first.origin_label) == "站点"
    assert [name for name, _title in _offered()] == [name for name, one in origins.items() if one.by_hand]


def _offered():
    from lantian.site.orders import origins

    return origins.choices(by_hand=True)
