"""My work: what waits for a person, of all rooms; what rooms only count is counted in one SQL query."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core import clock, policy
from lantian.site.core.models import Job, TourSeen
from lantian.site.core.registries import TourStep, WorkItems, WorkLine, tour_steps, work_items, work_lines

TONES = ("red", "amber", "blue", "")
SHOWN_DAYS = dt.timedelta(days=7)
TOUR = "the tour"


@dataclass(frozen=True)
class Work:
    """Lines of all rooms, what is late first, and whether the person has seen the tour."""

    lines: list[WorkLine]
    toured: bool

    @property
    def with_rows(self) -> list[WorkLine]:
        """Lines that show what they count."""
        return [line for line in self.lines if line.rows]


def my_work(person: Any) -> Work:
    """What waits for a person: one SQL query for all that is only counted, beside those of the rooms' own lines."""
    asked = {name: (item, item.count(person)) for name, item in work_items.items()}
    seen = TourSeen.objects.filter(person=person.pk)
    counts = _counted(
        {name: rows for name, (_item, rows) in asked.items() if isinstance(rows, QuerySet)} | {TOUR: seen}
    )
    lines = [line for build in work_lines for line in build(person)]
    for name, (item, rows) in asked.items():
        count = rows if isinstance(rows, int) else counts.get(name, 0)
        lines.append(WorkLine(item.title, count, item.url, item.icon, item.order, item.tone))
    waiting = [line for line in lines if line.count]
    return Work(sorted(waiting, key=lambda line: (TONES.index(line.tone), line.order)), bool(counts.get(TOUR)))


def _counted(several: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each query has, by name."""
    parts = [
        rows.order_by().annotate(counted_as=Value(name, CharField())).values("counted_as").annotate(n=Count("pk"))
        for name, rows in several.items()
        if not rows.query.is_empty()
    ]
    if not parts:
        return {}
    first, *others = (part.values_list("counted_as", "n") for part in parts)
    return dict(first.union(*others, all=True))


def mark_toured(person: Any) -> None:
    """Remember that the person has seen the tour. No audit event: it is the reader's own bookkeeping."""
    policy.require(person, "core.home")
    TourSeen.objects.get_or_create(person=person)


def tour(person: Any) -> list[TourStep]:
    """Steps of the tour that concern the person, in order."""
    mine = (step for step in tour_steps if step.policy is None or policy.may(person, step.policy))
    return sorted(mine, key=lambda step: step.order)


def _failed_jobs(person: Any) -> QuerySet[Job]:
    return Job.objects.filter(created_by=person.pk, state="failed", finished_at__gte=clock.real_now() - SHOWN_DAYS)


def _done_jobs(person: Any) -> QuerySet[Job]:
    return Job.objects.filter(created_by=person.pk, state="done", finished_at__gte=clock.real_now() - SHOWN_DAYS / 7)


def _all_failed(person: Any) -> QuerySet[Job]:
    if not policy.may(person, "core.see_jobs"):
        return Job.objects.none()
    others = Job.objects.filter(state="failed", finished_at__gte=clock.real_now() - SHOWN_DAYS)
    return others.exclude(created_by=person.pk)


def register() -> None:
    """Fill the registries with what is core's own; called once from `ready()`."""
    my_jobs: Any = reverse_lazy("core:my_jobs")
    work_items.register("core.failed", WorkItems(_("失败的后台任务"), _failed_jobs, my_jobs, "alert-circle", 80, "red"))
    work_items.register("core.done", WorkItems(_("今天完成的后台任务"), _done_jobs, my_jobs, "progress-check", 90))
    everybody: Any = reverse_lazy("core:jobs")
    work_items.register(
        "core.all_failed", WorkItems(_("他人失败的后台任务"), _all_failed, everybody, "alert-circle", 95)
    )
    steps = [
        ("work", "#work", _("我的工作"), _("每天从这里开始：过期的、快到期的、等您办理的，点开就到。")),
        ("side", ".lt-side nav", _("栏目"), _("左边按栏目列出您能打开的页面；手机上点左上角的按钮展开。")),
        ("bell", "#bell", _("消息"), _("到期提醒、退回、审核结果都在这里，数字是未读条数。")),
        ("language", ".lt-top-end", _("语言和账户"), _("在这里切换中英文、修改口令、退出。")),
    ]
    for order, (name, target, title, text) in enumerate(steps):
        tour_steps.register(f"core.{name}", TourStep(target, title, text, 10 + 30 * order))
