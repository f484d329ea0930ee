"""The wall chart: its numbers are those of the ledger, cell by cell, and follow what is reported."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest

from lantian.site.core import clock
from lantian.site.plans import wallchart
from lantian.site.plans.models import Task
from lantian.site.plans.queries import board as queries

TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def drawn(person, across="section", kind="town", role="duty"):
    plans = queries.plans(person)[:1]
    board = queries.Board(person, plans, role=role)
    asked = {"plan": str(plans[0].pk), "role": role}
    return wallchart.chart(board, kind=kind, across=across, asked=asked)


def listed(client, url):
    """Number of tasks that the ledger shows at an address."""
    response = client.get(f"{url}&export=csv")
    return len(list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")))))


@pytest.mark.parametrize(("kind", "role"), [("town", "duty"), ("department", "duty"), ("department", "lead")])
def test_every_cell_leads_to_as_many_tasks_of_the_ledger(plan, people, as_person, kind, role):
    client = as_person(people.leader)
    chart = drawn(people.leader, kind=kind, role=role)
    cells = [(place, cell) for place, cells, total in chart.rows for cell in (*cells, total) if cell]
    assert len(cells) > 3
    for place, cell in cells:
        assert listed(client, cell.url) == cell.of.total, (place.name, cell.url)


def test_a_town_has_the_tasks_of_its_group_and_of_its_numbers(plan, people):
    chart = drawn(people.leader)
    assert "北桥街道办事处" in [place.name for place, _cells, _total in chart.rows]


def test_sums_count_each_task_once(plan, people):
    chart = drawn(people.leader, kind="department")
    everybody = sum(total.of.total for _place, _cells, total in chart.rows)
    assert chart.all.of.total <= Task.objects.count() < everybody
    assert chart.all.of.total == sum(cell.of.total for cell in chart.sums)


def test_a_closed_task_is_done_and_an_overdue_one_is_red(plan, people):
    chart = drawn(people.leader, across="task", kind="department")
    task = Task.objects.get(pk=next(c.key for c, cell in zip(chart.columns, chart.sums, strict=True) if cell.red))
    Task.objects.filter(pk=task.pk).update(state="closed", closed_on=TODAY, percent=100)
    after = drawn(people.leader, across="task", kind="department")
    cell = next(cell for column, cell in zip(after.columns, after.sums, strict=True) if column.key == task.pk)
    assert (cell.done, cell.red, cell.heat) == (1, 0, "done")


def test_the_page_says_numbers_and_not_colour_alone(plan, people, as_person):
    html = as_person(people.leader).get("/plans/wallchart?kind=department").content.decode()
    red = re.findall(r'<td class="is-red-\d[^"]*"><a [^>]*>(.*?)</a>', html)
    assert red
    assert all(re.search(r"<b>\d+/\d+</b>.*<i>■\d+</i>", cell) for cell in red)


def test_the_chart_as_a_spreadsheet(plan, people, as_person):
    response = as_person(people.leader).get("/plans/wallchart?kind=department&export=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    chart = drawn(people.leader, kind="department")
    first, second = book.worksheets
    assert first.page_setup.paperSize == 8
    assert first.page_setup.orientation == "landscape"
    assert [first.cell(row, 1).value for row in range(3, 3 + len(chart.rows))] == [p.name for p, *_ in chart.rows]
    cells = [cell for _place, cells, _total in chart.rows for cell in cells if cell]
    assert second.max_row == 1 + len(cells)
    assert sum(second.cell(row, 3).value for row in range(2, second.max_row + 1)) == sum(c.of.total for c in cells)


def test_all_plans_together_have_a_column_each(plan, people, as_person):
    html = as_person(people.leader).get("/plans/wallchart?plan=all&kind=department").content.decode()
    assert f'<a href="/plans/{plan.pk}">{plan.title}</a>' in html


def test_without_a_plan_the_page_says_what_to_do(people, as_person):
    html = as_person(people.leader).get("/plans/wallchart").content.decode()
    assert "还没有方案" in html


def test_without_fitting_tasks_the_filters_can_be_cleared(plan, people, as_person):
    html = as_person(people.leader).get("/plans/wallchart?due_from=2099-01-01").content.decode()
    assert "没有符合条件的任务" in html
