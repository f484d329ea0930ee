"""Reminders of tasks that fall due, to the liaisons of those who must do them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify
from lantian.site.core.deadlines import Reminder, reminders_due
from lantian.site.core.faults import Text
from lantian.site.core.jobs import Progress
from lantian.site.core.models import Notice
from lantian.site.core.schedules import schedule
from lantian.site.org.liaisons import Liaisons
from lantian.site.plans import states
from lantian.site.plans.models import Task, TaskRole

REMINDED = ("lead", "responsible")

notify.declare("plans.due", _("任务到期提醒"))
notify.declare("plans.overdue", _("任务逾期提醒"))


@schedule("plans.reminders", title=_("任务到期提醒"), every="day", at="08:30", working_days=True)
def remind(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Tell the liaisons of lead and responsible units what falls due, is due today, or is overdue, each once.

    Looks at today, whenever it runs: a reminder whose day was missed is still said while it stands.
    """
    today = clock.today()
    waiting = [(task, one) for task in open_tasks() if task.due for one in reminders_due(task.due, today)]
    liaisons = Liaisons(today)
    told = _told_already(key_of(task, reminder) for task, reminder in waiting)
    notices = without = 0
    for done, (task, reminder) in enumerate(waiting):
        progress(done / len(waiting))
        people = liaisons.of(role.unit for role in task.roles.all() if role.unit)
        without += not people
        key = key_of(task, reminder)
        if missing := [person for person in people if (key, person.pk) not in told]:
            kind, title = said(task, reminder)
            notices += len(
                notify.notify(missing, kind, title=title, body=_body(task), url=task.get_absolute_url(), key=key)
            )
    return {"reminders": len(waiting), "notices": notices, "without_liaison": without}


def open_tasks() -> QuerySet[Task]:
    """Tasks with a due date that are still to be done (closing asked for is done, to them), with those who must."""
    roles = TaskRole.objects.filter(role__in=REMINDED).select_related("unit")
    return (
        Task.objects.filter(state=states.TASK.start, due__isnull=False)
        .only("pk", "number", "title", "text", "due", "plan__title")
        .select_related("plan")
        .prefetch_related(Prefetch("roles", roles))
    )


def key_of(task: Task, reminder: Reminder) -> str:
    """Once-only for task, due date and stage: a task whose date is moved is reminded of anew."""
    return f"plans.due:{task.pk}:{task.due:%Y%m%d}:{reminder.key}"


def said(task: Task, reminder: Reminder) -> tuple[str, Text]:
    """Kind and title of a reminder; what matters comes first, as lists cut long titles."""
    if reminder.stage == "overdue":
        return "plans.overdue", format_lazy(_("逾期 {days} 个工作日：{task}"), days=reminder.days, task=str(task))
    if reminder.stage == "today":
        return "plans.due", format_lazy(_("今天到期：{task}"), task=str(task))
    return "plans.due", format_lazy(_("{days} 个工作日后到期：{task}"), days=reminder.days, task=str(task))


def _body(task: Task) -> Text:
    return format_lazy(_("《{plan}》，时限 {due}。请按时办理并报送进展。"), plan=task.plan.title, due=task.due)


def _told_already(keys: Iterable[str]) -> set[tuple[str, int]]:
    """Which of these reminders stand in whose inbox: a morning's run mostly finds nothing new to write."""
    found: set[tuple[str, int]] = set()
    keys = list(keys)
    for start in range(0, len(keys), 500):
        rows = Notice.objects.filter(key__in=keys[start : start + 500])
        found |= set(rows.values_list("key", "person_id"))
    return found
