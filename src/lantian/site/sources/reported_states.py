"""Who may enter figures that towns reported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy

policy.declare(
    {
        "sources.reported.see": policy.roles("air_office", "inspector", "leader", "auditor", "liaison"),
        "sources.reported.set": policy.roles("air_office"),
    },
    titles={
        "sources.reported.see": _("查看上报数"),
        "sources.reported.set": _("导入上报数"),
    },
)
