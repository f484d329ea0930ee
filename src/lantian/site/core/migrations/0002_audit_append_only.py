"""Lay down the chain's end and the triggers that keep the audit trail append-only."""

from typing import ClassVar

from django.db import migrations

from lantian.site.core import triggers


def lay_down(apps, schema_editor):
    apps.get_model("core", "AuditHead").objects.get_or_create(pk=1)
    triggers.install(schema_editor.connection)


def take_away(apps, schema_editor):
    triggers.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(lay_down, take_away)]
