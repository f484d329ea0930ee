"""Reads of responsibility letters: who has what to sign, who has not, and whom a new one would go to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.org.models import RoleGrant, Unit
from lantian.site.org.register import Register
from lantian.site.plans import duties, letter_text, words
from lantian.site.plans.models import Letter, LetterBatch, LetterCopy, Plan, Task, TaskRole
from lantian.site.plans.models.letters import STANDING
from lantian.site.plans.queries import progress

WAITING = ("issued", "returned")  # for whoever has to sign
ALL = Q()
BIG = ("plan__source", "plan__blocks", "plan__spans")


@dataclass(frozen=True)
class Light:
    """How a letter stands: level, shape and words."""

    level: str
    shape: str
    words: Text
    state: str = ""
    days_off: int = 0


def light(letter: Letter) -> Light:
    """Red: not signed and past its day; amber: not signed yet, or sent back; green: signed."""
    if letter.state in WAITING:
        days = (letter.due - clock.today()).days
        if days < 0:
            return Light("red", "■", _("已过期"), "overdue", -days)
        if letter.state == "returned":
            return Light("amber", "▼", _("已退回"))
        return Light("amber", "▲", _("待签回"), "soon", days)
    return {
        "handed_in": Light("green", "◆", _("待确认")),
        "confirmed": Light("done", "✓", _("已签")),
    }.get(letter.state, Light("grey", "○", letter.get_state_display()))


def letters(person: Actor) -> QuerySet[Letter]:
    """Letters that the person may see, as lists show them: one SQL query."""
    rows = Letter.objects.visible_to(person).select_related("plan", "unit", "batch")
    return rows.defer("content", *BIG)


def letter(person: Actor, pk: int) -> Letter | None:
    """One letter with its signed copies: two SQL queries."""
    rows = Letter.objects.visible_to(person).filter(pk=pk).defer(*BIG)
    rows = rows.select_related("plan", "unit", "batch", "batch__made_by", "handed_in_by", "decided_by", "replaces")
    copies = LetterCopy.objects.select_related("attachment")
    return rows.prefetch_related(Prefetch("copies", copies)).first()


def batches(person: Actor) -> QuerySet[LetterBatch]:
    """What was handed out, with how many are signed."""
    rows = LetterBatch.objects.visible_to(person).select_related("plan", "made_by").defer(*BIG)
    standing = Q(letters__state__in=STANDING)
    return rows.annotate(
        standing=Count("letters", filter=standing),
        signed=Count("letters", filter=Q(letters__state="confirmed")),
        waiting=Count("letters", filter=Q(letters__state__in=WAITING)),
    )


def unsigned(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    """Those that nobody has signed yet, the longest overdue first."""
    return rows.filter(state__in=WAITING).order_by("due", "pk")


def counts(rows: QuerySet[Letter]) -> dict[str, int]:
    """How many stand, are signed, wait to be signed, and are overdue: one SQL query."""
    return rows.aggregate(
        standing=Count("pk", filter=Q(state__in=STANDING)),
        signed=Count("pk", filter=Q(state="confirmed")),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        overdue=Count("pk", filter=Q(state__in=WAITING, due__lt=clock.today())),
    )


# Whom a new letter would go to


def readers(plan: Plan, register: Register) -> dict[str, list[int]]:
    """Units that a letter can go to, by kind of reader: towns and departments that the plan names as leading or
    responsible (and the towns with a number of their own), firms of its area, and contractors."""
    bearers = duties.Bearers(register)
    own = dict.fromkeys(pk for task in _tasks(plan) for pk in _answering(task, bearers))
    inside = {pk for pk, unit in register.units.items() if unit.kind == Unit.Kind.FIRM and register.exists(unit)}
    inside &= set(register.gathered("firm", plan.area_id))
    building = RoleGrant.objects.filter(
        Q(until=None) | Q(until__gte=clock.today()), role="contractor", unit__in=inside, person__is_active=True
    )
    contractors = set(building.values_list("unit", flat=True))
    firms = sorted(inside, key=lambda pk: register.units[pk].name)
    return {
        "town": [pk for pk in own if register.units[pk].kind == Unit.Kind.TOWN],
        "department": [pk for pk in own if register.units[pk].kind == Unit.Kind.DEPARTMENT],
        "firm": firms,
        "contractor": [pk for pk in firms if pk in contractors],
    }


def duties_of(plan: Plan, register: Register, unit: int | None = None) -> dict[int, list[letter_text.Duty]]:
    """What each unit answers for of a plan (or one unit), in the plan's order: its own part where a task is broken
    down, the whole where it leads it. Four SQL queries beside the register's."""
    bearers = duties.Bearers(register)
    tasks = list(_tasks(plan, ALL if unit is None else duties.of_unit(register, unit, "duty")))
    roles: dict[int, dict[int, str]] = defaultdict(dict)
    for task in tasks:
        for pk, role in _answering(task, bearers).items():
            if unit in (None, pk):
                roles[pk][task.pk] = role
    units = {one.pk: one for one in Unit.objects.filter(pk__in=roles).select_related("area")}
    chains = _chains(tasks)
    found = {}
    for pk, of in roles.items():
        kept = duties.once(of, chains)
        found[pk] = [_duty(task, units[pk], of[task.pk], register) for task in tasks if task.pk in kept]
    return found


def _duty(task: Task, unit: Unit, role: str, register: Register) -> letter_text.Duty:
    asked = [one.quantity for one in progress.blanks(task, unit, register)]
    due = letter_text.date_words(task.due) if task.due else task.deadline_text
    amount = letter_text.amount(asked, town=duties.town_of(unit), leads=role == "lead")
    return letter_text.Duty(task.number, task.title or task.text, str(dict(words.ROLES)[role]), amount, due)


def _chains(tasks: Iterable[Task]) -> dict[int, tuple[int, ...]]:
    """Of every part the tasks above it, the nearest first."""
    parents = {task.pk: task.parent_id for task in tasks}
    found: dict[int, tuple[int, ...]] = {}
    for pk in parents:
        chain: list[int] = []
        at = parents[pk]
        while at is not None:
            chain.append(at)
            at = parents.get(at)
        if chain:
            found[pk] = tuple(chain)
    return found


def _tasks(plan: Plan, where: Q = ALL) -> QuerySet[Task]:
    """Open tasks of a plan and their parts, with those who answer for them and their numbers: three SQL queries.
    Instructions are answered by themselves."""
    rows = Task.objects.filter(where, plan=plan).exclude(state="closed").exclude(origin="instruction")
    roles = TaskRole.objects.filter(role__in=duties.DUTY).order_by("position")
    rows = rows.defer("spans", "inherited").order_by("position", "pk")
    return rows.prefetch_related(Prefetch("roles", roles), "quantities")


def _answering(task: Task, bearers: duties.Bearers) -> dict[int, str]:
    """Units that answer for a task, with their role in it: who leads first."""
    found: dict[int, str] = {}
    for role in sorted(task.roles.all(), key=lambda one: one.role != "lead"):
        for unit in bearers.today(role.unit_id) if role.unit_id else ():
            found.setdefault(unit, role.role)
    for quantity in task.quantities.all():
        for unit in bearers.of_town(quantity.town_id) if quantity.town_id else ():
            found.setdefault(unit, "responsible")
    return found


def standing_for(plan: Plan, template: str, units: Iterable[int]) -> dict[tuple[int, str], Letter]:
    """Letters that stand, by unit and site."""
    rows = Letter.objects.filter(plan=plan, template=template, unit__in=list(units), state__in=STANDING)
    return {(one.unit_id, one.site): one for one in rows.select_related("unit")}


def outdated(letter: Letter, register: Register) -> bool:
    """Whether the tasks of the plan have changed since the letter was handed out."""
    if letter.state not in STANDING or not letter.content["tasks"]:
        return False
    with translation.override(settings.LANGUAGE_CODE):  # as it was written
        now = duties_of(letter.plan, register, letter.unit_id).get(letter.unit_id, [])
    return [vars(one) for one in now] != letter.content["tasks"]
