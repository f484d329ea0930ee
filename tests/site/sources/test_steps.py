"""Steps of listings: with their proof, signed by all who must, never from the wrong state or by the wrong person."""

import datetime as dt
from types import SimpleNamespace

import pytest

from lantian import ledgers
from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.sources import actions, reading
from lantian.site.sources.actions import Shown
from lantian.site.sources.models import ProofShown, StepTaken
from lantian.site.sources.queries import signing
from tests.site.sources.conftest import paper, photo, walk


def test_a_boiler_is_closed_only_on_its_proof(boiler, district):
    town, office = district.songxi_liaison, district.air_office
    walk(town, boiler, "list")
    with pytest.raises(Invalid) as refused:
        actions.take_step(town, boiler, "take_down")
    assert set(refused.value.fields) == {"chimney", "flue"}
    actions.take_step(town, boiler, "take_down", shown=[Shown("flue", photo())])  # one of the group is enough
    boiler.refresh_from_db()
    with pytest.raises(Invalid) as refused:
        actions.take_step(office, boiler, "close")
    assert set(refused.value.fields) == {"deregistered"}
    actions.take_step(office, boiler, "close", shown=[Shown("deregistered", paper())])
    boiler.refresh_from_db()
    assert (boiler.state, boiler.means) == ("closed", "done")
    assert [one.step for one in boiler.steps.all()] == ["close", "take_down", "list"]
    assert audit.events_of(boiler)[0].facts["step"] == "close"


def test_a_photo_tells_when_and_how_far_away_it_was_taken(boiler, district):
    walk(district.songxi_liaison, boiler, "list", "take_down")
    proof = ProofShown.objects.filter(taken__step="take_down").first()
    assert proof.at.date() == dt.date(2026, 1, 15)
    assert not proof.told
    assert proof.distance == pytest.approx(85, abs=5)


def test_a_photo_without_a_time_needs_one_that_a_person_says(boiler, district):
    walk(district.songxi_liaison, boiler, "list")
    bare = Shown("flue", photo(taken=""))
    with pytest.raises(Invalid, match="拍摄时间"):
        actions.take_step(district.songxi_liaison, boiler, "take_down", shown=[bare])
    said = Shown("flue", photo(taken=""), at=dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC))
    actions.take_step(district.songxi_liaison, boiler, "take_down", shown=[said])
    assert ProofShown.objects.get(name="flue").told


def test_a_photo_must_be_one(boiler, district):
    walk(district.songxi_liaison, boiler, "list")
    with pytest.raises(Invalid) as refused:
        actions.take_step(district.songxi_liaison, boiler, "take_down", shown=[Shown("flue", paper())])
    assert list(refused.value.fields) == ["flue"], "said at the proof, of which a step may have several"
    assert boiler.steps.count() == 1


def test_steps_from_the_wrong_state_by_the_wrong_person_change_nothing(boiler, district):
    with pytest.raises(WrongState, match="已发现"):
        actions.take_step(district.air_office, boiler, "close", shown=[Shown("deregistered", paper())])
    with pytest.raises(Refused):
        actions.take_step(district.water_liaison, boiler, "list")
    with pytest.raises(Refused):
        actions.take_step(district.leader, boiler, "list")
    with pytest.raises(Invalid, match="必填"):
        actions.take_step(district.air_office, boiler, "remove")
    boiler.refresh_from_db()
    assert boiler.state == "found"
    assert boiler.steps.count() == 0


LIVES = sorted({one.life for one in ledgers.all_ledgers()})


@pytest.mark.parametrize("life", LIVES)
def test_no_cell_of_a_life_cycle_leads_where_the_table_does_not(life):
    """Every step from every state: the table's row is taken, all others are refused."""
    ledger = next(one for one in ledgers.all_ledgers() if one.life == life)
    cycle = reading.life_cycle(reading.life(ledger))
    for state, name, row in cycle.cells():
        listing = SimpleNamespace(state=state)
        if row is None:
            with pytest.raises(WrongState):
                cycle.find(listing, name)
        else:
            assert cycle.find(listing, name).target == row.target


def test_joint_acceptance_waits_for_the_last_signature(polluter, district):
    town, office = district.songxi_liaison, district.air_office
    walk(town, polluter, "list", "stop", "rectify", "self_check")
    taken = walk(town, polluter, "accept")
    assert (taken.state, polluter.state) == ("signing", "self_checked")
    assert [one.signer for one in taken.signatures.all()] == ["town"]
    assert list(signing.own(office)) == [taken]
    assert not signing.own(town).exists()
    assert not signing.own(district.water_liaison).exists()
    with pytest.raises(WrongState, match="会签"):
        actions.take_step(town, polluter, "return", reason="再看")
    with pytest.raises(Refused):
        actions.sign_step(town, taken)  # has signed
    with pytest.raises(Refused):
        actions.sign_step(district.water_liaison, taken)
    done = actions.sign_step(office, taken)
    polluter.refresh_from_db()
    assert (done.state, polluter.state, polluter.means) == ("taken", "accepted", "done")
    with pytest.raises((WrongState, Refused)):
        actions.sign_step(office, taken)


def test_who_does_not_agree_says_why_and_it_stays_where_it_is(polluter, district):
    walk(district.songxi_liaison, polluter, "list", "stop", "rectify", "self_check")
    taken = walk(district.songxi_liaison, polluter, "accept")
    with pytest.raises(Invalid, match="意见"):
        actions.sign_step(district.air_office, taken, agrees=False)
    actions.sign_step(district.air_office, taken, agrees=False, note="设备还在")
    polluter.refresh_from_db()
    assert polluter.state == "self_checked"
    assert StepTaken.objects.get(pk=taken.pk).state == "dropped"
    again = walk(district.songxi_liaison, polluter, "accept")
    assert again.state == "signing"


def test_a_step_that_waits_can_be_taken_back(polluter, district):
    walk(district.songxi_liaison, polluter, "list", "stop", "rectify", "self_check")
    taken = walk(district.songxi_liaison, polluter, "accept")
    with pytest.raises(Refused):
        actions.drop_step(district.water_liaison, taken, reason="错")
    with pytest.raises(Invalid):
        actions.drop_step(district.songxi_liaison, taken, reason=" ")
    assert actions.drop_step(district.songxi_liaison, taken, reason="材料不全").state == "dropped"
    with pytest.raises(WrongState):
        actions.drop_step(district.songxi_liaison, taken, reason="再撤")


def test_what_revives_is_listed_again(polluter, district):
    office = district.air_office
    walk(System(), polluter, "list", "stop", "rectify", "self_check")
    taken = actions.take_step(System(), polluter, "accept", shown=[Shown("acceptance", paper())])
    for who in (district.songxi_liaison, office):
        taken = actions.sign_step(who, taken) if taken.state == "signing" else taken
    polluter.refresh_from_db()
    walk(office, polluter, "close", "recheck", "reopen", "list")
    assert (polluter.state, polluter.means) == ("listed", "open")
