"""Who may do what with stations and their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.air import diary_states, review_states  # noqa: F401 - declare what concerns them
from lantian.site.core import policy

policy.declare(
    {
        "air.see": policy.roles(*policy.OFFICIALS, "station_operator"),
        "air.station.add": policy.roles("air_office"),
        "air.station.change": policy.roles("air_office"),
    },
    titles={
        "air.see": _("查看空气质量"),
        "air.station.add": _("新增站点"),
        "air.station.change": _("修改站点"),
    },
)
