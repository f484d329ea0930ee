"""What letters show on the pages of a unit, a plan and the minute, what waits for whom, and the daily reminder."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify, policy
from lantian.site.core.deadlines import Reminder, reminders_due
from lantian.site.core.faults import Text
from lantian.site.core.jobs import Progress
from lantian.site.core.registries import Panel, WorkItems, panels, work_items
from lantian.site.core.schedules import schedule
from lantian.site.org.liaisons import Liaisons
from lantian.site.plans.models import Letter
from lantian.site.plans.models.letters import STANDING
from lantian.site.plans.queries import letters as queries
from lantian.site.plans.states import SIGNERS

SHOWN = 6


def of_unit(person: Any, unit: Any) -> dict[str, Any] | None:
    """The letters of a unit that stand, unsigned ones first."""
    rows = queries.letters(person).filter(unit=unit.pk, state__in=STANDING)
    found = sorted(rows, key=lambda one: (one.state not in queries.WAITING, one.due, one.pk))
    if not found:
        return None
    return {
        "rows": [(one, queries.light(one)) for one in found[:SHOWN]],
        "total": len(found),
        "url": f"{reverse('plans:letters')}?q={unit.name}",
    }


def of_plan(person: Any, plan: Any) -> dict[str, Any] | None:
    """How many letters of a plan are signed."""
    counts = queries.counts(queries.letters(person).filter(plan=plan.pk))
    can_create = policy.may(person, "plans.letter.create", plan)
    if not counts["standing"] and not can_create:
        return None
    return {"counts": counts, "plan": plan, "can_create": can_create}


def at_minute(person: Any, _obj: Any) -> dict[str, Any]:
    """How many letters are signed."""
    return {"counts": queries.counts(queries.letters(person))}


def to_sign(person: Any) -> QuerySet[Letter]:
    """Letters of the person's units that nobody has signed."""
    if not any(person.holds(role) for role in SIGNERS):
        return Letter.objects.none()
    return queries.unsigned(Letter.objects.filter(unit__in=person.visible_unit_ids))


def to_confirm(person: Any) -> QuerySet[Letter]:
    """Signed copies that wait for the air office."""
    if not policy.may(person, "plans.letter.confirm"):
        return Letter.objects.none()
    return Letter.objects.visible_to(person).filter(state="handed_in")


@schedule("plans.letters", title=_("责任书催签"), every="day", at="08:40", working_days=True)
def remind(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Tell those who have to sign what is due soon, today, or overdue, each stage once."""
    today = clock.today()
    rows = list(Letter.objects.filter(state__in=queries.WAITING).select_related("unit").defer("content"))
    speakers = Liaisons(today, SIGNERS)
    notices = without = 0
    for done, letter in enumerate(rows):
        progress(done / len(rows))
        for one in reminders_due(letter.due, today):
            people = speakers.of([letter.unit])
            without += not people
            notices += len(
                notify.notify(
                    people,
                    "plans.letter_issued",
                    title=_said(letter, one),
                    body=letter.number,
                    url=letter.get_absolute_url(),
                    key=f"plans.letter:{letter.pk}:{letter.due:%Y%m%d}:{one.key}",
                )
            )
    return {"letters": len(rows), "notices": notices, "without_account": without}


def _said(letter: Letter, one: Reminder) -> Text:
    if one.stage == "overdue":
        return format_lazy(_("逾期 {days} 个工作日未签：{letter}"), days=one.days, letter=str(letter))
    if one.stage == "today":
        return format_lazy(_("今天须签回：{letter}"), letter=str(letter))
    return format_lazy(_("{days} 个工作日后须签回：{letter}"), days=one.days, letter=str(letter))


def register() -> None:
    """Fill the registries; called once from `ready()`."""
    see = "plans.letter.see"
    for name, place, title, template, build, order in (
        ("plans.unit.letters", "org.unit", _("责任书、承诺书"), "unit", of_unit, 20),
        ("plans.plan.letters", "plans.plan", _("责任书、承诺书"), "plan", of_plan, 30),
        ("plans.minute.letters", "plans.minute", _("责任书、承诺书"), "minute", at_minute, 10),
    ):
        where = f"plans/letters/panels/{template}.html"
        panels.register(name, Panel(place, title, where, build, order, see, later=True))
    to: Any = reverse_lazy("plans:letters")
    work_items.register("plans.letters_to_sign", WorkItems(_("待签的责任书"), to_sign, to, "signature", 6, "amber"))
    work_items.register(
        "plans.letters_to_confirm", WorkItems(_("待确认的签字件"), to_confirm, to, "signature", 20, "blue")
    )
