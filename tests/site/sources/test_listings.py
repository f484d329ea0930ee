"""Sources on ledgers: entered, changed, who may, who sees, what is masked, what is indexed."""

import pytest

from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.sources import actions, fields, reading, states
from lantian.site.sources.models import Listing, ListingValue, Source, YearlyValues
from lantian.site.sources.queries import boards, listings
from tests.site.conftest import person


def test_a_town_lists_what_lies_in_it_and_keeps_it(boiler, district):
    assert (boiler.state, boiler.means, boiler.keeper) == ("found", "open", district.songxi_town)
    assert boiler.attributes["capacity"] == 4.0
    assert boiler.attributes["use"] == "heating"
    event = audit.events_of(boiler.source)[0]
    assert event.action == "sources.listing.add"
    assert {one["kind"] for one in event.facts["differences"]} == {"sources.listing"}


@pytest.mark.parametrize("who", ["leader", "nobody", "water_liaison"])
def test_others_list_nothing_there(district, who):
    with pytest.raises(Refused):
        actions.add_listing(
            getattr(district, who),
            "coal_boiler",
            source={"name": "甲", "area": district.songxi},
            attributes={"capacity": 1},
        )
    assert Source.objects.count() == Listing.objects.count() == 0


def test_a_town_lists_nothing_in_another_town(district):
    with pytest.raises(Refused):
        actions.add_listing(
            district.songxi_liaison,
            "coal_boiler",
            source={"name": "甲", "area": district.liuwan},
            attributes={"capacity": 1},
        )


@pytest.mark.parametrize(
    ("attributes", "where"),
    [
        ({}, "capacity"),
        ({"capacity": "约十吨"}, "capacity"),
        ({"capacity": -1}, "capacity"),
        ({"capacity": 1, "use": "烤火"}, "use"),
        ({"capacity": 1, "colour": "red"}, "colour"),
    ],
)
def test_what_a_field_cannot_take_is_named_and_nothing_is_kept(district, attributes, where):
    with pytest.raises(Invalid) as refused:
        actions.add_listing(
            district.air_office,
            "coal_boiler",
            source={"name": "甲", "area": district.songxi},
            attributes=attributes,
        )
    assert where in refused.value.fields
    assert Source.objects.count() == 0


def test_a_source_stands_once_on_a_ledger(boiler, district):
    with pytest.raises(Invalid, match="已在这个清单"):
        actions.list_source(district.air_office, boiler.source, "coal_boiler", attributes={"capacity": 1})


def test_a_wrong_credit_code_is_refused(boiler, district):
    with pytest.raises(Invalid, match="信用代码"):
        actions.change_source(district.air_office, boiler.source, credit_code="91350100M000100Y44")


def test_a_change_keeps_what_is_not_given_and_moves_the_index(boiler, district):
    changed = actions.change_listing(district.songxi_liaison, boiler, attributes={"capacity": 12})
    assert (changed.attributes["capacity"], changed.attributes["use"]) == (12.0, "heating")
    values = {one.field: one.text or one.number for one in ListingValue.objects.filter(listing=boiler)}
    assert values == {"capacity": 12.0, "use": "heating"}
    actions.change_listing(district.songxi_liaison, boiler, attributes={"use": ""})
    assert set(ListingValue.objects.filter(listing=boiler).values_list("field", flat=True)) == {"capacity"}


def test_attributes_of_an_older_edition_stay(boiler, district):
    Listing.objects.filter(pk=boiler.pk).update(attributes=boiler.attributes | {"stoker": "链条炉"})
    boiler.refresh_from_db()
    changed = actions.change_listing(district.air_office, boiler, attributes={"capacity": 5})
    assert fields.strange(reading.ledger_of("coal_boiler"), changed.attributes, unmasked=False) == [
        ("stoker", "链条炉")
    ]


def test_personal_values_are_masked_outside_the_unit_that_keeps_them(boiler, district):
    assert states.owns(district.songxi_liaison, boiler)
    assert not states.owns(district.air_office, boiler)
    ledger = reading.ledger_of("coal_boiler")
    told = {one.name: text for one, text in fields.shown(ledger, boiler.attributes, unmasked=False)}
    assert told["person"] == "赵＊＊"
    actions.reveal(district.air_office, boiler)
    assert audit.events_of(boiler)[0].action == "sources.listing.reveal"
    with pytest.raises(Refused):
        actions.reveal(district.leader, boiler)


def test_who_sees_what(boiler, polluter, district):
    liuwan = person("liuwan", "liaison", district.liuwan_town)
    assert set(listings.listings(district.songxi_liaison)) == {boiler, polluter}
    assert set(listings.listings(district.air_office)) == {boiler, polluter}
    assert not listings.listings(liuwan).exists()
    firm = org.add_unit(System(), name="松溪建材厂", kind="firm", area=district.songxi)
    owner = person("firm", "firm", firm)
    assert not listings.listings(owner).exists()
    actions.change_source(district.air_office, boiler.source, unit=firm)
    assert set(listings.listings(owner)) == {boiler}
    assert states.owns(owner, Listing.objects.get(pk=boiler.pk))


def test_values_of_a_year(boiler, district):
    actions.set_year(district.songxi_liaison, boiler, 2025, {"coal_use": "1.2万吨"})
    actions.set_year(district.songxi_liaison, boiler, 2025, {"coal_use": 13_000})
    assert [(one.year, one.attributes) for one in YearlyValues.objects.all()] == [(2025, {"coal_use": 13_000.0})]
    with pytest.raises(Invalid, match="年份"):
        actions.set_year(district.songxi_liaison, boiler, 2999, {"coal_use": 1})
    with pytest.raises(Refused):
        actions.set_year(district.water_liaison, boiler, 2024, {"coal_use": 1})


def test_sums_and_the_board_move_with_the_listings(boiler, district):
    actions.add_listing(
        district.air_office,
        "coal_boiler",
        source={"name": "柳湾锅炉", "area": district.liuwan},
        attributes={"capacity": 6},
    )
    ledger = reading.ledger_of("coal_boiler")
    rows = listings.listings(district.air_office, "coal_boiler")
    assert [(field.name, total, n) for field, total, n in listings.sums(rows, ledger)] == [("capacity", 10.0, 2)]
    Listing.objects.filter(pk=boiler.pk).update(state="closed", means="done")
    board = boards.board(rows, ledger)
    assert [(one.area.name, one.counts, one.sums["capacity"]) for one in board.lines] == [
        ("松溪镇", {"done": 1}, (4.0, 4.0)),
        ("柳湾镇", {"open": 1}, (6.0, 0.0)),
    ]
    assert (board.whole.kept, board.whole.share, board.whole.sums["capacity"]) == (2, 50, (10.0, 4.0))
    for part, town in ((0.1, district.songxi), (0.2, district.liuwan), (0.7, district.area)):
        source = {"name": "小锅炉", "area": town}
        actions.add_listing(district.air_office, "coal_boiler", source=source, attributes={"capacity": part})
    assert boards.board(rows, ledger).whole.sums["capacity"] == (11.0, 4.0)  # no dust of binary fractions
