"""Later dates, exemptions, and closing a task on evidence (对账销号)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.models import AuditEvent, Notice
from lantian.site.org.register import Register
from lantian.site.plans import actions
from lantian.site.plans.models import Task
from lantian.site.plans.queries import progress as queries
from tests.site.plans.progress.world import TODAY, asked, closing, photo

# Later dates, exemptions


def test_a_granted_extension_moves_the_date_and_not_the_words(campaign: Any) -> None:
    due, words = campaign.trucks.due, campaign.trucks.deadline_text
    request = actions.grant_extension(campaign.office, asked(campaign))
    task = Task.objects.get(pk=campaign.trucks.pk)
    assert (task.due, request.old_due) == (due + dt.timedelta(days=20), due)
    assert task.deadline_text == words
    assert Notice.objects.filter(kind="plans.extension_decided", person=campaign.bureau_liaison).exists()


def test_a_long_extension_needs_the_leaders_consent(campaign: Any) -> None:
    request = asked(campaign, until=campaign.trucks.due + dt.timedelta(days=60))
    with pytest.raises(WrongState, match="领导同意"):
        actions.grant_extension(campaign.office, request)
    request = actions.forward_extension(campaign.office, request)
    with pytest.raises(Refused):
        actions.consent_extension(campaign.office, request)
    request = actions.consent_extension(campaign.leader, request)
    assert actions.grant_extension(campaign.office, request).state == "granted"


def test_an_exemption_takes_the_unit_from_the_list(campaign: Any) -> None:
    request = actions.ask_extension(
        campaign.south_liaison, campaign.trucks, campaign.south, kind="exemption", text="辖区无老旧货车", until=None
    )
    request = actions.forward_extension(campaign.office, request)
    request = actions.consent_extension(campaign.leader, request)
    actions.grant_extension(campaign.office, request)
    window = queries.current(campaign.cycle, TODAY)
    assert window is not None
    found = queries.cells(campaign.cycle, window, Register())
    assert [c.state for c in found if c.task == campaign.trucks and c.unit == campaign.south.pk] == ["exempt"]


def test_requests_are_checked(campaign: Any) -> None:
    with pytest.raises(Invalid):
        asked(campaign, text=" ")
    with pytest.raises(Invalid):
        asked(campaign, until=campaign.trucks.due)
    asked(campaign)
    with pytest.raises(Invalid, match="同类申请"):
        asked(campaign)
    with pytest.raises(Refused):
        actions.ask_extension(
            campaign.north_liaison, campaign.trucks, campaign.bureau, kind="extension", text="x", until=TODAY
        )


# 对账销号


def test_closing_needs_the_evidence_that_the_rule_names(campaign: Any) -> None:
    assert actions.needed(campaign.trucks) == ("photo", "acceptance")
    with pytest.raises(Invalid, match="验收材料"):
        closing(campaign, [photo()])
    assert Task.objects.get(pk=campaign.trucks.pk).state == "open"
    assert closing(campaign).evidence.count() == 2
    assert Task.objects.get(pk=campaign.trucks.pk).state == "closing"


def test_a_task_is_closed_with_a_signature_and_can_be_reopened(campaign: Any) -> None:
    request = closing(campaign)
    with pytest.raises(Invalid):
        actions.close_task(campaign.office, request, signer="")
    request = actions.close_task(campaign.office, request, signer="演示科长")
    task = Task.objects.get(pk=campaign.trucks.pk)
    assert (task.state, task.closed_on, request.signer) == ("closed", TODAY, "演示科长")
    event = AuditEvent.objects.get(action="plans.task.close")
    assert event.after["signer"] == "演示科长"
    with pytest.raises(Invalid):
        actions.reopen_task(campaign.office, request, reason="")
    actions.reopen_task(campaign.office, request, reason="复查发现未拆除")
    task.refresh_from_db()
    assert (task.state, task.closed_on) == ("open", None)


def test_a_returned_closing_opens_the_task_again(campaign: Any) -> None:
    request = actions.return_closing(campaign.office, closing(campaign), reason="照片看不清")
    assert request.outcome == "returned"
    assert Task.objects.get(pk=campaign.trucks.pk).state == "open"
    with pytest.raises(WrongState):
        actions.close_task(campaign.office, request, signer="演示科长")


@pytest.mark.parametrize("who", ["bureau_liaison", "leader", "auditor"])
def test_only_the_air_office_closes(campaign: Any, who: str) -> None:
    request = closing(campaign)
    with pytest.raises(Refused):
        actions.close_task(getattr(campaign, who), request, signer="演示科长")


def test_a_closed_task_is_not_asked_about(campaign: Any) -> None:
    actions.close_task(campaign.office, closing(campaign), signer="演示科长")
    Task.objects.filter(pk=campaign.trucks.pk).update(closed_on=dt.date(2026, 3, 31))
    window = queries.current(campaign.cycle, TODAY)
    assert window is not None
    assert not [c for c in queries.cells(campaign.cycle, window, Register()) if c.task == campaign.trucks]
