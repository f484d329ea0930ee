"""Watching the air in a browser: the map and the charts are drawn, keys read values, the page forbids nothing of it."""

from __future__ import annotations

from playwright.sync_api import expect


def test_the_map_and_the_charts_are_drawn_and_read_by_keys(site, page, log_in):
    blocked = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security Policy" in m.text else None)
    log_in(page, "demo-office")
    page.goto(f"{site.url}/air/now")
    expect(page.locator("[data-map][data-ready]")).to_be_visible()
    page.locator("#now tbody a").first.click()
    page.get_by_role("link", name="逐小时").click()
    chart = page.locator("#chart-hours [data-chart][data-ready]")
    expect(chart.locator("canvas")).to_be_visible()
    chart.focus()
    page.keyboard.press("End")
    expect(page.locator("#chart-hours [data-chart-said]")).to_contain_text("µg/m³")
    page.locator("#chart-hours summary").click()
    expect(page.locator("#chart-hours tbody tr").first).to_be_visible()
    assert not blocked, blocked
