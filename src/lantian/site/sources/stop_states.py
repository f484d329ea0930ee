"""Proposals to stop: who decides on them, and that one is lifted by itself once nothing is owed any more."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

DECIDER = "air_office"

STOP = Lifecycle(
    "sources.stop",
    start="proposed",
    labels={
        "proposed": pgettext_lazy("stop", "待决定"),
        "confirmed": _("已决定停产"),
        "declined": _("不予停产"),
        "lifted": pgettext_lazy("stop", "已解除"),
    },
    steps=[
        Step("confirm", "proposed", "confirmed", by=DECIDER, label=_("决定停产"), tone="danger"),
        Step("decline", "proposed", "declined", by=DECIDER, needs=["reason"], label=_("不予停产")),
        Step("lift", "proposed", "lifted", by=()),  # by nobody: the work is accepted
        Step("lift", "confirmed", "lifted", by=()),
    ],
)
OPEN = ("proposed", "confirmed")

policy.declare(
    {
        "sources.stop.see": policy.roles("air_office", "inspector", "leader", "auditor", "liaison"),
        "sources.stop.propose": policy.roles(DECIDER),
        "sources.stop.decide_many": policy.roles(DECIDER),
    },
    titles={
        "sources.stop.see": _("查看停产建议和错峰清单"),
        "sources.stop.propose": _("提出停产建议"),
        "sources.stop.decide_many": _("成批决定停产建议"),
    },
)
