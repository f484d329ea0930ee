"""倒排工期: days counted backward from a due date, and which template of steps fits a task. Pure.

>>> day_before(dt.date(2017, 9, 30), 1, working=True), day_before(dt.date(2017, 9, 30), 10, working=False)
(datetime.date(2017, 9, 29), datetime.date(2017, 9, 20))
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import get_language

from lantian import rulebook
from lantian.rulebook.calendar import is_working_day
from lantian.rulebook.schemas.breakdown import Milestones, MilestoneTemplate
from lantian.site.core import clock

DAY = dt.timedelta(days=1)
MOST = 1000


def day_before(due: dt.date, days: int, *, working: bool) -> dt.date:
    """The day so many days before a due date: working days, or days of the calendar."""
    if not working:
        return due - days * DAY
    while days > 0:
        due -= DAY
        days -= is_working_day(due)
    return due


def templates(task: Any) -> list[MilestoneTemplate]:
    """Templates of steps, those that fit the task's words first."""
    rule = rulebook.get("milestones", as_=Milestones, on=clock.today())
    text = f"{task.title}{task.text}"
    return sorted(rule.template, key=lambda one: not any(word in text for word in one.words))


def named(one: Any) -> str:
    """The name of a template or a step in the reader's language."""
    return str(one.en if get_language() == "en" else one.zh)
