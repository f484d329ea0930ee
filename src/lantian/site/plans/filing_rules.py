"""Who may do what with deliverables and their filings: the rules of the policy table that ask whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor, Rule
from lantian.site.plans import chains
from lantian.site.plans.models import Filing

APPLICANTS = ("firm", "contractor")
OWN = _("填报单位（企业、施工单位限本单位的申请）")


def turn_of(actor: Actor, filing: Filing) -> bool:
    """Whether a filing waits for the actor."""
    area = filing.deliverable.area_id
    step = filing.step
    if step is None or filing.turn in ("assign", "parts"):
        return False
    if step.by in ("office", "outside"):
        return actor.holds("air_office", area_id=area)
    if step.by == "leader":
        return actor.holds("leader", area_id=area)
    return _holds_at(actor, filing, step.name, chains.ROLES[step.by])


def owns(actor: Actor, filing: Filing) -> bool:
    """Whether the actor files for the filing's owner."""
    first = filing.steps[0]
    return _holds_at(actor, filing, first.name, chains.ROLES[first.by])


def gathers(actor: Actor, part: Filing) -> bool:
    """Whether the actor gathers what a part belongs to, and has it in hand."""
    whole = part.deliverable.filings.filter(shape="whole").first()
    return whole is not None and whole.state == whole.steps[0].name and _at_first(actor, whole)


def _at_first(actor: Actor, whole: Filing) -> bool:
    first = whole.steps[0]
    if first.by == "party":
        return _holds_at(actor, whole, first.name, chains.ROLES["party"])
    return actor.holds("air_office", area_id=whole.deliverable.area_id)


def _holds_at(actor: Actor, filing: Filing, step: str, roles: tuple[str, ...]) -> bool:
    return any(actor.holds(role, unit_id=unit) for unit in filing.units_at(step) for role in roles)


def _office(actor: Actor, filing: Filing) -> bool:
    return actor.holds("air_office", area_id=filing.deliverable.area_id)


def _rule(
    check: Callable[[Actor, Filing], bool], names: tuple[str, ...], *, outside: bool, condition: Text = ""
) -> Rule:
    """A rule about a filing; in general it asks for one of the roles. Firms stand in the condition: they never may
    for everybody."""
    roles = (*names, *APPLICANTS) if outside else names

    def checked(actor: Actor, obj: Any) -> bool:
        if isinstance(obj, Filing):
            return check(actor, obj)
        return any(actor.holds(role) for role in roles)

    who = tuple(policy.ROLES[name] for name in roles)
    conditions = (OWN,) if outside else ((condition,) if condition else ())
    return Rule(checked, who, names, conditions)


HANDS = ("liaison", "air_office", "leader")
SEE = policy.roles(*policy.OFFICIALS) | policy.when(
    lambda actor, obj: any(actor.holds(role) for role in APPLICANTS), OWN
)

policy.declare(
    {
        "plans.deliverable.see": SEE,
        "plans.deliverable.add": policy.roles("air_office"),
        "plans.deliverable.change": policy.roles("air_office"),
        "plans.filing.apply": policy.roles("liaison")
        | policy.when(
            lambda actor, obj: any(actor.holds(role, unit_id=policy.scope(obj)[1]) for role in APPLICANTS), OWN
        ),
        "plans.filing.pass": _rule(turn_of, HANDS, outside=True),
        "plans.filing.back": _rule(turn_of, HANDS, outside=False),
        "plans.filing.return": _rule(
            lambda actor, filing: gathers(actor, filing) if filing.state == "gathered" else turn_of(actor, filing),
            HANDS,
            outside=False,
        ),
        "plans.filing.refuse": _rule(turn_of, HANDS, outside=False),
        "plans.filing.withdraw": _rule(owns, ("liaison",), outside=True),
        "plans.filing.renew": _rule(
            lambda actor, filing: owns(actor, filing) or _office(actor, filing), ("liaison", "air_office"), outside=True
        ),
        "plans.filing.cancel": _rule(_office, ("air_office",), outside=False),
        "plans.filing.reopen": _rule(_office, ("air_office",), outside=False),
        "plans.filing.assign": _rule(_office, ("air_office",), outside=False),
    },
    titles={
        "plans.deliverable.see": _("查看分方案、清单和报送"),
        "plans.deliverable.add": _("下达分方案、清单"),
        "plans.deliverable.change": _("修改分方案、清单"),
        "plans.filing.apply": _("申请豁免"),
        "plans.filing.pass": _("办理报送环节"),
        "plans.filing.back": _("退回上一环节"),
        "plans.filing.return": _("退回填报单位"),
        "plans.filing.refuse": _("不批准申请"),
        "plans.filing.withdraw": _("撤回报送"),
        "plans.filing.renew": _("提交新版本"),
        "plans.filing.cancel": _("取消报送"),
        "plans.filing.reopen": _("恢复报送"),
        "plans.filing.assign": _("指定办理单位"),
    },
)
