"""Cuts allotted to new projects, and given back; the gate at the step that admits one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers import GateLine
from lantian.rulebook.schemas.ledgers import Means
from lantian.rulebook.schemas.project_gate import Offset, ProjectGate
from lantian.site.core import clock, jobs
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, Text, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, System
from lantian.site.org.models import Person
from lantian.site.sources import gating, reading
from lantian.site.sources.actions.listings import index
from lantian.site.sources.models import CutUse, Listing, StepTaken
from lantian.site.sources.models.offsets import STANDING
from lantian.site.sources.queries.listings import added
from lantian.site.sources.queries.offsets import DUST

ASK_FOR = _("可能别人刚刚办理过，请刷新页面后再看。")


def allot_cut(actor: Actor, project: Listing, cut: Listing, pollutant: str, tonnes: float) -> CutUse:
    """Allot tonnes of a proven cut to a project that is being examined: never more than is left of the cut, nor more
    than the project still needs.

    Raises
    ------
    Refused : the actor may not
    WrongState : the project is decided on already, or the cut is not proven (any more)
    Invalid : the cut has less left, the project needs less, or what it adds is not filled in
    """
    rules = gating.rules()
    one = _pollutant(rules, project, cut, pollutant)
    amount = added(tonnes)
    told: dict[str, Any] = {"cut": str(cut), "pollutant": pollutant, "tonnes": amount}
    with change(actor, project, "sources.project.allot", **told) as current:
        _open(current)
        held = _locked([cut.pk])[0]
        if held.means != "done":
            raise WrongState(_("这项减排量没有核实，不能用于替代。"), found=held.state, remedy=ASK_FOR)
        _enough(current, held, one, amount)
        use = CutUse.objects.filter(STANDING, project=current, cut=held, pollutant=pollutant).first()
        use = use or CutUse(project=current, cut=held, pollutant=pollutant, tonnes=0.0)
        use.tonnes = added(use.tonnes + amount)
        use.by, use.at = (actor if isinstance(actor, Person) else None), clock.now()
        use.full_clean(exclude=["project", "cut"])
        use.save()
        _mirror(current, rules)
    return use


def give_back(actor: Actor, use: CutUse) -> CutUse:
    """Take an allotment back while the project is still being examined; the cut has it again.

    Raises
    ------
    WrongState : the project is decided on already, or it was given back already
    """
    rules = gating.rules()
    told: dict[str, Any] = {"cut": str(use.cut), "pollutant": use.pollutant, "tonnes": use.tonnes}
    with change(actor, use.project, "sources.project.give_back", **told) as current:
        _open(current)
        kept = CutUse.objects.filter(STANDING, pk=use.pk).first()
        if kept is None:
            raise WrongState(_("这笔替代量已经退回。"), remedy=ASK_FOR)
        _end(CutUse.objects.filter(pk=kept.pk))
        _mirror(current, rules)
        kept.refresh_from_db()
    return kept


def pass_gate(listing: Listing, taken: StepTaken, means: Means) -> None:
    """What a step means for the gate, before the listing is in its new state: a project is admitted only if every rule
    is met, or let through with the rules noted that are not; one that is refused or withdrawn gives back what it had.

    Raises
    ------
    Invalid : the project does not pass; says which rules and why. Or it is let through and would pass
    """
    rules = gating.rules()
    if listing.ledger == rules.project and means == "done" and listing.means != "done":
        _locked(CutUse.objects.filter(STANDING, project=listing).values_list("cut", flat=True))
        if taken.target == rules.special:
            _let_through(listing, taken)
        else:
            _must_pass(listing)
    elif listing.ledger == rules.project and means == "gone":
        _end(CutUse.objects.filter(STANDING, project=listing))
        _mirror(listing, rules)


def look_after_uses(listing: Listing, before: str) -> None:
    """Ask for a check of the projects that use a cut which a step has just made unproven."""
    unproven = listing.ledger == gating.rules().bank and before == "done" and listing.means != "done"
    if unproven and CutUse.objects.filter(STANDING, cut=listing).exists():
        listing.save()  # the check may run at once
        jobs.enqueue("sources.offsets", System())


def _pollutant(rules: ProjectGate, project: Listing, cut: Listing, name: str) -> Offset:
    one = rules.pollutant(name)
    if one is None or project.ledger != rules.project or cut.ledger != rules.bank:
        raise Invalid(_("替代量只能从减排量台账安排给新建项目。"))
    return one


def _open(project: Listing) -> None:
    if project.means not in ("open", "stopped"):
        raise WrongState(_("项目已经有结论，不能再调整替代量。"), found=project.state, remedy=ASK_FOR)


def _locked(pks: Any) -> list[Listing]:
    """Cuts under lock: whoever reopens one waits, or was there before."""
    return list(locked(Listing.objects.filter(pk__in=list(pks))))


def _enough(project: Listing, cut: Listing, one: Offset, amount: float) -> None:
    """Refuse what the cut does not hold or the project does not need."""
    uses = CutUse.objects.filter(STANDING, cut=cut, pollutant=one.name)
    left = added(float(cut.attributes.get(one.cut) or 0.0) - sum(uses.values_list("tonnes", flat=True)))
    if amount < DUST:
        raise Invalid(_("请填大于 0 的数。"), fields={"tonnes": _("请填大于 0 的数。")})
    if amount > left + DUST:
        said = format_lazy(_("这项减排量只剩 {left} 吨。"), left=f"{max(left, 0.0):g}")
        raise Invalid(_("减排量不够。"), fields={"tonnes": said})
    line = next((x for x in gating.verdict_of(project).lines if x.kind == "offset" and x.name == one.name), None)
    if line is not None and line.stands == "unknown":
        raise Invalid(format_lazy(_("还不知道需要多少：{why}。"), why=reading.said_later(line.why)))
    if line is None or amount > line.lacking + DUST:
        lacking = line.lacking if line else 0.0
        said = format_lazy(_("这个项目只需再安排 {lacking} 吨。"), lacking=f"{lacking:g}")
        raise Invalid(_("用不了这么多。"), fields={"tonnes": said})


def _end(uses: QuerySet[CutUse]) -> None:
    uses.update(ended_at=clock.now())


def _mirror(project: Listing, rules: ProjectGate) -> None:
    """Write what is allotted into the project's own fields, which lists, figures and publications read."""
    kept = CutUse.objects.filter(STANDING, project=project)
    for one in rules.offset:
        amounts = [use.tonnes for use in kept if use.pollutant == one.name]
        if amounts or project.attributes.get(one.offset) is not None:
            project.attributes = project.attributes | {one.offset: added(sum(amounts)) if amounts else None}
    project.changed_at = clock.now()
    index(project, reading.ledger_of(project.ledger))


def _must_pass(project: Listing) -> None:
    verdict = gating.verdict_of(project)
    if verdict.outcome == "pass":
        return
    wrong = (*verdict.of("not_met"), *verdict.of("unknown"))
    raise Invalid(
        format_lazy(_("不能准入：{rules}"), rules=format_lazy("；".join("{}" for _one in wrong), *map(_told, wrong)))
    )


def _let_through(project: Listing, taken: StepTaken) -> None:
    project.means = "open"  # as before a decision: of one that was refused, rules that want it gone are met
    verdict = gating.verdict_of(project)
    if verdict.outcome == "pass":
        raise Invalid(_("各项规则都符合，不用特批，请按“同意准入”办理。"))
    taken.noted = [
        {"kind": line.kind, "name": line.name, "stands": line.stands}
        | {"label": line.label.model_dump(), "why": line.why.model_dump()}
        for line in (*verdict.of("not_met"), *verdict.of("unknown"))
    ]
    taken.save(update_fields=["noted"])


def _told(line: GateLine) -> Text:
    return format_lazy(_("{rule}（{why}）"), rule=reading.said_later(line.label), why=reading.said_later(line.why))
