"""Reminders of milestones, to the liaisons of those who carry a task out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Prefetch
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, notify
from lantian.site.core.deadlines import Reminder, reminders_due
from lantian.site.core.faults import Text
from lantian.site.core.jobs import Progress
from lantian.site.core.schedules import schedule
from lantian.site.org.liaisons import Liaisons
from lantian.site.plans.models import Milestone, TaskRole
from lantian.site.plans.reminders import REMINDED

notify.declare("plans.milestone", _("任务节点提醒"))


@schedule("plans.milestones", title=_("任务节点提醒"), every="day", at="08:35", working_days=True)
def remind(due: dt.datetime, progress: Progress) -> dict[str, Any]:
    """Tell the liaisons of lead and responsible units which steps come, are due today, or are late, each once."""
    today = clock.today()
    roles = Prefetch("task__roles", TaskRole.objects.filter(role__in=REMINDED).select_related("unit"))
    rows = Milestone.objects.filter(done_on=None, task__state="open").select_related("task__plan")
    rows = rows.only("name", "date", "task__number", "task__title", "task__text", "task__plan__title")
    waiting = [(one, r) for one in rows.prefetch_related(roles) for r in reminders_due(one.date, today)]
    liaisons = Liaisons(today)
    notices = 0
    for done, (one, reminder) in enumerate(waiting):
        progress(done / len(waiting))
        told = notify.notify(
            liaisons.of(role.unit for role in one.task.roles.all() if role.unit),
            "plans.milestone",
            title=_said(one, reminder),
            body=format_lazy(_("《{plan}》，节点日期 {day}。"), plan=one.task.plan.title, day=one.date),
            url=one.get_absolute_url(),
            key=f"plans.milestone:{one.pk}:{one.date:%Y%m%d}:{reminder.key}",
        )
        notices += len(told)
    return {"reminders": len(waiting), "notices": notices}


def _said(one: Milestone, reminder: Reminder) -> Text:
    text = {
        "overdue": _("节点逾期 {days} 个工作日：{name}，{task}"),
        "today": _("节点今天到期：{name}，{task}"),
        "before": _("节点 {days} 个工作日后到期：{name}，{task}"),
    }[reminder.stage]
    return format_lazy(text, days=reminder.days, name=one.name, task=str(one.task))
