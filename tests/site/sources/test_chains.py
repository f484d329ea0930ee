"""A filing goes through its chain: who signs, in their turns, as the ledger's file says."""

import pytest

from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.sources import actions, reading
from lantian.site.sources.models import Listing, StepTaken
from lantian.site.sources.queries import signing
from tests.site.sources.conftest import paper, walk


@pytest.fixture
def site_of_works(district):
    """A construction site that has to be filed before it starts."""
    return actions.add_listing(
        System(),
        "construction_site",
        source={"name": "松溪安置房工地", "area": district.songxi},
        attributes={one.name: _value(one) for one in reading.ledger_of("construction_site").field if one.required},
    )


def _value(field):
    return field.choices[0].key if field.choices else field.example or 1


@pytest.mark.parametrize(
    ("ledger", "step", "proof", "arrives"),
    [("nrmm", "register", "", "registered"), ("boiler_start", "file", "report", "filed")],
)
def test_machines_and_starts_of_reserve_boilers_go_from_the_town_to_the_office(ledger, step, proof, arrives, district):
    rule = reading.ledger_of(ledger)
    given = {one.name: "2026-01-15" if one.type == "day" else _value(one) for one in rule.field if one.required}
    source = {"name": "松溪挖掘机", "area": district.songxi}
    listing = actions.add_listing(System(), ledger, source=source, attributes=given)
    shown = [actions.Shown(proof, paper())] if proof else []
    taken = actions.take_step(district.songxi_liaison, listing, step, shown=shown)
    assert (taken.state, taken.waits_for) == ("signing", "|office|")
    with pytest.raises(Refused):
        actions.sign_step(district.songxi_liaison, taken)
    actions.sign_step(district.air_office, taken)
    assert Listing.objects.get(pk=listing.pk).state == arrives
    assert all(one.clause for one in reading.signers_of(rule, step))


def filed(actor, listing):
    return actions.take_step(actor, listing, "file", shown=[actions.Shown("filing", paper())])


def waits_for(person):
    return set(signing.own(person).values_list("step", flat=True))


def test_a_site_is_filed_by_the_town_then_by_the_office(site_of_works, district):
    taken = filed(district.songxi_liaison, site_of_works)  # the town has signed with it
    assert (taken.state, taken.waits_for) == ("signing", "|office|")
    assert (waits_for(district.air_office), waits_for(district.songxi_liaison)) == ({"file"}, set())
    with pytest.raises(Refused):
        actions.sign_step(district.songxi_liaison, taken)
    with pytest.raises(WrongState):  # no start before it is filed
        walk(System(), site_of_works, "start")
    actions.sign_step(district.air_office, taken)
    site_of_works.refresh_from_db()
    assert site_of_works.state == "filed"
    assert [one.signer for one in taken.signatures.order_by("pk")] == ["town", "office"]


def test_nobody_signs_before_his_turn(site_of_works, district):
    taken = filed(district.air_office, site_of_works)
    assert (taken.waits_for, taken.signatures.count()) == ("|town|", 0)
    with pytest.raises(Refused):
        actions.sign_step(district.air_office, taken)
    actions.sign_step(district.songxi_liaison, taken)
    assert StepTaken.objects.get().waits_for == "|office|"


def test_whoever_refuses_gives_the_filing_back(site_of_works, district):
    taken = filed(district.songxi_liaison, site_of_works)
    with pytest.raises(Invalid):
        actions.sign_step(district.air_office, taken, agrees=False)
    actions.sign_step(district.air_office, taken, agrees=False, note="缺少渣土方案")
    assert (Listing.objects.get().state, StepTaken.objects.get().state) == ("found", "dropped")
    assert filed(district.songxi_liaison, site_of_works).state == "signing"  # and it may be filed again


def test_the_pages_say_whose_turn_it_is(site_of_works, district, site):
    browser = site.log_in(district.songxi_liaison)
    form = browser.get(f"/sources/listings/{site_of_works.pk}/steps/file").content.decode()
    assert "依次由 属地镇街 → 大气办备案 签字" in form
    filed(district.air_office, site_of_works)
    shown = browser.get(site_of_works.get_absolute_url()).content.decode()
    assert "待签" in shown
    assert "还没有轮到" in shown
    assert "松溪安置房工地" in browser.get("/sources/ledgers/signing").content.decode()
