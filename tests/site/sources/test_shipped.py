"""Every shipped ledger takes a listing with all its fields, and its page opens."""

from __future__ import annotations

import pytest

from lantian import ledgers
from lantian.rulebook.schemas.ledgers import LedgerField
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.sources import actions
from lantian.site.sources.actions import Shown
from lantian.site.sources.models import Listing
from tests.site.sources.conftest import paper

WRITTEN = {
    "text": "甲",
    "percent": "9",
    "day": "2018年11月1日",
    "moment": "2018年11月1日 8:20",
    "yes": "是",
    "names": "甲、乙",
}


def written(field: LedgerField) -> str:
    """A cell as an office writes it."""
    if field.choices:
        return (*field.choices[-1].also, field.choices[-1].label.zh)[0]
    if field.type in WRITTEN:
        return WRITTEN[field.type]
    least, most = field.range or (1, 9)
    return f"{int(least) + 1 if least + 1 <= most else most}{field.unit}"


@pytest.mark.parametrize("group", [one.name for one in ledgers.groups() if one.name != "other"])
def test_a_listing_with_every_field(group, district, site):
    browser = site.log_in(district.air_office)
    for one in ledgers.all_ledgers():
        if one.group != group:
            continue
        given = {field.name: written(field) for field in one.field if not (field.yearly or field.worked_out)}
        made = actions.add_listing(
            district.air_office, one.name, source={"name": "松溪一号", "area": district.songxi}, attributes=given
        )
        assert set(made.attributes) == set(given)
        shown = browser.get(made.get_absolute_url()).content.decode()
        assert all(part.label.zh in shown for part in (*one.field, *one.derived) if not getattr(part, "yearly", False))


def test_the_page_of_a_listing_tells_what_follows(district, site):
    sample = actions.add_listing(
        district.air_office,
        "product_sample",
        source={"name": "松溪汽修店", "area": district.songxi},
        attributes={"product": "修补漆", "content": "541 g/L", "taken_on": "2019-01-01"},
    )
    browser = site.log_in(district.air_office)
    shown = browser.get(sample.get_absolute_url()).content.decode()
    for text in ("自动得出", "540 克/升", "不合格", "不合格的须处理"):
        assert text in shown


def listed(district, ledger: str, **attributes: str) -> Listing:
    """A listing of a ledger, as it is found."""
    source = {"name": "松溪一号", "area": district.songxi}
    return actions.add_listing(district.songxi_liaison, ledger, source=source, attributes=attributes)


@pytest.mark.parametrize(
    ("ledger", "step", "attributes"),
    [
        ("clean_heating_household", "install", {"way": "煤改气"}),
        ("clean_heating_household", "clear", {"way": "煤改气"}),
        ("construction_site", "start", {"kind": "房建"}),
        ("mine", "accept", {"way": "停产整治"}),
        ("illegal_mixing", "take_down", {}),
        ("discharge_permit", "renew", {}),
    ],
)
def test_what_must_come_first_is_not_left_out(ledger, step, attributes, district):
    one = listed(district, ledger, **attributes)
    with pytest.raises(WrongState):
        actions.take_step(district.songxi_liaison, one, step)
    one.refresh_from_db()
    assert one.steps.count() == 0


def test_supply_is_sure_when_its_proof_is_shown(district):
    home = listed(district, "clean_heating_household", way="煤改电")
    with pytest.raises(Invalid) as refused:
        actions.take_step(district.songxi_liaison, home, "confirm_supply")
    assert set(refused.value.fields) == {"supply"}
    actions.take_step(district.songxi_liaison, home, "confirm_supply", shown=[Shown("supply", paper())])
    home.refresh_from_db()
    assert home.state == "supply_ready"
