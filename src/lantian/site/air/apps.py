"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AirConfig(AppConfig):
    name = "lantian.site.air"
    label = "air"
    verbose_name = _("环境空气")

    def ready(self) -> None:
        from lantian.site.air import (  # noqa: F401 - need the models
            api,
            bulletin_metrics,
            city_sheet,
            days,
            dustfall_metrics,
            dustfall_sheet,
            dustfall_work,
            metrics,
            months,
            other_factors,
            other_metrics,
            ranking_jobs,
            review_work,
            suspicion_jobs,
            upload_rate,
        )

        days.register()
        months.register()
        other_factors.register()
        metrics.register()
        other_metrics.register()
        bulletin_metrics.register()
        city_sheet.register()
        dustfall_metrics.register()
        dustfall_sheet.register()
        dustfall_work.register()
        review_work.register()
        upload_rate.register()
        api.register()
