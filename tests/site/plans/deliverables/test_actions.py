"""Deliverables: ordered, filed in parts, gathered, consented to, answered by the city, brought up to date."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lantian.site.core.deadlines import shifted
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.plans import actions, deliverable_panels
from lantian.site.plans.models import Deliverable, Filing, FilingReceipt
from lantian.site.plans.queries import deliverables as queries
from tests.site.plans.deliverables.conftest import DUE, gathered, ordered, paper, step
from tests.site.plans.progress.world import ZONE


def again(filing: Filing) -> Filing:
    return Filing.objects.get(pk=filing.pk)


def test_every_town_owes_one_of_its_own(folk: Any) -> None:
    made = ordered(folk)
    assert {f.unit for f in made.filings.filter(shape="part")} == {folk.north, folk.south}
    whole = made.filings.get(shape="whole")
    assert (whole.state, whole.turn) == ("gather", "parts")
    assert {f.due for f in made.filings.filter(shape="part")} == {DUE}
    assert whole.due == shifted(DUE, 5)


def test_without_each_the_owners_file_one(folk: Any) -> None:
    made = ordered(folk, each=False)
    one = made.filings.get()
    assert one.shape == "single"
    assert step(folk.south_liaison, one).state == "review", "any of the owners may file"
    assert "gather" not in [s.name for s in one.steps]


def test_the_whole_chain_with_consent(folk: Any) -> None:
    made = ordered(folk)
    whole = made.filings.get(shape="whole")
    with pytest.raises(Refused):
        step(folk.office, whole)
    whole = gathered(folk, made)
    assert whole.turn == "party"
    for who, state, turn in (
        (folk.trade_liaison, "office", "office"),
        (folk.office, "consent", "leader"),
        (folk.leader, "city", "outside"),
        (folk.office, "filed", ""),
    ):
        whole = step(who, whole)
        assert (whole.state, whole.turn) == (state, turn)
    receipt = whole.receipts.get(step="city")
    assert (receipt.number, receipt.on, receipt.files.get(kind="receipt").attachment.name) == (
        "演示〔2017〕1号",
        dt.date(2017, 9, 1),
        "回执.txt",
    )
    assert (whole.filed_on, whole.filed_version, whole.due) == (dt.date(2017, 9, 1), 1, None)
    assert AuditEvent.objects.filter(action="plans.filing.pass").count() == 8


def test_parts_are_asked_for_until_they_are_there(folk: Any) -> None:
    made = ordered(folk)
    whole = made.filings.get(shape="whole")
    with pytest.raises(Refused):
        step(folk.trade_liaison, whole)
    part = made.filings.get(unit=folk.north)
    step(folk.trade_liaison, step(folk.north_liaison, part))
    assert [p.unit for p in actions.missing(whole)] == [folk.south]
    actions.cancel_filing(folk.office, made.filings.get(unit=folk.south), reason="辖区内没有")
    assert again(whole).turn == "party", "what was cancelled holds nobody up"
    assert Notice.objects.filter(person=folk.trade_liaison, url=whole.get_absolute_url()).exists()


def test_what_is_returned_goes_one_back_or_to_the_owner_with_a_reason(folk: Any) -> None:
    whole = step(folk.office, step(folk.trade_liaison, gathered(folk, ordered(folk))))
    with pytest.raises(Invalid):
        actions.send_back(folk.leader, whole, reason=" ")
    whole = actions.send_back(folk.leader, whole, reason="请核对数量")
    assert whole.state == "office"
    whole = actions.return_to_owner(folk.office, whole, reason="请核对数量")
    assert whole.state == "gather"
    assert Notice.objects.get(person=folk.trade_liaison, kind="plans.filing_returned").body == "请核对数量"
    part = actions.return_to_owner(
        folk.trade_liaison, whole.deliverable.filings.get(unit=folk.north), reason="少报一家"
    )
    assert (part.state, again(whole).turn) == ("file", "parts")
    part = step(folk.north_liaison, part)
    assert part.version == 2
    assert [v.number for v in queries.versions(part, queries.receipts(part))] == [2, 1]


def test_a_gathered_part_is_not_returned_once_the_whole_is_under_way(folk: Any) -> None:
    whole = step(folk.trade_liaison, gathered(folk, ordered(folk)))
    with pytest.raises(Refused):
        actions.return_to_owner(folk.trade_liaison, whole.deliverable.filings.get(unit=folk.north), reason="晚了")


def test_an_update_walks_only_the_steps_that_the_chain_says(folk: Any) -> None:
    whole = gathered(folk, ordered(folk))
    for who in (folk.trade_liaison, folk.office, folk.leader, folk.office):
        whole = step(who, whole)
    part = whole.deliverable.filings.get(unit=folk.north)
    part = actions.renew_filing(folk.north_liaison, part)
    assert (part.state, part.round, part.filed_version) == ("file", 2, None)
    assert again(whole).state == "filed", "what is filed counts until the new one is"
    step(folk.trade_liaison, step(folk.north_liaison, part))
    whole = again(whole)
    assert (whole.state, whole.round, whole.turn) == ("gather", 2, "party")
    assert [s.name for s in whole.steps] == ["gather", "office", "city"], "consent is not asked again"
    step(folk.trade_liaison, whole)
    with pytest.raises(WrongState, match="汇总件"):
        actions.renew_filing(folk.north_liaison, again(part))
    whole = step(folk.office, step(folk.office, again(whole)))
    assert (whole.state, whole.filed_version) == ("filed", 2)


def test_a_sub_plan_gets_its_number_when_it_is_issued(folk: Any) -> None:
    made = ordered(folk, kind="subplan", chain="chain-subplan", owners=[folk.housing], each=False, parties={})
    one = made.filings.get()
    assert one.due == shifted(DUE, -10)
    for who in (folk.housing_liaison, folk.office, folk.leader):
        one = step(who, one)
    assert (one.state, one.due) == ("issue", DUE)
    with pytest.raises(Invalid, match="不收文件"):
        step(folk.trade_liaison, gathered_first(folk), files=[paper()])
    one = step(folk.housing_liaison, one, number="青住建发〔2017〕9号")
    assert Deliverable.objects.get(pk=made.pk).number == "青住建发〔2017〕9号"
    assert one.version == 2


def gathered_first(folk: Any) -> Filing:
    return step(folk.north_liaison, ordered(folk).filings.get(unit=folk.north))


def test_late_is_said_of_the_step_and_of_the_list(folk: Any, september: Any) -> None:
    made = ordered(folk)
    september.now = dt.datetime(2017, 9, 15, 9, 0, tzinfo=ZONE)
    assert not queries.deliverables(folk.office).get(pk=made.pk).n_late
    september.now = dt.datetime(2017, 9, 16, 9, 0, tzinfo=ZONE)
    row = queries.deliverables(folk.office).get(pk=made.pk)
    assert (row.n, row.n_done, row.n_late, queries.light_of(row).state) == (2, 0, 2, "overdue")
    assert list(queries.deliverables(folk.office).filter(queries.where_light("overdue"))) == [made]
    part = step(folk.north_liaison, made.filings.get(unit=folk.north))
    assert FilingReceipt.objects.get(filing=part).late


def test_two_at_once_one_wins(folk: Any) -> None:
    part = step(folk.north_liaison, ordered(folk).filings.get(unit=folk.north))
    seen = again(part)
    step(folk.trade_liaison, part)
    with pytest.raises((WrongState, Refused)):
        actions.pass_on(folk.trade_liaison, seen, actions.Given(signer="演示科长"))
    part = actions.return_to_owner(folk.trade_liaison, again(part), reason="再核")
    part = step(folk.north_liaison, part)
    with pytest.raises(WrongState, match="现在是"):
        actions.pass_on(folk.trade_liaison, seen, actions.Given(signer="演示科长"))


def test_a_bad_file_leaves_nothing_behind(folk: Any) -> None:
    part = ordered(folk).filings.get(unit=folk.north)
    with pytest.raises(Invalid):
        step(folk.north_liaison, part, files=[paper(), paper("坏.pdf", "不是PDF")])
    assert (again(part).state, again(part).version, FilingReceipt.objects.count()) == ("file", 0, 0)


def test_the_document_of_the_city_is_not_of_tomorrow(folk: Any) -> None:
    whole = gathered(folk, ordered(folk))
    for who in (folk.trade_liaison, folk.office, folk.leader):
        whole = step(who, whole)
    with pytest.raises(Invalid, match="日期"):
        step(folk.office, whole, on=dt.date(2017, 9, 2))


def test_a_ledger_is_filed_as_a_file(folk: Any, winter: Any) -> None:
    made = ordered(folk, plan=winter)
    part = step(folk.north_liaison, made.filings.get(unit=folk.north), files=[], export="plans.tasks")
    kept = part.receipts.get().files.get()
    assert kept.attachment.name == "演示秋冬季方案.xlsx"
    with pytest.raises(Invalid, match="台账"):
        step(folk.south_liaison, made.filings.get(unit=folk.south), files=[], export="nothing")


def test_the_office_orders_and_changes(folk: Any) -> None:
    with pytest.raises(Refused):
        actions.add_deliverable(
            folk.north_liaison, area=folk.area, kind="list", title="甲", chain="chain-office", owners=[folk.north]
        )
    with pytest.raises(Invalid, match="没有填报单位"):
        ordered(folk, owners=[])
    with pytest.raises(Invalid, match="流程"):
        ordered(folk, chain="chain-none")
    with pytest.raises(Invalid, match="不用于"):
        ordered(folk, chain="chain-subplan")
    for slip in (dt.date(1, 1, 1), dt.date(9999, 12, 31)):
        with pytest.raises(Invalid):
            ordered(folk, due=slip)
    made = ordered(folk, parties={})
    part = step(folk.north_liaison, made.filings.get(unit=folk.north))
    assert part.turn == "assign"
    with pytest.raises(Refused):
        step(folk.trade_liaison, part)
    with pytest.raises(Refused):
        actions.assign_parties(folk.trade_liaison, part, units=[folk.trade])
    assert actions.assign_parties(folk.office, part, units=[folk.housing]).turn == "party"
    later = DUE + dt.timedelta(days=31)
    with pytest.raises(Refused):
        actions.change_deliverable(folk.trade_liaison, made, title="乙", due=later)
    actions.change_deliverable(
        folk.office, made, title="乙", due=later, parties={"review": [folk.trade]}, outside={"city": "演示市办"}
    )
    assert again(part).due == shifted(later, 3)
    assert again(part).units_at("review") == [folk.trade.pk]
    assert str(made.filings.get(shape="whole").parties.get(step="city")) == "演示市办"


def test_another_unit_files_in_the_place_of_one_that_ended(folk: Any) -> None:
    made = ordered(folk, owners=[folk.north], each=False)
    one = actions.assign_parties(folk.office, made.filings.get(), units=[folk.south])
    assert one.unit == folk.south
    with pytest.raises(Refused):
        step(folk.north_liaison, one)
    assert step(folk.south_liaison, one).state == "review"
    both = ordered(folk)
    with pytest.raises(Invalid):
        actions.assign_parties(folk.office, both.filings.get(unit=folk.north), units=[folk.south])
    with pytest.raises(Invalid, match="一个单位"):
        actions.assign_parties(folk.office, both.filings.get(unit=folk.north), units=[folk.trade, folk.housing])
    with pytest.raises(Invalid, match="不能指定"):
        actions.assign_parties(folk.office, applied_back(folk), units=[folk.trade])


def applied_back(folk: Any) -> Filing:
    """An application that is its owner's again."""
    return actions.withdraw_filing(folk.first_firm, applied(folk))


def applied(folk: Any, who: Any = None, unit: Any = None, **given: Any) -> Filing:
    values = {
        "chain": "chain-exemption",
        "title": "演示民生工程",
        "text": "供热管网抢修",
        "files": [paper("申请书.txt")],
        "valid_from": dt.date(2017, 11, 20),
        "valid_to": dt.date(2017, 12, 20),
    }
    return actions.apply_for_exemption(who or folk.first_firm, unit or folk.firms[0], **(values | given))


def test_a_project_owner_applies_for_an_exemption(folk: Any) -> None:
    one = applied(folk)
    assert (one.state, one.turn, one.deliverable.applicant) == ("trade", "assign", folk.firms[0])
    assert one.deliverable.due == shifted(dt.date(2017, 9, 1), 15)
    one = actions.assign_parties(folk.office, one, units=[folk.housing])
    one = step(folk.housing_liaison, one)
    one = step(folk.leader, one)
    one = step(folk.office, one)
    assert one.state == "filed"
    assert Notice.objects.filter(person=folk.first_firm, kind="plans.filing_ended").exists()
    with pytest.raises(WrongState):
        actions.renew_filing(folk.first_firm, one)


def test_an_application_can_be_refused_for_good(folk: Any) -> None:
    one = actions.assign_parties(folk.office, applied(folk), units=[folk.housing])
    with pytest.raises(Refused):
        actions.refuse_filing(folk.first_firm, one, reason="x")
    one = actions.refuse_filing(folk.housing_liaison, one, reason="不属于民生工程")
    assert (one.state, one.turn) == ("refused", "")
    with pytest.raises((WrongState, Refused)):
        step(folk.leader, one)


def test_an_application_says_when(folk: Any) -> None:
    for wrong in ({"valid_to": dt.date(2017, 8, 1)}, {"valid_from": None}, {"text": " "}, {"files": []}, {"title": ""},
                  {"valid_from": dt.date(2018, 1, 1)}):  # fmt: skip
        with pytest.raises(Invalid):
            applied(folk, **wrong)
    assert not Deliverable.objects.exists(), "nothing is left behind"


def test_a_firm_applies_and_sees_for_itself_alone(folk: Any) -> None:
    with pytest.raises(Refused):
        applied(folk, folk.second_firm, folk.firms[0])
    with pytest.raises(Refused):
        applied(folk, folk.auditor, folk.firms[0])
    one = applied(folk)
    ordered(folk)
    for who, seen in ((folk.first_firm, [one]), (folk.second_firm, []), (folk.north_liaison, None)):
        found = list(Filing.objects.visible_to(who))
        assert found == seen if seen is not None else one not in found
    assert list(queries.deliverables(folk.first_firm)) == [one.deliverable]
    assert not queries.deliverables(folk.second_firm).exists()


def test_towns_do_not_see_each_others(folk: Any) -> None:
    made = ordered(folk)
    seen = {who: set(Filing.objects.visible_to(getattr(folk, who)).values_list("unit__name", flat=True))
            for who in ("north_liaison", "south_liaison", "housing_liaison", "office", "auditor")}  # fmt: skip
    assert seen["north_liaison"] == {folk.north.name}
    assert seen["south_liaison"] == {folk.south.name}
    assert seen["housing_liaison"] == set()
    assert seen["office"] == seen["auditor"] == {folk.north.name, folk.south.name, None}
    assert made.filings.count() == 3


def test_what_waits_for_whom(folk: Any) -> None:
    made = ordered(folk)
    north, whole = made.filings.get(unit=folk.north), made.filings.get(shape="whole")
    assert list(queries.waiting_for(folk.north_liaison)) == [north]
    assert not queries.waiting_for(folk.trade_liaison)
    step(folk.north_liaison, north)
    assert list(queries.waiting_for(folk.trade_liaison)) == [north]
    whole = step(folk.office, step(folk.trade_liaison, gathered_rest(folk, made, whole)))
    assert list(queries.waiting_for(folk.leader)) == [whole]
    line = next(iter(deliverable_panels.lines(folk.leader)))
    assert line.count == 1
    assert "政府同意" in str(line.rows[0].title)
    assert not queries.waiting_for(folk.auditor)


def gathered_rest(folk: Any, made: Deliverable, whole: Filing) -> Filing:
    step(folk.trade_liaison, made.filings.get(unit=folk.north))
    south = made.filings.get(unit=folk.south)
    step(folk.trade_liaison, step(folk.south_liaison, south))
    return again(whole)


def test_reminders_come_once(folk: Any, september: Any) -> None:
    ordered(folk)
    september.now = dt.datetime(2017, 9, 12, 9, 0, tzinfo=ZONE)
    first = deliverable_panels.remind(september.now, lambda share: None)
    assert first["notices"] == 2
    told = Notice.objects.filter(kind="plans.filing_due")
    assert {n.person for n in told} == {folk.north_liaison, folk.south_liaison}
    deliverable_panels.remind(september.now, lambda share: None)
    assert told.count() == 2
    september.now = dt.datetime(2017, 9, 22, 9, 0, tzinfo=ZONE)
    deliverable_panels.remind(september.now, lambda share: None)
    assert told.filter(title__startswith="逾期").count() == 2
