"""Pages of deliverables: lists with lights and filters, the chain with its forms, exports, who is offered what."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lantian.site.plans.models import Deliverable, Filing
from tests.site.kept import kept
from tests.site.plans.deliverables.conftest import gathered, ordered, paper, step
from tests.site.plans.deliverables.test_actions import applied

MOST = 15


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def text(client: Client, path: str) -> str:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(path)
    assert response.status_code == 200, path
    assert len(asked) <= MOST, (path, len(asked))
    return response.content.decode()


@pytest.fixture
@kept
def many(folk: Any, winter: Any) -> list[Deliverable]:
    """Thirty lists at several steps."""
    made = [ordered(folk, plan=winter, title=f"演示清单{k}") for k in range(30)]
    for one in made[:5]:
        step(folk.trade_liaison, gathered(folk, one))
    return made


def test_the_list_shows_lights_owners_and_steps(folk: Any, many: Any) -> None:
    page = text(browser(folk.office), "/plans/deliverables")
    assert "演示清单29" in page
    assert "2/2" in page
    assert "0/2" in page
    assert "大气办审核" in page
    assert "待各单位报齐" in page
    assert "演示清单7" not in text(browser(folk.office), "/plans/deliverables?q=清单8")
    assert "没有符合条件" in text(browser(folk.office), "/plans/deliverables?light=overdue")
    assert "没有符合条件" in text(browser(folk.office), "/plans/deliverables?kind=subplan")


def test_the_filings_say_what_waits_where(folk: Any, many: Any) -> None:
    page = text(browser(folk.office), "/plans/filings?turn=office")
    assert page.count("大气办审核") >= 5
    assert "待大气办" in page
    mine = text(browser(folk.north_liaison), "/plans/filings?mine=on")
    assert folk.south.name not in mine
    assert text(browser(folk.office), f"/plans/filings?unit={folk.trade.pk}")


def test_lists_leave_as_files(folk: Any, many: Any) -> None:
    for path, head in (("/plans/deliverables", "名称"), ("/plans/filings", "在谁手里")):
        response = browser(folk.office).get(f"{path}?export=xlsx")
        sheet = load_workbook(BytesIO(response.content)).active
        assert head in [cell.value for cell in sheet[1]]
        assert sheet.max_row > 30


@pytest.mark.parametrize("who", ["north_liaison", "trade_liaison", "office", "leader", "auditor", "duty"])
def test_every_page_opens_within_the_budget(folk: Any, many: Any, who: str) -> None:
    client = browser(getattr(folk, who))
    for path in ("/plans/deliverables", "/plans/filings", many[0].get_absolute_url(), many[9].get_absolute_url(), "/"):
        text(client, path)
    for one in Filing.objects.visible_to(getattr(folk, who))[:3]:
        text(client, one.get_absolute_url())
    text(client, f"/panels/plans.plan.deliverables/{many[0].plan_id}")


def test_the_form_asks_for_what_the_step_needs(folk: Any) -> None:
    part = ordered(folk).filings.get(unit=folk.north)
    page = text(browser(folk.north_liaison), part.get_absolute_url())
    assert 'name="files"' in page
    assert 'name="number"' not in page
    assert 'name="files"' not in text(browser(folk.office), part.get_absolute_url())
    client = browser(folk.north_liaison)
    seen = "file.0.1"
    refused = client.post(f"{part.get_absolute_url()}/pass", {"seen": seen})
    assert refused.status_code == 400
    assert "请选择文件" in refused.content.decode()
    assert client.post(f"{part.get_absolute_url()}/pass", {"seen": seen, "files": [paper()]}).status_code == 302
    assert Filing.objects.get(pk=part.pk).state == "review"
    again = client.post(f"{part.get_absolute_url()}/pass", {"seen": seen, "files": [paper()]})
    assert again.status_code == 409
    assert "已经办理过" in again.content.decode()


def test_a_return_is_shown_with_its_reason_and_mended(folk: Any) -> None:
    part = step(folk.north_liaison, ordered(folk).filings.get(unit=folk.north))
    response = browser(folk.trade_liaison).post(f"{part.get_absolute_url()}/return", {"reason": "少报一家企业"})
    assert response.status_code == 302
    page = text(browser(folk.north_liaison), part.get_absolute_url())
    assert "少报一家企业" in page
    assert browser(folk.trade_liaison).post(f"{part.get_absolute_url()}/return", {"reason": "x"}).status_code == 403
    assert browser(folk.office).post(f"{part.get_absolute_url()}/nothing").status_code == 404


def test_files_are_for_those_who_see_the_filing(folk: Any) -> None:
    part = step(folk.north_liaison, ordered(folk).filings.get(unit=folk.north))
    file = part.receipts.get().files.get()
    for who, status in ((folk.north_liaison, 200), (folk.trade_liaison, 200), (folk.office, 200),
                        (folk.south_liaison, 404), (folk.first_firm, 404)):  # fmt: skip
        assert browser(who).get(f"/plans/filing-files/{file.pk}").status_code == status
        assert browser(who).get(part.get_absolute_url()).status_code == status


def test_the_office_orders_one_with_the_form(folk: Any, winter: Any) -> None:
    client = browser(folk.office)
    page = text(client, f"/plans/deliverables/new?plan={winter.pk}&chain=chain-list-consent&quote=各镇街建立清单")
    assert 'name="party-review"' in page
    assert "各镇街建立清单" in page
    given = {
        "title": "演示清单", "kind": "list", "plan": winter.pk, "owners": [folk.group.pk], "each": "on",
        "due": "2017-09-15", "chain": "chain-list-consent", "party-review": [folk.trade.pk],
        "party-gather": [folk.trade.pk], "outside-city": "演示市办",
    }  # fmt: skip
    assert client.post("/plans/deliverables/new", given | {"title": ""}).status_code == 200
    other = client.post("/plans/deliverables/new", given | {"chain": "chain-office", "again": "1"}).content.decode()
    assert 'name="party-review"' not in other
    assert not Deliverable.objects.exists()
    response = client.post("/plans/deliverables/new", given)
    made = Deliverable.objects.get()
    assert response["Location"] == made.get_absolute_url()
    assert made.filings.count() == 3
    changed = {"title": "改名", "due": "2017-10-15", "party-review": [folk.housing.pk], "outside-city": "演示指挥部"}
    assert client.post(f"{made.get_absolute_url()}/edit", changed).status_code == 302
    assert made.filings.get(unit=folk.north).units_at("review") == [folk.housing.pk]
    assert "改名" in text(client, f"{made.get_absolute_url()}/edit")


def test_panels_show_what_is_owed(folk: Any, many: Any, winter: Any) -> None:
    client = browser(folk.office)
    of_plan, of_unit = f"/panels/plans.plan.deliverables/{winter.pk}", f"/panels/plans.unit.filings/{folk.trade.pk}"
    assert f'hx-get="{of_plan}"' in text(client, f"/plans/{winter.pk}")
    assert "演示清单0" in text(client, of_plan)
    assert f'hx-get="{of_unit}"' in client.get(f"/units/{folk.trade.pk}").content.decode()
    page = text(client, of_unit)
    assert "演示清单9" in page
    assert "待办理的报送件" in text(browser(folk.north_liaison), "/")


def test_two_firms_each_find_their_own_application_alone(folk: Any) -> None:
    own = applied(folk, title="甲的工程")
    other = applied(folk, folk.second_firm, folk.firms[1], title="乙的工程")
    ordered(folk, title="演示内部清单")
    client = browser(folk.first_firm)
    pages = ["/", "/plans/deliverables", "/plans/filings", "/plans/filings/apply", own.get_absolute_url(),
             own.deliverable.get_absolute_url()]  # fmt: skip
    told = "".join(text(client, path) for path in pages)
    assert "甲的工程" in told
    for foreign in ("乙的工程", "演示内部清单", folk.firms[1].name, folk.north.name, folk.trade.name):
        assert foreign not in told, foreign
    for foreign in (other.get_absolute_url(), other.deliverable.get_absolute_url()):
        assert client.get(foreign).status_code == 404
    assert client.post(f"{other.get_absolute_url()}/withdraw").status_code == 404
    assert client.get("/plans/deliverables/new").status_code == 403


def test_a_firm_applies_with_the_form(folk: Any) -> None:
    client = browser(folk.first_firm)
    given = {"chain": "chain-exemption", "unit": folk.firms[0].pk, "title": "抢修", "valid_from": "2017-11-20",
             "valid_to": "2017-12-01", "text": "供热", "files": [paper()]}  # fmt: skip
    assert (
        client.post("/plans/filings/apply", given | {"unit": folk.firms[1].pk, "files": [paper()]}).status_code == 200
    )
    assert not Filing.objects.exists()
    assert client.post("/plans/filings/apply", given | {"files": [paper()]}).status_code == 302
    one = Filing.objects.get()
    page = text(browser(folk.office), one.get_absolute_url())
    assert "指定审核部门" in page
    assert browser(folk.office).post(f"{one.get_absolute_url()}/assign", {"units": [folk.trade.pk]}).status_code == 302
    assert Filing.objects.get().turn == "party"
