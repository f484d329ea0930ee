"""The map of ledgers in a browser: it fetches what the part that is looked at holds, and follows when that changes."""

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
