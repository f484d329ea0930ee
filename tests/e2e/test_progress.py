"""A month of a liaison: reports with a photo, the office returns it, the liaison mends it, the office accepts."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LogIn = Callable[["Page", str], None]
LIAISON, OFFICE = "demo-liaison", "demo-office"


def jpeg() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), "darkseagreen").save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A liaison's phone."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_report_return_mend_accept(site: SimpleNamespace, log_in: LogIn, phone: Page, page: Page) -> None:
    log_in(phone, LIAISON)
    phone.goto(f"{site.url}/plans/reports")
    option = phone.locator("#id_cycle option", has_text="街道月报")
    phone.goto(f"{site.url}/plans/reports?cycle={option.get_attribute('value')}")
    begun = phone.get_by_role("link", name="继续填写")  # another test may have begun it: they share one demo
    phone.get_by_role("button", name="填写").or_(begun).first.click()
    phone.get_by_label("进展情况").fill("本月已淘汰一批老旧柴油货车，正在办理注销。")
    number = phone.locator(".pr-numbers input").first
    number.fill("58")
    phone.get_by_text("已自动保存").wait_for()
    phone.locator("#photos").set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    phone.locator("#files img").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is cut off on a phone"
    phone.get_by_role("button", name="提交", exact=True).click()
    phone.get_by_text("已提交").wait_for()

    log_in(page, OFFICE)
    page.goto(f"{site.url}/plans/desk")
    page.get_by_role("link", name=re.compile("正在办理注销")).click()
    page.locator(".pr-files img").wait_for()
    page.get_by_label("退回理由").fill("请补充注销证明。")
    page.get_by_role("button", name="退回").click()
    page.get_by_text("已退回，并已通知报送单位").wait_for()

    phone.reload()
    phone.get_by_text("请补充注销证明。").wait_for()
    phone.get_by_role("link", name="修改").first.click()
    text = phone.get_by_label("进展情况")
    assert text.input_value() == "本月已淘汰一批老旧柴油货车，正在办理注销。"
    text.fill("本月已淘汰一批老旧柴油货车，注销证明见附件。")
    phone.get_by_role("button", name="提交", exact=True).click()
    phone.get_by_text("已提交").wait_for()

    page.goto(f"{site.url}/plans/desk")
    page.get_by_role("link", name=re.compile("注销证明见附件")).click()
    page.get_by_role("button", name="通过", exact=True).click()
    page.get_by_text("已通过。").wait_for()
    phone.reload()
    phone.get_by_text("已通过").first.wait_for()


def test_a_liaison_is_kept_from_the_offices_desk(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    log_in(page, LIAISON)
    answer = page.goto(f"{site.url}/plans/desk")
    assert answer is not None
    assert answer.status == 403
    page.get_by_text("大气办").first.wait_for()
