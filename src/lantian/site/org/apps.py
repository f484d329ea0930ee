"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "lantian.site.org"
    label = "org"
    verbose_name = _("组织")

    def ready(self) -> None:
        from lantian.site.org import panels  # it needs the models

        panels.register()
