"""Reads of responsibility letters: who has what to sign, who has not, and whom a new one would go to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

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


class Duties:
    """What each unit answers for of a plan, in the plan's order: its own part where a task is broken down, the whole
    where it leads it. Four SQL queries beside the register's.

    Attributes
    ----------
    open : what is still to be done, by unit
    all : with what is closed
    """

    def __init__(self, plan: Plan, register: Register, unit: int | None = None) -> None:
        self.plan, self.register, self._unit = plan, register, unit

    @cached_property
    def all(self) -> dict[int, list[letter_text.Duty]]:
        return {pk: [duty for _state, duty in found] for pk, found in self._found.items()}

    @cached_property
    def open(self) -> dict[int, list[letter_text.Duty]]:
        still = {pk: [duty for state, duty in found if state != "closed"] for pk, found in self._found.items()}
        return {pk: found for pk, found in still.items() if found}

    @cached_property
    def _found(self) -> dict[int, list[tuple[str, letter_text.Duty]]]:
        """Duties with the state of their task, by unit; read when first asked for."""
        only, register = self._unit, self.register
        bearers = duties.Bearers(register)
        tasks = list(_tasks(self.plan, ALL if only is None else duties.of_unit(register, only, "duty")))
        roles: dict[int, dict[int, str]] = defaultdict(dict)
        for task in tasks:
            for pk, role in _answering(task, bearers).items():
                if only in (None, pk):
                    roles[pk][task.pk] = role
        units = {one.pk: one for one in Unit.objects.filter(pk__in=roles).select_related("area")}
        chains = _chains(tasks)
        found = {}
        for pk, of in roles.items():
            kept = duties.once(of, chains)
            found[pk] = [(t.state, _duty(t, units[pk], of[t.pk], register)) for t in tasks if t.pk in kept]
        return found

    def changed(self, letter: Letter) -> bool:
        """Whether what a letter lists is no longer what its unit answers for; what was done since is no change."""
        said = letter.content["tasks"]
        if letter.state not in STANDING or not said:
            return False
        now = [vars(one) for one in self.all.get(letter.unit_id, ())]
        still = [vars(one) for one in self.open.get(letter.unit_id, ())]
        return any(one not in now for one in said) or any(one not in said for one in still)


def readers(found: Duties, kinds: Iterable[str]) -> list[int]:
    """Units that a letter for such readers can go to: towns and departments that the plan names as leading or
    responsible (and the towns with a number of their own), firms of its area, and contractors."""
    register = found.register
    of_kind: dict[str, Callable[[], list[int]]] = {
        "town": lambda: [pk for pk in found.open if register.units[pk].kind == Unit.Kind.TOWN],
        "department": lambda: [pk for pk in found.open if register.units[pk].kind == Unit.Kind.DEPARTMENT],
        "firm": lambda: _firms(found),
        "contractor": lambda: _contractors(found),
    }
    return list(dict.fromkeys(pk for kind in kinds for pk in of_kind[kind]()))


def _firms(found: Duties) -> list[int]:
    register = found.register
    return sorted(register.gathered("firm", found.plan.area_id), key=lambda pk: register.units[pk].name)


def _contractors(found: Duties) -> list[int]:
    """Firms with somebody who may sign as a contractor today: one SQL query."""
    firms = _firms(found)
    grants = RoleGrant.objects.filter(
        Q(until=None) | Q(until__gte=clock.today()), role="contractor", unit__in=firms, person__is_active=True
    )
    building = set(grants.values_list("unit", flat=True))
    return [pk for pk in firms if pk in building]


def _duty(task: Task, unit: Unit, role: str, register: Register) -> letter_text.Duty:
    asked = [one.quantity for one in progress.blanks(task, unit, register)]
    due = letter_text.date_words(task.due) if task.due else task.deadline_text
    with translation.override(settings.LANGUAGE_CODE):  # letters are in the office's language, whoever looks
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
    """Tasks of a plan and their parts, with those who answer for them and their numbers: three SQL queries. Without
    what a revised document took away, and without instructions, which are answered by themselves."""
    rows = Task.objects.filter(where, plan=plan).exclude(state="withdrawn").exclude(origin="instruction")
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
