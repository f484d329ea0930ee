"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "lantian.site.sources"
    label = "sources"
    verbose_name = _("清单和污染源")

    def ready(self) -> None:
        from lantian.site.core.uploads import Large, large
        from lantian.site.sources import (  # noqa: F401 - need the models
            actions,
            api,
            batch_states,
            checks,
            jobs,
            metrics,
            order_panels,
            outside_sheets,
            outside_states,
            part_sheets,
            phone,
            quality_metrics,
            related,
            reported_sheets,
            reported_states,
            sheets,
            stop_metrics,
            trace_panels,
            track_panels,
            work,
            workbooks,
        )

        large.register("sources:batches", Large("sources.batch.add", actions.most_of_batch))
        api.register()
        checks.register()
        metrics.register()
        order_panels.register()
        phone.register()
        quality_metrics.register()
        related.register()
        part_sheets.register()
        sheets.register()
        stop_metrics.register()
        trace_panels.register()
        track_panels.register()
        workbooks.register()
        outside_sheets.register()
        reported_sheets.register()
        work.register()
