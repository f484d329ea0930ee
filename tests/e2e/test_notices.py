"""Notices and schedules in a real browser, with a real job runner."""

import pytest
from playwright.sync_api import expect

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PAGES = ["/inbox", "/inbox?unread=on", "/inbox/settings", "/deliveries", "/schedules"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits(site, page, log_in, size, language):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    log_in(page, "demo-admin")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for path in PAGES:
        assert page.goto(site.url + path).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"


def test_a_schedule_is_run_at_once_by_the_job_runner(site, page, log_in):
    log_in(page, "demo-admin")
    page.goto(f"{site.url}/schedules")
    page.get_by_role("button", name="立即运行：清理旧的运行记录").click()
    page.wait_for_url("**/jobs/*")
    expect(page.locator(".lt-job")).to_contain_text("已完成", timeout=30_000)
    page.goto(f"{site.url}/schedules")
    expect(page.locator("tr", has_text="清理旧的运行记录")).to_contain_text("手动")


def test_the_bell_asks_again_without_the_page(site, page, log_in):
    log_in(page, "demo-liaison")
    with page.expect_response("**/inbox/bell") as asked:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('lantian:look'))")
    assert asked.value.status == 200
    expect(page.locator("#bell")).to_have_count(1)
    page.locator("#bell").press("Enter")
    page.wait_for_url("**/inbox*")


def test_ones_channels_are_kept(site, page, log_in):
    log_in(page, "demo-leader")
    page.locator(".lt-top summary").click()
    page.get_by_role("link", name="消息设置").click()
    page.fill("[name=email]", "leader@office.example")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("已保存")
    expect(page.locator("[name=email]")).to_have_value("leader@office.example")
