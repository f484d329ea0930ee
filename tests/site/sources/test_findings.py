"""Checks find planted contradictions, once; people decide; a finding becomes an order."""

import datetime as dt

import pytest

from lantian.ledgers.similar import look_alikes
from lantian.rulebook import RuleError
from lantian.site.core import clock
from lantian.site.core.checking import Check, Hit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.core.registries import checks
from lantian.site.orders.models import Order
from lantian.site.sources import actions
from lantian.site.sources.actions import keeping
from lantian.site.sources.checks import alike
from lantian.site.sources.models import Finding, Listing
from tests.site.conftest import person

SYSTEM = System()


def listed(district, name, *, ledger="scattered_polluter", town=None, state=None, attributes=None, **source):
    """A listing of the air office, put into a state as if by steps."""
    made = actions.add_listing(
        SYSTEM,
        ledger,
        source={"name": name, "area": town or district.songxi, **source},
        attributes=attributes or {"class": "close"},
    )
    if state:
        made.enter(*state)
        made.save()
    return made


def found(name):
    return sorted(str(one) for one in Finding.objects.filter(check_name=name, state="open"))


CLOSED = ("closed", "done")


def test_the_same_firm_listed_twice(district):
    listed(district, "松溪石材加工厂", longitude=116.3, latitude=39.9)
    listed(district, "松溪石材有限公司", longitude=116.3003, latitude=39.9)
    listed(district, "柳湾食品厂")
    actions.run_checks(district.air_office)
    assert found("sources.twice") == ["“散乱污”企业清单：“松溪石材加工厂”与“松溪石材有限公司”疑似同一个。"]


def test_two_boilers_of_one_firm_are_two(district):
    for number in ("甲01", "甲02"):
        listed(district, "松溪热力站锅炉", ledger="coal_boiler", attributes={"capacity": 20, "number": number})
    actions.run_checks(SYSTEM, ["sources.twice"])
    assert found("sources.twice") == []


def test_closed_here_open_there(district):
    listed(district, "松溪石材加工厂", state=CLOSED, longitude=116.3, latitude=39.9)
    listed(district, "松溪石材经营部", longitude=116.3002, latitude=39.9)
    listed(district, "松溪石材厂", town=district.liuwan)
    actions.run_checks(SYSTEM)
    assert len(found("sources.revived")) == 1
    assert len(found("sources.moved")) == 1
    assert Finding.objects.get(check_name="sources.moved").area == district.liuwan


def test_an_old_closing_counted_as_new(district):
    today = clock.today()
    listed(district, "松溪砖厂", state=CLOSED, ended=today - dt.timedelta(days=500))
    listed(district, "松溪瓦厂", state=CLOSED, ended=today)
    actions.run_checks(SYSTEM, ["sources.old_proof"])
    assert found("sources.old_proof") == ["“松溪砖厂”的销号材料早于上账，疑似以前已关停。"]


def test_a_duty_that_is_late(district):
    late = listed(district, "松溪锅炉", ledger="coal_boiler", attributes={"capacity": 8})
    actions.change_listing(SYSTEM, late, due_on=clock.today() - dt.timedelta(days=1))
    on_time = listed(district, "柳湾浴池锅炉", ledger="coal_boiler", attributes={"capacity": 9})
    actions.change_listing(SYSTEM, on_time, due_on=clock.today())
    actions.run_checks(SYSTEM, ["sources.duty"])
    assert found("sources.duty") == ["“松溪锅炉”未做到：10 蒸吨及以下，须清零。"]


def test_a_town_that_lists_nothing(district):
    for k in range(10):
        listed(district, f"松溪第{k}甲乙{k}丙{k * 7}号")
    actions.run_checks(SYSTEM, ["sources.zero"])
    assert found("sources.zero") == ["“散乱污”企业清单：柳湾镇一条也没有上账。"]


def test_a_check_runs_again_without_doubling_and_what_is_over_closes(district):
    one = listed(district, "松溪石材加工厂")
    listed(district, "松溪石材有限公司")
    for _run in range(2):
        actions.run_checks(SYSTEM, ["sources.twice"])
    assert Finding.objects.count() == 1
    one.enter("removed", "gone")
    one.save()
    actions.run_checks(SYSTEM, ["sources.twice"])
    assert Finding.objects.get().state == "over"
    one.enter("listed", "open")
    one.save()
    actions.run_checks(SYSTEM, ["sources.twice"])
    assert Finding.objects.get().state == "open"


def test_deciding(district):
    listed(district, "松溪石材加工厂")
    listed(district, "松溪石材有限公司")
    actions.run_checks(SYSTEM, ["sources.twice"])
    finding = Finding.objects.get()
    with pytest.raises(Refused):
        actions.decide_finding(district.songxi_liaison, finding, "dismiss", reason="两家")
    with pytest.raises(Invalid):
        actions.decide_finding(district.air_office, finding, "dismiss", reason=" ")
    with pytest.raises(WrongState):
        actions.decide_finding(district.air_office, finding, "reopen", reason="再看")
    actions.decide_finding(district.air_office, finding, "dismiss", reason="确为两家")
    actions.run_checks(SYSTEM, ["sources.twice"])  # stays dismissed
    assert Finding.objects.get().state == "dismissed"
    with pytest.raises(Refused):
        actions.run_checks(district.songxi_liaison)


def test_a_finding_becomes_an_order_once(district, site):
    listed(district, "松溪石材加工厂")
    listed(district, "松溪石材有限公司")
    actions.run_checks(SYSTEM, ["sources.twice"])
    finding = Finding.objects.get()
    browser = site.log_in(district.air_office)
    given = {"unit": district.songxi_town.pk, "kind": "source", "text": "请核实"}
    assert browser.get(f"/sources/findings/{finding.pk}/order").status_code == 200
    browser.post(f"/sources/findings/{finding.pk}/order", given)
    finding.refresh_from_db()
    order = Order.objects.get()
    assert (finding.state, finding.order, order.origin, order.state) == (
        "confirmed",
        order,
        "sources.finding",
        "issued",
    )
    assert browser.post(f"/sources/findings/{finding.pk}/order", given).status_code == 409
    assert Order.objects.count() == 1


def test_the_pages(district, site, django_assert_max_num_queries):
    listed(district, "松溪石材加工厂")
    kept = listed(district, "松溪石材有限公司")
    actions.run_checks(SYSTEM, ["sources.twice"])
    finding = Finding.objects.get()
    browser = site.log_in(district.air_office)
    for address in ("/sources/findings", finding.get_absolute_url(), kept.get_absolute_url()):
        with django_assert_max_num_queries(15):
            assert "疑似同一个" in browser.get(address).content.decode()
    stranger = person("liuwan", "liaison", district.liuwan_town)
    assert site.log_in(stranger).get(finding.get_absolute_url()).status_code == 404


@pytest.fixture
def planted(district):
    """A check whose hits a test sets."""
    hits = []
    checks.register("test.planted", Check("测试核查", lambda day: iter(hits)))
    yield hits
    del checks._entries["test.planted"]


def test_many_hits_are_kept_by_few_queries(district, planted, django_assert_max_num_queries):
    one = listed(district, "松溪石材加工厂")
    planted += [Hit(str(k), district.songxi.pk, f"第{k}条", (one,), {"数": k}) for k in range(keeping.SOME + 20)]
    for run in range(3):
        with django_assert_max_num_queries(45):
            assert actions.run_checks(SYSTEM, ["test.planted"]) == {"test.planted": keeping.SOME + 20}
        if run:
            assert set(Finding.objects.values_list("state", "facts__0__value")) >= {("open", 7), ("open", 0)}
    assert Finding.objects.count() == Finding.things.through.objects.count() == keeping.SOME + 20
    del planted[:]
    with django_assert_max_num_queries(40):
        actions.run_checks(SYSTEM, ["test.planted"])
    assert set(Finding.objects.values_list("state", flat=True)) == {"over"}


def test_a_finding_says_what_was_found_last_and_a_decision_stays(district, planted):
    one, other = listed(district, "松溪石材加工厂"), listed(district, "柳湾食品厂")
    planted.append(Hit("7", district.songxi.pk, "一家", (one,), {"数": 1}))
    actions.run_checks(SYSTEM, ["test.planted"])
    actions.decide_finding(district.air_office, Finding.objects.get(), "confirm", reason="属实")
    planted[0] = Hit("7", district.liuwan.pk, "另一家", (other,), {"数": 2})
    actions.run_checks(SYSTEM, ["test.planted"])
    finding = Finding.objects.get()
    assert (finding.said, finding.area, finding.evidence) == ("另一家", district.liuwan, [("数", 2)])
    assert [ref.title for ref in finding.things.all()] == ["柳湾食品厂"]
    assert (finding.state, finding.reason) == ("confirmed", "属实")


def test_checks_of_look_alikes_share_one_pass(district, monkeypatch):
    asked = []

    def counted(entries):
        asked.append(len(entries))
        return look_alikes(entries)

    monkeypatch.setattr(alike, "look_alikes", counted)
    listed(district, "松溪石材加工厂", longitude=116.3, latitude=39.9)
    listed(district, "松溪石材有限公司", longitude=116.3, latitude=39.9)
    actions.run_checks(SYSTEM)
    assert sum(asked) == 2


def test_a_check_whose_rules_cannot_be_read_holds_the_others_not_up(district, planted):
    def broken(day):
        raise RuleError("淘汰目录：没有清单“none”。", "exit-catalogue: there is no ledger 'none'.")
        yield

    planted += [Hit("1", district.songxi.pk, "一条", (), {})]
    usual = dict(checks._entries)
    checks._entries.clear()
    checks.register("test.broken", Check("坏的核查", broken))
    checks._entries |= usual
    try:
        with pytest.raises(RuleError, match="none"):
            actions.run_checks(SYSTEM)
        assert found("test.planted") == ["一条"]
    finally:
        checks._entries.pop("test.broken")


def test_another_room_brings_a_check_without_a_change_here(district):
    def meters(day):
        yield Hit("7", district.liuwan.pk, "用电量与停产状态不符", (), {"用电量": 1200})

    checks.register("gateway.meters", Check("用电核查", meters))
    try:
        assert actions.run_checks(SYSTEM)["gateway.meters"] == 1
        assert found("gateway.meters") == ["用电量与停产状态不符"]
    finally:
        del checks._entries["gateway.meters"]
    assert Listing.objects.count() == 0
