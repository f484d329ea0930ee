"""A new edition of a ledger reads the listings of the old one: renamed fields and ledger, what it does not know."""

from __future__ import annotations

import pytest

from lantian.rulebook.loader import forget
from lantian.site.core import audit
from lantian.site.core.faults import Refused
from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.models import Listing, ListingValue
from lantian.site.sources.queries import listings
from lantian.site.sources.reading import ledger_of

HEAD = """
schema = "ledger"
edition = "{edition}"
group = "living"
life = "register"
label = {{ zh = "{zh}", en = "Tea houses" }}
about = {{ zh = "烧炭。", en = "On charcoal." }}
"""
OLD = (
    HEAD.format(edition="2025", zh="茶馆清单")
    + """
id = "ledger-tea-house"
name = "tea_house"
[[field]]
name = "stoves"
label = { zh = "炉灶数", en = "Stoves" }
type = "whole"
sum = true
[[field]]
name = "host"
label = { zh = "店主", en = "Host" }
personal = true
[[field]]
name = "chimney"
label = { zh = "烟囱", en = "Chimney" }
[[field]]
name = "burnt"
label = { zh = "用炭量", en = "Charcoal" }
type = "number"
yearly = true
"""
)
NEW = (
    HEAD.format(edition="2026", zh="茶馆清单")
    + """
id = "ledger-tea-house"
name = "tea_house"
[[field]]
name = "furnaces"
was = ["stoves"]
label = { zh = "炉具数", en = "Furnaces" }
type = "whole"
sum = true
filter = true
[[field]]
name = "charcoal"
was = ["burnt"]
label = { zh = "用炭量", en = "Charcoal" }
type = "number"
yearly = true
"""
)
RENAMED = NEW.replace("tea-house", "tea-room").replace("tea_house", "tea_room").replace("2026", "2027").replace(
    "茶馆清单", "茶室清单"
) .replace('name = "tea_room"', 'name = "tea_room"\nrenamed_from = ["tea_house"]')  # fmt: skip


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """Write files of the district, in the place of those that it had."""

    def write(**files: str) -> None:
        for old in tmp_path.glob("*.toml"):
            old.unlink()
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        forget()

    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    write(old=OLD)
    yield write
    monkeypatch.undo()
    forget()


@pytest.fixture
def house(rules, district) -> Listing:
    made = actions.add_listing(
        district.songxi_liaison, "tea_house", source={"name": "松溪茶馆", "area": district.songxi},
        attributes={"stoves": 3, "host": "赵某某", "chimney": "砖砌"},
    )  # fmt: skip
    actions.set_year(district.songxi_liaison, made, 2025, {"burnt": 2})
    actions.refit_ledgers(System())
    return made


def test_old_values_are_read_under_new_names_before_anything_is_rewritten(house, rules, district, site):
    rules(new=NEW)
    page = site.log_in(district.songxi_liaison).get(house.get_absolute_url()).content.decode()
    assert all(text in page for text in ("炉具数", "chimney", "砖砌", "用炭量"))
    told = site.get(f"/api/v1/sources/listings/{house.pk}").json()
    assert (told["attributes"], told["years"]) == ({"furnaces": 3}, [{"year": 2025, "attributes": {"charcoal": 2.0}}])
    assert told["other"] == {"host": "赵某某", "chimney": "砖砌"}
    assert '<td class="number" data-label="炉具数">3' in (
        site.get("/sources/ledgers/tea_house").content.decode().replace("\n", "")
    )


def test_what_an_edition_calls_personal_stays_masked(house, rules, district, site):
    rules(old=OLD, new=NEW.replace('edition = "2026"', 'edition = "2026"\nvalid_from = 2016-01-01'))
    assert ledger_of("tea_house").edition == "2026"
    told = site.log_in(district.air_office).get(f"/api/v1/sources/listings/{house.pk}").json()
    assert told["other"] == {"host": "赵＊＊", "chimney": "砖砌"}


def test_filters_and_sums_follow_when_listings_are_refitted(house, rules, district):
    rules(new=NEW)
    rows = listings.listings(district.air_office, "tea_house")
    assert actions.refit_ledgers(System())["tea_house"] == 1
    house.refresh_from_db()
    assert (house.edition, house.attributes) == ("2026", {"furnaces": 3, "host": "赵某某", "chimney": "砖砌"})
    assert house.years.get().attributes == {"charcoal": 2.0}
    assert [(one.field, one.number) for one in ListingValue.objects.all()] == [("furnaces", 3)]
    assert [(one.name, total) for one, total, _n in listings.sums(rows, ledger_of("tea_house"))] == [("furnaces", 3)]
    (event,) = [one for one in audit.events_of(district.area) if one.action == "sources.ledger.refit"]
    assert event.facts["listings"] == 1
    assert "tea_house" not in actions.refit_ledgers(System())


def test_a_field_that_is_marked_later_is_indexed_without_a_new_edition(house, rules):
    rules(old=OLD.replace('name = "chimney"', 'name = "chimney"\nfilter = true'))
    actions.refit_ledgers(System())
    assert set(ListingValue.objects.values_list("field", "text")) == {("stoves", None), ("chimney", "砖砌")}


def test_a_ledger_under_a_new_name_keeps_its_listings(house, rules, district, site):
    rules(new=RENAMED)
    browser = site.log_in(district.air_office)
    assert browser.get(house.get_absolute_url()).status_code == 200
    assert "茶室清单" in browser.get("/sources/ledgers/tea_house").content.decode()
    actions.refit_ledgers(System())
    assert "松溪茶馆" in browser.get("/sources/ledgers/tea_room?furnaces_from=2").content.decode()
    house.refresh_from_db()
    assert (house.ledger, house.state) == ("tea_room", "found")


def test_who_may(house, district):
    for who in (district.songxi_liaison, district.leader):
        with pytest.raises(Refused):
            actions.refit_ledgers(who)
