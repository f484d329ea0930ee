"""The list of a ledger on its way through its chain: frozen as it stands, gathered, compared; late ones are found."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent
from lantian.site.core.policy import System
from lantian.site.plans import actions
from lantian.site.plans.actions import Given
from lantian.site.plans.filed_panels import late_filings
from lantian.site.plans.models import FiledList, Filing
from lantian.site.sources import actions as sources
from tests.site.kept import kept
from tests.site.plans.deliverables.conftest import ordered, step
from tests.site.plans.deliverables.test_pages import browser, text
from tests.site.plans.progress.world import ZONE

SYSTEM = System()
LEDGER = "retained_coal_boiler"


def boiler(area: Any, name: str, capacity: float) -> Any:
    attributes = {"capacity": capacity, "person": "赵某某"}
    return sources.add_listing(SYSTEM, LEDGER, source={"name": name, "area": area}, attributes=attributes)


@pytest.fixture
@kept
def boilers(folk: Any) -> list[Any]:
    """Two boilers in the north, one in the south."""
    north, south = folk.north.area, folk.south.area
    return [boiler(north, "北桥一号锅炉", 20), boiler(north, "北桥二号锅炉", 15), boiler(south, "南桥锅炉", 40)]


@pytest.fixture
@kept
def filed(folk: Any, boilers: Any) -> Filing:
    """Both towns' lists reviewed and gathered; the whole waits for the air office."""
    made = ordered(folk, ledger=LEDGER, title="演示保留锅炉清单")
    for unit, who in ((folk.north, folk.north_liaison), (folk.south, folk.south_liaison)):
        part = made.filings.get(unit=unit)
        step(who, part, files=[])
        step(folk.trade_liaison, part)
    return step(folk.trade_liaison, made.filings.get(shape="whole"), files=[])


def through(folk: Any, filing: Filing) -> Filing:
    for who in (folk.office, folk.leader, folk.office):
        filing = step(who, filing)
    return filing


def names(one: FiledList) -> list[str]:
    return [row["zh"][0] for row in one.rows]


def test_each_town_files_its_own_and_the_whole_holds_what_they_filed(folk: Any, boilers: Any, filed: Filing) -> None:
    north, south, whole = FiledList.objects.order_by("pk")
    assert (names(north), names(south)) == (["北桥一号锅炉", "北桥二号锅炉"], ["南桥锅炉"])
    assert sorted(names(whole)) == sorted([*names(north), *names(south)])
    assert (whole.count, whole.sums[0]["total"], whole.sums[0]["name"]) == (3, 75, "capacity")
    assert "赵" not in str(whole.rows)
    told = AuditEvent.objects.filter(action="plans.filing.pass").order_by("-pk").first()
    assert told.facts["filed"] == {"ledger": LEDGER, "count": 3, "sha256": whole.sha256}


def test_the_page_of_a_ledger_that_is_filed_is_bounded(folk: Any, boilers: Any, filed: Filing) -> None:
    for who in (folk.office, folk.north_liaison):
        assert "演示保留锅炉清单" in text(browser(who), f"/sources/ledgers/{LEDGER}")


def test_what_comes_later_is_not_in_what_was_filed(folk: Any, boilers: Any, filed: Filing) -> None:
    done = through(folk, filed)
    assert done.state == "filed"
    boiler(folk.south.area, "南桥新锅炉", 10)
    sources.change_listing(SYSTEM, boilers[0], attributes={"capacity": 25})
    whole = FiledList.objects.get(receipt__filing=done)
    assert (whole.count, whole.counts, whole.sums[0]["total"]) == (3, True, 75)
    shown = text(browser(folk.leader), whole.get_absolute_url())
    assert "报送时 3 条，现在 4 条" in shown
    assert "南桥新锅炉" in shown
    ledger = text(browser(folk.office), f"/sources/ledgers/{LEDGER}")
    assert "现在 4 条" in ledger
    assert "今年须在" in ledger
    assert "今年须在" not in text(browser(folk.first_firm), f"/sources/ledgers/{LEDGER}")


def test_a_new_version_follows_with_the_parts_that_changed(folk: Any, boilers: Any, filed: Filing) -> None:
    done = through(folk, filed)
    boiler(folk.south.area, "南桥新锅炉", 10)
    south = Filing.objects.get(deliverable=done.deliverable_id, unit=folk.south)
    actions.renew_filing(folk.south_liaison, south)
    step(folk.south_liaison, south, files=[])
    step(folk.trade_liaison, south)
    again = step(folk.trade_liaison, done, files=[])
    first, second = FiledList.objects.filter(receipt__filing=done).order_by("pk")
    assert (first.count, second.count, first.counts, second.counts) == (3, 4, True, False)
    for who in (folk.office, folk.office):
        again = step(who, again)
    assert [one.counts for one in FiledList.objects.filter(receipt__filing=again).order_by("pk")] == [False, True]


def test_who_may_file_and_when(folk: Any, boilers: Any) -> None:
    part = ordered(folk, ledger=LEDGER).filings.get(unit=folk.north)
    with pytest.raises(Refused):
        actions.pass_on(folk.south_liaison, part, Given())
    with pytest.raises(WrongState, match="变化"):
        actions.pass_on(folk.north_liaison, part, Given(seen="of another list"))
    assert not FiledList.objects.exists()
    actions.pass_on(folk.north_liaison, part, Given())
    with pytest.raises(Refused):  # it is not his turn any more
        actions.pass_on(folk.north_liaison, part, Given())
    assert FiledList.objects.count() == 1


@pytest.mark.parametrize(("kind", "chain", "ledger"), [("list", "chain-office", "nothing"),
                                                       ("subplan", "chain-office", LEDGER)])  # fmt: skip
def test_only_lists_file_a_ledger_that_is_there(kind: str, chain: str, ledger: str, folk: Any) -> None:
    with pytest.raises(Invalid):
        ordered(folk, kind=kind, chain=chain, ledger=ledger)


def test_one_that_departments_file_together_is_of_the_whole_district(folk: Any, boilers: Any) -> None:
    made = ordered(folk, ledger=LEDGER, owners=[folk.trade], each=False, chain="chain-office", parties={})
    step(folk.trade_liaison, made.filings.get(), files=[])
    assert FiledList.objects.get().count == 3


def test_the_pages_show_what_will_be_and_what_was_filed(folk: Any, boilers: Any) -> None:
    part = ordered(folk, ledger=LEDGER).filings.get(unit=folk.north)
    client = browser(folk.north_liaison)
    page = text(client, part.get_absolute_url())
    assert "现在 2 条" in page
    assert "北桥一号锅炉" in text(client, f"/plans/filings/{part.pk}/list")
    seen = page.split('name="seen_list" value="')[1].split('"')[0]
    client.post(f"/plans/filings/{part.pk}/pass", {"seen": "file.0.1", "seen_list": seen, "text": ""})
    one = FiledList.objects.get()
    assert "清单 2 条" in text(client, part.get_absolute_url())
    assert "北桥二号锅炉" in text(client, one.get_absolute_url())
    assert one.sha256[:16] in text(client, f"/plans/ledgers/{LEDGER}/filings")
    sheet = load_workbook(BytesIO(client.get(f"{one.get_absolute_url()}?export=xlsx").content)).active
    assert sheet.max_row >= 3
    told = Document(BytesIO(client.get(f"{one.get_absolute_url()}/docx").content))
    assert "共 2 条" in "".join(paragraph.text for paragraph in told.paragraphs)
    for path in (one.get_absolute_url(), f"{one.get_absolute_url()}/docx", f"/plans/filings/{part.pk}/list"):
        assert browser(folk.south_liaison).get(path).status_code == 404
    FiledList.objects.update(count=2, rows=one.rows[:1])
    assert "被改动过" in text(client, one.get_absolute_url())


def test_the_office_orders_a_filing_from_the_ledger(folk: Any, boilers: Any) -> None:
    client = browser(folk.office)
    address = text(client, f"/plans/ledgers/{LEDGER}/filings").split('class="btn btn-primary" href="')[1].split('"')[0]
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert 'value="retained_coal_boiler" selected' in form
    assert 'value="chain-list-consent" selected' in form
    assert "2017-10-15" in form


def test_a_list_that_is_not_filed_by_its_day_is_found(folk: Any, boilers: Any, september: Any) -> None:
    assert list(late_filings(dt.date(2017, 10, 15))) == []
    hits = list(late_filings(dt.date(2017, 10, 16)))
    assert [one.key for one in hits] == [f"{LEDGER}-2017"]
    made = ordered(folk, ledger=LEDGER, due=dt.date(2017, 10, 15))
    september.now = dt.datetime(2017, 10, 17, 9, 0, tzinfo=ZONE)
    keys = {f"{one.pk}-1-file" for one in made.filings.filter(shape="part")}
    assert {one.key for one in late_filings(dt.date(2017, 10, 17))} == keys
    step(folk.north_liaison, made.filings.get(unit=folk.north), files=[])
    assert len(list(late_filings(dt.date(2017, 10, 17)))) == 1
