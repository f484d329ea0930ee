"""Who may do what with stations and their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.air import (  # noqa: F401 - declare what concerns them
    diary_states,
    dustfall_states,
    event_states,
    review_states,
)
from lantian.site.core import policy
from lantian.site.core.lifecycle import Lifecycle, Step

RANKING = Lifecycle(
    "air.ranking",
    start="draft",
    labels={"draft": _("草稿"), "released": _("已发布"), "replaced": _("已被更正")},
    steps=[
        Step("refresh", "draft", "draft", by="air_office", label=_("重新计算")),
        Step("release", "draft", "released", by="air_office", label=_("发布"), tone="primary"),
        Step("replace", "released", "replaced", by=()),  # by nobody: part of the release of a corrected edition
    ],
)

policy.declare(
    {
        "air.see": policy.roles(*policy.OFFICIALS, "station_operator"),
        "air.ranking.see": policy.roles(*policy.OFFICIALS),
        "air.station.add": policy.roles("air_office"),
        "air.station.change": policy.roles("air_office"),
        "air.ranking.make": policy.roles("air_office"),
        "air.ranking.change": policy.roles("air_office"),
        "air.ranking.discard": policy.roles("air_office"),
        "air.bulletin.enter": policy.roles("air_office"),
        "air.bulletin.remove": policy.roles("air_office"),
    },
    titles={
        "air.see": _("查看空气质量"),
        "air.ranking.see": _("查看排名和市级通报"),
        "air.station.add": _("新增站点"),
        "air.station.change": _("修改站点"),
        "air.ranking.make": _("拟制排名"),
        "air.ranking.change": _("修改排名草稿"),
        "air.ranking.discard": _("删除排名草稿"),
        "air.bulletin.enter": _("录入市级通报"),
        "air.bulletin.remove": _("删除市级通报"),
    },
)
