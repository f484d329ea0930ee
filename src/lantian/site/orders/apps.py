"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "lantian.site.orders"
    label = "orders"
    verbose_name = _("工单")

    def ready(self) -> None:
        from lantian.site.orders import escalation, origins, panels  # noqa: F401 - need the models

        origins.register()
        panels.register()
