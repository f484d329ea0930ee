"""The job runner's clock. A job's row is its place in the queue, so the tables of the queue that was there go."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0010_sheet_tables")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Tick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("next_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(
            [f"DROP TABLE IF EXISTS django_q_{name}" for name in ("ormq", "schedule", "task")], migrations.RunSQL.noop
        ),
    ]
