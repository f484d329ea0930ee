"""Life cycles of this room, as tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core.lifecycle import Lifecycle, Step

# An administrator's role needs two people: one proposes it, another administrator confirms it.
PROPOSAL = Lifecycle(
    "org.role_proposal",
    start="proposed",
    labels={"proposed": _("待复核"), "confirmed": _("已生效"), "refused": _("未通过"), "withdrawn": _("已撤回")},
    steps=[
        Step(
            "confirm",
            "proposed",
            "confirmed",
            by=("security_admin", "system_admin"),
            label=_("复核同意"),
            tone="primary",
        ),
        Step(
            "refuse",
            "proposed",
            "refused",
            by=("security_admin", "system_admin"),
            needs=["reason"],
            label=_("复核不同意"),
        ),
        Step("withdraw", "proposed", "withdrawn", by="security_admin", label=_("撤回授权申请")),
    ],
)

# A firm declares its own account, its town verifies it.
DECLARATION = Lifecycle(
    "org.declaration",
    start="declared",
    labels={"declared": _("待核实"), "verified": _("已启用"), "refused": pgettext_lazy("declaration", "已退回")},
    steps=[
        Step("verify", "declared", "verified", by=("liaison", "air_office"), label=_("核实启用"), tone="primary"),
        Step("refuse", "declared", "refused", by=("liaison", "air_office"), needs=["reason"], label=_("退回申报")),
    ],
)
