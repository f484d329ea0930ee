"""Wall chart, calendar and tour in a real browser: on paper, on the wall, by keyboard, and after a report counts."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

A3 = (841.89, 1190.55)  # points, portrait
# A department reports on one of its tasks; where the month is accepted already, it is corrected. Prints its name.
PROGRESS = """
import django; django.setup()
import datetime as dt
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org.models import Person
from lantian.site.plans import actions
from lantian.site.plans.models import ProgressReport, ReportCycle
from lantian.site.plans.queries import board, progress
from lantian.site.plans.windows import windows

clerk, office = System(), Person.objects.get(username="demo-office")
plan, today = board.plans(office)[0], clock.today()
cycle = ReportCycle.objects.filter(plan=plan.pk, state="active", tasks=None).first() or ReportCycle.objects.create(
    plan_id=plan.pk, name="月调度", every="month", due_day=25, first=today - dt.timedelta(days=70),
    reporters=["lead", "responsible"], state="active")
drawn = board.Board(office, [plan])
open_ones = {line.pk: line for line in drawn.lines if line.state == "open"}
tasks = list(progress.tasks_of(cycle))
parts = progress.parts_among(tasks)
task, unit = next(
    (task, drawn.register.units[unit]) for task in tasks if task.pk in open_ones
    for unit in progress.reporters(cycle, task, parts, drawn.register)
    if unit in open_ones[task.pk].units and drawn.register.units[unit].kind == "department")
window = windows(cycle, today)[-1]
there = ProgressReport.objects.filter(task=task, unit=unit, cycle=cycle, start=window.start)
there = there.exclude(state__in=("superseded", "dropped")).first()
if there and there.state == "accepted":
    there = actions.correct_report(clerk, there)
elif there and there.state == "submitted":
    there = actions.withdraw_report(clerk, there)
report = there or actions.begin_report(clerk, task, unit, cycle, window.start)
report = actions.save_draft(clerk, report, text="已完成现场整治。", percent=37, revision=report.revision)
actions.accept_report(office, actions.submit_report(clerk, report))
print(unit.name)
"""


@pytest.fixture
def toured(page):
    """The tour is put away: it would lie over the first page."""

    def away():
        tour = page.locator(".lt-tour")
        if tour.count():
            page.keyboard.press("Escape")
            expect(tour).to_have_count(0)

    return away


def test_the_tour_is_walked_by_keyboard_and_does_not_come_back(site, page, log_in):
    log_in(page, "demo-leader")
    tour = page.locator(".lt-tour")
    expect(tour).to_contain_text("1/")
    page.keyboard.press("ArrowRight")
    expect(tour).to_contain_text("2/")
    page.keyboard.press("ArrowLeft")
    expect(tour).to_contain_text("1/")
    with page.expect_response("**/tour"):
        page.keyboard.press("Escape")
    expect(tour).to_have_count(0)
    page.goto(site.url)
    expect(page.locator(".wk-lines, .wk-empty").first).to_be_visible()
    expect(tour).to_have_count(0)
    page.get_by_role("link", name="使用引导").click()
    expect(tour).to_be_visible()


def test_the_chart_fits_one_a3_page(site, page, log_in, tmp_path):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/wallchart")
    assert page.locator(".bd-chart tbody tr").count() == 15
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf)
    assert len(boxes) == 1, f"{len(boxes)} pages"
    width, height = map(float, boxes[0])
    assert (width, height) == pytest.approx((A3[1], A3[0]), abs=2)


def test_full_screen_keyboard_and_the_way_to_the_ledger(site, page, log_in, toured):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/wallchart")
    page.get_by_role("button", name="全屏").click()
    page.wait_for_function("document.fullscreenElement && document.fullscreenElement.id === 'chart'")
    page.evaluate("document.querySelector('[data-refresh]').dispatchEvent(new CustomEvent('lantian:refresh'))")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.fullscreenElement.id") == "chart", "a refresh leaves the full screen"
    page.evaluate("document.exitFullscreen()")
    first = page.locator(".bd-chart tbody td a").first
    first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    total = int(page.evaluate("document.activeElement.querySelector('b').textContent.split('/')[1]"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/tasks?*")
    expect(page.locator(".lt-count")).to_have_text(f"共 {total} 条")


def test_an_accepted_report_changes_the_chart(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/wallchart?kind=department&across=task")
    before = page.locator(".bd-chart tbody").inner_text()
    environ = {**os.environ, "LANTIAN_VAR": str(site.var), "DJANGO_SETTINGS_MODULE": "lantian.site.settings"}
    done = subprocess.run([sys.executable, "-c", PROGRESS], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    unit = done.stdout.strip()
    with page.expect_response("**/plans/wallchart?*"):
        page.evaluate("document.querySelector('[data-refresh]').dispatchEvent(new CustomEvent('lantian:refresh'))")
    rows = page.locator(".bd-chart tbody tr").filter(has=page.get_by_role("link", name=unit, exact=True))
    expect(rows).to_contain_text("37%")
    assert page.locator(".bd-chart tbody").inner_text() != before


def test_the_calendar_turns_by_keys(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/calendar?month=2026-11")
    page.locator(".bd-month td[tabindex='0']").focus()
    page.keyboard.press("PageDown")
    page.wait_for_url("**month=2026-12")
    expect(page.locator(".bd-step h2")).to_have_text("2026年12月")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
@pytest.mark.parametrize(
    "path", ["/", "/plans/wallchart", "/plans/timeline", "/plans/calendar", "/plans/minute", "/plans/percent"]
)
def test_views_fit_the_screen(site, page, log_in, size, path):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    log_in(page, "demo-liaison")
    page.goto(site.url + path)
    expect(page.locator("main h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_the_minute_is_one_screen_of_a_phone(site, page, log_in):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "demo-leader")
    page.goto(f"{site.url}/plans/minute")
    box = page.locator(".bd-minute").bounding_box()
    assert box["y"] + box["height"] <= 844 + 120, "lights, changes, units and own tasks without scrolling far"
