"""Sub-plans and lists found in a plan's text: announced against found, who owes them, confirmed by a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from lantian.plandoc.parse.deadlines import Context
from lantian.site.plans import actions, chains
from lantian.site.plans.deliverable_words import read
from lantian.site.plans.models import Deliverable, Plan
from lantian.site.plans.queries.suggesting import suggestions
from tests.shared import shared_path
from tests.site.plans.deliverables.test_pages import browser, text

TEXT = """（三）细化 3 项分方案与 4 项清单。

1. 区各有关部门要研究制定与本方案配套的 3 项分方案，9月10日前印发实施，包括：

区经信委牵头研究制定演示企业限产方案；研究制定错峰运

输方案。

2. 各街道办事处进行排查，建立4项清单，并动态更新，包括：

9月15日前，各街道办事处摸排建立本辖区演示裸地清单，报送区住建委；建立演示工地清单、非道路机械清单，报送区经信委。

10月15日前，区住建委建立演示搅拌站台账，报送区大气办。

以上清单经部门审核后报区大气办，经区政府同意后报送市大气办。

（四）加强督查。按照《演示工作方案》和演示应急预案落实，未列入管理清单的一律停产。各部门定期通报。
"""
WORDS = Context(year=2017)


def test_announced_and_found(folk: Any) -> None:
    plans, lists = read(TEXT, WORDS).announced
    assert [(plans.count, len(plans.found), plans.differs), (lists.count, len(lists.found), lists.differs)] == [
        (3, 2, True),
        (4, 4, False),
    ]
    assert [f.title for f in plans.found] == ["演示企业限产方案", "错峰运输方案"], (
        "a line broken within a word is whole"
    )
    assert [f.title for f in lists.found] == ["演示裸地清单", "演示工地清单", "非道路机械清单", "演示搅拌站台账"]


def test_owners_days_and_whom_it_goes_to(folk: Any) -> None:
    plans, lists = read(TEXT, WORDS).announced
    assert {f.owners for f in plans.found} == {("区经信委",)}
    assert {f.due for f in plans.found} == {dt.date(2017, 9, 10)}
    first, second, _third, last = lists.found
    assert (first.owners, first.to, first.due, first.each) == (
        ("各街道办事处",), ("区住建委",), dt.date(2017, 9, 15), True,
    )  # fmt: skip
    assert (second.owners, second.to, second.due) == (("各街道办事处",), ("区经信委",), dt.date(2017, 9, 15))
    assert (last.owners, last.each, last.due) == (("区住建委",), False, dt.date(2017, 10, 15))
    assert TEXT[first.start :].startswith("演示裸地清单")


def test_what_only_refers_is_not_ordered(folk: Any) -> None:
    assert read(TEXT, WORDS).others == []
    assert read("按照《演示工作方案》要求，纳入演示清单管理。", WORDS).others == []
    assert [f.title for f in read("各街道建立演示整治清单。", WORDS).others] == ["演示整治清单"]


def test_the_words_of_the_plan_choose_the_chain() -> None:
    assert chains.fitting("list", "清单经部门审核，区政府同意后报市") == "chain-list-consent"
    assert chains.fitting("list", "清单经部门审核后报指挥部办公室") == "chain-list-command"
    assert chains.fitting("list", "建立清单") == "chain-office"
    assert chains.fitting("subplan", "制定方案，印发实施") == "chain-subplan"


def test_the_page_shows_both_numbers_and_orders_what_is_ticked(folk: Any, winter: Any) -> None:
    Plan.objects.filter(pk=winter.pk).update(source=TEXT)
    winter.refresh_from_db()
    path = f"/plans/{winter.pk}/deliverables/suggest"
    assert browser(folk.north_liaison).get(path).status_code == 403
    client = browser(folk.office)
    page = text(client, path)
    assert "原文写明 <b>3</b> 项，找到 <b>2</b> 项" in page
    assert page.count("项数不符") == 1
    plans, lists = suggestions(folk.office, winter)
    assert lists.rows[0].chain == "chain-list-consent"
    assert lists.rows[0].reviewers == [folk.housing]
    assert client.post(path, {"pick": []}).status_code == 302
    assert not Deliverable.objects.exists()
    picked = [str(row.found.start) for row in (*plans.rows, *lists.rows)]
    client.post(path, {"pick": picked})
    assert Deliverable.objects.count() == 6
    bare = Deliverable.objects.get(title="演示裸地清单")
    assert bare.filings.filter(shape="part").count() == 2
    assert bare.filings.get(unit=folk.north).units_at("review") == [folk.housing.pk]
    client.post(path, {"pick": picked})
    assert Deliverable.objects.count() == 6, "what is ordered is not ordered twice"
    assert "已下达" in text(client, path)
    form = text(client, lists.rows[0].url)
    assert "演示裸地清单" in form
    assert 'value="2017-09-15"' in form


def test_a_real_winter_plan(district: Any) -> None:
    from tests.site.plans.progress.world import person

    office = person("office", "air_office")
    file = shared_path("seeds/000_c7e8269a2825e4ec.txt")
    plan = actions.import_file(office, file, confirm=True, area=district).plan
    assert plan is not None
    groups = [g for g in suggestions(office, plan) if g.announced]
    assert [(g.announced.kind, g.announced.count, len(g.rows)) for g in groups if g.announced] == [
        ("subplan", 10, 7),
        ("list", 7, 7),
    ]
    lists = groups[1].rows
    assert (
        sorted(row.found.due for row in lists if row.found.due)
        == [dt.date(2017, 9, 15)] * 5 + [dt.date(2017, 10, 15)] * 2
    )
    assert all(row.found.each for row in lists)
    assert {row.chain for row in lists} == {"chain-list-consent"}
    assert all(row.found.due == dt.date(2017, 9, 15) for row in groups[0].rows)
