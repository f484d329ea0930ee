"""Sub-plans and lists as a program meets them: ordered, filed, returned, passed on; a firm sees its own alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.plans.models import Filing


def paper(name="清单.txt"):
    return SimpleUploadedFile(name, "演示".encode(), "text/plain")


def send(asks, path, body):
    """A form with files."""
    return asks.post(f"/api/v1/{path}", body)


@pytest.fixture
def office(world, program):
    return program(world.office)


@pytest.fixture
def ordered(world, office):
    """A list that both towns owe the air office, each its own."""
    asked = {
        "title": "演示清单", "kind": "list", "chain": "chain-office", "plan": world.plan.pk, "due": "2026-09-15",
        "owners": [world.songxi.unit.pk, world.liuwan.unit.pk], "each": True,
    }  # fmt: skip
    answer = office.write("plans/deliverables", asked)
    assert answer.status_code == 201
    return answer.json()


def test_chains_say_their_steps(office):
    told = {one["id"]: one for one in office.read("plans/chains").json()["items"]}
    consent = next(s for s in told["chain-list-consent"]["steps"] if s["name"] == "consent")
    assert (consent["label"], consent["by"]) == ("政府同意", "leader")


def test_a_list_is_ordered_filed_returned_and_recorded(world, program, office, ordered):
    assert (ordered["filings"], ordered["done"]) == (2, 0)
    assert office.all("plans/deliverables") == [ordered]
    assert office.read(f"plans/deliverables/{ordered['id']}").json() == ordered
    town = program(world.songxi.liaison)
    (mine,) = town.all("plans/filings?mine=true")
    assert (mine["step"], mine["needs"], mine["who"]) == ("file", ["file"], world.songxi.unit.name)
    where = f"plans/filings/{mine['id']}"
    assert send(town, f"{where}/pass", {"step": "file"}).status_code == 422
    filed = send(town, f"{where}/pass", {"step": "file", "file": paper(), "text": "两家"})
    assert filed.status_code == 200
    assert filed.json()["step"] == "record"
    assert send(town, f"{where}/pass", {"step": "file", "file": paper()}).status_code == 409
    file = filed.json()["receipts"][0]["files"][0]
    assert (file["name"], file["kind"]) == ("清单.txt", "file")
    assert b"".join(town.read(f"plans/filing-files/{file['id']}")).decode() == "演示"
    assert program(world.liuwan.liaison).read(f"plans/filing-files/{file['id']}").status_code == 404
    assert town.write(f"{where}/return", {"reason": "x"}).status_code == 403
    assert office.write(f"{where}/return", {"reason": "少一家"}).json()["step"] == "file"
    assert send(town, f"{where}/pass", {"step": "file", "file": paper()}).json()["version"] == 2
    done = send(office, f"{where}/pass", {"step": "record"}).json()
    assert (done["step"], done["turn"], done["filed_version"]) == ("filed", None, 2)
    assert office.read(f"plans/deliverables/{ordered['id']}").json()["done"] == 1
    assert town.write(f"{where}/renew").json()["step"] == "file"


def test_a_town_sees_its_own_filing_alone(world, program, ordered):
    foreign = Filing.objects.get(unit=world.liuwan.unit)
    town = program(world.songxi.liaison)
    assert {one["unit"]["id"] for one in town.all("plans/filings")} == {world.songxi.unit.pk}
    assert town.read(f"plans/filings/{foreign.pk}").status_code == 404
    assert send(town, f"plans/filings/{foreign.pk}/pass", {"step": "file", "file": paper()}).status_code == 404
    assert town.write("plans/deliverables", {"title": "x", "kind": "list", "chain": "chain-office", "owners": [1]}
                      ).status_code == 403  # fmt: skip


def test_a_firm_applies_for_itself_and_another_does_not_see_it(world, program, office):
    own, other = world.firms
    asked = {
        "unit": own.unit.pk, "chain": "chain-exemption", "title": "演示工程", "text": "抢修",
        "valid_from": "2027-11-20", "valid_to": "2027-12-01", "file": paper(),
    }  # fmt: skip
    made = send(program(own.liaison), "plans/exemptions", asked)
    assert made.status_code == 201
    where = f"plans/filings/{made.json()['id']}"
    assert send(program(other.liaison), "plans/exemptions", asked | {"file": paper()}).status_code == 422
    assert program(other.liaison).read(where).status_code == 404
    assert program(other.liaison).all("plans/filings") == program(other.liaison).all("plans/deliverables") == []
    assert program(own.liaison).all("plans/filings")[0]["turn"] == "assign"
    assert office.write(f"{where}/assign", {"units": [world.songxi.unit.pk]}).json()["turn"] == "party"
    assert office.write(f"{where}/refuse", {"reason": "x"}).status_code == 403
    assert program(own.liaison).write(f"{where}/withdraw").json()["step"] == "apply"
    assert office.write(f"{where}/cancel", {"reason": "不再需要"}).json()["step"] == "cancelled"
    assert office.write(f"{where}/reopen").json()["step"] == "apply"
