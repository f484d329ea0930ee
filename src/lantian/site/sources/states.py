"""Who may do what with sources and listings. The life cycles themselves are data: `reading.life_cycle`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian.rulebook.schemas.ledgers import Ledger, Signer
from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle
from lantian.site.core.policy import OF_A_UNIT, OFFICIALS, OUTSIDE, Actor, Rule
from lantian.site.sources import reading
from lantian.site.sources.models import ApprovedRoute, Listing, Source, SourcePart, StepTaken, Trip, YearlyValues

KEEPERS = ("liaison", "grid_officer", "inspector", "air_office")
OWN = _("本镇街、本部门管理的，或本企业的")


def holds_at(actor: Actor, role: str, thing: Any) -> bool:
    """Whether a role reaches a source or a listing.

    A role of the whole office reaches by area; a town's person what lies in the town, a department's what it keeps, a
    firm's what is the firm's.
    """
    listing = thing if isinstance(thing, Listing) else None
    source = listing.source if listing else thing
    if role not in OF_A_UNIT:
        return actor.holds(role, area_id=source.area_id)
    if role in OUTSIDE:
        return source.unit_id is not None and actor.holds(role, unit_id=source.unit_id)
    if listing is not None and listing.keeper_id is not None and actor.holds(role, unit_id=listing.keeper_id):
        return True
    return actor.holds(role) and source.area_id in _own_areas(actor, role)


def _own_areas(actor: Actor, role: str) -> frozenset[int]:
    """Areas that a person works in: of a liaison those of the town, of a grid officer those of the grid."""
    if role == "liaison":
        return getattr(actor, "town_area_ids", frozenset())
    return actor.visible_area_ids or frozenset()


def _thing(obj: Any) -> Any:
    """What the rule is asked of: a source or a listing; None in general."""
    if isinstance(obj, StepTaken | YearlyValues | ApprovedRoute | Trip):
        return obj.listing
    if isinstance(obj, SourcePart):
        return obj.source
    return obj if isinstance(obj, Source | Listing) else None


def _roles(*roles: str) -> Rule:
    def check(actor: Actor, obj: Any) -> bool:
        thing = _thing(obj)
        return any(actor.holds(role) if thing is None else holds_at(actor, role, thing) for role in roles)

    return Rule(check, tuple(policy.ROLES[role] for role in roles), roles, (OWN,))


def _steps() -> Rule:
    """Whoever the life cycle names for any of its steps; the step itself asks for its own."""

    def check(actor: Actor, obj: Any) -> bool:
        listing = _thing(obj)
        if not isinstance(listing, Listing):
            return any(actor.holds(role) for role in (*KEEPERS, "leader", *OUTSIDE))
        return any(holds_at(actor, role, listing) for step in _cycle(listing).steps for role in step.roles)

    return Rule(check, (_("清单的生命周期所列的人员"),), (), (_("清单的生命周期所列的人员"),))


def _cycle(listing: Listing) -> Lifecycle:
    return reading.life_cycle(reading.life(reading.ledger_of(listing.ledger)))


def is_stamped(ledger: Ledger, listing: Listing, step: str) -> bool:
    """Whether what a step fills in stands there already."""
    field = ledger.stamped(step)
    return field is not None and bool(listing.attributes.get(field.name))


def steps_for(actor: Actor, listing: Listing) -> list[Any]:
    """Steps that the actor may take from the listing's state."""
    ledger = reading.ledger_of(listing.ledger)
    return [
        step
        for step in reading.life_cycle(reading.life(ledger)).steps
        if step.source == listing.state
        and not is_stamped(ledger, listing, step.name)
        and (isinstance(actor, policy.System) or any(holds_at(actor, role, listing) for role in step.roles))
    ]


def signs_as(actor: Actor, taken: StepTaken) -> list[Signer]:
    """The parties for whom the actor may sign a step that waits: who have not signed yet, and whose turn it is."""
    listing = taken.listing
    done = {one.signer for one in taken.signatures.all()}
    asked = reading.signers_of(reading.ledger_of(listing.ledger), taken.step)
    return [one for one in reading.at_turn(asked, done) if _is_signer(actor, one, listing)]


def _is_signer(actor: Actor, signer: Signer, listing: Listing) -> bool:
    area = listing.source.area_id
    if isinstance(actor, policy.System):
        return True
    if signer.by in ("office", "leader"):
        return actor.holds("air_office" if signer.by == "office" else "leader", area_id=area)
    if signer.by == "town":
        return area in getattr(actor, "town_area_ids", frozenset())
    if not signer.units:
        return listing.keeper_id is not None and actor.holds("liaison", unit_id=listing.keeper_id)
    unit = getattr(actor, "unit", None)
    return unit is not None and unit.name in signer.units and actor.holds("liaison", unit_id=unit.pk)


def _signing() -> Rule:
    def check(actor: Actor, obj: Any) -> bool:
        if not isinstance(obj, StepTaken):
            return any(actor.holds(role) for role in ("liaison", "leader", "air_office"))
        return bool(signs_as(actor, obj))

    return Rule(check, (_("清单所列的会签单位"),), (), (_("清单所列的会签单位"),))


def owns(actor: Actor, listing: Listing) -> bool:
    """Whether personal values are the actor's to read: of the unit that keeps the listing, or of the firm itself."""
    units = actor.visible_unit_ids
    if listing.keeper_id is None:
        return actor.holds("air_office", area_id=listing.source.area_id) or listing.source.unit_id in units
    return listing.keeper_id in units or (listing.source.unit_id is not None and listing.source.unit_id in units)


policy.declare(
    {
        "sources.see": policy.roles(*OFFICIALS, *OUTSIDE),
        "sources.source.add": _roles("liaison", "grid_officer", "inspector", "air_office"),
        "sources.source.change": _roles("liaison", "air_office"),
        "sources.listing.add": _roles("liaison", "grid_officer", "inspector", "air_office"),
        "sources.listing.change": _roles("liaison", "air_office"),
        "sources.listing.step": _steps(),
        "sources.listing.sign": _signing(),
        "sources.listing.drop": _roles("liaison", "air_office"),
        "sources.listing.order": _roles("air_office"),
        "sources.listing.reveal": _roles("inspector", "air_office", "liaison"),
        "sources.bank.see": policy.roles(*OFFICIALS),
        "sources.project.allot": _roles("air_office"),
        "sources.project.give_back": _roles("air_office"),
        "sources.ledger.refit": policy.roles("air_office"),
        "sources.part.add": _roles("liaison", "inspector", "air_office"),
        "sources.part.change": _roles("liaison", "inspector", "air_office"),
        "sources.part.stop": _roles("liaison", "inspector", "air_office"),
        "sources.part.resume": _roles("liaison", "inspector", "air_office"),
        "sources.route.set": _roles("liaison", "air_office"),
        "sources.trip.add": _roles("liaison", "inspector", "air_office"),
        "sources.trip.withdraw": _roles("liaison", "air_office"),
        "sources.zone.add": policy.roles("air_office"),
        "sources.zone.change": policy.roles("air_office"),
        "sources.gaps.count": policy.roles(),  # by nobody: the clock does
        "sources.sheet.see": policy.roles(*OFFICIALS),
        "sources.sheet.change": policy.roles("liaison", "air_office"),
    },
    titles={
        "sources.see": _("查看清单和污染源"),
        "sources.source.add": _("新增污染源"),
        "sources.source.change": _("修改污染源"),
        "sources.listing.add": _("上账"),
        "sources.listing.change": _("修改上账内容"),
        "sources.listing.step": _("办理清单步骤（停产、整治、验收、销号等）"),
        "sources.listing.sign": _("会签"),
        "sources.listing.drop": _("撤回待会签的步骤"),
        "sources.listing.order": _("就清单记录派单"),
        "sources.listing.reveal": _("查看被遮蔽的个人信息（留痕）"),
        "sources.bank.see": _("查看减排量账户"),
        "sources.project.allot": _("给新建项目安排替代量"),
        "sources.project.give_back": _("退回安排的替代量"),
        "sources.ledger.refit": _("按新版清单整理记录"),
        "sources.part.add": _("登记生产线、治理设施、排放口"),
        "sources.part.change": _("修改生产线、治理设施、排放口"),
        "sources.part.stop": _("停用生产线、治理设施、排放口"),
        "sources.part.resume": _("恢复生产线、治理设施、排放口"),
        "sources.route.set": _("登记、停用核准路线"),
        "sources.trip.add": _("导入车辆轨迹"),
        "sources.trip.withdraw": _("撤下车辆轨迹"),
        "sources.zone.add": _("新增管控区"),
        "sources.zone.change": _("修改管控区"),
        "sources.gaps.count": _("清单缺项重新计数"),
        "sources.sheet.see": _("导出清单"),
        "sources.sheet.change": _("从 Excel 导入清单"),
    },
)
