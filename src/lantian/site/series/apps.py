"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeriesConfig(AppConfig):
    name = "lantian.site.series"
    label = "series"
    verbose_name = _("数据序列")

    def ready(self) -> None:
        from lantian.site.series import api, jobs  # noqa: F401 - need the models

        api.register()
