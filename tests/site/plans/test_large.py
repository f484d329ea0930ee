"""However many plans and tasks there are (in the long form 20 and 3,000), no page asks the database more often."""

import pytest

from lantian.site.plans.models import Plan, PlanImport, Task
from tests.site.plans.large import PLANS, TASKS, large_ledger

BUDGET = 15


@pytest.fixture
def large(people, district):
    large_ledger(people.office, district)


def test_no_page_needs_more_queries_with_many_plans(large, people, as_person, django_assert_max_num_queries):
    assert (Plan.objects.count(), Task.objects.count()) == (PLANS, PLANS * TASKS)
    plan, task = Plan.objects.first(), Task.objects.first()
    review = PlanImport.objects.get(state="review")
    unit = task.roles.filter(unit__isnull=False).first().unit
    client = as_person(people.office)
    for path in [
        "/",
        "/plans/tasks",
        f"/plans/tasks?plan={plan.pk}&unit={unit.pk}&role=lead&town=北桥街道&light=soon&q=车",
        "/plans/tasks?page=60&sort=-due",
        task.get_absolute_url(),
        "/plans/",
        plan.get_absolute_url(),
        f"/plans/{plan.pk}/findings",
        f"/plans/goals?plan={plan.pk}",
        "/plans/imports",
        review.get_absolute_url(),
        unit.get_absolute_url(),
    ]:
        with django_assert_max_num_queries(BUDGET):
            assert client.get(path).status_code == 200, path
