"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "lantian.site.plans"
    label = "plans"
    verbose_name = _("方案任务")

    def ready(self) -> None:
        from lantian.site.plans import jobs, panels, reminders  # noqa: F401 - they need the models of all rooms

        panels.register()
