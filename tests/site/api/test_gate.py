"""The gate and the bank of cuts over the API."""

from lantian.site.core.policy import System
from lantian.site.sources import actions
from tests.site.api.world import world

__all__ = ["world"]
CLEAN = {"trade": "食品加工", "voc_added": 1, "nox_added": 0, "so2_added": 0, "dust_added": 0}


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
