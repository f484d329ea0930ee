"""The station diary: who writes it, and that what was written can be struck out but not erased."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

DISTRICT = ("air_office", "duty_officer", "inspector")
WRITERS = ("station_operator", *DISTRICT)

DIARY = Lifecycle(
    "air.diary",
    start="recorded",
    labels={"recorded": pgettext_lazy("diary", "有效"), "struck": _("已作废")},
    steps=[
        Step("strike", "recorded", "struck", by=WRITERS, needs=["reason"], label=_("作废"), tone="danger"),
    ],
)

policy.declare(
    {
        "air.diary.see": policy.roles(*WRITERS, "leader", "auditor"),
        "air.diary.write": policy.roles(*WRITERS),
        "air.diary.spot": policy.roles(*DISTRICT),
    },
    titles={
        "air.diary.see": _("查看站点日志"),
        "air.diary.write": _("记站点日志"),
        "air.diary.spot": _("记区级抽检"),
    },
)
