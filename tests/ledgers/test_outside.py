"""Ledgers held against lists of other offices: who is missing there, ended there, missing here."""

import datetime as dt

from lantian.ledgers.catalogue import names
from lantian.ledgers.outside import Firm, Held, Outsider, kind_of, kinds, mark_of

DAY = dt.date(2026, 3, 1)
CODE = "91110102MA00000001"


def firm(key, mark, code="", ledger="voc_enterprise", runs=True):
    return Firm(key, ledger, mark, code, runs)


def held(firms, entries, kind="registry"):
    return Held(kind_of(kind), firms, entries, DAY)


def test_every_kind_speaks_of_ledgers_that_there_are():
    for kind in kinds():
        assert {*kind.needed_by, *(name for one in kind.suspect for name in one.ledgers)} <= set(names())


def test_a_firm_is_found_by_its_code_or_else_by_its_name_without_its_place():
    assert mark_of("青河区松溪建材有限责任公司", ["青河区"]) == mark_of("松溪建材厂") == "松溪建材"
    entries = [Outsider(1, "甲", "甲厂", CODE), Outsider(2, "乙", "乙")]
    found = held([firm(1, "别名", CODE), firm(2, "乙"), firm(3, "丙")], entries)
    assert [one.key for one in found.missing()] == [3]


def test_the_same_name_under_another_code_is_another_firm():
    entries = [Outsider(1, "甲", "甲", "91110102MA00000002"), Outsider(2, "乙", "乙", CODE)]
    assert [one.key for one in held([firm(1, "甲", CODE[:-1] + "9"), firm(2, "乙", CODE)], entries).missing()] == [1]


def test_a_list_of_another_place_calls_nobody_missing():
    firms = [firm(k, f"第{k}厂") for k in range(10)]
    assert not list(held(firms, [Outsider(1, "别处", "别处")]).missing())
    assert held(firms, []).share == 0


def test_a_firm_ended_only_where_all_its_entries_have_and_it_still_runs():
    gone = Outsider(1, "甲", "甲", state="已注销")
    late = Outsider(2, "乙", "乙", valid_to=dt.date(2025, 12, 31))
    anew = [Outsider(3, "丙", "丙", state="注销"), Outsider(4, "丙", "丙", state="存续")]
    firms = [firm(1, "甲"), firm(2, "乙"), firm(3, "丙"), firm(4, "甲", runs=False)]
    assert [(one.key, entry.key) for one, entry in held(firms, [gone, late, *anew]).ended()] == [(1, 1), (2, 2)]


def test_an_entry_with_an_emitting_trade_on_no_ledger_is_to_be_visited_once():
    entries = [
        Outsider(1, "甲家具厂", "甲家具", trade="木质家具制造"),
        Outsider(2, "甲家具厂", "甲家具", trade="家具喷漆"),
        Outsider(3, "乙家具城", "乙家具城", trade="家具销售"),
        Outsider(4, "丙汽修", "丙汽修", trade="汽车维修"),
        Outsider(5, "丁石材", "丁石材", trade="石材加工", state="注销"),
    ]
    on_another = [firm(1, "丙汽修", ledger="catering")]
    found = [(entry.key, suspect.name) for entry, suspect in held(on_another, entries).unlisted()]
    assert found == [(1, "furniture"), (4, "car_paint")]
    assert not list(held([firm(1, "甲家具"), firm(2, "丙汽修", ledger="paint_shop")], entries).unlisted())


def test_a_new_catering_licence_is_a_card_to_visit():
    entries = [
        Outsider(1, "松溪饭店", "松溪饭", trade="餐饮服务经营者"),
        Outsider(2, "小卖部", "小卖部", trade="仅销售预包装食品"),
    ]
    assert [one.key for one, _suspect in held([], entries, "catering_licence").unlisted()] == [1]
