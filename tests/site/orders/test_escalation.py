"""The ladder: each step once for a deadline, for the people it names, with a trace on the order."""

import datetime as dt

import pytest

from lantian.site.core import clock
from lantian.site.core.models import Notice
from lantian.site.core.policy import System
from lantian.site.orders import actions, escalation
from lantian.site.orders.actions import escalating
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from tests.site.conftest import person
from tests.site.orders.conftest import THURSDAY


def run(moment, *, day=28):
    """The schedule at an hour of September 2017, or a later day as (month, day, hour)."""
    month, day, hour = moment if isinstance(moment, tuple) else (9, day, moment)
    with clock.as_of(THURSDAY.replace(month=month, day=day, hour=hour, minute=10)):
        return escalation.take_steps()


def taken(order):
    return list(order.events.filter(kind="escalate").values_list("step", flat=True))


def told(step):
    rows = Notice.objects.filter(kind="orders.escalated", title__contains=step)
    return set(rows.values_list("person__username", flat=True))


def test_accepting_late_then_answering_late(world):
    """Handed out on Thursday at 10: to accept by 15:30, to answer by the 9th of October at 18."""
    order = world.issued()
    assert run(15)["steps"] == 0
    assert run(16)["steps"] == 1
    assert run(17)["steps"] == 0, "each once"
    assert told("逾期未接单") == {"songxi", "grid", "office"}
    actions.accept_order(world.town, order)
    assert run(20, day=29)["steps"] == 0
    assert run((9, 30, 19))["steps"] == 1, "the working day before the holiday's end"
    assert told("1 个工作日后到期") == {"songxi"}, "whoever accepted deals with it"
    assert run((10, 5, 12))["steps"] == 0
    assert run((10, 9, 18))["steps"] == 1
    assert run((10, 10, 18))["steps"] == 1
    assert told("逾期 1 个工作日") == {"songxi", "grid", "office", "duty"}
    assert run((10, 12, 18))["steps"] == 1
    assert "leader" in told("逾期 3 个工作日")
    assert run((11, 12, 18))["steps"] == 0
    assert taken(order) == ["accept_late", "soon", "late", "late_1", "late_3"]


def test_after_days_off_all_steps_stand_and_each_person_is_told_once(world):
    order = world.accepted()
    assert run((10, 20, 9))["steps"] == 3
    assert taken(order) == ["late", "late_1", "late_3"]
    rows = Notice.objects.filter(kind="orders.escalated")
    assert rows.filter(person=world.town).count() == 1
    assert "3 个工作日" in rows.get(person=world.leader).title


def test_a_moved_deadline_has_steps_of_its_own(world):
    order = world.accepted()
    run((10, 9, 18))
    with clock.as_of(THURSDAY.replace(month=10, day=9, hour=18, minute=20)):
        asked = actions.ask_extension(world.town, order, until=dt.date(2017, 10, 20), reason="等设备")
        actions.grant_extension(world.office, asked)
    assert run((10, 10, 18))["steps"] == 0
    assert run((10, 19, 19))["steps"] == 1
    assert run((10, 20, 19))["steps"] == 1
    assert taken(order) == ["late", "soon", "late"]


def test_what_is_answered_waits_for_the_check(world):
    order = world.answered()
    assert run((10, 9, 18))["steps"] == 1, "two working days later"
    assert taken(order) == ["unchecked"]
    assert told("未及时核查") == {"office", "duty"}
    actions.close_order(world.office, order)
    assert run((11, 9, 18))["steps"] == 0


def test_a_leader_of_the_unit_is_told(world):
    made = person("town-leader", None)
    org.grant_role(System(), made, role="leader", unit=world.district.songxi_town)
    world.issued(kind="dust")
    run(14)
    assert told("逾期未接单") == {"songxi", "grid", "office", "duty", "town-leader"}
    assert Person.objects.get(username="leader").username not in told("逾期未接单")


def test_a_crash_between_two_orders_loses_and_doubles_nothing(world, monkeypatch):
    world.issued(place="甲")
    world.issued(place="乙")
    real, seen = escalating.tell, []

    def dies(actor, order, kind, *args, **fields):
        seen.append(order.pk)
        if len(seen) == 2:
            raise RuntimeError("killed")
        return real(actor, order, kind, *args, **fields)

    monkeypatch.setattr(escalating, "tell", dies)
    with pytest.raises(RuntimeError):
        run(16)
    monkeypatch.setattr(escalating, "tell", real)
    run(16)
    assert run(16)["steps"] == 0
    assert Notice.objects.filter(kind="orders.escalated", person=world.town).count() == 2


def test_nothing_to_do_in_an_empty_district(world):
    assert run(16) == {"open": 0, "orders": 0, "steps": 0}
