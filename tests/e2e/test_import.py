"""A real Word document becomes a ledger, in a real browser, read by a real job worker."""

import csv
import io
import re

import openpyxl
import pytest
from playwright.sync_api import expect

READING = 60_000  # ms that a loaded machine may take to read a document


def hand_in(page, site, document):
    """Choose a file on the import page and wait for its review."""
    page.goto(f"{site.url}/plans/imports")
    page.set_input_files("[data-drop][data-ready] input[type=file]", document)
    page.wait_for_url(re.compile(r"/plans/imports/\d+$"))
    expect(page.locator("[data-review]")).to_be_visible(timeout=READING)


def test_from_document_to_ledger(site, page, log_in):
    log_in(page, "demo-office")
    hand_in(page, site, site.documents.action)
    expect(page.locator(".pl-card")).to_have_count(43)

    # a finding and its task light up in the document; a place in the document lights up its task
    finding = page.locator(".pl-note.is-error").first
    finding.hover()
    lit = page.locator("#pane-source .is-lit")
    expect(lit.first).to_be_in_viewport()
    assert "620辆" in "".join(lit.all_inner_texts())
    page.locator("#pane-source .m-task", has_text="机械化清扫率").first.hover()
    card = page.locator(".pl-card.is-lit")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("提高道路清扫保洁水平")
    expect(card).to_be_in_viewport()

    # fix a field: the misspelt unit
    card = page.locator(".pl-card", has_text="区生态环镜局")
    card.locator("[data-field=lead]").click()
    card.locator("textarea[name=names]").fill("区生态环境局")
    card.locator(".pl-form input[name=reason]").fill("错字")
    card.get_by_role("button", name="保存").click()
    expect(page.locator(".pl-card", has_text="区生态环镜局")).to_have_count(0)
    expect(page.locator("#review-toolbar")).to_contain_text("3 待处理疑点")

    # what was entered wrongly is told, and can be taken back
    card = page.locator("#task-2")
    card.locator("[data-field=title]").click()
    card.locator("input[name=title]").fill("改错了")
    card.get_by_role("button", name="保存").click()
    expect(page.locator("#task-2 .pl-card-title")).to_contain_text("改错了")
    page.get_by_role("button", name="撤销上一步").click()
    expect(page.locator("#task-2 .pl-card-title")).to_contain_text("推广新能源车")

    # accept a finding with a reason
    finding = page.locator(".pl-note.is-error").first
    finding.locator("input[name=reason]").fill("总数以上级下达为准")
    finding.get_by_role("button", name="接受").click()
    expect(page.locator(".pl-note.is-decided")).to_contain_text("总数以上级下达为准")
    expect(page.locator("#review-toolbar")).to_contain_text("2 待处理疑点")

    # confirm
    page.locator("#review-toolbar summary", has_text="确认，启动方案").click()
    page.locator("#review-toolbar").get_by_role("button", name="确认", exact=True).click()
    page.wait_for_url(re.compile(r"/plans/\d+$"))
    expect(page.locator("h1")).to_have_text("青河区2027年大气污染防治行动计划")
    plan = page.url.rsplit("/", 1)[1]

    # filter the ledger
    page.goto(f"{site.url}/plans/tasks?plan={plan}")
    expect(page.locator(".lt-count")).to_have_text("共 43 条")
    page.select_option("select[name=town]", "青枫街道")
    expect(page.locator(".lt-count")).to_have_text("共 2 条")
    expect(page.locator("tbody tr").filter(has_text="整治裸露地面")).to_have_count(1)
    page.select_option("select[name=town]", "")
    expect(page.locator(".lt-count")).to_have_text("共 43 条")
    page.fill("input[name=q]", "机械化清扫率")
    expect(page.locator(".lt-count")).to_have_text("共 1 条")

    # export what was found
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    rows = list(openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.values)
    assert len(rows) == 2
    assert "提高道路清扫保洁水平" in rows[1]
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = list(csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert len(lines) == 2

    # the task in its context
    page.get_by_role("link", name="提高道路清扫保洁水平").click()
    expect(page.locator(".pl-source .m-task").first).to_be_visible()
    assert "机械化清扫率达到95%以上" in "".join(page.locator(".pl-source .m-task").all_inner_texts())


def test_a_file_is_dropped_onto_the_page(site, page, log_in):
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/imports")
    page.evaluate(
        """(text) => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "坏文件.docx"));
            document.querySelector("[data-drop]").dispatchEvent(
                new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }""",
        "PK\x03\x04 not a zip",
    )
    alert = page.locator(".alert-danger")
    expect(alert).to_contain_text("坏文件.docx", timeout=READING)
    page.get_by_role("button", name="English").click()
    expect(page.locator(".alert-danger")).to_contain_text("Could not be read")
    page.goto(f"{site.url}/plans/imports")
    expect(page.locator("tbody tr", has_text="坏文件.docx")).to_contain_text("Failed")


def test_on_a_phone_the_document_is_handed_in_and_reviewed(site, page, log_in):
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "demo-office")
    hand_in(page, site, site.documents.winter)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#pane-source")).to_be_hidden()
    page.get_by_role("tab", name="原文").click()
    expect(page.locator("#pane-source")).to_be_visible()
    expect(page.locator("#pane-tasks")).to_be_hidden()
    page.locator("#pane-source .m-task", has_text="夜间检查90次").first.click()
    card = page.locator(".pl-card.is-lit")
    expect(card).to_contain_text("开展工地夜查")
    expect(card).to_be_in_viewport()
    page.locator(".pl-note.is-error").get_by_role("button", name="去更正").click()
    expect(card.locator(".pl-rows")).to_be_visible()
    page.locator("#review-toolbar summary", has_text="放弃").click()
    page.get_by_role("button", name="确定放弃").click()
    page.wait_for_url(f"{site.url}/plans/imports")


def test_the_language_is_switched_and_kept(site, page, log_in):
    log_in(page, "demo-leader")
    page.goto(f"{site.url}/plans/tasks")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Task ledger")
    page.goto(f"{site.url}/plans/goals")
    expect(page.locator("h1")).to_have_text("Goals")


@pytest.mark.parametrize("username", ["demo-liaison", "demo-leader"])
def test_the_wrong_person_is_refused(site, page, log_in, username):
    log_in(page, username)
    expect(page.locator(".lt-side")).not_to_contain_text("导入方案")
    answer = page.goto(f"{site.url}/plans/imports")
    assert answer.status == 403
    expect(page.locator("main")).to_contain_text("大气办")
