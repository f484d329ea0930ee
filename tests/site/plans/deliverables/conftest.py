"""Two towns, two departments, the office, a leader and two firms, on 1 September 2017."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.site.core import clock
from lantian.site.core.policy import System
from lantian.site.org import actions as org
from lantian.site.org.models import Person
from lantian.site.plans import actions
from lantian.site.plans.models import Deliverable, Filing, Plan
from tests.site.kept import kept
from tests.site.plans.progress.world import ZONE, person

DUE = dt.date(2017, 9, 15)


@pytest.fixture(autouse=True)
def september(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The day that counts is 1 September 2017, until a test sets another."""
    at = SimpleNamespace(now=dt.datetime(2017, 9, 1, 9, 0, tzinfo=ZONE))
    monkeypatch.setattr(clock, "now", lambda: at.now)
    return at


def paper(name: str = "清单.txt", text: str = "一家企业") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/plain")


@pytest.fixture
@kept
def folk(district: Any) -> SimpleNamespace:
    """Whoever has a hand in a chain, and whoever has none."""
    system = System()
    towns = [
        org.add_unit(system, name=f"{name}办事处", kind="town", area=district.children.get(name=name))
        for name in ("北桥街道", "南桥街道")
    ]
    group = org.add_unit(system, name="各街道办事处", kind="group", area=district, members=towns)
    trade, housing = (org.add_unit(system, name=n, kind="department", area=district) for n in ("区经信委", "区住建委"))
    firms = [org.add_unit(system, name=f"演示{n}公司", kind="firm", area=district.children.first()) for n in "甲乙"]
    return SimpleNamespace(
        area=district,
        north=towns[0],
        south=towns[1],
        group=group,
        trade=trade,
        housing=housing,
        firms=firms,
        north_liaison=person("north", "liaison", towns[0]),
        south_liaison=person("south", "liaison", towns[1]),
        trade_liaison=person("trade", "liaison", trade),
        housing_liaison=person("housing", "liaison", housing),
        office=person("office", "air_office"),
        leader=person("leader", "leader"),
        auditor=person("auditor", "auditor"),
        duty=person("duty", "duty_officer"),
        first_firm=person("first", "contractor", firms[0]),
        second_firm=person("second", "contractor", firms[1]),
    )


@pytest.fixture
@kept
def winter(folk: Any) -> Plan:
    """A confirmed plan without tasks."""
    from lantian.site.core.attachments import store

    kept = store(paper("方案.txt", "演示方案"), "方案.txt", System())
    return Plan.objects.create(
        area=folk.area, title="演示秋冬季方案", schema_version="1", attachment=kept, source="", blocks=[],
        issued_on=dt.date(2017, 8, 29), confirmed_at=clock.now(),
    )  # fmt: skip


def ordered(folk: Any, **given: Any) -> Deliverable:
    """A list that both towns owe, by the chain with consent."""
    values = {
        "area": folk.area,
        "kind": "list",
        "title": "演示散乱污清单",
        "chain": "chain-list-consent",
        "owners": [folk.group],
        "each": True,
        "due": DUE,
        "parties": {"review": [folk.trade], "gather": [folk.trade]},
    }
    return actions.add_deliverable(folk.office, **(values | given))


def step(who: Person, filing: Filing, **given: Any) -> Filing:
    """Pass it on with what its step asks for, and what else is given."""
    filing = Filing.objects.get(pk=filing.pk)
    full: dict[str, Any] = {
        "files": [paper()],
        "receipts": [paper("回执.txt", "收到")],
        "number": "演示〔2017〕1号",
        "on": clock.today(),
        "signer": "演示科长",
        "text": "同意",
    }
    called = {"file": "files", "receipt": "receipts", "date": "on", "reason": "text"}
    asked = {called.get(need, need) for need in (filing.step.needs if filing.step else ())} | {"text"}
    return actions.pass_on(who, filing, actions.Given(**({name: full[name] for name in asked} | given)))


def gathered(folk: Any, made: Deliverable) -> Filing:
    """Both towns' parts reviewed; the whole, ready to be gathered."""
    for unit, who in ((folk.north, folk.north_liaison), (folk.south, folk.south_liaison)):
        part = made.filings.get(unit=unit)
        step(who, part)
        step(folk.trade_liaison, part)
    return made.filings.get(shape="whole")
