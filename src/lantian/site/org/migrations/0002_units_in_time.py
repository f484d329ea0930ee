"""Reorganisations, writings, and groups that have dates and exceptions; members of groups are kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_members(apps, schema_editor):
    pairs = apps.get_model("org", "Unit").members.through.objects.values_list("from_unit", "to_unit")
    member = apps.get_model("org", "GroupMember")
    member.objects.bulk_create([member(group_id=group, unit_id=unit) for group, unit in pairs])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="unit",
            name="gathers",
            field=models.CharField(
                blank=True,
                choices=[("town", "全部镇街"), ("department", "全部部门")],
                max_length=12,
                verbose_name="自动包含",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="same_as",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="other_writings",
                to="org.unit",
                verbose_name="即",
            ),
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="自")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="至")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="org.unit"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="in_groups", to="org.unit"
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            model_name="groupmember",
            constraint=models.UniqueConstraint(fields=("group", "unit"), name="org_group_member"),
        ),
        migrations.CreateModel(
            name="GroupException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="自")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="至")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exceptions", to="org.unit"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="left_out_of", to="org.unit"
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.AddConstraint(
            model_name="groupexception",
            constraint=models.UniqueConstraint(fields=("group", "unit"), name="org_group_exception"),
        ),
        migrations.RunPython(keep_members, migrations.RunPython.noop),
        migrations.RemoveField(model_name="unit", name="members"),
        migrations.AddField(
            model_name="unit",
            name="members",
            field=models.ManyToManyField(
                blank=True,
                related_name="groups",
                through="org.GroupMember",
                through_fields=("group", "unit"),
                to="org.unit",
                verbose_name="成员单位",
            ),
        ),
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("rename", "更名"), ("merge", "合并"), ("split", "拆分"), ("abolish", "撤销")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("on", models.DateField(verbose_name="生效日期")),
                ("names_before", models.JSONField(default=list, verbose_name="变动前")),
                ("names_after", models.JSONField(blank=True, default=list, verbose_name="变动后")),
                ("document", models.CharField(blank=True, max_length=300, verbose_name="依据文件")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("effects", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.attachment",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                ("after", models.ManyToManyField(blank=True, related_name="beginnings", to="org.unit")),
                ("before", models.ManyToManyField(blank=True, related_name="ends", to="org.unit")),
            ],
            options={"ordering": ["-on", "-pk"]},
        ),
        migrations.CreateModel(
            name="SuggestionVerdict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=700, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=500, verbose_name="建议")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("accepted", "已采纳"), ("refused", "已拒绝")], max_length=10, verbose_name="决定"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                ("effects", models.JSONField(blank=True, default=dict)),
                ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reorganisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="org.reorganisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="org.unit",
                    ),
                ),
            ],
            options={"ordering": ["-decided_at", "-pk"]},
        ),
    ]
