"""A grid officer where there is no network: twenty records with photos, the page closed, the answer lost on its way."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

RECORDS = 20


def photo(number: int) -> dict[str, object]:
    picture = io.BytesIO()
    Image.new("RGB", (32, 24), (number * 10, 90, 90)).save(picture, "JPEG")
    return {"name": f"现场{number}.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


@pytest.fixture
def phone(page: Page) -> Page:
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 39.91, "longitude": 116.34, "accuracy": 12})
    return page


def order_under_way(site, page: Page) -> str:
    """An order that the officer has accepted, and that lies on the phone by now."""
    page.goto(f"{site.url}/orders/?whose=unit&state=accepted")
    address = page.locator("td a[href^='/orders/']").first.get_attribute("href")
    page.goto(f"{site.url}/outbox")
    expect(page.locator(f".lt-outbox-pages a[href='{address}']")).to_be_visible(timeout=60_000)
    return f"{site.url}{address}"


def note(page: Page, number: int, what: str, *, kept: bool = True) -> None:
    form = page.locator("#answer form")
    expect(form).to_have_attribute("data-ready", "")
    form.locator("input[name=photo]").set_input_files(photo(number))
    form.locator("textarea").fill(f"{what}第{number}处已苫盖")
    form.get_by_role("button", name="只记录，稍后反馈").click()
    if kept:
        expect(form).to_contain_text(f"本页有 {number} 条待发送")


def report(page: Page, site) -> None:
    """Something found on the way, where there is no network either."""
    page.goto(f"{site.url}/orders/report")
    form = page.locator("form[data-queue]")
    expect(form).to_have_attribute("data-ready", "")
    form.locator("input[name=photo]").set_input_files(photo(0))
    form.get_by_label("露天焚烧").check()
    form.locator("textarea").fill("河边有人焚烧落叶")
    form.get_by_role("button", name="上报").click()
    expect(form).to_contain_text("本页有 1 条待发送")


def told(context: BrowserContext, address: str, what: str) -> list[str]:
    """What the timeline of the order holds of it."""
    return re.findall(rf"{what}第\d+处已苫盖(?=</p>)", context.request.get(address).text())


def test_twenty_records_of_a_dead_spot_arrive_once(site, phone: Page, log_in):
    log_in(phone, "demo-grid")
    address = order_under_way(site, phone)
    context = phone.context
    context.set_offline(True)
    phone.goto(address)  # the copy on the phone
    expect(phone.locator("#lt-queue")).to_contain_text("没有网络")
    for number in range(1, RECORDS // 2 + 1):
        note(phone, number, "东侧")
    phone.close()  # the phone is put away, and taken out again
    phone = context.new_page()
    phone.goto(address)
    for number in range(RECORDS // 2 + 1, RECORDS + 1):
        note(phone, number, "东侧")
    assert phone.evaluate("document.documentElement.scrollWidth") <= phone.viewport_size["width"]
    report(phone, site)
    phone.close()
    context.set_offline(False)
    phone = context.new_page()
    phone.goto(f"{site.url}/outbox")
    expect(phone.locator("#outbox li.is-sent")).to_have_count(RECORDS + 1, timeout=60_000)
    expect(phone.locator("#outbox li.is-waiting")).to_have_count(0)
    wanted = sorted(f"东侧第{number}处已苫盖" for number in range(1, RECORDS + 1))
    assert sorted(told(context, address, "东侧")) == wanted
    pictures = re.findall(r"/orders/files/\d+/small", context.request.get(address).text())
    assert len(set(pictures)) >= RECORDS
    context.clear_cookies()
    log_in(phone, "demo-office")
    phone.goto(f"{site.url}/orders/?state=draft")
    expect(phone.get_by_text("河边有人焚烧落叶")).to_have_count(1)


def test_a_record_whose_answer_was_lost_is_sent_again_and_not_doubled(site, phone: Page, log_in):
    log_in(phone, "demo-grid")
    address = order_under_way(site, phone)
    phone.goto(address)
    lost = []

    def drop(route):
        lost.append(route.fetch().status)  # the server has it, the phone never hears of it
        route.abort()

    phone.route("**/answer", drop, times=1)
    note(phone, 1, "西侧", kept=False)
    expect(phone.locator("#answer form")).to_contain_text("已存在手机里")
    assert lost == [200]
    assert told(phone.context, address, "西侧") == ["西侧第1处已苫盖"]
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator("#lt-queue")).to_be_hidden()
    assert told(phone.context, address, "西侧") == ["西侧第1处已苫盖"]


def test_another_person_on_the_phone_neither_sees_nor_sends_what_waits(site, phone: Page, log_in):
    log_in(phone, "demo-grid")
    address = order_under_way(site, phone)
    phone.goto(address)
    phone.route("**/outbox/me*", lambda route: route.abort())
    note(phone, 1, "北侧")
    phone.unroute("**/outbox/me*")
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator("header summary", has=phone.locator(".lt-user-name")).click()
    phone.get_by_role("button", name="退出登录").click()
    phone.wait_for_url("**/login*")
    assert phone.evaluate("caches.keys().then(names => names.filter(one => one.startsWith('lantian-pages-')))") == []
    log_in(phone, "demo-office")
    expect(phone.locator("#lt-queue")).to_contain_text("本机还有 1 条属于")
    phone.goto(f"{site.url}/outbox")
    expect(phone.locator("#outbox")).to_have_attribute("data-ready", "")
    assert phone.locator("#outbox li.is-waiting").count() == 0
    phone.context.clear_cookies()
    log_in(phone, "demo-grid")  # back on duty: now it goes
    phone.goto(f"{site.url}/outbox")
    expect(phone.locator("#outbox li.is-sent")).to_have_count(1, timeout=60_000)
    assert told(phone.context, address, "北侧") == ["北侧第1处已苫盖"]


def test_what_is_refused_before_ones_eyes_stands_at_its_field_and_is_called_off(site, page: Page, log_in):
    log_in(page, "demo-grid")
    page.goto(f"{site.url}/sources/ledgers/coal_boiler/new")
    form = page.locator("form[data-queue][data-ready]")
    form.get_by_role("button", name="保存").click()
    expect(form.locator(".lt-field.is-wrong").first).to_contain_text("必填")
    expect(page.get_by_label("名称", exact=False).first).to_be_focused()
    expect(page.locator("#lt-queue")).to_be_hidden()
    form.get_by_role("link", name="取消").click()
    page.wait_for_url("**/sources/ledgers/coal_boiler")
    page.goto(f"{site.url}/outbox")
    expect(page.locator("#outbox[data-ready]")).to_be_attached()
    assert page.locator("#outbox li.is-refused").count() == 0
