"""Deliverables: ordered by the air office or applied for by a project's owner, and changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.chains import ChainStep, FilingChain
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.deadlines import shifted
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Unit
from lantian.site.org.register import Register, register_of
from lantian.site.plans import chains
from lantian.site.plans.actions.common import person_of
from lantian.site.plans.actions.filings import Given, pass_on, settle
from lantian.site.plans.filed_lists import ledger_of
from lantian.site.plans.models import Deliverable, Filing, FilingParty, Plan

Parties = Mapping[str, Iterable[Unit]]  # units by the name of the step that asks them
MANY = 200


def add_deliverable(
    actor: Actor,
    *,
    area: Area,
    kind: str,
    title: str,
    chain: str,
    owners: Sequence[Unit],
    plan: Plan | None = None,
    each: bool = False,
    due: dt.date | None = None,
    parties: Parties | None = None,
    outside: Mapping[str, str] | None = None,
    quote: str = "",
    quote_start: int | None = None,
    ledger: str = "",
) -> Deliverable:
    """Order a sub-plan or a list.

    Parameters
    ----------
    owners : who owes it; a group stands for its members
    each : every one of them owes one of its own; else one is filed, by any of them
    parties : units asked at the chain's steps of departments; steps left out are assigned later by the air office
    outside : names of the units above at the steps that go out of the district, where they differ from the chain's
    ledger : of a list, the ledger whose list is filed as it stands
    """
    rule = _chain_for(chain, kind)
    if ledger and (kind != "list" or ledger_of(ledger) is None):
        raise Invalid(_("没有这种清单。"), fields={"ledger": _("只有“清单”可以报送清单台账，请选择其中一种。")})
    made = Deliverable(area=area, plan=plan, created_by=person_of(actor))
    told: dict[str, Any] = {}
    with change(actor, made, "plans.deliverable.add", told=told) as made:
        units = _expanded(owners, register_of(actor))
        told["owners"] = [unit.name for unit in units]
        made.kind, made.title, made.due, made.each = kind, title.strip(), due, each and len(units) > 1
        made.chain, made.content = rule.id, rule.model_dump(mode="json", by_alias=True)
        made.quote, made.quote_start, made.ledger = quote.strip(), quote_start, ledger
        made.full_clean()
        made.save()
        _file_for(made, units, parties or {}, outside or {})
    return made


def change_deliverable(
    actor: Actor,
    deliverable: Deliverable,
    *,
    title: str,
    due: dt.date | None,
    parties: Parties | None = None,
    outside: Mapping[str, str] | None = None,
) -> Deliverable:
    """Give a deliverable another name, day or other units at its steps; the days of what is under way move along."""
    with change(actor, deliverable, "plans.deliverable.change") as current:
        current.title, current.due = title.strip(), due
        current.full_clean()
        current.save()
        for filing in locked(current.filings.all()):
            filing.deliverable = current
            _name_parties(filing, parties or {}, outside or {})
            settle(filing, moved=False)
            filing.save()
    return current


def assign_parties(actor: Actor, filing: Filing, *, units: Sequence[Unit]) -> Filing:
    """Say which units have the step that waits: the department that reviews, or another owner, as when a unit ended.

    Raises
    ------
    Invalid : the step is not a unit's, none is named, or the new owner files one of its own already
    """
    with change(actor, filing, "plans.filing.assign", units=[unit.name for unit in units]) as current:
        step = current.step
        assigned = ("party",) if current.deliverable.applicant_id else ("party", "owner")
        if step is None or step.by not in assigned:
            raise Invalid(_("这一环节不能指定单位。"))
        if not units:
            raise Invalid(_("请选择单位。"), fields={"units": _("请选择单位。")})
        if step.by == "owner":
            _name_owners(current, units)
        else:
            _name_parties(current, {step.name: units}, {})
        settle(current, moved=False)
    return current


def _name_owners(filing: Filing, units: Sequence[Unit]) -> None:
    """Put other units in the place of a filing's owners, at every step that is theirs."""
    owners = _today(units)
    if filing.shape == "part" and len(owners) > 1:
        raise Invalid(_("每份只由一个单位填报。"), fields={"units": _("请只选一个单位。")})
    own = [step.name for step in filing.steps if step.by == "owner"]
    filing.parties.filter(step__in=own).delete()
    FilingParty.objects.bulk_create(FilingParty(filing=filing, step=name, unit=unit) for name in own for unit in owners)
    filing.unit = owners[0]
    filing.__dict__.pop("_prefetched_objects_cache", None)


def apply_for_exemption(
    actor: Actor,
    unit: Unit,
    *,
    chain: str,
    title: str,
    text: str,
    files: Iterable[Any],
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> Filing:
    """A project's owner applies for an exemption: the application is made and goes into the first hands."""
    rule = _chain_for(chain, "exemption")
    today = clock.today()
    with transaction.atomic():
        made = Deliverable(
            area=_district_of(unit), kind="exemption", applicant=unit, created_by=person_of(actor), title=title.strip()
        )
        with change(actor, made, "plans.filing.apply", unit=unit.name) as made:
            wrong: dict[str, Text] = {}
            if valid_from is None or valid_to is None:
                wrong["valid_from" if valid_from is None else "valid_to"] = _("请填写施工的起止日期。")
            elif valid_to < today:
                wrong["valid_to"] = _("结束日期已经过去。")
            if wrong:
                raise Invalid(_("申请填写不完整。"), fields=wrong)
            made.valid_from, made.valid_to = valid_from, valid_to
            made.due = shifted(today, rule.due_in or 0)
            made.chain, made.content = rule.id, rule.model_dump(mode="json", by_alias=True)
            made.full_clean()
            made.save()
            _file_for(made, [unit], {}, {})
        return pass_on(actor, made.filings.get(), Given(text=text, files=list(files)))


def _chain_for(id: str, kind: str) -> FilingChain:
    rule = chains.chain(id)
    if kind not in rule.kinds:
        raise Invalid(_("这条流程不用于这类成果。"), fields={"chain": _("请选择适用的报送流程。")})
    return rule


def _expanded(owners: Sequence[Unit], register: Register) -> list[Unit]:
    units = [register.units[pk] for pk in register.expand(unit.pk for unit in owners)]
    if not units:
        raise Invalid(_("没有填报单位。"), fields={"owners": _("请选择单位；选单位组时，先在单位页面补齐它的成员。")})
    if len(units) > MANY:
        raise Invalid(_("填报单位过多。"), fields={"owners": _("请分几次下达。")})
    return units


def _district_of(unit: Unit) -> Area:
    """The district that a unit lies in; a unit without an area is of the root."""
    area = unit.area or Area.objects.filter(parent=None).first()
    if area is None:
        raise Invalid(_("还没有登记行政区。"))
    while area.kind != Area.Kind.DISTRICT and area.parent is not None:
        area = area.parent
    return area


def _file_for(made: Deliverable, units: list[Unit], parties: Parties, outside: Mapping[str, str]) -> None:
    """The filings of a new deliverable: one, or one for every unit and, where the chain gathers, the whole."""
    gathered = any(one.gathers for one in made.rule.step)
    alone = not made.each
    shape = "single" if alone or not gathered else "part"
    for unit in units[:1] if alone else units:
        filing = Filing.objects.create(deliverable=made, shape=shape, unit=unit, state=made.rule.step[0].name)
        owners = units if alone else [unit]
        _start(filing, owners, parties, outside)
    if shape == "part":
        first = chains.stretch(made.rule.step, "whole")[0]
        whole = Filing.objects.create(deliverable=made, shape="whole", state=first.name)
        _start(whole, [], parties, outside)


def _start(filing: Filing, owners: Iterable[Unit], parties: Parties, outside: Mapping[str, str]) -> None:
    own = [step for step in filing.steps if step.by == "owner"]
    FilingParty.objects.bulk_create(
        FilingParty(filing=filing, step=step.name, unit=unit) for step in own for unit in owners
    )
    _name_parties(filing, _usual(filing.steps) | dict(parties), outside, fresh=True)
    settle(filing)
    filing.save()


def _usual(steps: Iterable[ChainStep]) -> dict[str, list[Unit]]:
    """Units that the chain itself names at its steps."""
    found = {}
    for step in steps:
        if step.by == "party" and step.units:
            found[step.name] = list(Unit.objects.current().filter(name__in=step.units))
    return found


def _name_parties(filing: Filing, parties: Parties, outside: Mapping[str, str], *, fresh: bool = False) -> None:
    """Put other units or names at the steps that are given."""
    for step in filing.steps:
        if step.by == "party" and step.name in parties:
            filing.parties.filter(step=step.name).delete()
            units = _today(parties[step.name])
            FilingParty.objects.bulk_create(FilingParty(filing=filing, step=step.name, unit=unit) for unit in units)
        elif step.by == "outside" and (fresh or outside.get(step.name, "").strip()):
            filing.parties.filter(step=step.name).delete()
            name = outside.get(step.name, "").strip() or step.who.zh
            FilingParty.objects.create(filing=filing, step=step.name, name=name[:100])
    filing.__dict__.pop("_prefetched_objects_cache", None)


def _today(units: Iterable[Unit]) -> list[Unit]:
    """Units with groups opened and predecessors followed."""
    register = Register()
    return [register.units[pk] for pk in register.expand(unit.pk for unit in units)]
