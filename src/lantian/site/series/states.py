"""Who may do what with series."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.core import policy

policy.declare(
    {
        "series.see": policy.roles(*policy.OFFICIALS, "station_operator"),
        "series.deliver": policy.roles("air_office", "station_operator"),
        "series.import": policy.roles("air_office", "station_operator"),
        "series.import.discard": policy.roles("air_office", "station_operator"),
        "series.archive": policy.roles("air_office"),
        "series.undo": policy.roles("air_office"),
        "series.correct": policy.roles("air_office", "duty_officer", "station_operator"),
        "series.check": policy.roles("air_office", "duty_officer", "station_operator"),
        "series.review": policy.roles("air_office"),
        "series.lock": policy.roles("air_office"),
    },
    titles={
        "series.see": _("查看监测数据"),
        "series.deliver": _("导入监测数据"),
        "series.import": _("上传监测数据文件并预览"),
        "series.import.discard": _("放弃监测数据文件"),
        "series.archive": _("归档监测数据"),
        "series.undo": _("撤销导入的监测数据"),
        "series.correct": _("更正监测数据"),
        "series.check": _("初审监测数据"),
        "series.review": _("复审监测数据"),
        "series.lock": _("锁定监测数据"),
    },
)
