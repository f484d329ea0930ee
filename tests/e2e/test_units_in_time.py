"""The air office renames a unit in three steps; the ledger shows both names; the entry is withdrawn."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.test_every_page import SIZES, draw

PAGES = {
    "reorganisations": "/reorganisations",
    "reorganise-kinds": "/reorganisations/new",
    "reorganise-merge": "/reorganisations/new/merge",
    "reorganise-split": "/reorganisations/new/split",
    "suggestions": "/suggestions",
    "same": "/suggestions/same",
    "handovers": "/plans/handovers",
}


@pytest.mark.parametrize("size", SIZES)
def test_a_rename_shows_both_names_in_the_ledger_until_it_is_withdrawn(site, page, log_in, size):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    log_in(page, "demo-office")
    page.goto(f"{site.url}/units?q=园林绿化局")
    page.get_by_role("link", name="区园林绿化局").first.click()
    page.get_by_text("登记变动").click()
    page.get_by_role("link", name="更名").click()
    page.get_by_label("新名称").fill("区绿色空间局")
    page.get_by_label("生效日期").fill("2014-01-01")
    page.get_by_label("依据文件").fill("青河区机构改革方案")
    draw(page, f"reorganise-rename-{size}")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="影响")).to_be_visible()
    draw(page, f"reorganise-preview-{size}")
    page.get_by_role("button", name="确认登记").click()
    expect(page.get_by_role("heading", name="区园林绿化局 → 区绿色空间局")).to_be_visible()
    draw(page, f"reorganisation-{size}")
    event = page.url

    page.goto(f"{site.url}/plans/tasks?q=绿化")
    both = page.get_by_text("区园林绿化局（现 区绿色空间局）").first
    expect(both).to_be_visible() if size == "desk" else expect(both).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    draw(page, f"ledger-both-names-{size}")
    page.goto(f"{site.url}/units?q=绿色空间局")
    page.get_by_role("link", name="区绿色空间局").first.click()
    expect(page.get_by_role("heading", name="沿革")).to_be_visible()
    draw(page, f"unit-history-{size}")

    page.goto(event)
    page.get_by_text("撤回", exact=True).click()
    page.get_by_label("理由").fill("演示登记")
    page.get_by_role("button", name="确认撤回").click()
    expect(page.get_by_text("已撤回，单位、人员和名称恢复原状。")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_units_in_time_fit(site, page, log_in, size, language):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    log_in(page, "demo-office")
    if language == "en":
        page.get_by_role("button", name="English").click()
    page.goto(f"{site.url}/units?kind=group")
    group = page.locator("td a").first.get_attribute("href")
    for name, path in {**PAGES, "group": group, "group-members": f"{group}/members"}.items():
        assert page.goto(site.url + path).status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        draw(page, f"{name}-{size}-{language}")
