from importlib import import_module

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "tests.site.core.worker"
    label = "worker"

    def ready(self) -> None:
        import_module("tests.site.core.worker.jobs")
