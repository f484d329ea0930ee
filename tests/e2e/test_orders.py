"""A grid officer with a phone: accepts an order, takes a photo, answers; the place comes from the device."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import expect


def test_an_order_is_accepted_and_answered_with_a_photo(site, page, log_in):
    page.set_viewport_size({"width": 390, "height": 844})
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 39.91, "longitude": 116.34})
    log_in(page, "demo-grid")
    page.goto(f"{site.url}/orders/?whose=unit&state=issued")
    page.get_by_role("link", name="工地裸土未覆盖").first.click()
    page.get_by_role("button", name="接单").click()
    expect(page.get_by_text("已接单。下一步")).to_be_visible()
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(picture, "JPEG")
    page.locator("#answer input[name=photo]").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    expect(page.locator("[data-shots-said]")).to_contain_text("现场.jpg")
    expect(page.locator("[data-place-said]")).to_contain_text("39.91")
    page.get_by_text("已到现场处置，问题已解决。").first.click()
    page.get_by_role("button", name="反馈", exact=True).click()
    expect(page.get_by_text("已反馈。下一步")).to_be_visible()
    timeline = page.locator("#timeline")
    expect(timeline).to_contain_text("39.91000, 116.34000")
    expect(timeline.locator("img").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_copies_are_found_by_name_and_ticked(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/orders/new")
    copies = page.get_by_role("group", name="抄送")
    search = copies.locator("[data-narrows][data-ready]")
    copies.get_by_label("区交通局").check()
    search.fill("园林")
    search.press("Enter")  # looks, and sends nothing
    expect(copies.get_by_label("区园林绿化局")).to_be_visible()
    expect(copies.get_by_label("区交通局")).to_be_visible()  # what is ticked stays
    expect(copies.get_by_label("区商务局")).to_be_hidden()
