"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from lantian.site.core import triggers


class CoreConfig(AppConfig):
    name = "lantian.site.core"
    label = "core"
    verbose_name = _("平台")

    def ready(self) -> None:
        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="core.triggers")
        # They need the models; the job runner finds the schedules here. A bad file of channels stops us at once.
        from lantian.site.core import schedules, work  # noqa: F401
        from lantian.site.core.api import routes, upkeep  # noqa: F401
        from lantian.site.core.audit import actions, jobs  # noqa: F401
        from lantian.site.core.notify import config
        from lantian.site.core.sheets import jobs as sheet_jobs  # noqa: F401

        config.channels()
        work.register()
