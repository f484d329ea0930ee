"""Results of dustfall: entered, confirmed, corrected with a reason; and who keeps points, limits and deductions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

OFFICE = ("air_office",)
ENTER = ("air_office", "duty_officer")

DUSTFALL = Lifecycle(
    "air.dustfall",
    start="draft",
    labels={"draft": pgettext_lazy("dustfall", "待确认"), "confirmed": pgettext_lazy("dustfall", "已确认")},
    steps=[
        Step("confirm", "draft", "confirmed", by=OFFICE, label=_("确认降尘量"), tone="primary"),
        Step("correct", "confirmed", "confirmed", by=OFFICE, needs=["reason"], label=_("更正降尘量")),
    ],
)

policy.declare(
    {
        "air.dustfall.see": policy.roles(*policy.OFFICIALS),
        "air.dustfall.enter": policy.roles(*ENTER),
        "air.dustfall.deduct": policy.roles(*OFFICE),
        "air.dustfall.keep": policy.roles(*OFFICE),
    },
    titles={
        "air.dustfall.see": _("查看降尘量"),
        "air.dustfall.enter": _("录入降尘量"),
        "air.dustfall.deduct": _("登记降尘量的沙尘扣除"),
        "air.dustfall.keep": _("维护降尘点位和限值"),
    },
)
