"""Lists that are made public: drafted, released, replaced by a corrected one or withdrawn."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

RELEASERS = ("air_office", "leader")

RELEASE = Lifecycle(
    "sources.release",
    start="drafted",
    labels={
        "drafted": pgettext_lazy("publication", "已起草"),
        "released": _("已发布"),
        "corrected": _("已被更正"),
        "withdrawn": _("已撤下"),
    },
    steps=[
        Step("release", "drafted", "released", by=RELEASERS, label=_("发布"), tone="primary"),
        Step("withdraw", "released", "withdrawn", by=RELEASERS, needs=["reason"], label=_("撤下"), tone="danger"),
        Step("replace", "released", "corrected", by=()),  # by nobody: part of the release of a new version
    ],
)

policy.declare(
    {
        "sources.release.see": policy.roles("air_office", "inspector", "leader", "auditor", "liaison"),
        "sources.release.draft": policy.roles("air_office"),
        "sources.release.discard": policy.roles("air_office"),
    },
    titles={
        "sources.release.see": _("查看清单公开情况"),
        "sources.release.draft": _("起草要公开的清单"),
        "sources.release.discard": _("删除公开草稿"),
    },
)
