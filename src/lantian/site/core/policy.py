"""Who may do what: one table of actions, each with a rule that names the roles.

A room declares its actions once, in its `actions.py` or `states.py`:

    policy.declare({
        "plans.see": roles(*OFFICIALS),
        "plans.confirm": roles("air_office"),
    })

and asks with `may(person, "plans.confirm", plan)`; `change()` and the page decorator ask by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self, runtime_checkable

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.site.core.faults import Refused, Text

# Three administrators kept apart, as 等保 2.0 asks: none of them sees what the office works on.
ROLES: dict[str, Text] = {
    "system_admin": _("系统管理员"),
    "security_admin": _("安全管理员"),
    "audit_admin": _("审计管理员"),
    "air_office": _("大气办"),
    "duty_officer": _("值班员"),
    "leader": _("领导"),
    "liaison": _("联络员"),
    "grid_officer": _("网格员"),
    "inspector": _("检查员"),
    "auditor": _("审计人员"),
    "firm": _("企业"),
    "contractor": _("施工单位"),
    "station_operator": _("运维单位"),
}
DUTIES: dict[str, Text] = {
    "system_admin": _("管设置、单位、账号和后台任务；看不到业务数据，不能授权。"),
    "security_admin": _("授予和收回角色，重置口令，解除锁定，管令牌；授予管理员角色须另一位管理员复核。"),
    "audit_admin": _("只查阅操作记录。"),
    "air_office": _("统筹方案、任务、进展和考核。"),
    "duty_officer": _("值守，接收和转办。"),
    "leader": _("看全局，批示、同意、签发；先看自己牵头的任务。"),
    "liaison": _("代表部门或镇街填报本单位的任务；镇街联络员核实本镇街的企业账号。"),
    "grid_officer": _("村、社区一级的巡查和填报，只涉及本网格。"),
    "inspector": _("现场检查。"),
    "auditor": _("查阅业务内容和操作记录，不作任何改动。"),
    "firm": _("申报、申请、确认指令、上传；只看到本企业。"),
    "contractor": _("工地的申报、申请、确认指令、上传；只看到本单位。"),
    "station_operator": _("站点运维的填报和上传；只看到本单位。"),
}
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
OUTSIDE = ("firm", "contractor", "station_operator")  # not of the administration: they see nothing but their own
OFFICIALS = tuple(role for role in ROLES if role not in (*ADMINISTRATORS, *OUTSIDE))
NO_UNIT = 0  # in the scope of a thing that is no unit's own, where that must not mean "any unit's"
NOW_CALLED = {"administrator": "system_admin"}  # what tables called it before the administrator was split
OF_A_UNIT = ("liaison", "grid_officer", *OUTSIDE)  # held for a unit, never for everything


@runtime_checkable
class Actor(Protocol):
    """Whoever acts: a person of `org`, or the system itself."""

    @property
    def title(self) -> str:
        """Name for the audit trail."""

    def holds(self, role: str, *, area_id: int | None = None, unit_id: int | None = None) -> bool:
        """Whether the role is held and covers the area and the unit (None: wherever)."""

    @property
    def visible_area_ids(self) -> frozenset[int] | None:
        """Areas whose rows may be seen; None for all."""

    @property
    def visible_unit_ids(self) -> frozenset[int]:
        """Own unit and those below it, whose rows may be seen wherever they lie."""


@dataclass(frozen=True)
class System:
    """Acts for the machine (command line, scheduled job). May do everything; the audit trail shows its title."""

    title: str = "系统"

    def holds(self, role: str, *, area_id: int | None = None, unit_id: int | None = None) -> bool:
        return True

    @property
    def visible_area_ids(self) -> frozenset[int] | None:
        return None

    @property
    def visible_unit_ids(self) -> frozenset[int]:
        return frozenset()


Check = Callable[[Actor, Any], bool]


@dataclass(frozen=True)
class Rule:
    """A check and the words that tell a refused person who may. Rules join with `|`.

    `names` are the roles that may, `conditions` what else opens it ("本人"): the table of who may what is drawn from
    both.
    """

    check: Check
    who: tuple[Text, ...]
    names: tuple[str, ...] = ()
    conditions: tuple[Text, ...] = ()

    def __or__(self, other: Rule) -> Rule:
        return Rule(
            lambda a, o: self.check(a, o) or other.check(a, o),
            self.who + other.who,
            self.names + other.names,
            self.conditions + other.conditions,
        )


def scope(obj: Any) -> tuple[int | None, int | None]:
    """Area and unit that an object belongs to: its own `policy_scope()`, else its `area_id` and `unit_id`."""
    if obj is None or isinstance(obj, type):
        return None, None
    if hasattr(obj, "policy_scope"):
        area_id, unit_id = obj.policy_scope()
        return area_id, unit_id
    return getattr(obj, "area_id", None), getattr(obj, "unit_id", None)


def roles(*names: str) -> Rule:
    """Holders of one of the roles, where their grant covers the object's area and unit."""
    names = tuple(dict.fromkeys(NOW_CALLED.get(name, name) for name in names))
    unknown = [name for name in names if name not in ROLES]
    if unknown:
        raise LookupError(f"no such role: {unknown}; there are {list(ROLES)}")

    def check(actor: Actor, obj: Any) -> bool:
        area_id, unit_id = scope(obj)
        holds = actor.holds  # a request's person is lazy: looked up once, as every page asks for dozens of actions
        return any(holds(name, area_id=area_id, unit_id=unit_id) for name in names)

    return Rule(check, tuple(ROLES[name] for name in names), names)


def when(check: Check, who: Text) -> Rule:
    """A rule of a room's own; `who` completes the sentence "this may be done by ..."."""
    return Rule(check, (who,), conditions=(who,))


def oneself() -> Rule:
    """The person that the object is."""
    return when(lambda actor, obj: obj is not None and actor == obj, _("本人"))


def anyone() -> Rule:
    """Whoever is logged in."""
    return Rule(lambda actor, obj: True, (_("任何登录人员"),), tuple(ROLES))


POLICIES: dict[str, Rule] = {"core.home": anyone(), "core.see_audit": roles("audit_admin", "auditor")}


TITLES: dict[str, Text] = {"core.home": _("打开首页"), "core.see_audit": _("查阅操作记录")}


def declare(table: Mapping[str, Rule], *, titles: Mapping[str, Text] | None = None) -> None:
    """Add a room's actions to the table, with their names for the reader. An action is declared once."""
    for action, rule in table.items():
        if action in POLICIES:
            raise LookupError(f"action {action!r} is declared twice")
        POLICIES[action] = rule
    TITLES.update(titles or {})


def title(action: str) -> Text:
    """An action's name for the reader; its key where the room gave none."""
    return TITLES.get(action, action)


def may(actor: Actor, action: str, obj: Any = None) -> bool:
    """Whether the actor may do `action` on `obj` (None or a model class: in general)."""
    rule = POLICIES[action]
    return isinstance(actor, System) or rule.check(actor, obj)


def require(actor: Actor, action: str, obj: Any = None) -> None:
    """Raise `Refused`, naming who may, unless the actor may."""
    if may(actor, action, obj):
        return
    rule = POLICIES[action]
    who = format_lazy("{}", gettext("、").join(str(name) for name in dict.fromkeys(rule.who)))
    raise Refused(
        format_lazy(_("您没有这项操作的权限。可以操作的是：{who}。"), who=who),
        roles=rule.names,
        remedy=_("如确需办理，请联系他们或请管理员授予角色。"),
    )


class AreaQuerySet(QuerySet[Any, Any]):
    """Rows that carry an area (and perhaps a unit): cut to what a person may see.

    `area_field` and `unit_field` name the look-ups to the area's and the unit's id; a subclass may change them.
    """

    area_field: str | None = "area"
    unit_field: str | None = None

    def visible_to(self, actor: Actor) -> Self:
        """Rows in the areas, or of the units, that the actor may see."""
        areas = actor.visible_area_ids
        if areas is None:
            return self.all()
        seen = Q(pk__in=[])
        if self.area_field:
            seen |= Q(**{f"{self.area_field}__in": areas})
        if self.unit_field:
            seen |= Q(**{f"{self.unit_field}__in": actor.visible_unit_ids})
        return self.filter(seen)


AreaManager: type[models.Manager[Any]] = models.Manager.from_queryset(AreaQuerySet)
