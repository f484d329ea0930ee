"""What all tests share: a private place for the site's files, a browser, and the rule that CI skips nothing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

# Settings are read once, when Django starts, so they are fixed here before pytest-django does that.
# Every xdist worker is a process of its own and gets its own directory.
_VAR = tempfile.mkdtemp(prefix="lantian-test-")
os.environ["LANTIAN_VAR"] = _VAR
if importlib.util.find_spec("lantian.site.settings"):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantian.site.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop in the thread that runs the test

# `make test` asks the same examples every time, so that it tells of the change at hand alone; `make soak` asks others
# each time, and many more of every property that does not fix its own number.
settings.register_profile("short", deadline=None, derandomize=True)
settings.register_profile("soak", deadline=None, max_examples=2000)
settings.load_profile("soak" if os.environ.get("LANTIAN_SOAK") else "short")

MUST_RUN_ALL = os.environ.get("CI") == "true"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_CHROMIUM = "no Chromium on this machine: apt-get install -y chromium fonts-noto-cjk"


def pytest_unconfigure() -> None:
    shutil.rmtree(_VAR, ignore_errors=True)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """Several processes take what takes longest first."""
    from tests.order import LongestFirst

    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the directory they lie in, so that `-m site` and `-m browser` work without decorators."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        from tests.order import in_order

        in_order(items)
    for item in items:
        parts = item.path.relative_to(Path(__file__).parent).parts
        if parts[0] in ("site", "e2e"):
            item.add_marker(pytest.mark.site)
        if "e2e" in parts:
            item.add_marker(pytest.mark.browser)
        if parts[0] == "site" and parts[1] != "soak" and not _asks_a_database(item):
            item.add_marker(pytest.mark.any_database)


def _asks_a_database(item: pytest.Item) -> bool:
    """Whether pytest-django lets the test at the database; what serves one of its own lies below `soak`."""
    asked = {"db", "transactional_db", "live_server"}.intersection(getattr(item, "fixturenames", ()))
    return bool(asked or item.get_closest_marker("django_db"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a skipped test is a failed test: nothing may silently not run."""
    report = yield
    if MUST_RUN_ALL and report.skipped and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself as a whole."""
    report = yield
    if MUST_RUN_ALL and report.skipped:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} must run when CI=true, but: {reason}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for the whole run of a worker."""
    if not CHROMIUM:
        pytest.skip(NO_CHROMIUM)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh Chinese office browser of 1440 px; a request to any other host fails the test."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1440, "height": 900}, accept_downloads=True
    )
    context.set_default_timeout(10_000)
    strangers: list[str] = []

    def local_only(route: Route) -> None:
        strangers.append(route.request.url)
        route.abort()

    context.route(lambda url: urlsplit(url).hostname not in (None, "localhost", "127.0.0.1"), local_only)
    yield context
    context.close()
    assert not strangers, f"the page asked other hosts: {strangers}"


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One browser tab; an uncaught error of the page's own JavaScript fails the test."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    assert not errors, f"JavaScript errors: {errors}"
