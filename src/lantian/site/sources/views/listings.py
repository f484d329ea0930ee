"""A listing: its page, form, steps with proof, signatures, values of a year."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.ledgers import Ledger, Proof
from lantian.site.core import page as pages
from lantian.site.core import policy
from lantian.site.core.attachments import serving
from lantian.site.core.faults import Fault, Refused
from lantian.site.core.forms import submitted
from lantian.site.core.once import filled_once, refusal, sent_once
from lantian.site.core.page import page, room, see_other
from lantian.site.core.phone import is_queued
from lantian.site.core.request import Request
from lantian.site.org.views.common import FORM, history
from lantian.site.sources import actions, fields, gating, reading, states, telling
from lantian.site.sources.forms import ListingForm, StepForm, YearForm
from lantian.site.sources.judging import derived_of, duties_of
from lantian.site.sources.models import Listing, ProofFile, StepTaken
from lantian.site.sources.queries import listings as queries
from lantian.site.sources.queries.batches import waiting_for
from lantian.site.sources.views.placing import place_map, speak_of_place
from lantian.site.sources.zoning import Zones

FILLED = ("name", "firm", "credit_code", "address", "area", "spot", "parent")  # what an address may fill in


@room("sources", "listing", policy="sources.see")
def listing_page(request: Request, pk: int) -> HttpResponseBase:
    """What the ledger asks of a source, how far the work has come, and its proofs."""
    return _page(request, _found(request, pk))


@room("sources", "listing_reveal", policy="sources.listing.reveal", methods=("POST",))
def reveal(request: Request, pk: int) -> HttpResponseBase:
    """Show the personal values once; the audit trail says who looked."""
    listing = _found(request, pk)
    actions.reveal(request.person, listing)
    return _page(request, listing, unmasked=True)


def _page(request: Request, listing: Listing, *, unmasked: bool = False) -> HttpResponseBase:
    ledger = reading.ledger_of(listing.ledger)
    own = unmasked or states.owns(request.person, listing)
    steps = list(listing.steps.all())
    waiting = next((one for one in steps if one.state == StepTaken.State.SIGNING), None)
    personal = any(one.personal for one in ledger.field)
    inside = Zones().around(listing.source.place)
    return page(
        request,
        "sources/listing.html",
        title=listing.source.name,
        tab=_tab(listing, ledger),
        crumbs=[(reading.said(ledger.label), reading.address_of(ledger.name))],
        listing=listing,
        ledger=ledger,
        standing=reading.standing(listing),
        shown=fields.shown(ledger, listing.attributes, unmasked=own),
        strange=fields.strange(ledger, listing.attributes, unmasked=own),
        through_gate=gating.is_project(listing),
        can_reveal=personal and not own and policy.may(request.person, "sources.listing.reveal", listing),
        steps=[_told(ledger, one) for one in steps],
        waiting=_told(ledger, waiting) if waiting else None,
        parties=_parties(request, ledger, waiting) if waiting else [],
        may_sign=bool(waiting and states.signs_as(request.person, waiting)),
        offered=[] if waiting else states.steps_for(request.person, listing),
        coming=None if waiting else telling.next_of(listing),
        years=_years(ledger, listing),
        duties=duties_of(ledger, listing, inside),
        derived=derived_of(ledger, listing, inside),
        map=place_map(request.person, listing.source),
        panels=pages.panels("sources.listing", request.person, listing),
        history=history(request, listing),
    )


def _told(ledger: Ledger, taken: StepTaken) -> dict[str, Any]:
    """A step for the reader, with names of step, states and proofs."""
    rule = reading.life(ledger)
    labels = {one.name: reading.said(one.label) for one in rule.state}
    proofs = {one.name: reading.said(one.label) for one in ledger.proof}
    signers = {one.name: reading.said(one.label) for one in ledger.signer}
    step = next((reading.said(one.label) for one in rule.step if one.name == taken.step), taken.step)
    return {
        "taken": taken,
        "step": step,
        "target": labels.get(taken.target, taken.target),
        "proofs": [(proofs.get(one.name, one.name), one) for one in taken.proofs.all()],
        "signatures": [(signers.get(one.signer, one.signer), one) for one in taken.signatures.all()],
    }


def _parties(request: Request, ledger: Ledger, taken: StepTaken) -> list[dict[str, Any]]:
    done = {one.signer: one for one in taken.signatures.all()}
    asked = reading.signers_of(ledger, taken.step)
    now = reading.at_turn(asked, done)
    return [{"label": reading.said(one.label), "signature": done.get(one.name), "now": one in now} for one in asked]


def _years(ledger: Ledger, listing: Listing) -> dict[str, Any] | None:
    asked = fields.yearly(ledger)
    if not asked:
        return None
    typed = [one for one in ledger.field if one.yearly]

    def cells(kept: dict[str, Any]) -> list[str]:
        return [fields.column(one).shown(fields.value_of(one, kept)) for one in typed]

    rows = [(one.year, cells(one.attributes)) for one in listing.years.all()]
    return {"heads": [column.header() for column in asked], "rows": rows}


@room("sources", "listing_new", policy="sources.listing.add", methods=FORM)
def new_listing(request: Request, name: str) -> HttpResponseBase:
    """Enter a source and put it on a ledger; what the address says of it is filled in."""
    ledger = reading.found(name)
    asked = {name: text for name, text in request.GET.items() if name in FILLED or name[:2] == "x_"}
    form = ListingForm(request.POST or None, person=request.person, ledger=ledger, initial=asked)

    def save(**_clean: Any) -> HttpResponse:
        given = form.given
        if given["keeper"] is None:
            del given["keeper"]  # then whoever lists it keeps it
        made = actions.add_listing(
            request.person, ledger.name, source=given.pop("source"), attributes=given.pop("attributes"), **given
        )
        messages.success(request, telling.entered(made))
        speak_of_place(request, form, made.source)
        return see_other(made.get_absolute_url())

    if request.method == "POST" and (answer := filled_once(request, form, save)):
        return answer
    crumbs = [(reading.said(ledger.label), reading.address_of(name))]
    title = _("新增：{ledger}").format(ledger=reading.said(ledger.label))
    return page(
        request, "core/form.html", title=title, form=form, crumbs=crumbs, cancel_url=reading.address_of(name),
        status=form.status, queue=title,
    )  # fmt: skip


@room("sources", "listing_edit", policy="sources.listing.change", methods=FORM)
def edit_listing(request: Request, pk: int) -> HttpResponseBase:
    """Change what is known of a source and what its ledger asks."""
    listing = _found(request, pk)
    ledger = reading.ledger_of(listing.ledger)
    unmasked = states.owns(request.person, listing)
    form = ListingForm(
        request.POST or None, person=request.person, ledger=ledger, listing=listing, unmasked=unmasked
    )  # fmt: skip

    def save(**_clean: Any) -> Listing:
        return actions.change_listing(request.person, listing, revision=form.cleaned_data["revision"], **form.given)

    if request.method == "POST" and (saved := submitted(form, save)):
        messages.success(request, _("已保存。"))
        speak_of_place(request, form, saved.source)
        return see_other(listing.get_absolute_url())
    crumbs = [(reading.said(ledger.label), reading.address_of(ledger.name)), (str(listing), listing.get_absolute_url())]
    return page(
        request, "core/form.html", title=_("修改"), form=form, crumbs=crumbs, cancel_url=listing.get_absolute_url(),
        status=form.status,
    )  # fmt: skip


class AskAgain(Exception):
    """The form is shown again, with what is wrong."""


def _tab(listing: Listing, ledger: Ledger) -> str:
    """What tells a listing's window from that of the same source on another ledger, as on a phone's list of pages."""
    return _("{title}（{ledger}）").format(title=listing, ledger=reading.said(ledger.label))


@room("sources", "listing_step", policy="sources.see", methods=FORM)
def step_page(request: Request, pk: int, step: str) -> HttpResponseBase:
    """Take a step: its reason, and what must be shown with it. A button that is pressed twice counts once."""
    listing = _found(request, pk)
    forms: list[StepForm] = []

    def act() -> HttpResponse:
        forms.append(_step_form(request, listing, step))
        form = forms[-1]

        def take(**clean: Any) -> StepTaken:
            return actions.take_step(request.person, listing, step, reason=clean.get("reason", ""), shown=form.shown)

        taken = submitted(form, take)
        if taken is None:
            raise AskAgain
        messages.success(request, telling.after(taken))
        return see_other(listing.get_absolute_url())

    if request.method == "POST":
        with suppress(AskAgain):
            return sent_once(request, act)
        if is_queued(request):
            raise refusal(forms[-1])
    form = forms[-1] if forms else _step_form(request, listing, step)
    ledger = reading.ledger_of(listing.ledger)
    signers = reading.signers_of(ledger, step)
    crumbs = [(reading.said(ledger.label), reading.address_of(ledger.name)), (str(listing), listing.get_absolute_url())]
    title, tab = f"{form.step.label} {listing}", f"{form.step.label} {_tab(listing, ledger)}"
    return page(
        request, "sources/step.html", title=title, form=form, crumbs=crumbs, listing=listing, ledger=ledger,
        signers=[reading.said(one.label) for one in signers], in_turn=any(one.turn > 1 for one in signers),
        submit=form.step.label, ready=_ready(listing, form.proofs), cancel_url=listing.get_absolute_url(),
        status=form.status, tab=tab, queue=tab,
    )  # fmt: skip


def _step_form(request: Request, listing: Listing, step: str) -> StepForm:
    """The form of a step that the person may take from where the listing stands."""
    ledger = reading.ledger_of(listing.ledger)
    row = next((one for one in states.steps_for(request.person, listing) if one.name == step), None)
    if row is None:
        cycle = reading.life_cycle(reading.life(ledger))
        if step not in cycle.step_names:
            raise Http404
        raise Refused(_("这一步由别人办理。"), roles=cycle.find(listing, step).roles)
    return StepForm(request.POST or None, request.FILES or None, step=row, proofs=reading.proofs_of(ledger, step))


def _ready(listing: Listing, proofs: list[Proof]) -> list[tuple[str, ProofFile]]:
    """What lies ready from a batch for the proofs of a step."""
    labels = {one.name: reading.said(one.label) for one in proofs}
    return [(labels[one.name], one) for one in waiting_for(listing, labels)]


@room("sources", "sign", policy="sources.listing.sign", methods=("POST",))
def sign(request: Request, pk: int) -> HttpResponseBase:
    """Sign a step that waits, or refuse it. A button that is pressed twice counts once."""
    taken = _waiting(request, pk)
    agrees = request.POST.get("agrees") == "yes"

    def act() -> HttpResponse:
        signed = actions.sign_step(request.person, taken, agrees=agrees, note=request.POST.get("note", ""))
        messages.success(request, telling.signed(signed))
        return see_other(taken.listing.get_absolute_url())

    try:
        return sent_once(request, act)
    except Fault as fault:
        if fault.status != 400:
            raise
        messages.error(request, str(fault))
    return see_other(taken.listing.get_absolute_url())


@room("sources", "drop", policy="sources.listing.drop", methods=("POST",))
def drop(request: Request, pk: int) -> HttpResponseBase:
    """Take a step back that waits for signatures."""
    taken = _waiting(request, pk)
    actions.drop_step(request.person, taken, reason=request.POST.get("reason", ""))
    messages.success(request, format_lazy(_("已撤回。{now}"), now=telling.stands(taken.listing)))
    return see_other(taken.listing.get_absolute_url())


@room("sources", "year", policy="sources.listing.change", methods=FORM)
def year_page(request: Request, pk: int) -> HttpResponseBase:
    """Enter what the ledger asks for a year."""
    listing = _found(request, pk)
    ledger = reading.ledger_of(listing.ledger)
    if not fields.yearly(ledger):
        raise Http404
    form = YearForm(request.POST or None, ledger=ledger)

    def save(*, year: int, **given: Any) -> Any:
        return actions.set_year(request.person, listing, year, given)

    if request.method == "POST" and submitted(form, save):
        messages.success(request, _("已保存。"))
        return see_other(listing.get_absolute_url())
    crumbs = [(reading.said(ledger.label), reading.address_of(ledger.name)), (str(listing), listing.get_absolute_url())]
    return page(
        request, "core/form.html", title=_("年度数据"), form=form, crumbs=crumbs,
        cancel_url=listing.get_absolute_url(),
    )  # fmt: skip


@room("sources", "proof", policy="sources.see")
def proof_file(request: Request, pk: int) -> HttpResponseBase:
    """A proof's file; pictures and PDF may be shown."""
    return serving.download(_proof(request, pk).attachment, inline=request.GET.get("inline") == "1")


@room("sources", "proof_small", policy="sources.see")
def proof_small(request: Request, pk: int) -> HttpResponseBase:
    """A small picture of a proof."""
    return serving.thumbnail(_proof(request, pk).attachment)


def _proof(request: Request, pk: int) -> Any:
    found = queries.proof(request.person, pk)
    if found is None:
        raise Http404
    return found


def _found(request: Request, pk: int) -> Listing:
    found = queries.listing(request.person, pk)
    if found is None:
        raise Http404
    return found


def _waiting(request: Request, pk: int) -> StepTaken:
    rows = StepTaken.objects.filter(listing__in=Listing.objects.visible_to(request.person).values("pk"))
    found = rows.select_related("listing__source").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
