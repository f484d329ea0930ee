"""A firm with a process of the catalogue is suggested for the list of exits; a park shows its firms and their sum."""

import pytest

from lantian.rulebook.loader import forget
from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.sources import actions, reading
from lantian.site.sources.checks.exits import candidates
from lantian.site.sources.models import Finding
from lantian.site.sources.queries.traces import leads
from tests.site.kept import kept

SYSTEM = System()
MINE = """
id = "exit-catalogue"
schema = "exit-catalogue"
extends = true

[[entry]]
name = "mine"
label = { zh = "本区目录", en = "Our own" }
words = "手工喷漆"
when = [{ field = "treatment", equals = "none" }]
valid_from = 2018-01-01
"""


def listed(district, ledger, name, **attributes):
    source = {"name": name, "area": district.songxi}
    return actions.add_listing(SYSTEM, ledger, source=source, attributes=attributes)


@pytest.fixture
@kept
def firms(district):
    """A foundry with a cupola, one with none, a workshop that bakes bricks, a felt maker that leaves already."""
    listed(district, "industrial_kiln", "松溪铸造厂", kind="melting", trade="铸件，2台冲天炉")
    listed(district, "industrial_kiln", "柳湾铸造厂", kind="melting", trade="铸件，中频炉")
    listed(district, "scattered_polluter", "上村砖瓦窑", **{"class": "close", "trade": "建材"})
    listed(district, "voc_enterprise", "松溪防水材料厂", trade="other", treatment="none", process="沥青油毡")
    return listed(district, "exit", "松溪防水材料有限公司", way="exit")


def suggested():
    return [(one.key.split("-")[0], one.things[0].source.name) for one in candidates(clock.today())]


def test_a_firm_with_a_process_of_the_catalogue_is_suggested(firms, district):
    assert suggested() == [("cupola", "松溪铸造厂"), ("clay_bricks", "上村砖瓦窑")]
    listed(district, "exit", "松溪铸造厂", way="exit")
    assert suggested() == [("clay_bricks", "上村砖瓦窑")]


def test_a_district_lays_its_own_line_with_a_condition(firms, district, tmp_path, monkeypatch):
    for name, treatment in (("甲漆厂", "none"), ("乙漆厂", "carbon")):
        listed(district, "voc_enterprise", name, trade="coating", process="手工喷漆", treatment=treatment)
    (tmp_path / "mine.toml").write_text(MINE, encoding="utf-8")
    monkeypatch.setenv("LANTIAN_RULES", str(tmp_path))
    forget()
    try:
        assert ("mine", "甲漆厂") in suggested()
        assert ("mine", "乙漆厂") not in suggested()
    finally:
        monkeypatch.undo()
        forget()


def test_the_finding_leads_to_the_form_of_exits(firms, district, site, django_assert_max_num_queries):
    actions.run_checks(SYSTEM, ["sources.exit"])
    browser = site.log_in(district.air_office)
    finding = Finding.objects.get(key__startswith="cupola")
    with django_assert_max_num_queries(15):
        shown = browser.get(finding.get_absolute_url()).content.decode()
    address = shown.split('href="/sources/ledgers/exit/new?')[1].split('"')[0].replace("&amp;", "&")
    form = browser.get(f"/sources/ledgers/exit/new?{address}").content.decode()
    for text in ("松溪铸造厂", "铸件，2台冲天炉", "冲天炉等落后铸造设备（产业结构调整指导目录"):
        assert text in form


def test_a_park_shows_its_firms_and_what_they_emit_together(district):
    park = listed(district, "park", "松溪工业园", voc_total=20, voc_actual=15)
    for name, within, emitted in (("甲", "松溪工业园", 10), ("乙", "松溪工业园", 5), ("丙", "", 7)):
        listed(
            district, "voc_enterprise", f"松溪{name}厂", trade="furniture", treatment="carbon", park=within,
            voc_emission=emitted,
        )  # fmt: skip
    (lead,) = leads(SYSTEM, park, reading.ledger_of("park"))
    assert lead.count == 2
    assert {field.name: total for field, total in lead.sums}["voc_emission"] == 15
