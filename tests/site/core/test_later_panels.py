"""Panels that a page fetches once it is drawn: seen by who may see the page and the panel, gone where nothing is."""

import pytest

from lantian.site.core import registries
from lantian.site.core.policy import System
from lantian.site.core.registries import Panel, Registry
from lantian.site.org import actions as org
from tests.site.conftest import person

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def shown(monkeypatch):
    """A panel of units that says what it is given; `shown[0]` None: it has nothing to show."""
    said = [{"crumbs": []}]
    panels, places = Registry("panel"), Registry("place of panels")
    places.register("org.unit", registries.places["org.unit"])
    template = "core/parts/crumbs.html"
    panels.register("t.later", Panel("org.unit", "后到", template, lambda _p, _u: said[0], later=True))
    panels.register(
        "t.kept", Panel("org.unit", "保密", template, lambda _p, _u: {}, policy="core.see_audit", later=True)
    )
    panels.register("t.now", Panel("org.unit", "同时", template, lambda _p, _u: {"crumbs": []}))
    for name, value in (("panels", panels), ("places", places)):
        monkeypatch.setattr(registries, name, value)
    return said


def test_the_page_names_the_panel_and_fetches_it(district, site, shown):
    site.log_in(district.air_office)
    page = site.get(f"/units/{district.water.pk}").content.decode()
    assert f'hx-get="/panels/t.later/{district.water.pk}"' in page
    assert "同时" in page
    assert "保密" not in page, "a panel that one may not see is not named either"
    part = site.get(f"/panels/t.later/{district.water.pk}", **HTMX).content.decode()
    assert "后到" in part
    assert "<html" not in part
    assert "<html" in site.get(f"/panels/t.later/{district.water.pk}").content.decode()


def test_a_panel_with_nothing_to_show_goes(district, site, shown):
    shown[0] = None
    site.log_in(district.air_office)
    assert site.get(f"/panels/t.later/{district.water.pk}", **HTMX).content == b""
    assert site.get(f"/panels/t.later/{district.water.pk}").status_code == 200


def test_no_panel_of_what_one_may_not_see(district, site, shown):
    site.log_in(district.air_office)
    assert site.get(f"/panels/t.kept/{district.water.pk}", **HTMX).status_code == 403
    assert site.get(f"/panels/t.now/{district.water.pk}", **HTMX).status_code == 404
    assert site.get("/panels/t.none/1", **HTMX).status_code == 404
    assert site.get("/panels/t.later/999999", **HTMX).status_code == 404
    own, other = (
        org.add_unit(System(), name=f"演示{name}企业", kind="firm", area=district.liuwan) for name in ("甲", "乙")
    )
    site.log_in(person("firm", "firm", own))
    assert site.get(f"/panels/t.later/{own.pk}", **HTMX).status_code == 200
    assert site.get(f"/panels/t.later/{other.pk}", **HTMX).status_code == 404


def test_every_panel_that_comes_later_stands_at_a_place_that_can_be_looked_up():
    for name, panel in registries.panels.items():
        assert not panel.later or panel.place in registries.places, name
