"""Life cycles of core, as tables. Steps by nobody are the machine's own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core.lifecycle import Lifecycle, Step

DELIVERY = Lifecycle(
    "core.delivery",
    start="queued",
    labels={
        "queued": _("待发送"),
        "sending": _("发送中"),
        "sent": _("已发出"),
        "failed": _("未成功，待重试"),
        "unknown": _("不确定是否发出"),
        "given_up": pgettext_lazy("delivery", "已放弃"),
    },
    steps=[
        Step("claim", "queued", "sending", by=()),
        Step("claim", "failed", "sending", by=()),
        Step("confirm", "sending", "sent", by=()),
        Step("fail", "sending", "failed", by=()),
        Step("lose", "sending", "unknown", by=()),
        Step("give_up", "sending", "given_up", by=()),
        Step("resend", "unknown", "queued", by="system_admin", label=_("重新发送"), tone="primary"),
        Step("resend", "given_up", "queued", by="system_admin", label=_("重新发送"), tone="primary"),
        Step("drop", "unknown", "given_up", by="system_admin", label=_("不再发送")),
        Step("drop", "failed", "given_up", by="system_admin", label=_("不再发送")),
        Step("drop", "queued", "given_up", by="system_admin", label=_("不再发送")),
    ],
)
