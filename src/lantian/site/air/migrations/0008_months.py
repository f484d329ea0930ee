"""Months are worked out of days that are there already, and days of what beside the pollutants was measured."""

from django.db import migrations

CHUNK = 2000


def mark(apps, schema_editor):
    block, stale = apps.get_model("series", "Block"), apps.get_model("series", "Stale")
    rows = []
    for owner, interval, start, factors in (
        block.objects.filter(owner__kind="station", interval__in=("1d", "1h"))
        .values_list("owner", "interval", "start", "layout__factors")
        .iterator(chunk_size=CHUNK)
    ):
        if interval == "1d" or set(factors.split(",")) - {"so2", "no2", "co", "o3", "pm10", "pm25"}:
            rows.append(stale(owner_id=owner, interval=interval, start=start))
    stale.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [
        ("air", "0007_bulletins"),
        ("series", "0003_archives"),
    ]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
