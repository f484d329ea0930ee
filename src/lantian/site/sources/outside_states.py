"""Who may do what with lists of other offices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy

policy.declare(
    {
        "sources.outside.see": policy.roles("air_office", "inspector", "leader", "auditor", "liaison"),
        "sources.outside.add": policy.roles("air_office"),
        "sources.outside.fill": policy.roles("air_office"),
        "sources.outside.withdraw": policy.roles("air_office"),
    },
    titles={
        "sources.outside.see": _("查看外部名单"),
        "sources.outside.add": _("新增外部名单"),
        "sources.outside.fill": _("导入外部名单"),
        "sources.outside.withdraw": _("撤下外部名单"),
    },
)
