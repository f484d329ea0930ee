"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeriesConfig(AppConfig):
    name = "lantian.site.series"
    label = "series"
    verbose_name = _("数据序列")
