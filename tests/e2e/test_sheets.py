"""Excel both ways in a browser: template, a bad cell named, mended, confirmed; progress of a month."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.test_every_page import draw

if TYPE_CHECKING:
    from playwright.sync_api import Page

LogIn = Callable[["Page", str], None]


def downloaded(page: Page, link: str, folder: Path) -> Path:
    """The file behind a link of the Excel menu, which stays open."""
    page.locator("summary", has_text="Excel").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).click()
    file = folder / f"{link}.xlsx"
    waiting.value.save_as(file)
    return file


def test_units_come_in_from_the_template(site: SimpleNamespace, log_in: LogIn, page: Page, tmp_path: Path) -> None:
    log_in(page, "demo-office")
    page.goto(f"{site.url}/units")
    file = downloaded(page, "下载模板", tmp_path)
    book = load_workbook(file)
    units = book["单位"]
    heads = [str(cell.value).rstrip("*") for cell in units[1]]
    assert heads[:4] == ["名称", "类别", "上级单位", "所在行政区"]
    assert units.data_validations.dataValidation, "there are drop-downs"
    units.append(["演示新能源推广中心", "部门", None, None, "2026年3月1日"])
    units.append(["演示第二中心", "约十吨", None, None, "去年"])
    book.save(file)

    page.get_by_role("link", name="从 Excel 导入").click()
    page.locator("[data-drop][data-ready] input[type=file]").set_input_files(file)
    page.wait_for_url(re.compile("/sheets/imports/"), timeout=30_000)
    expect(page.get_by_text("第 2 张表“单位”第 3 行“类别”：“约十吨”不在可选项里")).to_be_visible()
    expect(page.get_by_text("“去年”不是日期")).to_be_visible()
    draw(page, "sheet-preview")
    page.get_by_role("link", name=re.compile("新增")).first.click()
    expect(page.locator(".lt-table-wrap .lt-table tbody tr")).to_have_count(1)
    page.get_by_role("button", name="确认，写入 1 行").click()
    expect(page.get_by_text("已写入：新增 1 行，修改 0 行。")).to_be_visible()
    draw(page, "sheet-done")
    page.get_by_role("link", name="去看列表").click()
    page.goto(f"{site.url}/units?q=新能源推广")
    expect(page.get_by_role("link", name="演示新能源推广中心")).to_be_visible()


def test_a_large_file_is_read_by_a_job_and_leads_to_its_preview(
    site: SimpleNamespace, log_in: LogIn, page: Page, tmp_path: Path
) -> None:
    log_in(page, "demo-office")
    page.goto(f"{site.url}/units")
    file = downloaded(page, "下载现有内容", tmp_path)
    book = load_workbook(file)
    for number in range(3000):
        book["单位"].append([f"演示第{number:04}号企业有限责任公司", "企业", None, None, "2020.1.1"])
    book.save(file)
    page.goto(f"{site.url}/sheets/org.register")
    page.locator("[data-drop][data-ready] input[type=file]").set_input_files(file)
    page.get_by_role("button", name="确认，写入 3000 行").wait_for(timeout=60_000)
    draw(page, "sheet-large")
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_text("已放弃，没有写入任何内容。")).to_be_visible()


def test_a_liaison_fills_in_a_month(site: SimpleNamespace, log_in: LogIn, page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "demo-liaison")
    page.goto(f"{site.url}/plans/reports")
    option = page.locator("#id_cycle option", has_text="街道月报")
    missed = "2016-09-01"  # a month that they have still to report: this one's report another test may have handed in
    page.goto(f"{site.url}/plans/reports?cycle={option.get_attribute('value')}&start={missed}")
    file = downloaded(page, "下载模板", tmp_path)
    draw(page, "sheet-reports-phone")
    book = load_workbook(file)
    progress = book["进展"]
    heads = [str(cell.value) for cell in progress[1]]
    assert progress.max_row > 1, "the tasks of the month stand in it"
    progress.cell(progress.max_row, heads.index("进展情况") + 1).value = "表格里填的进展。"
    book.save(file)
    page.get_by_role("link", name="从 Excel 导入").click()
    page.locator("[data-drop][data-ready] input[type=file]").set_input_files(file)
    page.get_by_role("button", name="确认，写入 1 行").wait_for()
    page.wait_for_load_state()  # the width counts once the style is there
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    draw(page, "sheet-reports-preview-phone")
    page.get_by_role("button", name="确认，写入 1 行").click()
    expect(page.get_by_text("已写入：新增 0 行，修改 1 行。")).to_be_visible()
    page.get_by_role("link", name="去看列表").click()
    expect(page.get_by_role("link", name="继续填写").first).to_be_visible()
