"""Let the job runner call us every minute."""

from typing import ClassVar

from django.db import migrations

NAME = "lantian.tick"


def lay_down(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.get_or_create(
        name=NAME, defaults={"func": "lantian.site.core.tick.tick", "schedule_type": "I", "minutes": 1, "repeats": -1}
    )


def take_away(apps, schema_editor):
    apps.get_model("django_q", "Schedule").objects.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0004_notices"), ("django_q", "0018_task_success_index")]
    operations: ClassVar = [migrations.RunPython(lay_down, take_away)]
