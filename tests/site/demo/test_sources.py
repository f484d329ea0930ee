"""The demo's ledgers: something on each, moved along, with the planted contradictions found."""

import pytest

from lantian.site.core.policy import System
from lantian.site.demo import sources
from lantian.site.org import actions as org
from lantian.site.sources import reading
from lantian.site.sources.models import Finding, Listing


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
