"""The demo's ledgers: something on each, moved along, with the planted contradictions found."""

import random

import pytest

from lantian.ledgers import owed
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.demo import listings, sources
from lantian.site.org import actions as org
from lantian.site.sources import reading
from lantian.site.sources.models import Finding, Listing
from lantian.site.sources.zoning import Zones


@pytest.fixture
def streets(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    root = org.add_area(System(), name="青河区", kind="district", code="990100")
    for number in range(1, 4):
        street = org.add_area(System(), name=f"第{number}街道", kind="town", parent=root, code=f"99010{number}")
        org.add_unit(System(), name=f"第{number}街道办事处", kind="town", area=street)


def test_every_ledger_has_sources_and_the_checks_find_what_is_planted(streets, monkeypatch):
    wanted = ("coal_boiler", "scattered_polluter", "clean_heating_household", "clean_heating_village")
    few = tuple(one for one in reading.all_ledgers() if one.name in wanted)
    monkeypatch.setattr(reading, "all_ledgers", lambda: few)
    monkeypatch.setattr(sources, "EACH", 2)
    monkeypatch.setattr(sources, "MANY", {})
    for _time in range(2):  # a second call adds nothing
        sources.load()
    counts = {one.name: Listing.objects.filter(ledger=one.name).count() for one in few}
    assert counts == {one.name: 2 for one in few} | {"scattered_polluter": 2 + 7}
    found = set(Finding.objects.filter(state="open").values_list("check_name", flat=True))
    assert {"sources.twice", "sources.revived", "sources.moved", "sources.old_proof"} <= found
    said = " ".join(str(one) for one in Finding.objects.all())
    for name in ("宏图石材", "顺达木器", "利民喷涂", "旧砖窑"):
        assert name in said
    # A ledger of a newer version, or one that the district adds, is filled into the demo that is there.
    monkeypatch.setattr(reading, "all_ledgers", lambda: (*few, reading.ledger_of("mine")))
    sources.load()
    assert Listing.objects.filter(ledger="mine").count() == 2
    assert Listing.objects.filter(ledger__in=counts).count() == sum(counts.values())


def test_what_the_rules_ask_of_a_simulated_listing_is_done(streets):
    """On a ledger whose duties ask for fields, values by day, derived ones and zones."""
    zones, on = Zones(), clock.today()
    for name in ("construction_site", "catering", "voc_enterprise", "retained_coal_boiler", "stack"):
        rule = reading.ledger_of(name)
        for k in range(3):
            values = listings.attributes(rule, random.Random(f"{name}-{k}"), (116.33, 39.88), zones)
            row = values | {"means": "open", "due_on": None}
            late = [one.duty.name for one in owed(rule, row, on=on) if one.late(on) and one.duty.must]
            assert late == [], name
