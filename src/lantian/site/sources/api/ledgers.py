"""The catalogue over the API: what each ledger asks, how its listings move, what they owe."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from lantian.ledgers import unit_label, words
from lantian.rulebook.schemas.ledgers import Duty, FieldType, Ledger, LedgerField, LifeStep, Means
from lantian.rulebook.schemas.series import Label
from lantian.site.core import clock
from lantian.site.core.api import Out
from lantian.site.core.request import Request
from lantian.site.sources import reading
from lantian.site.sources.api import READ, room
from lantian.site.sources.filters import filter_of
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import listings as queries


class Both(Out):
    """A text of the rulebook in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, label: Label) -> Both:
        return cls(zh=label.zh, en=label.en)

    @classmethod
    def unit(cls, unit: str) -> Both:
        """A unit; both empty for a bare number."""
        return cls.of(unit_label(unit))


class LedgerRow(Out):
    """清单: a ledger and how far it has come, as far as one may see it."""

    name: str
    label: Both
    about: Both
    group: str
    counts: Both = Field(description="what one listing is called in sums")
    edition: str
    parent: str
    open: int
    stopped: int
    done: int
    late: int


class LedgersOut(Out):
    """All ledgers that hold today, in the order of the menu."""

    ledgers: list[LedgerRow]


class ChoiceOut(Out):
    """One of the answers that a field allows."""

    key: str
    label: Both


class FieldOut(Out):
    """A field of a ledger: what it holds, and by which query parameters lists are cut to it."""

    name: str
    label: Both
    type: FieldType
    unit: Both
    choices: list[ChoiceOut]
    required: bool
    least: float | None
    most: float | None
    filters: list[str] = Field(description="query parameters of the list of its listings")
    sum: bool
    yearly: bool
    personal: bool = Field(description="masked outside the unit that keeps the listing, and in no list")

    @classmethod
    def of(cls, one: LedgerField, filters: list[str]) -> FieldOut:
        least, most = one.range or (None, None)
        return cls(
            name=one.name, label=Both.of(one.label), type=one.type, unit=Both.unit(one.unit),
            choices=[ChoiceOut(key=c.key, label=Both.of(c.label)) for c in one.choices],
            required=one.required, least=least, most=most, filters=filters, sum=one.sum, yearly=one.yearly,
            personal=one.personal,
        )  # fmt: skip


class StateOut(Out):
    """A state of the life cycle; the first is the start."""

    name: str
    label: Both
    means: Means


class ProofOut(Out):
    """What a step must show; of several with one `group` one is enough."""

    name: str
    label: Both
    kind: str = Field(description="photo, document or reading")
    group: str


class SignerOut(Out):
    """Whoever must sign a step before it counts."""

    name: str
    label: Both
    by: str
    units: list[str]
    turn: int
    clause: str


class StepOut(Out):
    """A step of the life cycle."""

    name: str
    label: Both
    source: list[str]
    target: str
    by: list[str] = Field(description="roles")
    needs_reason: bool
    proofs: list[ProofOut]
    signers: list[SignerOut]

    @classmethod
    def of(cls, ledger: Ledger, step: LifeStep) -> StepOut:
        return cls(
            name=step.name,
            label=Both.of(step.label),
            source=list(step.source),
            target=step.target,
            by=list(step.by),
            needs_reason="reason" in step.needs,
            proofs=[
                ProofOut(name=one.name, label=Both.of(one.label), kind=one.kind, group=one.group)
                for one in reading.proofs_of(ledger, step.name)
            ],
            signers=[
                SignerOut(
                    name=one.name,
                    label=Both.of(one.label),
                    by=one.by,
                    units=list(one.units),
                    turn=one.turn,
                    clause=one.clause,
                )
                for one in reading.signers_of(ledger, step.name)
            ],
        )


class DutyOut(Out):
    """What a listing owes because of what it is, in words."""

    name: str
    label: Both
    clause: str
    when: Both = Field(description="'' where every listing owes it")
    unless: Both
    must: Both
    reach: str = Field(description="what its state must mean; '' for none")
    due: str = Field(description="the field with the day by which, or a day of every year as MM-DD; '' at once")
    late: str

    @classmethod
    def of(cls, ledger: Ledger, one: Duty) -> DutyOut:
        def told(conditions: Any) -> Both:
            return Both(zh=words.all_of(ledger, conditions, "zh"), en=words.all_of(ledger, conditions, "en"))

        return cls(
            name=one.name, label=Both.of(one.label), clause=one.clause, when=told(one.when), unless=told(one.unless),
            must=told(one.must), reach=one.reach, due=one.due, late=one.late,
        )  # fmt: skip


class DerivedOut(Out):
    """What follows from what is filled in."""

    name: str
    label: Both
    type: str
    unit: Both
    follows: Both


class PublicationOut(Out):
    """What of the ledger must be public, and by when."""

    name: str
    label: Both
    columns: list[str]
    means: list[Means]
    due: str
    every: str = Field(description="month or quarter after which its list is due; '' for none")
    days: int | None
    each: str = Field(description="town where every town makes a list of its own public; '' for the district's")
    clause: str


class MeasureOut(Out):
    """A figure over the ledger, a metric `sources.<ledger>.<name>`."""

    name: str
    label: Both
    unit: Both


class LedgerOut(LedgerRow):
    """A ledger with all that its file says."""

    renamed_from: list[str]
    keys: list[str] = Field(description="fields that, with name and area, tell two listings apart")
    life: str
    chain: str = Field(description="filing chain of the list as a whole, without `chain-`; '' for none")
    file_due: str = Field(description="MM-DD by which it is to be filed every year; '' where none is named")
    fields: list[FieldOut]
    states: list[StateOut]
    steps: list[StepOut]
    derived: list[DerivedOut]
    duties: list[DutyOut]
    publications: list[PublicationOut]
    measures: list[MeasureOut]


@room.get("/ledgers", "ledgers", summary=_("清单目录"), returns=LedgersOut, **READ)
def ledgers(request: Request) -> LedgersOut:
    """Every ledger with how far it has come: one SQL query."""
    standings = queries.standings(Listing.objects.visible_to(request.person), clock.today())
    return LedgersOut(ledgers=[LedgerRow(**_row(one, standings)) for one in reading.all_ledgers()])


@room.get("/ledgers/{slug:name}", "ledger", summary=_("清单的字段、状态、步骤和要求"), returns=LedgerOut, **READ)
def ledger(request: Request, name: str) -> LedgerOut:
    """What a ledger asks: fields with their query parameters, states and steps with proofs and signers, duties."""
    found = reading.found(name)
    rows = Listing.objects.visible_to(request.person).filter(ledger=found.name)
    standings = queries.standings(rows, clock.today())
    life = reading.life(found)
    parameters = filter_of(found).parameters
    return LedgerOut(
        **_row(found, standings),
        renamed_from=list(found.renamed_from),
        keys=list(found.keys),
        life=found.life,
        chain=found.chain,
        file_due=found.file_due,
        fields=[FieldOut.of(one, parameters.get(one.name, [])) for one in found.field],
        states=[StateOut(name=one.name, label=Both.of(one.label), means=one.means) for one in life.state],
        steps=[StepOut.of(found, one) for one in life.step],
        derived=[_derived(found, one) for one in found.derived],
        duties=[DutyOut.of(found, one) for one in found.owing],
        publications=[_publication(one) for one in found.publish],
        measures=[
            MeasureOut(name=one.name, label=Both.of(one.label), unit=Both.unit(one.unit)) for one in found.measure
        ],
    )


def _row(ledger: Ledger, standings: dict[str, queries.Standing]) -> dict[str, Any]:
    found = standings.get(ledger.name, queries.NOTHING)
    return {
        "name": ledger.name,
        "label": Both.of(ledger.label),
        "about": Both.of(ledger.about),
        "group": ledger.group,
        "counts": Both.of(ledger.counts),
        "edition": ledger.edition,
        "parent": ledger.parent,
        "late": found.late,
    } | {means: found.counts.get(means, 0) for means in ("open", "stopped", "done")}


def _derived(ledger: Ledger, one: Any) -> DerivedOut:
    follows = Both(zh=words.derivation(ledger, one, "zh"), en=words.derivation(ledger, one, "en"))
    return DerivedOut(name=one.name, label=Both.of(one.label), type=one.type, unit=Both.unit(one.unit), follows=follows)


def _publication(one: Any) -> PublicationOut:
    return PublicationOut(
        name=one.name, label=Both.of(one.label), columns=list(one.columns), means=list(one.means), due=one.due,
        every=one.every, days=one.days, each=one.each, clause=one.clause,
    )  # fmt: skip
