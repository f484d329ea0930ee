"""Measured values through the office's hands: a file taken in and back, a doubtful hour on its way to the lock."""

from __future__ import annotations

import re

from playwright.sync_api import expect

LOADED = 60_000  # ms that a loaded machine may take to read, write or look over values
FILE = "站点编码,时间,PM2.5\n1003A,2016-12-18 05:00,11\n1003A,2016-12-18 06:00,约三十\n"


def test_a_file_is_previewed_written_and_taken_back(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/series/import")
    expect(page.locator("[data-drop][data-ready]")).to_be_visible()
    page.fill("[name=source]", "演示文件")
    file = {"name": "东四补报.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.set_input_files("[data-drop][data-ready] input[type=file]", file)
    page.wait_for_url(re.compile(r"/series/import/\d+$"))
    confirm = page.get_by_role("button", name="确认，写入 1 个值")
    expect(confirm).to_be_visible(timeout=LOADED)
    expect(page.locator("#results")).to_contain_text("约三十")
    confirm.click()
    expect(page.locator(".alert-success")).to_contain_text("已写入", timeout=LOADED)
    page.locator(".alert-success a").click()
    page.fill("[name=reason]", "文件传错")
    page.get_by_role("button", name="撤回导入").click()
    expect(page.locator(".alert-success")).to_contain_text("已撤销：1 个值恢复为导入前的状态", timeout=LOADED)
    expect(page.get_by_role("button", name="撤回导入")).to_have_count(0)


def test_a_doubtful_hour_is_corrected_reviewed_twice_and_a_month_locked(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/air/review")
    page.get_by_role("button", name="立即筛查").click()
    expect(page.locator(".lt-state.is-done").first).to_be_visible(timeout=LOADED)

    # the first one that a day before yesterday has: corrected with a reason
    page.goto(f"{site.url}/air/review?rule=spike&day=2016-12-18")
    row = page.locator("tbody tr").first
    station = re.search(r"/air/stations/(\d+)", row.locator("a[href*='/air/stations/']").get_attribute("href")).group(1)
    row.locator("a[href*='/air/review/']").click()
    name = page.locator(".lt-facts a[href*='/air/stations/']").inner_text()
    page.locator(".rv-value").first.fill("50")
    page.fill("[name=reason]", "通信故障，按仪器记录更正")
    page.get_by_role("button", name="按新值更正").click()
    expect(page.locator(".lt-subtitle")).to_contain_text("已更正")
    expect(page.locator("main")).to_contain_text("按仪器记录更正")

    # whatever else is open at the station that day is kept; then the first look by one person, the second by another
    page.goto(f"{site.url}/air/review?station={station}&day=2016-12-18")
    if page.locator("tbody tr").count():
        page.locator("[data-check-all]").check()
        page.locator(".rv-bar [name=reason]").fill("过程变化合理")
        page.get_by_role("button", name="保留原值").click()
    for who, button in (("demo-duty", "初审通过"), ("demo-office", "复审通过")):
        page.context.clear_cookies()
        log_in(page, who)
        page.goto(f"{site.url}/air/review/months?month=2016-12")
        page.get_by_label(name, exact=True).check()
        page.locator(".rv-bar [name=first]").fill("2016-12-18")
        page.locator(".rv-bar [name=last]").fill("2016-12-18")
        page.get_by_role("button", name=button).click()
        # hours that were judged one by one count as looked at once already
        expect(page.locator("body")).to_contain_text(re.compile(r"已审核 \d+ 个小时"))

    page.goto(f"{site.url}/air/review/months?month=2016-11")
    page.fill("#lock-reason", "演示锁定")
    page.get_by_role("button", name="锁定本月").click()
    expect(page.locator(".lt-subtitle")).to_contain_text("已锁定")
