"""Every page at the width of a desk and of a phone: opens, fits, throws nothing. With LANTIAN_SHOTS also drawn.

In Chinese it opens at a desk and is made narrow, in English it opens on a phone and is made wide.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PAGES = {
    "home": "/",
    "ledger": "/plans/tasks",
    "ledger-filtered": "/plans/tasks?q=道路&light=overdue",
    "ledger-empty": "/plans/tasks?q=nothing-like-this",
    "task": "/plans/tasks/1",
    "task-in-table": "/plans/tasks/20",
    "task-parts": "/plans/tasks/5/parts",
    "task-breakdown": "/plans/tasks/5/breakdown",
    "task-milestones": "/plans/tasks/9/milestones",
    "milestones": "/plans/milestones",
    "money": "/plans/money",
    "task-money": "/plans/tasks/5/money",
    "task-split": "/plans/tasks/5/split",
    "task-join": "/plans/tasks/11/join",
    "task-join-confirm": "/plans/tasks/11/join?with=12",
    "instructions": "/plans/instructions",
    "instruct": "/plans/tasks/5/instruct",
    "plans": "/plans/",
    "plan": "/plans/1",
    "plan-versions": "/plans/1/versions",
    "upstream": "/plans/1/upstream",
    "uppers": "/plans/uppers",
    "goals": "/plans/goals",
    "goal": "/plans/goals/1",
    "goal-bind": "/plans/goals/1/bind",
    "goals-to-bind": "/plans/goals/to-bind",
    "findings": "/plans/1/findings",
    "stations": "/air/stations",
    "suspicions": "/air/review",
    "review-months": "/air/review/months",
    "diary": "/air/diary",
    "events": "/air/events",
    "event-new": "/air/events/new",
    "dustfall": "/air/dustfall?year=2016",
    "dustfall-points-of-year": "/air/dustfall?year=2016&by=point",
    "dustfall-month": "/air/dustfall/month?month=2016-11",
    "dustfall-weighings": "/air/dustfall/month?month=2016-11&by=weighing",
    "dustfall-deductions": "/air/dustfall/deductions?month=2016-04",
    "dustfall-points": "/air/dustfall/points",
    "dustfall-point": "/air/dustfall/points/1",
    "dustfall-point-new": "/air/dustfall/points/new",
    "dustfall-result": "/air/dustfall/results/1",
    "dustfall-limits": "/air/dustfall/limits",
    "dustfall-limit-new": "/air/dustfall/limits/new",
    "events-suggested": "/air/events/suggested?month=2016-12",
    "series-archive": "/series/archive",
    "event-accounts": "/air/events/accounts",
    "diary-new": "/air/diary/new",
    "station-new": "/air/stations/new",
    "station": "/air/stations/1",
    "station-wind": "/air/stations/1/wind",
    "station-trend": "/air/stations/1/trend",
    "air-now": "/air/now",
    "air-completeness": "/air/completeness",
    "measurements-import": "/series/import",
    "measurements-deliveries": "/series/deliveries",
    "air-district": "/air/district?month=2016-12",
    "station-hours": "/air/stations/1/hours",
    "station-year": "/air/stations/1/year?year=2016",
    "rankings": "/air/rankings",
    "bulletins": "/air/bulletins",
    "bulletin-new": "/air/bulletins/new",
    "ranking-new": "/air/rankings/new",
    "source-ledgers": "/sources/ledgers",
    "source-ledger": "/sources/ledgers/coal_boiler",
    "source-ledger-board": "/sources/ledgers/coal_boiler/towns",
    "source-listing": "/sources/listings/1",
    "source-listing-edit": "/sources/listings/1/edit",
    "source-listing-order": "/sources/listings/1/order",
    "source-listing-new": "/sources/ledgers/voc_enterprise/new",
    "source-part-new": "/sources/sources/1/devices/new",
    "source-quality": "/sources/quality",
    "source-quality-ledgers": "/sources/quality?by=ledger",
    "source-lacking": "/sources/quality/listings",
    "source-zone-ground": "/sources/zones/1/ground",
    "source-reported": "/sources/reported",
    "source-batches": "/sources/ledgers/coal_boiler/batches",
    "source-outside": "/sources/outside",
    "source-outside-new": "/sources/outside/new",
    "source-workbook": "/sources/ledgers/workbook",
    "source-late": "/sources/ledgers/late",
    "source-stops": "/sources/stops",
    "source-peak-shift": "/sources/peak-shift",
    "source-publications": "/sources/publications",
    "source-publication": "/sources/publications/stack/list",
    "source-publication-towns": "/sources/publications/retained_coal_boiler/list/towns",
    "source-bank": "/sources/bank",
    "source-signing": "/sources/ledgers/signing",
    "source-map": "/sources/map",
    "source-findings": "/sources/findings",
    "source-finding": "/sources/findings/1",
    "source-zones": "/sources/zones",
    "source-zone": "/sources/zones/1",
    "source-zone-new": "/sources/zones/new",
    "source-trip": "/sources/trips/2",
    "source-log-new": "/sources/ledgers/nrmm_visit/new",
    "sources": "/sources/sources",
    "source": "/sources/sources/1",
    "orders": "/orders/",
    "certificate": "/certificate",
    "outbox": "/outbox",
    "order": "/orders/1",
    "order-new": "/orders/new",
    "order-statistics": "/orders/statistics?by=month",
    "deliverables": "/plans/deliverables",
    "filings": "/plans/filings",
    "ledger-filings": "/plans/ledgers/catering/filings",
    "filed-list": "/plans/filed-lists/1",
    "imports": "/plans/imports",
    "import-confirmed": "/plans/imports/1",
    "review": "/plans/imports/2",
    "letters": "/plans/letters",
    "letters-unsigned": "/plans/letters?state=unsigned",
    "letters-handed-out": "/plans/letters/batches",
    "letter-batch": "/plans/letters/batches/1",
    "letter-new": "/plans/letters/new",
    "letter-new-site": "/plans/letters/new?template=letter-site",
    "letter": "/plans/letters/1",
    "units": "/units",
    "unit": "/units/1",
    "area-outline": "/areas/1/outline",
    "excel": "/sheets/org.register",
    "not-found": "/plans/tasks/999999",
}


def draw(page, name):
    """Save a picture for people to look at."""
    if folder := os.environ.get("LANTIAN_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("language", "sizes"), [("zh", ["desk", "phone"]), ("en", ["phone", "desk"])])
def test_every_page_fits(site, page, log_in, language, sizes):
    blocked = []
    page.on("console", lambda m: blocked.append(m.text) if "Content Security Policy" in m.text else None)
    log_in(page, "demo-office")
    if language == "en":
        page.get_by_role("button", name="English").click()
    for name, path in PAGES.items():
        _resize(page, sizes[0])
        answer = page.goto(site.url + path)
        assert answer.status == (404 if name == "not-found" else 200), path
        expect(page.locator("main")).to_be_visible()
        for size in sizes:
            width = _resize(page, size)
            page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path}: wider than a {size}"
            draw(page, f"{name}-{size}-{language}")
    assert not blocked, blocked


def _resize(page, size):
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return width


@pytest.mark.parametrize("size", SIZES)
def test_the_forms_of_the_review_fit(site, page, log_in, size):
    width = _resize(page, size)
    log_in(page, "demo-office")
    page.goto(f"{site.url}/plans/imports/2")
    card = page.locator("#task-2")
    for field in ("title", "text", "lead", "deadline"):
        card.locator(f"[data-field={field}]").click()
        expect(card.locator(".pl-form")).to_be_visible()
        draw(page, f"review-form-{field}-{size}")
        card.get_by_role("button", name="取消").click()
        expect(card.locator(".pl-form")).to_have_count(0)
    card.locator("dd .pl-edit").last.click()
    expect(card.locator(".pl-rows")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    draw(page, f"review-form-quantities-{size}")
    for tab in ("单位", "方案信息", "更正记录"):
        page.get_by_role("tab", name=tab).click()
        draw(page, f"review-tab-{tab}-{size}")
    page.get_by_role("tab", name="方案信息").click()
    page.locator('#review-head [hx-get$="/head"]').click()
    expect(page.locator("#review-head .pl-form")).to_be_visible()
    draw(page, f"review-form-head-{size}")
