"""How goals evaluate themselves: the metric a person bound them to, and what was found day by day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantian.airquality.editions import names
from lantian.site.core import clock
from lantian.site.plans.goal_standing import GoalStanding
from lantian.site.plans.models.plans import Goal
from lantian.site.plans.states import GOAL

EDITIONS = [("auto", _("当日执行的版本")), *((name, name) for name in names())]


class GoalBinding(models.Model):
    """绑定: the metric, area and period by which a goal is evaluated, or why it is not, as a person decided.

    `about` is how far a 左右 may lie off, as a share; `base` a figure that the plan itself names for the earlier
    period, in the metric's unit.
    """

    goal = models.OneToOneField(Goal, models.CASCADE, related_name="binding", verbose_name=_("目标"))
    state = models.CharField(_("绑定状态"), max_length=8, choices=GOAL.choices, default=GOAL.start)
    metric = models.CharField(_("度量"), max_length=80, blank=True)
    area = models.ForeignKey(
        "org.Area", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("评价区域")
    )
    first = models.DateField(_("评价起始"), null=True, blank=True)
    last = models.DateField(_("评价终止"), null=True, blank=True)
    edition = models.CharField(_("标准版本"), max_length=10, choices=EDITIONS, default="auto")
    about = models.FloatField(_("“左右”的允许偏差"), null=True, blank=True)
    base = models.FloatField(_("方案写明的基数"), null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("目标绑定")

    def __str__(self) -> str:
        return str(self.goal)

    def get_absolute_url(self) -> str:
        return self.goal.get_absolute_url()

    def policy_scope(self) -> tuple[int | None, int | None]:
        """Whoever may decide on a plan of the area may decide on its goals."""
        return self.goal.plan.area_id, None


class GoalEvaluation(models.Model):
    """评价: what a goal's metric gave for its period up to a day, and what followed from it then.

    `before` is the figure of the same days a year earlier, `base` that of the whole period then (or as the plan names
    it), both in the state of concentrations of now; `sign` and `limit` what must be kept in the end, in the metric's
    unit. `rest` is what the days left may still average (count); `years` how many past years `chance` rests on.
    """

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="evaluations")
    on = models.DateField(_("截至"))
    made_at = models.DateTimeField(_("评价时间"), default=clock.now)
    state = models.CharField(_("展望"), max_length=8, choices=GoalStanding.choices())
    value = models.FloatField(_("现值"), null=True)
    before = models.FloatField(_("上年同期"), null=True)
    base = models.FloatField(_("上年全期"), null=True)
    sign = models.CharField(max_length=2, blank=True)
    limit = models.FloatField(_("限值"), null=True)
    rest = models.FloatField(_("余下允许"), null=True)
    days = models.PositiveSmallIntegerField(_("余下天数"), default=0)
    chance = models.FloatField(_("达成把握"), null=True)
    years = models.PositiveSmallIntegerField(_("往年数"), default=0)
    valid = models.PositiveIntegerField(_("有效数"), default=0)
    expected = models.PositiveIntegerField(_("应有数"), null=True)
    told = models.JSONField(default=dict)
    url = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("目标评价")
        ordering = ("goal", "-on")
        constraints: ClassVar = [models.UniqueConstraint(fields=["goal", "on"], name="plans_goal_evaluated_once")]

    def __str__(self) -> str:
        return f"{self.goal} {self.on}"

    @property
    def standing(self) -> GoalStanding:
        """Level, shape and words."""
        return GoalStanding(self.state)

    @property
    def explanation(self) -> str:
        """What was worked out of what, in the reader's language."""
        return self.said("now")

    @property
    def of_before(self) -> str:
        """What the earlier figure was worked out of."""
        return self.said("before")

    def said(self, what: str) -> str:
        """A stored explanation in the reader's language."""
        texts = self.told.get(what, {})
        return str(texts.get("en" if get_language() == "en" else "zh", ""))

    @property
    def change(self) -> float | None:
        """Change per 100 of the same days a year earlier."""
        if self.value is None or not self.before:
            return None
        return round((self.value - self.before) * 100 / self.before, 1)
