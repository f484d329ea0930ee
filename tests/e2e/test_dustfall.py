"""A month of dustfall in a browser: a column is pasted, keys go through the grid, it is confirmed and judged."""

from __future__ import annotations

from playwright.sync_api import expect

PASTE = """(field) => {
  const data = new DataTransfer();
  data.setData("text", "4.1\\n4.2\\n1.5\\n");
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_month_is_entered_confirmed_and_judged(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/air/dustfall/month?month=2016-11")
    fields = page.locator("[data-grid=raw]")
    last = fields.count() - 1
    fields.nth(last - 2).evaluate(PASTE)
    expect(fields.nth(last)).to_have_value("1.5")
    fields.nth(last - 2).press("Enter")
    expect(fields.nth(last - 1)).to_be_focused()
    fields.nth(last - 1).fill("4.3")
    page.get_by_role("button", name="保存并确认本月").click()
    expect(page.get_by_text("已确认 7 个点位。")).to_be_visible()
    page.goto(f"{site.url}/air/dustfall?year=2016")
    row = page.locator("tr", has_text="柳湾街道").first
    expect(row.locator("td").nth(12)).to_have_text("4.2")
    expect(row.locator("td").nth(12).locator(".is-good")).to_be_visible()
