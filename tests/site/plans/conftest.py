"""A small district, its people, and the demo documents as real Word files."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.site.kept import kept

# Django is set up after the conftests of the named directories are loaded, so models are imported in the fixtures.
YEAR = 2026


@pytest.fixture(autouse=True)
def private_place(settings, tmp_path):
    """Uploads in a directory of their own; jobs run at once."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LANTIAN_JOBS = "inline"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; no test is about hashing


@pytest.fixture
@kept
def district(db):
    from lantian.site.core.policy import System
    from lantian.site.org import actions as org

    area = org.add_area(System(), name="青河区", kind="district", code="990100")
    for name in ("北桥街道", "南桥街道", "望湖街道", "青枫街道", "西岭街道"):
        org.add_area(System(), name=name, kind="town", parent=area)
    return area


@pytest.fixture
@kept
def people(district):
    """One person of each role; the liaison's unit is a street."""
    from lantian.site.core.policy import System
    from lantian.site.org import actions as org

    street = org.add_unit(System(), name="北桥街道办事处", kind="town", area=district.children.get(name="北桥街道"))

    def person(username, role, unit=None):
        first, second = "first-password-1", "second-password-2"
        made = org.add_person(System(), username=username, name=f"演示{username}", password=first, unit=unit)
        made = org.change_password(made, old=first, new=second)
        org.grant_role(System(), made, role=role, unit=unit)
        return made

    return SimpleNamespace(
        admin=person("admin", "system_admin"),
        office=person("office", "air_office"),
        liaison=person("liaison", "liaison", street),
        leader=person("leader", "leader"),
    )


@pytest.fixture(scope="session")
def docx(tmp_path_factory):
    """The demo action plan, the winter plan: paths of real Word documents."""
    from lantian.site.demo import document

    directory = tmp_path_factory.mktemp("docx")
    return SimpleNamespace(
        action=document.build(directory, "action_plan", year=YEAR),
        winter=document.build(directory, "winter_plan", year=YEAR),
    )


@pytest.fixture
@kept
def review(people, docx):
    """The winter plan in review."""
    from lantian.site.plans import actions

    return actions.import_file(people.office, docx.winter, confirm=False)


@pytest.fixture
@kept
def plan(people, docx):
    """The action plan, confirmed."""
    from lantian.site.plans import actions

    return actions.import_file(people.office, docx.action, confirm=True).plan


@pytest.fixture
def as_person():
    """A browser of a person."""
    from django.test import Client

    def browser(person):
        client = Client()
        client.force_login(person)
        return client

    return browser
