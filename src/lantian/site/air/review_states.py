"""Suspicions about hours, and the review of a month: who may take which step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

# Who reviews is the district's own affair; it is read once, when the platform starts.
_RULE = rulebook.get("air-review", as_=AirReview)
FIRST, SECOND = _RULE.first, _RULE.second
ALL = tuple(dict.fromkeys((*FIRST, *SECOND)))

SUSPICION = Lifecycle(
    "air.suspicion",
    start="open",
    labels={
        "open": _("待判断"),
        "kept": _("保留原值"),
        "corrected": _("已更正"),
        "invalid": _("判为无效"),
        "lapsed": _("已消失"),
    },
    steps=[
        Step("keep", "open", "kept", by=ALL, needs=["reason"], label=_("保留原值"), tone="primary"),
        Step("correct", "open", "corrected", by=ALL, needs=["reason"], label=_("更正")),
        Step("invalidate", "open", "invalid", by=ALL, needs=["reason"], label=_("判为无效"), tone="danger"),
        Step("undo", "kept", "open", by=ALL, needs=["reason"], label=_("撤销判断")),
        Step("undo", "corrected", "open", by=ALL, needs=["reason"], label=_("撤销判断")),
        Step("undo", "invalid", "open", by=ALL, needs=["reason"], label=_("撤销判断")),
        Step("lapse", "open", "lapsed", by=()),  # newer values no longer show it
    ],
)

MONTH = Lifecycle(
    "air.month",
    start="open",
    labels={"open": _("审核中"), "locked": _("已锁定"), "sent": _("已报市级")},
    steps=[
        Step("lock", "open", "locked", by=SECOND, label=_("锁定本月"), tone="primary"),
        Step("send", "locked", "sent", by=SECOND, label=_("登记已报市级"), tone="primary"),
    ],
)

policy.declare(
    {
        "air.review.first": policy.roles(*FIRST),
        "air.review.second": policy.roles(*SECOND),
        "air.city_result.enter": policy.roles(*SECOND),
        "air.suspicion.see": policy.roles(*ALL, "leader", "auditor"),
        "air.suspicion.record": policy.roles(*SECOND),
        "air.suspicion.decide": policy.roles(*ALL),
    },
    titles={
        "air.review.first": _("初审小时数据"),
        "air.review.second": _("复审小时数据"),
        "air.city_result.enter": _("登记市级审核结果"),
        "air.suspicion.see": _("查看数据疑点"),
        "air.suspicion.record": _("登记数据疑点"),
        "air.suspicion.decide": _("批量判断数据疑点"),
    },
)
