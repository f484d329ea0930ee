"""The platform's settings, with the jobs of the tests."""

from lantian.site.settings import *  # noqa: F403
from lantian.site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.site.core.worker"]
