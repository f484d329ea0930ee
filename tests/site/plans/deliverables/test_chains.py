"""Chains are data, and each is a table: every cell of state × step × role does what the data says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from pydantic import ValidationError

from lantian import rulebook
from lantian.rulebook import loader
from lantian.rulebook.schemas.chains import FilingChain
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.plans import actions, chains
from lantian.site.plans.models import Filing
from tests.site.plans.deliverables.conftest import gathered, ordered, paper, step

CHAINS = ["chain-list-consent", "chain-list-command", "chain-subplan", "chain-office", "chain-exemption"]

OWN = """
id = "chain-own"
schema = "filing-chain"
kinds = ["list"]
label = { zh = "本区流程", en = "Ours" }
[[step]]
name = "file"
label = { zh = "上报", en = "File" }
by = "owner"
who = { zh = "单位", en = "Unit" }
needs = ["file"]
"""


def names(id: str) -> list[str]:
    return [one.name for one in chains.chain(id).step]


def test_the_shipped_chains_go_through_the_hands_that_plans_name() -> None:
    assert {one.id for one in chains.offered()} == set(CHAINS)
    assert names("chain-list-consent") == ["file", "review", "gather", "office", "consent", "city"]
    assert "consent" not in names("chain-list-command")
    assert names("chain-list-command")[-1] == "command"
    assert [one.by for one in chains.chain("chain-exemption").step] == ["owner", "party", "leader", "outside"]
    for one in chains.offered():
        assert one.sure
        assert one.label.zh
        assert one.label.en


def test_consent_of_the_government_lies_between_office_and_city() -> None:
    consent = chains.chain("chain-list-consent").step[4]
    assert (consent.by, consent.label.zh) == ("leader", "政府同意")
    table = chains.life_cycle(
        chains.stretch(chains.chain("chain-list-consent").step, "whole"), end="filed", renews=True
    )
    assert [(s.source, s.target, s.roles) for s in table.steps if s.name == "pass"] == [
        ("gather", "office", ("liaison",)),
        ("office", "consent", ("air_office",)),
        ("consent", "city", ("leader",)),
        ("city", "filed", ("air_office",)),
    ]


def test_names_of_steps_are_in_the_readers_language() -> None:
    table = chains.life_cycle(chains.chain("chain-office").step, end="filed", renews=True)
    assert str(table.label("file")) == "上报"
    with translation.override("en"):
        assert (str(table.label("file")), str(table.label("filed"))) == ("File", "Filed")


def test_a_district_adds_a_chain_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    monkeypatch.setenv(loader.OVERLAY, str(tmp_path))
    loader.forget()
    try:
        assert "chain-own" in {one.id for one in chains.offered("list")}
        assert "chain-own" not in {one.id for one in chains.offered("subplan")}
    finally:
        monkeypatch.delenv(loader.OVERLAY)
        loader.forget()


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": []},
        {"step": [{"name": "file", "by": "office", "needs": ["file"]}]},
        {"step": [{"name": "file", "by": "owner"}]},
        {"step": [{"name": "filed", "by": "owner", "needs": ["file"]}]},
        {"kinds": ["exemption"]},
    ],
)
def test_a_chain_that_cannot_be_walked_is_refused(wrong: dict[str, Any]) -> None:
    said = {"zh": "甲", "en": "a"}
    right = {"id": "x", "schema": "filing-chain", "label": said, "kinds": ["list"],
             "step": [{"name": "file", "by": "owner", "needs": ["file"]}]}  # fmt: skip
    given = right | wrong
    given["step"] = [{"label": said, "who": said} | one for one in given["step"]]
    with pytest.raises(ValidationError):
        FilingChain.model_validate(given)


# Every cell

ACTS: dict[str, Any] = {
    "back": lambda who, f: actions.send_back(who, f, reason="请补充"),
    "return": lambda who, f: actions.return_to_owner(who, f, reason="请补充"),
    "refuse": lambda who, f: actions.refuse_filing(who, f, reason="不符合条件"),
    "cancel": lambda who, f: actions.cancel_filing(who, f, reason="无此类污染源"),
    "withdraw": actions.withdraw_filing,
    "reopen": actions.reopen_filing,
    "renew": actions.renew_filing,
    "pass": step,
}
PEOPLE = ["north_liaison", "south_liaison", "trade_liaison", "housing_liaison", "office", "leader", "auditor", "duty",
          "first_firm", "second_firm"]  # fmt: skip


def filing_of(folk: Any, id: str, shape: str) -> Filing:
    """A filing of the shape, owned by the north (a contractor's application for the exemption)."""
    if id == "chain-exemption":
        made = actions.apply_for_exemption(
            folk.first_firm, folk.firms[0], chain=id, title="演示项目", text="民生工程", files=[paper()],
            valid_from=day(15), valid_to=day(60),
        )  # fmt: skip
        made = actions.assign_parties(folk.office, made, units=[folk.trade])
        return actions.return_to_owner(folk.trade_liaison, made, reason="请补充")
    kind = rulebook.get(id, as_=FilingChain).kinds[0]
    steps = chains.chain(id).step
    parties = {one.name: [folk.trade] for one in steps if one.by == "party"}
    each = shape != "single"
    made = ordered(folk, kind=kind, chain=id, parties=parties, each=each, owners=[folk.group if each else folk.north])
    return gathered(folk, made) if shape == "whole" else made.filings.get(unit=folk.north)


def day(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def actor_at(folk: Any, filing: Filing) -> Any:
    """Who has it."""
    current = filing.step
    assert current is not None
    owner = folk.first_firm if filing.deliverable.kind == "exemption" else folk.north_liaison
    people = {"owner": owner, "party": folk.trade_liaison, "office": folk.office, "leader": folk.leader}
    return people.get(current.by, folk.office)


def expected(folk: Any, filing: Filing, name: str, who: str) -> bool:
    """Whether the data lets this person do this now, said without the code under test."""
    owner = folk.first_firm if filing.deliverable.kind == "exemption" else folk.north_liaison
    person = getattr(folk, who)
    gatherer = filing.shape == "whole" and filing.steps[0].by == "party"
    owns = person == (folk.trade_liaison if gatherer else owner)
    if name in ("cancel", "reopen"):
        return who == "office"
    if name == "renew":
        return owns or who == "office"
    if name == "withdraw":
        return owns
    if name == "return" and filing.state == "gathered":
        return person == folk.trade_liaison
    return filing.step is not None and person == actor_at(folk, filing)


def states_of(id: str, shape: str) -> list[str]:
    steps = chains.stretch(chains.chain(id).step, shape)  # type: ignore[arg-type]
    return [one.name for one in steps]


WALKS = [(id, shape) for id in CHAINS for shape in ("single", "part", "whole")
         if shape == "single" or (id.startswith("chain-list"))]  # fmt: skip


class Undone(Exception):
    """Takes back what a cell did."""


@pytest.mark.parametrize(("id", "shape"), WALKS)
def test_every_cell_of_state_step_and_person(folk: Any, id: str, shape: str) -> None:
    filing = filing_of(folk, id, shape)
    walked = [check_cells(folk, filing)]
    while (filing := Filing.objects.get(pk=filing.pk)).step is not None:
        step(actor_at(folk, filing), filing)
        walked.append(check_cells(folk, filing))
    assert walked[-1] == ("gathered" if shape == "part" else "filed")
    if filing.deliverable.rule.renews:
        actions.cancel_filing(folk.office, actions.renew_filing(folk.office, filing), reason="不再需要")
        walked.append(check_cells(folk, filing))
    assert [*states_of(id, shape), *walked[len(states_of(id, shape)) :]] == walked


def check_cells(folk: Any, filing: Filing) -> str:
    """Every step by everybody from the state that the filing is in; what a cell does is taken back."""
    filing = Filing.objects.get(pk=filing.pk)
    table = {(row.source, row.name): row for row in filing.lifecycle.steps}
    for name, act in ACTS.items():
        row = table.get((filing.state, name))
        for who in PEOPLE:
            wanted: Any = (None if row else WrongState) if expected(folk, filing, name, who) else Refused
            got = None
            try:
                with transaction.atomic():
                    done = act(getattr(folk, who), Filing.objects.get(pk=filing.pk))
                    assert row is not None
                    assert done.state == row.target
                    raise Undone
            except Undone:
                pass
            except (Refused, WrongState) as fault:
                got = type(fault)
            assert got is wanted, (filing.state, name, who)
    return filing.state


@pytest.mark.parametrize("need", ["files", "receipts", "number", "on", "signer"])
def test_each_need_is_asked_for(folk: Any, need: str) -> None:
    """Of every step of the longest chain: without what it needs nothing moves."""
    filing = filing_of(folk, "chain-list-consent", "single")
    asked = {"files": "file", "receipts": "receipt", "number": "number", "on": "date", "signer": "signer"}[need]
    empty: Any = {"files": [], "receipts": [], "number": " ", "on": None, "signer": ""}[need]
    missed = 0
    while Filing.objects.get(pk=filing.pk).state != "filed":
        filing = Filing.objects.get(pk=filing.pk)
        who, waiting = actor_at(folk, filing), filing.step
        assert waiting is not None
        if asked in waiting.needs:
            with pytest.raises(Invalid):
                step(who, filing, **{need: empty})
            assert Filing.objects.get(pk=filing.pk).state == waiting.name
            missed += 1
        step(who, filing)
    assert missed
