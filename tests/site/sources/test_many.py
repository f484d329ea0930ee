"""Rows of a file written many at once end as those written one by one: the same rows, refusals, index and audit."""

from dataclasses import replace

import pytest
from django.db import transaction

from lantian.site.core import audit, clock
from lantian.site.core.change import change_many, one_of_many
from lantian.site.core.faults import Refused, WrongState
from lantian.site.core.models import AuditEvent, SheetImport
from lantian.site.core.policy import System
from lantian.site.core.sheets import actions as sheets
from lantian.site.core.sheets import books, storing
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from lantian.site.sources import actions
from lantian.site.sources.actions import many
from lantian.site.sources.models import Listing, ListingValue, Source
from tests.site.conftest import person
from tests.site.kept import kept
from tests.site.sources.test_sheets import workbook

BOOK = "sources.coal_boiler"
HEAD = ["系统编号", "单位名称", "所在镇街", "锅炉吨位", "锅炉用途", "负责人", "投产日期", "关闭日期", "详细地址"]
TIMES = ("made_at", "since", "changed_at")
KEYS = ("id", "source_id")


@pytest.fixture
@kept
def boilers(district) -> dict[str, Listing]:
    """Boilers of 松溪镇: kept by the town, kept by nobody, of an older edition, with a value that is none any more."""
    made = {}
    for name, who in (("甲", district.songxi_liaison), ("乙", district.air_office), ("丙", district.songxi_liaison),
                      ("丁", district.songxi_liaison)):  # fmt: skip
        made[name] = actions.add_listing(
            who,
            "coal_boiler",
            source={"name": f"松溪{name}厂", "area": district.songxi},
            attributes={"capacity": 4, "use": "采暖", "person": "赵某某"},
        )
    old = {"capacity": 4.0, "person": "赵某某", "no_field_any_more": "留"}
    Listing.objects.filter(pk=made["丙"].pk).update(attributes=old, edition="2016")
    Listing.objects.filter(pk=made["丁"].pk).update(attributes={"capacity": 99_999.0})
    return made


@pytest.fixture
def both(district) -> Person:
    """Sees the whole district, and works for 松溪镇."""
    made = person("both", "liaison", district.songxi_town)
    org.grant_role(System(), made, role="leader", unit=None)
    return Person.objects.get(pk=made.pk)


def rows_of(boilers):
    """New, changed, masked, moved to another town, without a change, doubled, and such as an action refuses."""
    key = {name: one.pk for name, one in boilers.items()}
    return [
        [key["甲"], "松溪甲厂", "松溪镇", "6蒸吨", "生产", "赵＊＊", None, None, "松溪路1号"],
        [None, "松溪新厂", "松溪镇", 2, "采暖", "钱某某", "2010-01-01", None, None],
        [key["乙"], "松溪乙厂", "松溪镇", 4, None, "孙某某", None, None, None],
        [None, "柳湾新厂", "柳湾镇", 3, "采暖", None, None, None, None],
        [None, "松溪倒厂", "松溪镇", 3, "采暖", None, "2012-01-01", "2011-01-01", None],
        [key["丙"], "松溪丙厂", "柳湾镇", 5, None, "李某某", None, None, None],
        [None, "松溪双厂", "松溪镇", 3, None, None, None, None, None],
        [None, "松溪双厂", "松溪镇", 3, None, None, None, None, None],
    ]


def upload(who, rows, head=HEAD):
    file = workbook(head, *rows)
    made = sheets.upload(who, books[BOOK], file, "清单.xlsx", {})
    return SheetImport.objects.get(pk=made.pk)


def written(who, one):
    """What an import came to: sources, listings, index, what was refused and why, and what the trail tells of it."""
    done = sheets.confirm(who, one, revision=one.revision)
    listings = list(Listing.objects.select_related("source", "keeper").order_by("source__name"))
    event = AuditEvent.objects.order_by("-seq").first()
    return {
        "counts": done.counts,
        "tables": [one["counts"] for one in done.tables],
        "rows": [_plain(audit.snapshot(row.source)) | _plain(audit.snapshot(row)) for row in listings],
        "gaps": {row.source.name: row.gaps for row in listings},
        "index": sorted(
            ListingValue.objects.values_list("listing__source__name", "ledger", "field", "number", "text"), key=str
        ),
        "bad": [(row.title, row.problems) for row in done.rows.filter(kind="bad")],
        "told": [
            {
                name: _plain(value) if isinstance(value, dict) else value
                for name, value in line.items()
                if name != "ident"
            }
            for line in event.facts["differences"]
        ],
        "written": event.facts["written"],
        "found": {row.source.name: len(audit.events_of(row)) for row in listings},
    }


def _plain(kept):
    return {name: value for name, value in kept.items() if name not in (*TIMES, *KEYS)}


def both_ways(who, rows, monkeypatch, **given):
    """An import written many at once, and the same one row by row."""
    book = books[BOOK]
    alone = replace(book, sheets=(replace(book.sheets[0], write_many=None),))
    found = []
    for used in (book, alone):
        mark = transaction.savepoint()
        with monkeypatch.context() as patch:
            patch.setattr(type(books), "__getitem__", lambda *_asked, used=used: used)
            found.append(written(who, upload(who, rows, **given)))
        transaction.savepoint_rollback(mark)
    return found


def test_many_at_once_end_as_one_by_one(boilers, both, monkeypatch):
    """A person of the town, who sees more than that."""
    many_told, single_told = both_ways(both, rows_of(boilers), monkeypatch)
    assert many_told == single_told
    assert many_told["counts"] == {"bad": 4, "changed": 2, "new": 2, "vanished": 1, "same": 0}
    refused = dict(many_told["bad"])
    assert "没有这项操作的权限" in str(refused["柳湾新厂 柳湾镇"]), "nobody lists where they may not act"
    assert "没有这项操作的权限" in str(refused["松溪丙厂 柳湾镇"]), "nobody moves a thing to where they may not act"
    assert "关闭日期早于投产日期" in str(refused["松溪倒厂 松溪镇"])
    kept_now = {row["name"]: row["attributes"] for row in many_told["rows"]}
    assert {name: kept_now["松溪甲厂"][name] for name in ("capacity", "use", "person")} == {
        "capacity": 6.0, "use": "production", "person": "赵某某",
    }  # fmt: skip
    assert kept_now["松溪丙厂"]["no_field_any_more"] == "留"


def test_the_same_for_the_office(boilers, district, monkeypatch):
    """What goes out masked does not come in, wherever it stands; a value that is none any more refuses its row."""
    rows = rows_of(boilers)
    rows.append([boilers["丁"].pk, "松溪丁厂", "松溪镇", None, "采暖", None, None, None, None])
    many_told, single_told = both_ways(district.air_office, rows, monkeypatch)
    assert many_told == single_told
    without = [[*row[:3], *row[4:]] for row in rows]
    head = [*HEAD[:3], *HEAD[4:]]
    many_told, single_told = both_ways(district.air_office, without, monkeypatch, head=head)
    assert many_told == single_told
    assert "大于 2000" in str(dict(many_told["bad"])["松溪丁厂 松溪镇"])
    kept_now = {row["name"]: row["attributes"] for row in many_told["rows"]}
    assert (kept_now["松溪甲厂"]["person"], kept_now["松溪乙厂"]["person"]) == ("赵某某", "孙某某")
    lines = {(line["kind"], line["title"]): line for line in many_told["told"]}
    assert lines["sources.listing", "松溪甲厂"]["before"]["attributes"]["use"] == "heating", "what it was before"
    assert lines["sources.source", "松溪丙厂"]["after"].keys() == {"area_id"}
    assert many_told["found"]["松溪甲厂"] == 2, "its own page finds the import"


def test_rows_that_the_database_refuses_together_are_written_one_by_one(boilers, district, monkeypatch):
    expected, _single = both_ways(district.air_office, rows_of(boilers), monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(many, "update", _gone)
        assert written(district.air_office, upload(district.air_office, rows_of(boilers))) == expected


def test_a_town_that_was_renamed_meanwhile_is_told_at_its_row(boilers, district):
    rows = [[None, "松溪新厂", "松溪镇", 2], [None, "柳湾新厂", "柳湾镇", 2]]
    one = upload(district.air_office, rows, HEAD[:4])
    org.change_area(System(), district.liuwan, name="柳湾街道", kind="town", parent=district.area)
    done = sheets.confirm(district.air_office, one, revision=one.revision)
    assert (done.counts["new"], done.counts["bad"]) == (1, 1)
    (row,) = done.rows.filter(kind="bad")
    assert (row.title, "柳湾镇" in str(row.problems)) == ("柳湾新厂 柳湾镇", True)


def _gone(things):
    raise storing.IntegrityError("area: gone")


def test_what_breaks_half_way_leaves_nothing(boilers, district, monkeypatch):
    monkeypatch.setattr(storing, "BATCH", 1)
    one = upload(district.air_office, rows_of(boilers))
    calls = []

    def broken(*args, **given):
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("the machine stops")
        return one_of_many()

    monkeypatch.setattr(storing, "one_of_many", broken)
    with pytest.raises(RuntimeError):
        sheets.write(district.air_office, one)
    assert (Source.objects.count(), Listing.objects.count()) == (4, 4)
    assert Listing.objects.get(pk=boilers["甲"].pk).revision == 0
    assert SheetImport.objects.get().state == "preview"
    assert not AuditEvent.objects.filter(action="core.confirm_sheet").exists()


def test_what_somebody_changed_meanwhile_is_looked_at_again(boilers, district, monkeypatch):
    one = upload(district.air_office, rows_of(boilers))
    actions.change_listing(district.songxi_liaison, boilers["甲"], attributes={"capacity": 7})
    actions.add_listing(
        district.songxi_liaison, "coal_boiler", source={"name": "松溪新厂", "area": district.songxi},
        attributes={"capacity": 1},
    )  # fmt: skip
    again = sheets.confirm(district.air_office, one, revision=one.revision)
    assert (again.state, again.moved) == ("preview", 2)
    assert Listing.objects.count() == 5


def test_what_changed_after_it_was_made_ready_is_changed_as_it_is_by_then(boilers, district):
    """Made ready before the transaction, stored within: what others did in between stays, and their refusal counts."""
    town = district.songxi_liaison
    known = {"area": district.songxi, "address": "松溪路1号"}
    rows = [
        actions.ListingRow(
            boilers[name].pk, known | {"name": f"松溪{name}厂"}, {"capacity": 6}, {"person": "钱某某"}, {}
        )
        for name in ("甲", "丙", "丁")
    ]
    store = actions.prepare_listings(town, "coal_boiler", rows)
    actions.change_listing(town, boilers["甲"], attributes={"use": "生产"}, source={"firm": "演示公司"})
    Source.objects.filter(pk=boilers["丙"].source_id).update(area=district.liuwan)
    with change_many(town, boilers["乙"], "sources.listing.change"):
        faults = store()
    assert [type(fault) for fault in faults] == [type(None), Refused, type(None)]
    first = Listing.objects.select_related("source").get(pk=boilers["甲"].pk)
    assert (first.attributes["use"], first.attributes["capacity"]) == ("production", 6.0)
    assert (first.revision, first.source.firm, first.source.address) == (2, "演示公司", "松溪路1号")
    assert Listing.objects.get(pk=boilers["丙"].pk).revision == 0
    told = AuditEvent.objects.order_by("-seq").first().facts["differences"]
    assert [(line["kind"], line["title"]) for line in told] == [
        ("sources.listing", "松溪甲厂"), ("sources.source", "松溪甲厂"),
        ("sources.listing", "松溪丁厂"), ("sources.source", "松溪丁厂"),
    ]  # fmt: skip
    assert told[0]["before"]["revision"] == 1


def test_a_preview_that_was_made_anew_meanwhile_is_not_written(boilers, district):
    one = upload(district.air_office, rows_of(boilers))
    SheetImport.objects.filter(pk=one.pk).update(revision=one.revision + 1)
    with pytest.raises(WrongState, match="预览已经更新"):
        sheets.write(district.air_office, one)
    assert Listing.objects.count() == 4


def test_whoever_lost_the_role_meanwhile_writes_nothing(boilers, district):
    one = upload(district.songxi_liaison, rows_of(boilers)[:2])
    grant = district.songxi_liaison.grants.get()
    org.revoke_role(System(), grant)
    with pytest.raises(Refused):
        sheets.write(Person.objects.get(pk=district.songxi_liaison.pk), one)
    assert Listing.objects.count() == 4


def test_queries_do_not_grow_with_rows(district, django_assert_max_num_queries):
    """Forty new rows, then forty changed ones, are stored together; the clock is held, as in a request or a job."""
    token = clock.hold()
    head = ["单位名称", "所在镇街", "锅炉吨位", "锅炉用途"]
    for size in ("4", "5"):
        rows = [[f"松溪第{k}厂", "松溪镇", size, "采暖"] for k in range(40)]
        one = upload(district.air_office, rows, head=head)
        with django_assert_max_num_queries(62):
            done = sheets.confirm(district.air_office, one, revision=one.revision)
    clock.release(token)
    assert done.counts["changed"] == 40
