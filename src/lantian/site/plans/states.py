"""Life cycles of this room, as tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

OFFICE = ("air_office", "administrator")

IMPORT = Lifecycle(
    "plans.import",
    start="uploaded",
    labels={
        "uploaded": _("已上传"),
        "parsing": _("解析中"),
        "review": _("待审核"),
        "confirmed": _("已确认"),
        "failed": _("失败"),
        "discarded": _("已放弃"),
    },
    steps=[
        Step("parse", "uploaded", "parsing", by=OFFICE),
        Step("parse", "parsing", "parsing", by=OFFICE, label=_("重新解析")),
        Step("review", "parsing", "review", by=OFFICE),
        Step("fail", "parsing", "failed", by=OFFICE),
        Step("correct", "review", "review", by=OFFICE),
        Step("undo", "review", "review", by=OFFICE, label=_("撤销上一步")),
        Step("judge", "review", "review", by=OFFICE),
        Step("confirm", "review", "confirmed", by="air_office", label=_("确认，启动方案"), tone="primary"),
        Step("discard", "uploaded", "discarded", by=OFFICE, label=_("放弃"), tone="danger"),
        Step("discard", "parsing", "discarded", by=OFFICE, label=_("放弃"), tone="danger"),
        Step("discard", "review", "discarded", by=OFFICE, label=_("放弃"), tone="danger"),
    ],
)

FINDING = Lifecycle(
    "plans.finding",
    start="open",
    labels={"open": _("待处理"), "accepted": _("已接受"), "corrected": _("已更正"), "dismissed": _("不是问题")},
    steps=[
        Step("accept", "open", "accepted", by=OFFICE, needs=["reason"], label=_("接受，按原文执行")),
        Step("correct", "open", "corrected", by=OFFICE, needs=["reason"], label=_("已在别处更正")),
        Step("dismiss", "open", "dismissed", by=OFFICE, needs=["reason"], label=_("不是问题")),
        Step("reopen", "accepted", "open", by=OFFICE, needs=["reason"], label=_("重新打开")),
        Step("reopen", "corrected", "open", by=OFFICE, needs=["reason"], label=_("重新打开")),
        Step("reopen", "dismissed", "open", by=OFFICE, needs=["reason"], label=_("重新打开")),
    ],
)

policy.declare(
    {
        "plans.see": policy.roles("administrator", "air_office", "liaison", "leader"),
        "plans.import": policy.roles(*OFFICE),
    }
)
