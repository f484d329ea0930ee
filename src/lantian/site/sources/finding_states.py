"""Findings of checks: who decides on them, and that one which is over closes by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

WAITING = ("open", "confirmed")  # nobody has settled them yet
DECIDERS = ("air_office", "inspector")

FINDING = Lifecycle(
    "sources.finding",
    start="open",
    labels={
        "open": _("待核实"),
        "confirmed": _("属实"),
        "dismissed": _("不是问题"),
        "over": pgettext_lazy("finding", "已消除"),
    },
    steps=[
        Step("confirm", "open", "confirmed", by=DECIDERS, needs=["reason"], label=_("属实"), tone="primary"),
        Step("dismiss", "open", "dismissed", by=DECIDERS, needs=["reason"], label=_("不是问题")),
        Step("dismiss", "confirmed", "dismissed", by=DECIDERS, needs=["reason"], label=_("不是问题")),
        Step("reopen", "dismissed", "open", by=DECIDERS, needs=["reason"], label=_("重新打开")),
        Step("lapse", "open", "over", by=()),
        Step("lapse", "confirmed", "over", by=()),
        Step("return", "over", "open", by=()),
    ],
)

policy.declare(
    {
        "sources.finding.see": policy.roles("air_office", "inspector", "leader", "auditor", "liaison"),
        "sources.finding.order": policy.roles("air_office"),
        "sources.check.run": policy.roles("air_office"),
    },
    titles={
        "sources.finding.see": _("查看清单疑点"),
        "sources.finding.order": _("把疑点转为工单"),
        "sources.check.run": _("运行清单核查"),
    },
)
