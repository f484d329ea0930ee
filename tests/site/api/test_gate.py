"""The gate and the bank of cuts over the API."""

import threading

import pytest
from django.db import connection

from lantian.site.core.policy import System
from lantian.site.sources import actions
from lantian.site.sources.models import Listing

CLEAN = {"trade": "食品加工", "voc_added": 1, "nox_added": 0, "so2_added": 0, "dust_added": 0}


def _project_and_cut(world, name="新厂", voc=2):
    area = world.songxi.boiler.source.area
    project = actions.add_listing(System(), "new_project", source={"name": name, "area": area}, attributes=CLEAN)
    cut = actions.add_listing(
        System(), "emission_cut", source={"name": "关停", "area": area}, attributes={"measure": "close", "voc": voc}
    )
    cut.enter("confirmed", "done")
    cut.save()
    return project, cut


def test_a_cut_is_allotted_and_given_back(world, program):
    project, cut = _project_and_cut(world)
    asks, where = program(world.office), f"sources/listings/{project.pk}/cuts"
    body = {"cut": cut.pk, "pollutant": "voc", "tonnes": 2}
    assert program(world.songxi.liaison).write(where, body).status_code == 403
    assert asks.write(where, body | {"tonnes": 2.5}).json()["fields"]["tonnes"]
    assert asks.write(where, body | {"cut": project.pk}).status_code == 422
    made = asks.write(where, body)
    assert (made.status_code, made.json()["tonnes"], made.json()["ended_at"]) == (201, 2.0, None)
    use = made.json()["id"]
    seen = program(world.songxi.liaison).read(f"sources/cut-uses?cut={cut.pk}").json()["items"]
    assert [one["id"] for one in seen] == [use]
    assert program(world.liuwan.liaison).read("sources/cut-uses").json()["items"] == []
    assert program(world.liuwan.liaison).write(f"sources/cut-uses/{use}/return", {}).status_code in (403, 404)
    assert asks.write(f"sources/cut-uses/{use}/return", {}).json()["ended_at"]
    assert asks.write(f"sources/cut-uses/{use}/return", {}).status_code == 409
    assert asks.read("sources/cut-uses?standing=true").json()["items"] == []


def test_of_two_programs_that_want_the_same_cut_one_gets_it(world, program):
    """The one that comes second finds nothing left: the cut is locked while it is allotted."""
    first, cut = _project_and_cut(world)
    second, _other = _project_and_cut(world, name="另一新厂", voc=0.1)
    body = {"cut": cut.pk, "pollutant": "voc", "tonnes": 1.5}
    answers = [program(world.office).write(f"sources/listings/{one.pk}/cuts", body) for one in (first, second)]
    assert [one.status_code for one in answers] == [201, 422]
    project = Listing.objects.get(pk=first.pk)
    project.enter("admitted", "done")
    project.save()
    answer = program(world.office).write(f"sources/listings/{first.pk}/cuts", body | {"tonnes": 0.5})
    assert answer.status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_many_programs_at_once_as_many_get_the_cut_as_it_holds(world, program):
    projects = [_project_and_cut(world, name=f"项目{n}", voc=0.1)[0] for n in range(4)]
    cut = _project_and_cut(world, name="末项", voc=3)[1]
    asks, begin, told = program(world.office), threading.Barrier(4), []

    def want(project):
        begin.wait(30)
        body = {"cut": cut.pk, "pollutant": "voc", "tonnes": 1.5}
        try:
            told.append(asks.write(f"sources/listings/{project.pk}/cuts", body).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(one,)) for one in projects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == [201, 201, 422, 422]


def test_a_project_and_the_bank(world, program):
    area = world.songxi.boiler.source.area
    project = actions.add_listing(System(), "new_project", source={"name": "新厂", "area": area}, attributes=CLEAN)
    cut = actions.add_listing(
        System(), "emission_cut", source={"name": "关停", "area": area}, attributes={"measure": "close", "voc": 2}
    )
    cut.enter("confirmed", "done")
    cut.save()
    asks = program(world.songxi.liaison)
    told = asks.read(f"sources/listings/{project.pk}/gate").json()
    voc = next(one for one in told["lines"] if one["name"] == "voc")
    assert (told["outcome"], voc["stands"], voc["needed"], voc["free"]) == ("allot", "not_met", 2.0, 2.0)
    rows = asks.read("sources/bank?pollutant=voc").json()["items"]
    assert [(one["name"], one["proven"], one["left"]) for one in rows] == [("关停", 2.0, 2.0)]
    assert asks.read(f"sources/listings/{cut.pk}/gate").status_code == 404

    other = program(world.liuwan.liaison)
    assert other.read(f"sources/listings/{project.pk}/gate").status_code == 404
    assert other.read("sources/bank").json()["items"] == []
    assert program(world.firms[0].liaison).read("sources/bank").status_code == 403
