"""资金: payment beyond what is allotted is refused, changes stay in the trail, sums count every yuan once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.models import AuditEvent
from lantian.site.plans import actions
from lantian.site.plans.actions import Part
from lantian.site.plans.models import Task


def fund(c: Any, budget: Any = 1_000_000, allotted: Any = 600_000, paid: Any = 200_000, **more: Any) -> Task:
    amounts = {n: None if v is None else Decimal(v) for n, v in
               (("budget", budget), ("allotted", allotted), ("paid", paid))}  # fmt: skip
    return actions.set_money(more.pop("who", c.bureau_liaison), more.pop("task", c.trucks), **amounts, **more)


def test_money_is_kept_with_its_history(campaign: Any) -> None:
    fund(campaign, source="市级专项", reason="青财〔2026〕1号")
    fund(campaign, paid=300_000, reason="凭证 12")
    first, second = AuditEvent.objects.filter(action="plans.task.fund").order_by("seq")
    assert Decimal(str(second.before["paid"])) == 200_000
    assert Decimal(str(second.after["paid"])) == 300_000
    assert first.note == "青财〔2026〕1号"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"paid": 600_001}, "paid"),
        ({"allotted": 1_000_001}, "allotted"),
        ({"budget": None}, "allotted"),
        ({"allotted": None}, "paid"),
        ({"budget": -1, "allotted": None, "paid": None}, "budget"),
        ({"budget": "NaN", "allotted": None, "paid": None}, "budget"),
    ],
)
def test_no_more_is_paid_than_there_is(campaign: Any, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        fund(campaign, **given)
    assert field in refused.value.fields
    assert Task.objects.get(pk=campaign.trucks.pk).budget is None


@pytest.mark.parametrize("who", ["north_liaison", "leader"])
def test_others_enter_nothing(campaign: Any, who: str) -> None:
    with pytest.raises(Refused):
        fund(campaign, who=getattr(campaign, who))


def test_parts_have_no_more_than_the_whole_and_are_counted_once(campaign: Any, as_person: Any) -> None:
    made = actions.break_down(campaign.office, campaign.trucks, [Part(campaign.north), Part(campaign.south)])
    fund(campaign)
    fund(campaign, task=made[0], who=campaign.north_liaison, budget=700_000, allotted=None, paid=None)
    with pytest.raises(Invalid, match="资金超出"):
        fund(campaign, task=made[1], who=campaign.office, budget=300_001, allotted=None, paid=None)
    with pytest.raises(Invalid, match="资金超出"):
        fund(campaign, budget=600_000)
    page = as_person(campaign.office).get(reverse("plans:money"), {"export": "csv"})
    text = b"".join(page.streaming_content).decode()
    assert ",100.0,60.0,20.0,40.0" in text


def test_the_pages(campaign: Any, as_person: Any, django_assert_max_num_queries: Any) -> None:
    client = as_person(campaign.bureau_liaison)
    at = reverse("plans:task_money", args=[campaign.trucks.pk])
    client.get("/")
    with django_assert_max_num_queries(15):
        assert client.get(at).status_code == 200
    bad = client.post(at, {"budget": "10", "allotted": "5", "paid": "6"})
    assert "支付 6 万元，超过下达 5 万元" in bad.text
    assert client.post(at, {"budget": "10", "allotted": "5.5", "paid": "0.01"}).status_code == 302
    assert Task.objects.get(pk=campaign.trucks.pk).allotted == 55_000
    with django_assert_max_num_queries(15):
        assert client.get(reverse("plans:money")).status_code == 200
    part = client.get(reverse("plans:task_parts", args=[campaign.trucks.pk]), headers={"HX-Request": "true"})
    assert "5.5" in part.text
    assert as_person(campaign.north_liaison).get(at).status_code == 403
