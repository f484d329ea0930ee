"""Opens the platform for a command that needs it; library commands never come here."""

from __future__ import annotations

import os
from importlib.util import find_spec

from lantian.cli.exits import Exit
from lantian.cli.faults import Stop

SETTINGS = "lantian.site.settings"


def open_site() -> None:
    """Start Django with the platform's settings.

    Raises
    ------
    Stop
        when the platform's packages are not installed.
    BadSetting
        when an environment variable cannot be used; says which and what would do.
    """
    if not find_spec("django"):
        raise Stop(
            Exit.INCOMPLETE,
            "没有安装平台部分：请运行 pip install 'lantian[site]'。",
            "The platform is not installed: pip install 'lantian[site]'.",
        )
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    os.environ.setdefault("LANTIAN_LOG", "WARNING")
    django.setup()


def missing_migrations() -> list[str]:
    """Names of the database changes that this version needs and the database does not have yet.

    Raises
    ------
    django.db.utils.OperationalError
        when the database cannot be reached.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate() -> None:
    """Bring the database to this version; quiet, and nothing to do when it is there already."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def need_database() -> None:
    """Stop with the remedy when the database has not been prepared."""
    if missing_migrations():
        raise Stop(
            Exit.INCOMPLETE,
            "数据库还没有准备好：请运行 lantian init（升级后也一样）。",
            "The database is not ready: run `lantian init` (also after an update).",
        )
