"""Steps of listings: taken with their proof, signed by all who must, or given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import geo
from lantian.rulebook.schemas.ledgers import Ledger, Proof, Signer
from lantian.site.core import attachments, clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Refused, Text, WrongState
from lantian.site.core.lifecycle import Step
from lantian.site.core.policy import Actor
from lantian.site.org.models import Person
from lantian.site.sources import gating, reading, states
from lantian.site.sources.actions.lifting import lift_if_over
from lantian.site.sources.actions.listings import stamp
from lantian.site.sources.actions.offsets import look_after_uses, pass_gate
from lantian.site.sources.models import Listing, ProofFile, ProofShown, Signature, StepTaken
from lantian.site.sources.queries.batches import waiting_for
from lantian.site.sources.queries.signing import marks_of
from lantian.site.sources.states import holds_at, signs_as

PHOTOS = ("jpeg", "png", "webp")
DOCUMENTS = ("pdf", "jpeg", "png", "webp", "docx", "xlsx")


@dataclass(frozen=True)
class Shown:
    """What is shown for one proof: a file, a reading, or what lies ready from a batch. Time and place count where a
    photo's camera tells none."""

    name: str
    file: UploadedFile[Any] | None = None
    value: float | None = None
    at: dt.datetime | None = None
    place: tuple[float, float] | None = None
    accuracy: float | None = None
    ready: ProofFile | None = None

    @property
    def given(self) -> bool:
        """Whether there is anything."""
        return self.file is not None or self.value is not None or self.ready is not None


def take_step(actor: Actor, listing: Listing, step: str, *, reason: str = "", shown: Sequence[Shown] = ()) -> StepTaken:
    """Take a step of the life cycle with its proof. One that several must sign waits until the last has signed; for
    those parties that the actor is and whose turn it is, it is signed at once.

    Raises
    ------
    Refused : the life cycle names others for it
    WrongState : the listing is in another state, or a step of it waits for signatures
    Invalid : a reason or a proof is missing, or a file is not what is asked
    """
    policy.require(actor, "sources.listing.step", listing)
    rule = reading.ledger_of(listing.ledger)
    proofs = {one.name: one for one in reading.proofs_of(rule, step)}
    _look_over(proofs, shown)  # before the transaction: see `look_over`
    noted: list[Any] = []
    facts = {"unmet": noted} if gating.lets_through(rule, step) else {}
    with change(actor, listing, "sources.listing.step", note=reason, step=step, **facts) as current:
        row = _row(actor, current, rule, step)
        if current.steps.filter(state=StepTaken.State.SIGNING).exists():
            raise WrongState(_("这条记录正在会签，签完以后才能办理下一步。"), remedy=_("请先会签，或撤回。"))
        if states.is_stamped(rule, current, step):
            raise WrongState(_("这一步已经登记过了。"), remedy=_("填错了请修改记录。"))
        shown = [*shown, *_ready(current, proofs, shown)]
        _complete(row, list(proofs.values()), reason, shown)
        taken = StepTaken(listing=current, step=step, source=row.source, target=row.target, reason=reason.strip()[:500])
        taken.by = actor if isinstance(actor, Person) else None
        signers = reading.signers_of(rule, step)
        taken.state = StepTaken.State.SIGNING if signers else StepTaken.State.TAKEN
        taken.save()
        for one in shown:
            if one.given:
                _kept(taken, one, actor, proofs[one.name])
        if signers:
            _sign_own(actor, taken)
        if not _wait(taken, signers):
            _arrive(current, taken)
            noted += taken.noted
    return taken


def sign_step(actor: Actor, taken: StepTaken, *, agrees: bool = True, note: str = "") -> StepTaken:
    """Sign a step for one's party, or refuse it: then the step is given up and the listing stays where it is.

    Raises
    ------
    Refused : the actor is none of the parties, or has signed already
    WrongState : the step waits no more
    Invalid : a refusal without its reason
    """
    with change(actor, taken.listing, "sources.listing.sign", note=note, step=taken.step, agrees=agrees) as listing:
        current = listing.steps.get(pk=taken.pk)
        _waiting(current)
        parties = signs_as(actor, current)
        if not parties:
            raise Refused(_("您不是这一步的会签方，或已经签过。"))
        if not agrees and not note.strip():
            raise Invalid(_("不同意时请写明意见。"), fields={"note": _("请写明意见。")})
        for party in parties:
            _sign(actor, current, party.name, agrees=agrees, note=note)
        if agrees:
            _sign_own(actor, current, note)
        asked = reading.signers_of(reading.ledger_of(listing.ledger), current.step)
        if not agrees:
            _end(current, StepTaken.State.DROPPED)
        elif not _wait(current, asked):
            _arrive(listing, current)
    return current


def drop_step(actor: Actor, taken: StepTaken, *, reason: str) -> StepTaken:
    """Take back a step that waits for signatures."""
    if not reason.strip():
        raise Invalid(_("请填写理由。"), fields={"reason": _("请填写理由。")})
    with change(actor, taken.listing, "sources.listing.drop", note=reason, step=taken.step) as listing:
        current = listing.steps.get(pk=taken.pk)
        _waiting(current)
        _end(current, StepTaken.State.DROPPED)
    return current


def _row(actor: Actor, listing: Listing, rule: Ledger, step: str) -> Step:
    """The row of the life cycle from the listing's state, if the actor is of those it names."""
    row = reading.life_cycle(reading.life(rule)).find(listing, step)
    if not isinstance(actor, policy.System) and not any(holds_at(actor, role, listing) for role in row.roles):
        raise Refused(
            format_lazy(_("这一步由{who}办理。"), who=format_lazy("、".join("{}" for _r in row.roles),
                                                             *(policy.ROLES[role] for role in row.roles))),
            roles=row.roles,
        )  # fmt: skip
    return row


def _complete(row: Step, proofs: list[Proof], reason: str, shown: Sequence[Shown]) -> None:
    """Refuse a step whose reason or proof is missing; of proofs of one group one is enough."""
    given = {one.name for one in shown if one.given}
    lacking: dict[str, Text] = {}
    if "reason" in row.needs and not reason.strip():
        lacking["reason"] = _("请填写理由。")
    groups = {one.group for one in proofs if one.group and one.name in given}
    for one in proofs:
        if one.name not in given and one.group not in groups:
            lacking[one.name] = _("这几项至少要有一项。") if one.group else _("这一步需要这份材料。")
    if lacking:
        raise Invalid(_("还缺少必填内容。"), fields=lacking)


def _ready(listing: Listing, proofs: dict[str, Proof], shown: Sequence[Shown]) -> list[Shown]:
    """What lies ready from a batch for proofs that are not shown otherwise."""
    open_still = proofs.keys() - {one.name for one in shown if one.given}
    return [Shown(one.name, at=one.batch.taken_at, ready=one) for one in waiting_for(listing, open_still)]


def _look_over(proofs: dict[str, Proof], shown: Sequence[Shown]) -> None:
    if strange := [one.name for one in shown if one.name not in proofs]:
        raise Invalid(format_lazy(_("这一步不要这份材料：{names}。"), names="、".join(strange)))
    for one in shown:
        if one.file is None:
            continue
        try:
            attachments.look_over(one.file, one.file.name or "file", allowed=_allowed(proofs[one.name]))
        except Invalid as refused:
            raise Invalid(refused.message, fields={one.name: refused.message}, remedy=refused.remedy) from refused


def _allowed(proof: Proof) -> tuple[str, ...]:
    return PHOTOS if proof.kind == "photo" else DOCUMENTS


def _kept(taken: StepTaken, shown: Shown, actor: Actor, proof: Proof) -> None:
    """Keep a proof; a photo with the camera's time and place, else with what the person said."""
    made = ProofShown(taken=taken, name=shown.name, value=shown.value)
    if shown.file is not None:
        made.attachment = attachments.take(shown.file, shown.file.name or "file", actor, allowed=_allowed(proof))
    elif shown.ready is not None:
        made.attachment = shown.ready.attachment
        ProofFile.objects.filter(pk=shown.ready.pk).update(used_by=taken)
    if made.attachment is not None:
        told = getattr(made.attachment, "meta", None)
        made.at = told.taken_at if told and told.taken_at else shown.at
        made.told = made.at is not None and not (told and told.taken_at)
        place = (told.longitude, told.latitude) if told and told.has_place else shown.place
        if place is not None:
            made.longitude, made.latitude = place
            made.accuracy = None if told and told.has_place else shown.accuracy
            if taken.listing.source.place is not None:
                made.distance = geo.metres(taken.listing.source.place, place)
    if proof.kind == "photo" and made.at is None:
        raise Invalid(
            _("照片没有拍摄时间。"),
            fields={proof.name: _("照片里没有拍摄时间，请填写拍摄时间，或上传原图。")},
        )
    made.full_clean(exclude=["taken", "attachment"])
    made.save()


def _sign(actor: Actor, taken: StepTaken, party: str, *, agrees: bool, note: str) -> None:
    person = actor if isinstance(actor, Person) else None
    Signature.objects.create(
        taken=taken,
        signer=party,
        unit=person.unit if person else None,
        by=person,
        agrees=agrees,
        note=note.strip()[:300],
    )


def _sign_own(actor: Actor, taken: StepTaken, note: str = "") -> None:
    """Sign for all parties that the actor is and whose turn it is, turn after turn."""
    while parties := signs_as(actor, taken):
        for party in parties:
            _sign(actor, taken, party.name, agrees=True, note=note)


def _wait(taken: StepTaken, signers: Sequence[Signer]) -> bool:
    """Note whose turn it is to sign; whether anybody has still to."""
    done = set(taken.signatures.values_list("signer", flat=True))
    marks = [mark for one in reading.at_turn(signers, done) for mark in marks_of(one)]
    taken.waits_for = "".join(f"|{mark}" for mark in marks) + "|" if marks else ""
    taken.save(update_fields=["waits_for"])
    return bool(marks)


def _waiting(taken: StepTaken) -> None:
    if taken.state != StepTaken.State.SIGNING:
        raise WrongState(
            format_lazy(_("这一步现在是“{state}”。"), state=taken.get_state_display()), found=taken.state,
            expected=[StepTaken.State.SIGNING], remedy=_("可能别人刚刚办理过，请刷新页面后再看。"),
        )  # fmt: skip


def _arrive(listing: Listing, taken: StepTaken) -> None:
    """The listing is in the state that the step leads to."""
    ledger = reading.ledger_of(listing.ledger)
    before, means = listing.means, reading.life(ledger).means(taken.target)
    if field := ledger.stamped(taken.step):
        stamp(listing, ledger, field)
    pass_gate(listing, taken, means)
    listing.enter(taken.target, means)
    listing.changed_at = clock.now()
    look_after_uses(listing, before)
    _end(taken, StepTaken.State.TAKEN)
    lift_if_over(listing)


def _end(taken: StepTaken, state: str) -> None:
    taken.state, taken.ended_at = state, clock.now()
    taken.save(update_fields=["state", "ended_at"])
    if state == StepTaken.State.DROPPED:  # what came from a batch lies ready again
        ProofFile.objects.filter(used_by=taken).update(used_by=None)
