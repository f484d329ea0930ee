"""Every address for every role gives exactly what the policy table says; the table's page in the docs is current."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.urls import URLPattern

from lantian.site.core import errors, policy
from lantian.site.core.policy import ADMINISTRATORS, OF_A_UNIT, OUTSIDE, ROLES, System
from lantian.site.core.policy_table import table
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from tests.site.conftest import Browser, person
from tests.site.core.test_pages import ALL
from tests.site.kept import kept

pytestmark = pytest.mark.any_database
SCRIPTS = Path(__file__).parents[3] / "scripts"
PARTS = re.compile(r"<(?:(\w+):)?(\w+)>")
NOT_THERE = {
    "int": "999999",
    "str": "nothing",
    "slug": "nothing",
    "path": "nothing",
    "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
}


def address(where: str) -> str:
    """The address with things that are not there: whoever may ask is told 404, whoever may not 403."""
    return "/" + PARTS.sub(lambda part: NOT_THERE[part[1] or "str"], where).replace("^", "").replace("$", "")


def asked() -> list[tuple[str, str, str]]:
    found = []
    for where, pattern in ALL.items():
        declared = pattern.callback.declared
        if declared.policy is not None and not where.startswith("api/"):
            found += [(where, method, declared.policy) for method in declared.methods]
    return found


@pytest.fixture
@kept
def everybody(district) -> dict[str, Person]:
    """One person of every role, and one of none."""
    firm = org.add_unit(System(), name="演示甲企业", kind="firm", area=district.songxi)
    units = dict.fromkeys(OUTSIDE, firm) | {"liaison": district.songxi_town, "grid_officer": district.songxi_town}
    made = {role: person(f"one-{role}", role, units.get(role)) for role in ROLES}
    return made | {"nobody": district.nobody}


@pytest.fixture
def drawn_once(monkeypatch):
    """The page of an error is drawn the first time; after that only what it says, as its frame is the same."""
    draw, drawn = errors.render, set()

    def render(request, template, context, *, status):
        if (template, status) not in drawn:
            drawn.add((template, status))
            return draw(request, template, context, status=status)
        said = [str(context[part]) for part in ("title", "message", "remedy")]
        return HttpResponse(" ".join(said + [str(text) for text in context["details"].values()]), status=status)

    monkeypatch.setattr(errors, "render", render)


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_every_address_gives_what_the_table_says(everybody, drawn_once, role):
    who = everybody[role]
    site = Browser(raise_request_exception=False).log_in(who)
    every = asked()
    may = {action: policy.may(Person.objects.get(pk=who.pk), action) for _where, _method, action in every}
    wrong = []
    for where, method, action in every:
        response = site.generic(method, address(where))
        if response.get("Location", "").startswith("/login"):  # what was asked before ended the session
            response = site.log_in(who).generic(method, address(where))
        status = response.status_code
        if (status == 403) is may[action] or status >= 500:
            wrong.append((method, where, action, status))
    assert wrong == []


def of_the_work(role):
    return {row.action for row in table() if row.room not in {"core", "org"} and row.cells[role] == "yes"}


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_an_administrator_does_nothing_of_the_work(role):
    assert of_the_work(role) == set()


# Who runs a station delivers its values and looks over them first, each at their own stations.
TAKES_IN = {"series.deliver", "series.import", "series.import.discard"}
MEASURES = (
    TAKES_IN
    | {
        "series.see",
        "series.correct",
        "series.check",
        "air.see",
        "air.review.first",
        "air.diary.see",
        "air.diary.write",
        "air.diary.strike",
    }
    | {f"air.suspicion.{step}" for step in ("see", "decide", "keep", "correct", "invalidate", "undo")}
)


@pytest.mark.parametrize("role", OUTSIDE)
def test_who_is_outside_signs_what_is_asked_of_them_and_does_no_more(role):
    own = {"plans.letter.see", "plans.letter.hand_in", "plans.letter.withdraw", "sources.see"}
    own |= {"orders.see", "orders.comment", "orders.extension.ask"}
    own |= {f"orders.order.{step}" for step in ("accept", "decline", "note", "answer", "assign")}
    assert of_the_work(role) == own | (MEASURES if role == "station_operator" else set())


def test_who_reads_the_trail_changes_nothing():
    """Their own account and their own settings apart, which everybody has."""
    reading = re.compile(r"(^|[._])(see|own|home|export|verify)")
    for role in ("audit_admin", "auditor"):
        may = {row.action for row in table() if row.cells[role] == "yes" and not reading.search(row.action)}
        assert may <= {r.action for r in table() if all(c == "yes" for c in r.cells.values())}, role


def test_every_role_is_one_of_the_table():
    assert {role for row in table() for role in row.cells} == set(ROLES) == set(policy.DUTIES)
    assert set(OF_A_UNIT) < set(ROLES)


@pytest.mark.parametrize("name", ["policy_page", "lifecycle_page"])
def test_a_page_of_the_docs_is_current(name):
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.PAGE.read_text(encoding="utf-8") == tool.text(), f"run scripts/{name}.py"


def test_the_page_of_the_site_shows_every_action(everybody):
    page = Browser().log_in(everybody["security_admin"]).get("/policy").content.decode()
    assert [row.action for row in table() if row.action not in page] == []
    one = Browser().log_in(everybody["security_admin"]).get("/policy?role=firm").content.decode()
    assert "plans.import" not in one


def test_patterns_are_walked():
    assert len(asked()) > 60
    assert all(isinstance(pattern, URLPattern) for pattern in ALL.values())
