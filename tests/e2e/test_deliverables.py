"""A list through its whole chain: the town files, the department returns it once, the town mends it, the department
gathers, the office, the leader's consent, the city's receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.test_every_page import draw

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LogIn = Callable[["Page", str], None]
TITLE = "（模拟）餐饮单位油烟治理台账"
PAPER = {"name": "台账.txt", "mimeType": "text/plain", "buffer": "（模拟）三十家".encode()}


@pytest.fixture
def desk(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Desks of several people, each with a browser of its own."""
    made = []

    def one() -> Page:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
        context.set_default_timeout(15_000)
        made.append(context)
        return context.new_page()

    yield one
    for context in made:
        context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The town's phone."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def mine(page: Page, site: SimpleNamespace, title: str = TITLE) -> None:
    """From what waits for the person to the filing."""
    page.goto(f"{site.url}/plans/filings?mine=on")
    page.get_by_role("link", name=title).first.click()


def done(page: Page, step: str) -> None:
    page.get_by_role("button", name=f"完成“{step}”").click()
    page.get_by_text("已办理。").wait_for()


def test_town_department_office_leader_city(
    site: SimpleNamespace, log_in: LogIn, phone: Page, desk: Callable[[], Page]
) -> None:
    log_in(phone, "demo-liaison")
    mine(phone, site)
    phone.get_by_role("link", name="核对清单").wait_for()  # it is of a ledger: a file may stand beside it
    phone.locator("#id_files").set_input_files(PAPER)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390, "nothing is cut off on a phone"
    draw(phone, "filing-file-phone")
    done(phone, "上报")
    address = phone.url

    department = desk()
    log_in(department, "demo-department")
    department.goto(address)
    department.locator("summary", has_text="退回填报单位").click()
    department.get_by_label("理由").fill("请补充三家新开业单位。")
    department.locator("form", has=department.get_by_label("理由")).get_by_role("button", name="退回填报单位").click()
    department.get_by_text("请补充三家新开业单位。").first.wait_for()

    phone.reload()
    phone.get_by_text("请补充三家新开业单位。").first.wait_for()
    phone.locator("#id_files").set_input_files(PAPER | {"buffer": "（模拟）三十三家".encode()})
    done(phone, "上报")
    phone.get_by_text("第 2 版").wait_for()

    department.goto(address)
    department.get_by_label("签字人").fill("演示科长")
    draw(department, "filing-review-desk")
    done(department, "部门审核")
    mine(department, site)
    department.locator("#id_files").set_input_files(PAPER)
    done(department, "汇总上报")
    whole = department.url

    office = desk()
    log_in(office, "demo-office")
    office.goto(whole)
    assert office.get_by_label("文号").count() == 0
    done(office, "大气办审核")
    assert office.get_by_role("button", name="完成“政府同意”").count() == 0, "the office does not consent"

    leader = desk()
    log_in(leader, "demo-leader")
    mine(leader, site)
    assert leader.url == whole
    done(leader, "政府同意")

    office.goto(whole)
    office.get_by_label("文号").fill("云气办函〔2016〕21号")
    office.get_by_label("文件日期").fill("2016-12-20")  # the demo's clock stands there
    office.get_by_role("button", name="完成“报送市级”").click()
    office.get_by_text("请选择文件").wait_for()
    office.get_by_label("回执扫描件").set_input_files(PAPER | {"name": "回执.txt"})
    done(office, "报送市级")
    office.get_by_text("已备案").first.wait_for()
    office.get_by_text("云气办函〔2016〕21号").first.wait_for()
    draw(office, "filing-filed-desk")


def test_others_are_refused(site: SimpleNamespace, log_in: LogIn, page: Page) -> None:
    log_in(page, "demo-site")
    answer: Any = page.goto(f"{site.url}/plans/deliverables/new")
    assert answer.status == 403
    page.goto(f"{site.url}/plans/filings")
    assert page.get_by_text(TITLE).count() == 0
    page.get_by_role("link", name="（模拟）供热管网抢修工程").click()
    assert page.get_by_role("button", name="完成“").count() == 0
    draw(page, "filing-application-desk")


PAGES = {
    "deliverables": "/plans/deliverables",
    "filings": "/plans/filings",
    "deliverable": "/plans/deliverables/1",
    "deliverable-subplan": "/plans/deliverables/4",
    "deliverable-filed": "/plans/deliverables/3",
    "deliverable-new": "/plans/deliverables/new",
    "deliverable-edit": "/plans/deliverables/1/edit",
    "deliverable-suggest": "/plans/1/deliverables/suggest",
    "exemption": "/plans/deliverables/5",
}


@pytest.mark.parametrize(("size", "width"), [("desk", 1440), ("phone", 390)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_fit(site: SimpleNamespace, page: Page, log_in: LogIn, size: str, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page, "demo-office")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for name, path in PAGES.items():
        answer: Any = page.goto(site.url + path)
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        draw(page, f"{name}-{size}-{language}")
