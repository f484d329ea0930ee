"""A lead unit gives its task out: a wrong sum is refused with its arithmetic, the unit reports, the whole moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

LogIn = Callable[["Page", str], None]
STREETS = ("北桥街道", "南桥街道", "松溪街道", "柳湾街道", "云门街道", "石渠街道")
SHARES = (90, 20, 20, 20, 10, 280)  # ten short of the 450 vehicles of the task


def test_a_task_is_broken_down_and_its_whole_moves(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    page.set_default_timeout(15_000)
    log_in(page, "demo-department")  # of the unit that leads 推广新能源车
    page.goto(f"{site.url}/plans/tasks?q=推广新能源车")
    page.get_by_role("link", name="推广新能源车", exact=True).first.click()
    task = page.url
    page.get_by_role("link", name="分解这项任务").click()
    while page.locator(".bk-part").count() < len(SHARES):
        page.get_by_role("button", name="加两行").click()
    rows = page.locator(".bk-part")
    streets = [
        "北桥街道办事处",
        "南桥街道办事处",
        "松溪街道办事处",
        "柳湾街道办事处",
        "云门街道办事处",
        "石渠街道办事处",
    ]
    for n, (street, share) in enumerate(zip(streets, SHARES, strict=True)):
        rows.nth(n).get_by_label("单位", exact=True).select_option(label=street)
        rows.nth(n).get_by_label(re.compile("推广新能源车")).fill(str(share))
    expect(page.locator("#sums")).to_contain_text("90+20+20+20+10+280=440，应为 450 辆，还差 10 辆")
    page.get_by_role("button", name="保存分解").click()
    expect(page.get_by_role("alert")).to_contain_text("90+20+20+20+10+280=440，应为 450 辆，还差 10 辆")
    page.locator(".bk-part").nth(5).get_by_label(re.compile("推广新能源车")).fill("290")
    expect(page.locator("#sums")).to_contain_text("与 450 辆 一致")
    page.get_by_role("button", name="保存分解").click()
    page.get_by_text("已分解为 6 项").wait_for()
    expect(page.locator(".bk-tree tbody tr")).to_have_count(6)

    page.context.clear_cookies()
    log_in(page, "demo-liaison")  # of 北桥街道办事处
    page.goto(f"{site.url}/plans/reports")
    option = page.locator("#id_cycle option", has_text="月调度").first.get_attribute("value")
    page.goto(f"{site.url}/plans/reports?cycle={option}")
    part = page.locator(".pr-todo > li", has_text="推广新能源车（北桥街道办事处）").first
    part.get_by_role("button", name="填写").click()
    page.get_by_label("进展情况").fill("已推广新能源车四十五辆。")
    page.locator(".pr-numbers input").first.fill("45")
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_text("已提交").wait_for()

    page.context.clear_cookies()
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/desk")
    page.get_by_role("link", name=re.compile("四十五辆")).click()
    page.get_by_role("button", name="通过", exact=True).click()
    page.get_by_text("已通过。").wait_for()
    page.goto(task)
    expect(page.locator(".bk-tree tr", has_text="北桥街道办事处")).to_contain_text("50%")
