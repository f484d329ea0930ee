"""What the air office decides about suggestions; nothing is joined without it, and it can be undone."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.policy import Actor, roles
from lantian.site.org.actions.reorganise import exists, merge_units, move, move_back, rename_unit
from lantian.site.org.models import Reorganisation, SuggestionVerdict, Unit
from lantian.site.org.suggestions import Suggestion, open_suggestions

OFFICE = roles("system_admin", "air_office")

policy.declare(
    {
        "org.see_suggestions": OFFICE,
        "org.accept_suggestion": OFFICE,
        "org.refuse_suggestion": OFFICE,
        "org.undo_suggestion": OFFICE,
        "org.join_writing": OFFICE,
    },
    titles={
        "org.accept_suggestion": _("采纳名称建议"),
        "org.refuse_suggestion": _("拒绝名称建议"),
        "org.undo_suggestion": _("撤销对建议的决定"),
        "org.join_writing": _("认定同一单位"),
    },
)


def accept_suggestion(actor: Actor, key: str, *, on: dt.date | None = None, reason: str = "") -> SuggestionVerdict:
    """Do what a suggestion says: take a name for another writing of a unit, or enter the rename or merger.

    Parameters
    ----------
    on : day of a reorganisation; default: the day by which it had taken place everywhere

    Raises
    ------
    WrongState : it is no longer suggested
    """
    found = _open(key)
    with change(actor, _verdict(actor, found, "accepted", reason), "org.accept_suggestion", note=reason) as verdict:
        if found.kind == "alias" and found.target is not None:
            verdict.unit = found.units[0]
            verdict.effects = _join(found.units[0], found.target)
        else:
            verdict.reorganisation = _enter(actor, found, on or found.by or clock.today(), reason)
    return verdict


def refuse_suggestion(actor: Actor, key: str, *, reason: str) -> SuggestionVerdict:
    """Refuse a suggestion for a reason; it does not come back."""
    if not reason.strip():
        raise Invalid(_("请写明拒绝的理由。"), fields={"reason": _("必填。")})
    found = _open(key)
    with change(actor, _verdict(actor, found, "refused", reason), "org.refuse_suggestion", note=reason) as verdict:
        pass
    return verdict


def join_writing(actor: Actor, unit: Unit, target: Unit, *, reason: str = "") -> SuggestionVerdict:
    """Say that a unit is only another writing of `target`, without a suggestion of ours."""
    if unit.pk == target.pk:
        raise Invalid(_("两个单位是同一个。"), fields={"target": _("请选择另一个单位。")})
    found = Suggestion("alias", (unit,), target, target.name, "form", "read")
    with change(actor, _verdict(actor, found, "accepted", reason), "org.join_writing", note=reason) as verdict:
        verdict.unit = unit
        verdict.effects = _join(unit, target)
    return verdict


def undo_verdict(actor: Actor, verdict: SuggestionVerdict, *, reason: str = "") -> None:
    """Take a decision back: the writing is a unit of its own again, the refused suggestion may come back.

    A reorganisation that followed from it is withdrawn on its own page, with all that hangs on it.
    """
    with change(actor, verdict, "org.undo_suggestion", note=reason) as verdict:
        if verdict.reorganisation_id is not None:
            raise WrongState(_("这条建议已登记为机构变动。"), remedy=_("请在该次机构变动的页面撤回，建议会随之恢复。"))
        if verdict.verdict == SuggestionVerdict.Verdict.ACCEPTED and verdict.unit is not None:
            unit = locked(Unit.objects.filter(pk=verdict.unit.pk)).get()
            if unit.same_as is not None:
                move_back(verdict.effects, [unit.same_as])
            unit.same_as = None
            unit.full_clean()
            unit.save()
        verdict.delete()


def _open(key: str) -> Suggestion:
    found = next((one for one in open_suggestions() if one.key == key), None)
    if found is None:
        raise WrongState(_("这条建议已经处理过，或已不适用。"), remedy=_("请刷新建议列表后再看。"))
    return found


def _verdict(actor: Actor, found: Suggestion, verdict: str, reason: str) -> SuggestionVerdict:
    return SuggestionVerdict(
        key=found.key,
        kind=found.kind,
        title=found.title[:500],
        verdict=verdict,
        reason=reason.strip(),
        decided_by=actor if isinstance(actor, models.Model) else None,  # type: ignore[misc]
        decided_at=clock.now(),
    )


def _join(unit: Unit, target: Unit) -> dict[str, dict[str, int]]:
    """The row becomes another writing of the target; its people move along. Gives where they were."""
    rows = {row.pk: row for row in locked(Unit.objects.filter(pk__in=[unit.pk, target.pk]))}
    unit, target = rows[unit.pk], rows[target.pk]
    for one in (unit, target):
        exists(one, clock.today())
    if (unit.kind == Unit.Kind.GROUP) != (target.kind == Unit.Kind.GROUP):
        raise Invalid(format_lazy(_("“{unit}”与“{target}”一个是单位组，一个不是。"), unit=unit, target=target))
    effects = move([unit], target)
    unit.refresh_from_db()
    unit.same_as = target
    unit.full_clean()
    unit.save()
    return effects


def _enter(actor: Actor, found: Suggestion, on: dt.date, reason: str) -> Reorganisation:
    if found.kind == "rename":
        return rename_unit(actor, found.units[0], name=found.name, on=on, document=found.clause, note=reason)
    return merge_units(
        actor, found.units, into=found.target, name=found.name, on=on, document=found.clause, note=reason
    )
