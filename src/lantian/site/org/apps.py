"""App configuration."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _


class OrgConfig(AppConfig):
    name = "lantian.site.org"
    label = "org"
    verbose_name = _("组织")

    def ready(self) -> None:
        from lantian.site.org import api, panels, sessions, sheets  # noqa: F401 - they need the models; api declares its routes

        panels.register()
        sheets.register()
        user_logged_in.connect(sessions.started, dispatch_uid="org.sessions")
