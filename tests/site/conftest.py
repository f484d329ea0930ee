"""Tests of the platform: a small invented district with its people, and help to ask its pages."""

# ruff: noqa: E402 - models can be imported only after Django is set up
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import django
import pytest

# pytest-django looks for the settings before `tests/conftest.py` has named them
django.setup()

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation

from lantian.site.core import triggers
from lantian.site.core.policy import OF_A_UNIT, System
from lantian.site.org import actions as org
from lantian.site.org.models import Area, Person, Unit
from tests.site.kept import begin, end, kept
from tests.site.programs import program, uncounted

__all__ = ["program", "uncounted"]  # fixtures for every room
from tests.site.soak.laid import TABLES, Laid
from tests.site.soak.served import Database

PASSWORD = "Qinghe-demo-2024"


@dataclass
class District:
    """青河区, with the towns 松溪镇 and 柳湾镇, an air office and a water bureau. All invented."""

    area: Area
    songxi: Area
    liuwan: Area
    office: Unit
    water: Unit
    songxi_town: Unit
    liuwan_town: Unit
    administrator: Person  # of the system
    security: Person
    audit: Person
    air_office: Person
    leader: Person
    songxi_liaison: Person
    water_liaison: Person
    nobody: Person

    @property
    def people(self) -> dict[str, Person]:
        """One person of every role, and one without any."""
        return {
            "system_admin": self.administrator,
            "security_admin": self.security,
            "audit_admin": self.audit,
            "air_office": self.air_office,
            "leader": self.leader,
            "liaison": self.songxi_liaison,
            "nobody": self.nobody,
        }


def person(username: str, role: str | None = None, unit: Unit | None = None) -> Person:
    """A person with a role, who has already changed the first password."""
    made = org.add_person(System(), username=username, name=f"演示{username}", password=PASSWORD, unit=unit)
    if role:
        org.grant_role(System(), made, role=role, unit=unit if role in OF_A_UNIT else None)
    Person.objects.filter(pk=made.pk).update(must_change_password=False)
    return Person.objects.get(pk=made.pk)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tests' own database: a copy of the tables that the first process of a run makes for all.

    On SQLite a file, as in an office: a database in memory has neither WAL nor a second writer.
    """
    with Laid(tmp_path_factory, TABLES).copy(tmp_path_factory.mktemp("database")) as (stored, _), turned_to(stored):
        yield


@contextmanager
def turned_to(stored: Database) -> Iterator[None]:
    """Django's connection goes to another database."""
    address = stored.address.removeprefix("sqlite:///")
    before, name = connection.settings_dict["NAME"], address if stored.is_file else urlsplit(address).path[1:]
    try:
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before


@pytest.fixture
@kept
def district(db: None) -> District:
    """The invented district, made through the actions."""
    system = System()
    area = org.add_area(system, name="青河区", kind="district", code="990101")
    songxi = org.add_area(system, name="松溪镇", kind="town", parent=area, code="990101101")
    liuwan = org.add_area(system, name="柳湾镇", kind="town", parent=area, code="990101102")
    office = org.add_unit(system, name="区大气办", kind="department", area=area)
    water = org.add_unit(system, name="区水务局", kind="department", area=area)
    songxi_town = org.add_unit(system, name="松溪镇政府", kind="town", area=songxi)
    liuwan_town = org.add_unit(system, name="柳湾镇政府", kind="town", area=liuwan)
    return District(
        area=area,
        songxi=songxi,
        liuwan=liuwan,
        office=office,
        water=water,
        songxi_town=songxi_town,
        liuwan_town=liuwan_town,
        administrator=person("admin", "system_admin"),
        security=person("security", "security_admin"),
        audit=person("audit", "audit_admin"),
        air_office=person("office", "air_office", office),
        leader=person("leader", "leader"),
        songxi_liaison=person("songxi", "liaison", songxi_town),
        water_liaison=person("water", "liaison", water),
        nobody=person("nobody"),
    )


class Browser(Client):
    """Django's test client, with words for what tests do."""

    def log_in(self, person: Person) -> Browser:
        self.force_login(person)
        return self


@pytest.fixture
def site() -> Browser:
    """A browser without a person."""
    return Browser()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords are hashed slowly on purpose; tests make many people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def traced(request: pytest.FixtureRequest) -> Iterator[None]:
    """What is written is watched, so that `kept` fixtures know where the test stands."""
    trace = begin(request.node.module.__name__)
    yield
    end(trace)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Every test starts in Chinese, whatever the one before switched to."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True, scope="session")
def emptying_lifts_the_triggers() -> Iterator[None]:
    """A test with real transactions empties its tables at the end, which the audit trail's triggers would refuse."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def lifted(self: Any, sql_list: list[str]) -> None:
        triggers.lift(self.connection)
        try:
            flush(self, sql_list)
        finally:
            triggers.install(self.connection)

    operations.execute_sql_flush = lifted
    yield
    operations.execute_sql_flush = flush
