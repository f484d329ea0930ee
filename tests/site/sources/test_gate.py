"""New projects: two tonnes of proven cuts for one, never more than is left; admitted only if every rule is met; a cut
that is taken back is a finding."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from lantian.ledgers import figure
from lantian.site.core import audit
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import System
from lantian.site.sources import actions, gating, reading
from lantian.site.sources.actions import Shown
from lantian.site.sources.models import CutUse, Finding, Listing, ListingValue
from lantian.site.sources.rows import row_of
from tests.site.conftest import person
from tests.site.kept import kept
from tests.site.sources.conftest import paper, walk

CLEAN = {"trade": "食品加工", "voc_added": 1, "nox_added": 0, "so2_added": 0, "dust_added": 0}


def cut_of(
    district: Any, tonnes: float, *, name: str = "松溪漆厂关停", town: Any = None, proven: bool = True
) -> Listing:
    made = actions.add_listing(
        district.air_office,
        "emission_cut",
        source={"name": name, "area": town or district.songxi},
        attributes={"measure": "close", "voc": tonnes, "method": "物料衡算"},
    )
    if proven:
        walk(district.air_office, made, "confirm")
    return made


def project_of(district: Any, *, name: str = "松溪食品厂扩建", town: Any = None, **more: Any) -> Listing:
    made = actions.add_listing(
        district.air_office,
        "new_project",
        source={"name": name, "area": town or district.songxi},
        attributes=CLEAN | more,
    )
    walk(district.air_office, made, "check")
    return made


def admit(who: Any, project: Listing) -> None:
    actions.take_step(who, project, "admit", reason="符合", shown=[Shown("check", paper())])
    project.refresh_from_db()


@pytest.fixture
@kept
def cut(district: Any) -> Listing:
    """Two tonnes of VOCs, proven."""
    return cut_of(district, 2)


@pytest.fixture
@kept
def project(district: Any) -> Listing:
    """A project that adds one tonne of VOCs, checked."""
    return project_of(district)


def test_one_tonne_added_takes_two_from_the_bank(project, cut, district):
    office = district.air_office
    assert gating.verdict_of(project).outcome == "allot"
    actions.allot_cut(office, project, cut, "voc", 1.5)
    with pytest.raises(Invalid, match=r"不能准入.*VOCs"):
        admit(office, project)
    assert Listing.objects.get(pk=project.pk).state == "checked"
    use = actions.allot_cut(office, project, cut, "voc", 0.5)  # the same cut: one line, two tonnes
    project.refresh_from_db()
    assert (use.tonnes, CutUse.objects.count(), project.attributes["voc_offset"]) == (2.0, 1, 2.0)
    assert ListingValue.objects.get(listing=project, field="voc_offset").number == 2.0
    admit(office, project)
    assert (project.state, project.means) == ("admitted", "done")
    told = [one.action for one in audit.events_of(project)]
    assert told.count("sources.project.allot") == 2


def test_a_bank_that_lacks_a_tonne_admits_nobody(project, district):
    cut_of(district, 1)
    verdict = gating.verdict_of(project)
    assert verdict.outcome == "refuse"
    assert "还差 1 吨" in next(one for one in verdict.lines if one.name == "voc").why.zh


def test_never_more_than_is_left_nor_than_is_needed(project, cut, district):
    office = district.air_office
    other = project_of(district, name="柳湾食品厂", voc_added=0.3)
    actions.allot_cut(office, other, cut, "voc", 0.6)
    with pytest.raises(Invalid) as refused:
        actions.allot_cut(office, project, cut, "voc", 1.41)
    assert str(refused.value.fields["tonnes"]) == "这项减排量只剩 1.4 吨。"
    actions.allot_cut(office, project, cut, "voc", 1.4)
    more = cut_of(district, 9, name="另一关停")
    with pytest.raises(Invalid) as refused:
        actions.allot_cut(office, project, more, "voc", 0.61)
    assert str(refused.value.fields["tonnes"]) == "这个项目只需再安排 0.6 吨。"
    for none in (0, -1):
        with pytest.raises(Invalid):
            actions.allot_cut(office, project, more, "voc", none)
    with pytest.raises(Invalid):
        actions.allot_cut(office, project, more, "nox", 1)  # adds none
    assert CutUse.objects.count() == 2


def test_the_wrong_person_the_wrong_cut_the_wrong_state(project, cut, district):
    with pytest.raises(Refused):
        actions.allot_cut(district.songxi_liaison, project, cut, "voc", 1)
    with pytest.raises(WrongState, match="没有核实"):
        actions.allot_cut(district.air_office, project, cut_of(district, 9, name="未核实", proven=False), "voc", 1)
    with pytest.raises(Invalid):
        actions.allot_cut(district.air_office, project, project, "voc", 1)
    use = actions.allot_cut(district.air_office, project, cut, "voc", 2)
    admit(district.air_office, project)
    with pytest.raises(WrongState, match="已经有结论"):
        actions.give_back(district.air_office, use)
    with pytest.raises(WrongState, match="已经有结论"):
        actions.allot_cut(district.air_office, project, cut, "voc", 1)
    with pytest.raises(Refused):
        actions.give_back(district.songxi_liaison, use)


def test_what_is_taken_back_the_cut_has_again(project, cut, district):
    use = actions.allot_cut(district.air_office, project, cut, "voc", 2)
    assert actions.give_back(district.air_office, use).ended_at
    with pytest.raises(WrongState, match="已经退回"):
        actions.give_back(district.air_office, use)
    actions.allot_cut(district.air_office, project, cut, "voc", 2)
    assert CutUse.objects.count() == 2  # the first stays on record


@pytest.mark.parametrize("step", ["withdraw", "refuse"])
def test_a_project_that_goes_gives_back_what_it_had(step, project, cut, district):
    actions.allot_cut(district.air_office, project, cut, "voc", 2)
    walk(district.air_office, project, step)
    assert not CutUse.objects.filter(ended_at=None).exists()
    assert project.attributes["voc_offset"] is None
    assert not ListingValue.objects.filter(listing=project, field="voc_offset").exists()
    other = project_of(district, name="柳湾食品厂")
    actions.allot_cut(district.air_office, other, cut, "voc", 2)


@pytest.mark.parametrize(("step", "keeps"), [("return", True), ("void", False)])
def test_a_cut_that_is_taken_back_is_a_finding_for_the_project(step, keeps, project, cut, district, settings):
    settings.LANTIAN_JOBS = "inline"
    actions.allot_cut(district.air_office, project, cut, "voc", 2)
    admit(district.air_office, project)
    walk(district.air_office, cut, step)
    found = {one.said for one in Finding.objects.filter(state="open")}
    assert "“松溪食品厂扩建”占用的减排量“松溪漆厂关停”已不再是核实状态。" in found
    assert "已准入的“松溪食品厂扩建”替代量不足：VOCs。" in found
    if keeps:
        walk(district.air_office, cut, "confirm")
        actions.run_checks(System(), ["sources.offset"])
        assert not Finding.objects.filter(state="open").exists()


def test_a_cut_that_shrinks_and_a_project_that_grows_are_findings(project, cut, district):
    actions.allot_cut(district.air_office, project, cut, "voc", 2)
    admit(district.air_office, project)
    actions.run_checks(System(), ["sources.offset"])
    assert not Finding.objects.exists()
    actions.change_listing(district.air_office, cut, attributes={"voc": 1.5})
    actions.run_checks(System(), ["sources.offset"])
    assert [one.said for one in Finding.objects.all()] == [
        "“松溪食品厂扩建”占用的减排量“松溪漆厂关停”已减少，不够用了。"
    ]
    actions.change_listing(district.air_office, cut, attributes={"voc": 2})
    actions.change_listing(district.air_office, project, attributes={"voc_added": 1.2})
    actions.run_checks(System(), ["sources.offset"])
    assert [one.said for one in Finding.objects.filter(state="open")] == ["已准入的“松溪食品厂扩建”替代量不足：VOCs。"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"trade": "水泥熟料"}, "严禁新增产能的行业"),
        ({"nox_added": None}, "氮氧化物"),
        ({"solvent": "是"}, "不得新建使用高VOCs溶剂型材料的项目"),
    ],
)
def test_who_does_not_pass_is_not_admitted(more, told, cut, district):
    project = project_of(district, **(more | {"voc_added": 0}))
    with pytest.raises(Invalid, match=told):
        admit(district.air_office, project)
    walk(district.air_office, project, "refuse")
    assert project.state == "refused"


def let_through(who: Any, project: Listing, *, reason: str = "区政府专题会同意", shown: bool = True) -> Any:
    proof = [Shown("approval", paper())] if shown else []
    return actions.take_step(who, project, "override", reason=reason, shown=proof)


@pytest.mark.parametrize("refused", [False, True])
def test_a_leader_lets_a_project_through_with_reason_and_document(refused, cut, district, site):
    project = project_of(district, trade="水泥熟料", voc_added=1)
    if refused:
        walk(district.air_office, project, "refuse")
    leader = person("boss", "leader")
    with pytest.raises(Refused):
        let_through(district.songxi_liaison, project)
    for given in ({"reason": ""}, {"shown": False}):
        with pytest.raises(Invalid):
            let_through(leader, project, **given)
    taken = let_through(leader, project)
    project.refresh_from_db()
    assert (project.state, project.means) == ("special", "done")
    assert {one["name"] for one in taken.noted} >= {"voc"}
    assert any("水泥" in str(one) or one["kind"] == "trade" for one in taken.noted)
    event = audit.events_of(project).first()
    assert event.facts["unmet"] == taken.noted
    shown = site.log_in(leader).get(f"/sources/listings/{project.pk}/gate").content.decode()
    assert "特批准入：不是每条规则都符合" in shown
    assert "区政府专题会同意" in shown
    actions.run_checks(System(), ["sources.offset"])
    assert not Finding.objects.exists()  # it lacks its offset knowingly
    with pytest.raises(WrongState):
        let_through(leader, project)


def test_a_project_that_passes_is_not_let_through(cut, district):
    project = project_of(district, voc_added=0)
    with pytest.raises(Invalid, match="不用特批"):
        let_through(district.air_office, project)
    assert Listing.objects.get(pk=project.pk).state == "checked"


def test_those_let_through_are_counted(district):
    project = project_of(district, voc_added=1)
    let_through(district.air_office, project)
    measure = next(one for one in reading.ledger_of("new_project").measure if one.name == "special")
    project.refresh_from_db()
    assert figure(measure, [row_of(project)]) == 1


def test_nobody_types_what_the_platform_works_out(project, district):
    with pytest.raises(Invalid):
        actions.change_listing(district.air_office, project, attributes={"voc_offset": 9})


def test_the_pages(project, cut, district, site, django_assert_max_num_queries):
    browser = site.log_in(district.air_office)
    gate = f"/sources/listings/{project.pk}/gate"
    with django_assert_max_num_queries(15):
        shown = browser.get(gate).content.decode()
    assert "安排替代量以后可以准入" in shown
    assert "新增 1 吨 × 2 = 2 吨，已安排 0 吨，可用 2 吨" in shown
    with django_assert_max_num_queries(15):
        assert "松溪漆厂关停（2 吨）" in browser.get(f"{gate}/voc").content.decode()
    assert "只剩 2 吨" in browser.post(f"{gate}/voc", {"cut": cut.pk, "tonnes": "2.5"}).content.decode()
    assert browser.post(f"{gate}/voc", {"cut": cut.pk, "tonnes": "2"}).status_code == 302
    assert browser.get(f"{gate}/co").status_code == 404
    assert "各项规则都符合" in browser.get(gate).content.decode()
    for address, told in (
        ("/sources/bank", "松溪食品厂扩建 2 吨"),
        (cut.get_absolute_url(), "松溪食品厂扩建"),
        (project.get_absolute_url(), f'{gate}"'),
        ("/sources/bank?left=none&pollutant=voc", "松溪漆厂关停"),
    ):
        with django_assert_max_num_queries(15):
            assert told in browser.get(address).content.decode()
    assert "松溪漆厂关停" not in browser.get("/sources/bank?left=some").content.decode()
    browser.post(f"/sources/uses/{CutUse.objects.get().pk}/return")
    assert not CutUse.objects.filter(ended_at=None).exists()


def test_a_town_sees_its_own_and_what_others_use_as_a_sum(project, cut, district, site):
    other = project_of(district, name="柳湾食品厂", town=district.liuwan, voc_added=0.5)
    actions.allot_cut(district.air_office, other, cut, "voc", 1)
    songxi = site.log_in(district.songxi_liaison)
    shown = songxi.get("/sources/bank").content.decode()
    assert "其他项目 1 吨" in shown
    assert "柳湾食品厂" not in shown
    assert "柳湾食品厂" not in songxi.get(cut.get_absolute_url()).content.decode()
    assert songxi.get(f"/sources/listings/{other.pk}/gate").status_code == 404
    assert songxi.get(f"/sources/listings/{project.pk}/gate/voc").status_code == 403
    stranger = site.log_in(person("liuwan", "liaison", district.liuwan_town))
    assert "松溪漆厂关停" not in stranger.get("/sources/bank").content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_tonnes_as_many_get_them_as_there_are(district):
    cut = cut_of(district, 2)
    projects = [project_of(district, name=f"项目{n}", voc_added=0.3) for n in range(6)]  # each needs 0.6 of the 2
    begin, told = threading.Barrier(6), []

    def want(project: Listing) -> None:
        begin.wait(30)
        try:
            actions.allot_cut(district.air_office, project, cut, "voc", 0.6)
            told.append("got")
        except Invalid:
            told.append("none left")
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(one,)) for one in projects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["got"] * 3 + ["none left"] * 3
    assert sum(CutUse.objects.values_list("tonnes", flat=True)) == pytest.approx(1.8)


@pytest.mark.django_db(transaction=True)
def test_a_reopening_and_an_admission_never_pass_one_another(district):
    """Whichever comes first: the project is not admitted on a cut that is gone, or there is a finding."""
    cut, project = cut_of(district, 2), project_of(district)
    actions.allot_cut(district.air_office, project, cut, "voc", 2)
    begin, faults = threading.Barrier(2), []

    def act(do: Any) -> None:
        begin.wait(30)
        try:
            do()
        except Invalid as fault:
            faults.append(fault)
        finally:
            connection.close()

    acts = (
        lambda: actions.take_step(district.air_office, cut, "return", reason="重新核算"),
        lambda: actions.take_step(
            district.air_office, project, "admit", reason="符合", shown=[Shown("check", paper())]
        ),
    )
    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    project.refresh_from_db()
    assert Listing.objects.get(pk=cut.pk).state == "entered"
    assert (project.state == "checked") == bool(faults)
    actions.run_checks(System(), ["sources.offset"])
    assert Finding.objects.filter(check_name="sources.offset").exists()
