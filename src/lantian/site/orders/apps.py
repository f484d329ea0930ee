"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "lantian.site.orders"
    label = "orders"
    verbose_name = _("工单")

    def ready(self) -> None:
        from lantian.site.orders import api, escalation, metrics, origins, panels, phone  # noqa: F401 - need the models

        metrics.register()
        origins.register()
        panels.register()
        phone.register()
