"""A number of a task that is bound to a figure of a ledger moves when a source does, and only then."""

import datetime as dt

import pytest

from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import System
from lantian.site.core.registries import metrics
from lantian.site.plans import actions
from lantian.site.plans.models import QuantityBinding, TaskQuantity
from lantian.site.plans.quantity_suggesting import period, suggest
from lantian.site.sources import actions as sources
from lantian.site.sources import reading

METRIC = "sources.old_vehicle.done"
FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture
def number(campaign):
    """A number of vehicles that the plan gives to the whole district."""
    found = TaskQuantity.objects.filter(task=campaign.trucks, kind="target").select_related("task__plan").first()
    assert found is not None
    TaskQuantity.objects.filter(pk=found.pk).update(value=2)
    return found


def truck(area, name):
    """An old vehicle on its ledger."""
    rule = {"plate": name, "kind": "truck", "fuel": "diesel", "stage": "3"}

    ledger = reading.ledger_of("old_vehicle")
    given = {}
    for field in ledger.field:
        if field.required:
            given[field.name] = field.choices[0].key if field.choices else rule.get(field.name, name)
    return sources.add_listing(System(), "old_vehicle", source={"name": name, "area": area}, attributes=given)


def close(listing):
    """As its life cycle would have it."""
    listing.enter("closed", "done")
    listing.save()


def bind(campaign, number):
    return actions.bind_quantity(
        campaign.office, number, metric=METRIC, area=campaign.plan.area, first=FIRST, last=LAST
    )


def shown(number):
    number.task.refresh_from_db()
    return QuantityBinding.objects.get(quantity=number).value, number.task.percent


def test_closing_a_source_moves_the_number_of_a_task(campaign, number):
    one, _other = (truck(campaign.north.area, f"模拟{k}") for k in "甲乙")
    assert bind(campaign, number).value == 0
    assert shown(number) == (0, 0)
    assert actions.evaluate_quantities() == 0
    close(one)
    assert actions.evaluate_quantities() == 1
    value, percent = shown(number)
    assert (value, percent) == (1, 50)
    actions.unbind_quantity(campaign.office, number)
    number.task.refresh_from_db()
    assert number.task.percent is None
    assert not QuantityBinding.objects.exists()


def test_forty_boilers_reach_a_target_of_1100_tonnes_of_steam(campaign, number):
    """22 of 20 t/h, 10 of 40, 8 of 32.5: done one after the other, each with what its conversion asks for."""
    TaskQuantity.objects.filter(pk=number.pk).update(value=1100, unit="蒸吨/小时")
    number.task.quantities.exclude(pk=number.pk).delete()  # towns' shares of the vehicles
    number = TaskQuantity.objects.get(pk=number.pk)
    sizes = [20] * 22 + [40] * 10 + [32.5] * 8
    boilers = [
        sources.add_listing(
            System(), "gas_boiler", source={"name": f"模拟锅炉{k}", "area": campaign.north.area},
            attributes={"capacity": size, "fuel": "gas", "number": str(k)},
        )
        for k, size in enumerate(sizes)
    ]  # fmt: skip
    bound = actions.bind_quantity(
        campaign.office, number, metric="sources.gas_boiler.capacity_done", area=campaign.plan.area, first=FIRST,
        last=LAST,
    )  # fmt: skip
    assert bound.value == 0
    for one in boilers[:22]:
        close(one)
    actions.evaluate_quantities()
    assert shown(number) == (440, 40)
    for one in boilers[22:]:
        close(one)
    actions.evaluate_quantities()
    assert shown(number) == (1100, 100)


def test_who_may_bind_and_what_cannot_be_bound(campaign, number):
    with pytest.raises(Refused):
        actions.bind_quantity(
            campaign.north_liaison, number, metric=METRIC, area=campaign.plan.area, first=FIRST, last=LAST
        )
    for metric, first in (
        ("nothing.there", FIRST),
        ("sources.old_vehicle.done_share", FIRST),
        (METRIC, dt.date(2027, 1, 1)),
    ):
        with pytest.raises(Invalid):
            actions.bind_quantity(
                campaign.office, number, metric=metric, area=campaign.plan.area, first=first, last=LAST
            )
    assert not QuantityBinding.objects.exists()


def test_a_metric_is_suggested_by_words_and_unit(number):
    names = (
        "sources.old_vehicle.done",
        "sources.catering.done",
        "sources.old_vehicle.listed",
        "sources.coal_boiler.done",
    )
    number.unit = str(metrics[names[0]].unit)
    number.what = "淘汰老旧车"
    assert suggest(number, [(name, metrics[name]) for name in names]) == names[0]
    number.what, number.text, number.unit, number.task.title = "", "", "", ""
    assert suggest(number, [(name, metrics[name]) for name in names]) == ""
    first, last = period(number)
    assert first <= last


def test_the_pages(campaign, number, site, django_assert_max_num_queries):
    browser = site.log_in(campaign.office)
    address = f"/plans/quantities/{number.pk}/bind"
    with django_assert_max_num_queries(15):
        assert "绑定度量" in browser.get(address).content.decode()
    given = {"metric": METRIC, "area": campaign.plan.area.pk, "first": "2026-01-01", "last": "2026-12-31"}
    assert browser.post(address, given | {"last": "2025-12-31"}).status_code == 200
    assert browser.post(address, given).status_code == 302
    with django_assert_max_num_queries(15):
        page = browser.get(f"/plans/tasks/{number.task_id}/progress", headers={"HX-Request": "true"}).content.decode()
    assert str(metrics[METRIC].title) in page
    assert "解除绑定" in browser.get(address).content.decode()
    browser.post(f"/plans/quantities/{number.pk}/unbind")
    assert not QuantityBinding.objects.exists()
    assert site.log_in(campaign.north_liaison).get(address).status_code == 403
