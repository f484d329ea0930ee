"""Two towns and two firms: a person clicks through all pages that are offered, and finds nothing of the other."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import FirmDeclaration, Person
from tests.site.conftest import Browser, person
from tests.site.kept import kept

pytestmark = pytest.mark.any_database

LINK = re.compile(r'(?:href|hx-get)="([^"#]+)')
MOST_PAGES = 150


@pytest.fixture
@kept
def world(district):
    """Of each side a town liaison, a firm, a village and a declared account; marks that only its own side may see."""
    for side, town, unit in (
        ("甲", district.songxi, district.songxi_town),
        ("乙", district.liuwan, district.liuwan_town),
    ):
        org.add_area(System(), name=f"只属{side}村", kind="village", parent=town)
        firm = org.add_unit(System(), name=f"只属{side}企业", kind="firm", area=town)
        for role, of in (("liaison", unit), ("grid_officer", unit), ("firm", firm), ("contractor", firm)):
            made = person(f"{role}-{side}", role, of)
            Person.objects.filter(pk=made.pk).update(phone=f"139-只属{side}-0001", name=f"演示{role}{side}")
        FirmDeclaration.objects.create(
            role="firm", unit_name=f"只报{side}企业", code=f"9135010{0 if side == '甲' else 1}M000100Y4", area=town,
            person_name=f"只报{side}人", phone="0", password="x",
        )  # fmt: skip
    return district


def pages(who: Person) -> dict[str, str]:
    """Every page that is reached by links from the start page, by its address; none of them may fail or be refused."""
    site = Browser().log_in(who)
    seen: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(seen) < MOST_PAGES:
        at = waiting.pop(0)
        if at in seen or at.startswith(("/static/", "/logout")):
            continue
        response = site.get(at)
        assert response.status_code in (200, 204, 302, 405), f"{who} is offered {at}: {response.status_code}"
        html = "html" in response.get("Content-Type", "")
        seen[at] = response.content.decode() if html else ""
        found = [urlsplit(urljoin(at, unescape(link))) for link in LINK.findall(seen[at])]
        if at.startswith("/audit"):  # the trail names things that its reader may not open
            found = [to for to in found if to.path.startswith("/audit")]
        waiting += [f"{to.path}?{to.query}" if to.query else to.path for to in found if not to.netloc]
    return seen


@pytest.mark.parametrize("side", ["甲", "乙"])
@pytest.mark.parametrize("role", ["liaison", "grid_officer"])
def test_a_town_finds_nothing_of_the_other_town(world, role, side):
    other = "乙" if side == "甲" else "甲"
    marks = (f"只报{other}", f"139-只属{other}")  # names of areas and units stand in the register, for all officials
    found = pages(Person.objects.get(username=f"{role}-{side}"))
    assert len(found) > 10
    assert [(at, mark) for at, html in found.items() for mark in marks if mark in html] == []


@pytest.mark.parametrize("side", ["甲", "乙"])
@pytest.mark.parametrize("role", ["firm", "contractor"])
def test_a_firm_finds_nothing_but_its_own(world, role, side):
    other = "乙" if side == "甲" else "甲"
    marks = (f"只属{other}", "只报", "松溪镇政府", "区水务局", "演示songxi", f"演示firm{other}")
    found = pages(Person.objects.get(username=f"{role}-{side}"))
    assert [(at, mark) for at, html in found.items() for mark in marks if mark in html] == []
    assert any(f"只属{side}企业" in html for html in found.values()), "it does find its own"


@pytest.mark.parametrize("who", ["system_admin", "security_admin", "audit_admin", "air_office", "leader"])
def test_nobody_is_offered_a_page_that_is_refused(world, who):
    assert len(pages(world.people[who])) > 5


def test_telephone_numbers_are_for_ones_own_unit(world, site):
    at = world.songxi_town.get_absolute_url()
    number = "139-只属甲-0001"
    assert number in site.log_in(Person.objects.get(username="liaison-甲")).get(at).content.decode()
    assert number in site.log_in(world.air_office).get(at).content.decode()
    assert number not in site.log_in(world.water_liaison).get(at).content.decode()
