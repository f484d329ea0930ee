"""The map of ledgers in a browser: it fetches what the part that is looked at holds, and follows when that changes."""

import re
from collections.abc import Callable
from types import SimpleNamespace

from playwright.sync_api import Page, expect

LogIn = Callable[..., None]


def test_the_map_shows_what_lies_in_the_part_that_is_looked_at(
    site: SimpleNamespace, log_in: LogIn, page: Page
) -> None:
    log_in(page, "demo-office")
    page.goto(f"{site.url}/sources/map")
    shown = page.locator("[data-map][data-shown]")
    expect(shown).to_be_visible()
    assert int(shown.get_attribute("data-shown") or 0) > 0
    with page.expect_response(lambda answer: "/sources/map/points" in answer.url):
        page.get_by_title("放大").click()


def test_one_place_is_shown_within_its_town(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    log_in(page, "demo-office")
    with page.expect_response(lambda answer: answer.url.endswith("/areas/outlines")) as outlines:
        page.goto(f"{site.url}/sources/listings/1")
    assert outlines.value.json()["features"]
    scale = page.locator("[data-map][data-ready] .ol-scale-line-inner")
    expect(scale).to_have_text(re.compile(r"km|1000 m"))


def test_a_zone_that_is_drawn_changes_what_listings_owe(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    log_in(page, "demo-office")
    page.goto(f"{site.url}/sources/zones/new")
    shape = page.locator("[data-edit][data-ready]")
    expect(shape).to_be_visible()
    page.get_by_label("种类").select_option("fireworks_ban")
    page.get_by_label("名称").fill("模拟禁放区")
    page.get_by_label("行政区").select_option(index=1)
    page.get_by_role("button", name="画多边形").click()
    box = shape.bounding_box()
    assert box is not None
    corners = [(0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)]
    for x, y in corners:
        shape.click(position={"x": box["width"] * x, "y": box["height"] * y})
    shape.click(position={"x": box["width"] * 0.1, "y": box["height"] * 0.1})  # closes it
    expect(page.get_by_label("范围", exact=True)).to_have_value(re.compile("MultiPolygon"))
    page.get_by_role("button", name="预览影响").click()
    effects = page.locator("#effects")
    expect(effects).to_contain_text("应做到的事会变")
    seller = effects.locator("a").first.get_attribute("href") or ""
    page.get_by_role("button", name="确认保存").click()
    expect(page.get_by_role("heading", name="模拟禁放区")).to_be_visible()
    page.goto(f"{site.url}{seller}")
    expect(page.locator(".so-duties")).to_contain_text("禁放区内不得设点")


def test_a_place_is_found_and_an_area_chosen(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    log_in(page, "demo-office")
    page.goto(f"{site.url}/sources/map")
    shape = page.locator("[data-map][data-shown]")
    expect(shape).to_be_visible()
    box = page.get_by_role("combobox", name="找地方")
    box.fill("模拟")
    expect(page.locator("#so-found li").first).to_be_visible()
    box.press("Enter")
    expect(page.locator("[data-map-said] a")).to_have_count(1)
    total = page.locator(".lt-count").first.inner_text()
    page.get_by_role("button", name="圆选").click()
    for x in (0.5, 0.75):  # wide enough for the place that was flown to
        page.locator("[data-map]").click(
            position={"x": (shape.bounding_box() or {"width": 900})["width"] * x, "y": 200}
        )
    expect(page).to_have_url(re.compile("near="))
    expect(page.locator(".lt-count").first).not_to_have_text(total)
    expect(page.locator("[data-map][data-ready]")).to_have_count(1)  # the same map, its points asked anew


def test_a_list_is_a_table_on_paper_as_well(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    log_in(page, "demo-office")
    page.goto(f"{site.url}/sources/map")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    page.set_viewport_size({"width": 718, "height": 1000})  # A4
    page.emulate_media(media="print")
    expect(page.locator(".lt-table > tbody > tr").first).to_have_css("display", "table-row")
    expect(page.locator(".lt-filters")).to_be_hidden()
    expect(page.get_by_text("要全部的请导出")).to_be_visible()
