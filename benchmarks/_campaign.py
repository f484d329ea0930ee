"""The campaign that the benchmarks of pages and of load look at, and the pages that each role opens.

300 people, 40 units, 5 plans, 3,000 tasks, 30,000 reports.
"""

from __future__ import annotations

from urllib.parse import urlencode


def lay_down() -> None:
    """Fill an empty, migrated database."""
    from django.db import connection
    from tests.site.plans.large import large_ledger, large_progress, large_staff

    from lantian.site.demo.load import load
    from lantian.site.org.models import Area, Person

    load()
    office, district = Person.objects.get(username="demo-office"), Area.objects.get(parent=None)
    large_staff(district)
    large_ledger(office, district, plans=5, tasks=600)
    large_progress()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages() -> dict[str, dict[str, str]]:
    """Addresses by name, by who opens them."""
    from lantian.site.org.models import Person
    from lantian.site.plans.models import Plan, PlanImport, ProgressReport, ReportCycle, Task

    office = Person.objects.get(username="demo-office")
    liaison = Person.objects.get(username="demo-liaison")
    plan = Plan.objects.order_by("-pk")[0]
    task = Task.objects.filter(plan=plan)[0]
    role = task.roles.filter(unit__isnull=False)[0]
    cycle = ReportCycle.objects.filter(plan=plan, state="active").order_by("-pk")[0]
    waiting = ProgressReport.objects.filter(state="submitted", cycle=cycle).order_by("pk")[0]
    # the whole plan's review, as large as a plan of the kind gets
    review = PlanImport.objects.visible_to(office).filter(state="review").order_by("-pk")[0]
    own = Task.objects.filter(roles__unit=liaison.unit_id).first() or task
    api = "/api/v1/plans"
    filters = urlencode({"plan": plan.pk, "unit": role.unit_id, "role": role.role, "light": "overdue", "q": "车"})
    return {
        "demo-office": {
            "home": "/",
            "ledger": "/plans/tasks",
            "ledger, last page": "/plans/tasks?page=60&sort=-due",
            "ledger, all filters": f"/plans/tasks?{filters}",
            "ledger, town and text": f"/plans/tasks?{urlencode({'town': '北桥街道', 'q': '柴油'})}",
            "task": task.get_absolute_url(),
            "task, progress": f"/plans/tasks/{task.pk}/progress",
            "plans": "/plans/",
            "plan": plan.get_absolute_url(),
            "findings": f"/plans/{plan.pk}/findings",
            "goals": "/plans/goals",
            "imports": "/plans/imports",
            "review, 43 tasks": review.get_absolute_url(),
            "unit": role.unit.get_absolute_url(),
            "desk": "/plans/desk",
            "desk, one report": f"/plans/desk/{waiting.pk}",
            "report": f"/plans/reports/{waiting.pk}",
            "all reports": "/plans/reports/all",
            "all reports, text": f"/plans/reports/all?{urlencode({'cycle': cycle.pk, 'q': '车'})}",
            "who has not reported": f"/plans/cycles/{cycle.pk}",
            "who has not reported, year": f"/plans/cycles/{cycle.pk}/year",
            "extensions": "/plans/extensions",
            "closings": "/plans/closings",
            "deliverables": "/plans/deliverables",
            "filings": "/plans/filings",
            "handovers": "/plans/handovers",
            "wall chart": "/plans/wallchart",
            "wall chart, all plans": "/plans/wallchart?plan=all",
            "wall chart by task": "/plans/wallchart?kind=department&across=task",
            "timeline": "/plans/timeline",
            "calendar": "/plans/calendar",
            "percent": "/plans/percent",
            "units": "/units",
            "inbox": "/inbox",
            "API, tasks": f"{api}/tasks?limit=100",
            "API, reports": f"{api}/reports?limit=100",
        },
        "demo-leader": {"home": "/", "minute": "/plans/minute", "wall chart, all plans": "/plans/wallchart?plan=all"},
        "demo-security": {"home": "/", "people": "/people"},
        "demo-liaison": {
            "home": "/",
            "my reports": "/plans/reports",
            "ledger": "/plans/tasks",
            "task": own.get_absolute_url(),
            "inbox": "/inbox",
            "API, reports": f"{api}/reports?limit=100",
        },
    }


def main() -> None:
    """Make the tables of the environment's database and fill it; prints the addresses as JSON."""
    import json

    import django

    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    lay_down()
    print(json.dumps(pages()))


if __name__ == "__main__":
    main()
