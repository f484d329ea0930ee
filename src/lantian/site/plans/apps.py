"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "lantian.site.plans"
    label = "plans"
    verbose_name = _("方案任务")

    def ready(self) -> None:
        # here, as they need the models of all rooms
        from lantian.site.plans import (  # noqa: F401
            api,
            deliverable_panels,
            filed_panels,
            goal_panels,
            jobs,
            letter_panels,
            milestone_reminders,
            panels,
            progress_panels,
            reminders,
            sheets,
            work,
            work_panels,
        )

        api.register()
        deliverable_panels.register()
        filed_panels.register()
        goal_panels.register()
        panels.register()
        letter_panels.register()
        progress_panels.register()
        sheets.register()
        work.register()
        work_panels.register()
