"""A plan's revised document in a real browser: handed in, compared, decided on piece by piece."""

import re

from playwright.sync_api import expect

READING = 60_000  # ms that a loaded machine may take to read a document


def test_a_revised_document_is_decided_on(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/imports")
    page.set_input_files("[data-drop][data-ready] input[type=file]", site.documents.winter)
    expect(page.locator("[data-review]")).to_be_visible(timeout=READING)
    page.locator("#review-toolbar summary", has_text="确认，启动方案").click()
    page.locator("#review-toolbar").get_by_role("button", name="确认", exact=True).click()
    page.wait_for_url(re.compile(r"/plans/\d+$"))
    plan = page.url
    page.get_by_role("link", name="方案版本").click()
    page.set_input_files("[data-drop][data-ready] input[type=file]", site.documents.winter)
    expect(page.locator("[data-review]")).to_be_visible(timeout=READING)
    expect(page.locator(".alert-info")).to_contain_text("这是修订稿")

    # the document says something else now
    card = page.locator("#task-2")
    card.locator("[data-field=title]").click()
    card.locator("input[name=title]").fill("修订后的标题")
    card.get_by_role("button", name="保存").click()
    expect(page.locator("#task-2 .pl-card-title")).to_contain_text("修订后的标题")
    page.locator("#task-3 summary").click()
    page.locator("#task-3").get_by_role("button", name="删除这条任务").click()
    expect(page.locator("#task-3")).to_have_count(0)
    page.get_by_role("button", name="与现方案比对").click()
    page.wait_for_url(re.compile(r"/plans/versions/\d+$"))

    # one piece alone, then one refused with its reason
    expect(page.locator(".pl-revision")).to_have_count(2)
    changed = page.locator(".pl-revision.is-changed")
    expect(changed.locator("ins")).to_contain_text("修订后")
    changed.get_by_role("button", name="采纳", exact=True).click()
    expect(page.locator(".alert-success")).to_contain_text("已处理 1 处")
    removed = page.locator(".pl-revision.is-removed")
    removed.locator("input[name=piece]").check()
    page.get_by_role("button", name="不采纳所选").click()
    expect(page.locator(".alert-danger")).to_contain_text("须写明理由")
    removed.locator("input[name=piece]").check()
    page.fill("#revision-reason", "仍须执行")
    page.get_by_role("button", name="不采纳所选").click()
    expect(removed).to_contain_text("仍须执行")
    page.get_by_role("button", name="完成修订").click()
    expect(page.locator(".lt-subtitle")).to_contain_text("已完成")

    # the ledger has the new title, and all tasks
    page.goto(f"{site.url}/plans/tasks?plan={plan.rsplit('/', 1)[1]}")
    expect(page.locator(".lt-count")).to_have_text("共 9 条")
    expect(page.locator("tbody")).to_contain_text("修订后的标题")
