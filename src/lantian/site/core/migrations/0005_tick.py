"""Once told the job runner of that time to call us every minute; ours has a clock of its own (`0011_own_queue`)."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0004_notices")]
    operations: ClassVar = []
