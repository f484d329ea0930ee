"""Sand-dust and other exceptional events: drafted and claimed by the district, approved or refused above it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

OFFICE = ("air_office",)

EVENT = Lifecycle(
    "air.event",
    start="draft",
    labels={
        "draft": pgettext_lazy("event", "草稿"),
        "claimed": _("已申报扣除"),
        "approved": _("批准扣除"),
        "refused": _("不予扣除"),
        "dropped": _("不申报"),
    },
    steps=[
        Step("claim", "draft", "claimed", by=OFFICE, needs=["evidence"], label=_("申报扣除"), tone="primary"),
        Step("drop", "draft", "dropped", by=OFFICE, needs=["reason"], label=_("不申报")),
        Step("approve", "claimed", "approved", by=OFFICE, needs=["by"], label=_("登记批准"), tone="primary"),
        Step("refuse", "claimed", "refused", by=OFFICE, needs=["by", "reason"], label=_("登记不批准"), tone="danger"),
        Step("take_back", "claimed", "draft", by=OFFICE, needs=["reason"], label=_("撤回申报")),
    ],
)

policy.declare(
    {"air.event.write": policy.roles(*OFFICE)},
    titles={"air.event.write": _("登记沙尘等特殊过程")},
)
