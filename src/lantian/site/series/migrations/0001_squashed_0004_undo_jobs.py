"""All migrations so far in one step, as a new database takes it; see core's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lantian.site.core.clock
from lantian.site.core.at_once import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("series", "0001_initial"),
        ("series", "0002_intakes"),
        ("series", "0003_archives"),
        ("series", "0004_undo_jobs"),
    ]

    initial = True

    dependencies = [
        ("core", "0009_sheets"),
        ("org", "0005_declarations"),
        ("org", "__first__"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Layout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("factors", models.CharField(max_length=1000, unique=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Owner",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(db_index=True, max_length=40, verbose_name="类别")),
                        ("code", models.CharField(max_length=40, verbose_name="编码")),
                        ("name", models.CharField(max_length=200, verbose_name="名称")),
                        ("url", models.CharField(blank=True, max_length=300)),
                        ("locked_until", models.DateTimeField(blank=True, null=True, verbose_name="锁定至")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.area",
                                verbose_name="行政区",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "监测对象",
                        "ordering": ("kind", "code"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "code"),
                                name="series_owner_once",
                                violation_error_message="已有这个编码。",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Intake",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="名称")),
                        ("source", models.CharField(max_length=100, verbose_name="数据来源")),
                        (
                            "stage",
                            models.PositiveSmallIntegerField(
                                choices=[(0, "无数据"), (1, "实时"), (2, "初审"), (3, "复审"), (4, "上级审定")],
                                default=1,
                                verbose_name="审核状态",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "读取中"),
                                    ("preview", "待确认"),
                                    ("writing", "写入中"),
                                    ("done", "已写入"),
                                    ("discarded", "已放弃"),
                                ],
                                db_index=True,
                                default="reading",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("layout", models.JSONField(blank=True, default=dict)),
                        ("mapping", models.JSONField(blank=True, default=dict)),
                        ("preview", models.JSONField(blank=True, default=dict)),
                        ("revision", models.PositiveIntegerField(default=0)),
                        (
                            "created_at",
                            models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="导入时间"),
                        ),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.area",
                                verbose_name="行政区",
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
                                verbose_name="导入人",
                            ),
                        ),
                        (
                            "job",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="core.job",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据导入",
                        "ordering": ("-created_at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Archive",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("interval", models.CharField(max_length=8, verbose_name="间隔")),
                        ("month", models.DateField(verbose_name="月份")),
                        ("sha256", models.CharField(max_length=64)),
                        ("blocks", models.PositiveIntegerField(default=0, verbose_name="数据块")),
                        ("size", models.BigIntegerField(default=0, verbose_name="大小")),
                        ("at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="归档时间")),
                    ],
                    options={
                        "verbose_name": "数据归档",
                        "ordering": ("-month", "interval"),
                        "constraints": [
                            models.UniqueConstraint(fields=("interval", "month"), name="series_archive_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Block",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "interval",
                            models.CharField(
                                choices=[
                                    ("1min", "1分钟"),
                                    ("5min", "5分钟"),
                                    ("10min", "10分钟"),
                                    ("1h", "逐小时"),
                                    ("1d", "逐日"),
                                    ("1mo", "逐月"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("start", models.DateTimeField()),
                        ("values", models.BinaryField()),
                        ("flags", models.BinaryField()),
                        ("stages", models.BinaryField()),
                        ("counts", models.BinaryField(null=True)),
                        ("changed_at", models.DateTimeField(default=lantian.site.core.clock.now)),
                        (
                            "layout",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="series.layout"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="blocks", to="series.owner"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["interval", "start"], name="series_block_start")],
                        "constraints": [
                            models.UniqueConstraint(fields=("owner", "interval", "start"), name="series_block_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="名称")),
                        ("source", models.CharField(max_length=100, verbose_name="数据来源")),
                        (
                            "interval",
                            models.CharField(
                                choices=[
                                    ("1min", "1分钟"),
                                    ("5min", "5分钟"),
                                    ("10min", "10分钟"),
                                    ("1h", "逐小时"),
                                    ("1d", "逐日"),
                                    ("1mo", "逐月"),
                                ],
                                max_length=8,
                                verbose_name="间隔",
                            ),
                        ),
                        (
                            "stage",
                            models.PositiveSmallIntegerField(
                                choices=[(0, "无数据"), (1, "实时"), (2, "初审"), (3, "复审"), (4, "上级审定")],
                                verbose_name="审核状态",
                            ),
                        ),
                        ("at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="时间")),
                        ("since", models.DateTimeField(blank=True, null=True, verbose_name="数据起")),
                        ("until", models.DateTimeField(blank=True, null=True, verbose_name="数据止")),
                        ("owners", models.PositiveIntegerField(default=0, verbose_name="监测对象")),
                        ("new", models.PositiveIntegerField(default=0, verbose_name="新增值")),
                        ("replaced", models.PositiveIntegerField(default=0, verbose_name="替换")),
                        ("same", models.PositiveIntegerField(default=0, verbose_name="相同")),
                        ("kept", models.PositiveIntegerField(default=0, verbose_name="因已审核保留")),
                        ("locked", models.PositiveIntegerField(default=0, verbose_name="因锁定未写")),
                        ("missing", models.PositiveIntegerField(default=0, verbose_name="缺测")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.area",
                                verbose_name="行政区",
                            ),
                        ),
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
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                            ),
                        ),
                        ("undone", models.PositiveIntegerField(default=0, verbose_name="撤销的值")),
                        ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                        (
                            "undone_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="撤销人",
                            ),
                        ),
                        (
                            "intake",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="deliveries",
                                to="series.intake",
                            ),
                        ),
                        ("stays", models.PositiveIntegerField(default=0, verbose_name="保留不动的值")),
                        (
                            "undo_job",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="core.job",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据接收",
                        "ordering": ("-at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Stale",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("interval", models.CharField(max_length=8)),
                        ("start", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="series.owner"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                        "constraints": [
                            models.UniqueConstraint(fields=("owner", "interval", "start"), name="series_stale_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IntakeFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=255, verbose_name="文件")),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.attachment"
                            ),
                        ),
                        (
                            "intake",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="files", to="series.intake"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="IntakeFlaw",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("not-a-number", "不是数字"),
                                    ("bad-time", "时间不对"),
                                    ("future", "时间未到"),
                                    ("duplicate", "重复的小时"),
                                    ("too-high", "高于可信上限"),
                                    ("no-station", "没有站点"),
                                    ("unknown-column", "不认识的列"),
                                    ("unreadable-file", "文件读不了"),
                                ],
                                max_length=20,
                                verbose_name="原因",
                            ),
                        ),
                        ("file", models.CharField(max_length=255, verbose_name="文件")),
                        ("row", models.PositiveIntegerField(null=True, verbose_name="行号")),
                        ("column", models.CharField(blank=True, max_length=100, verbose_name="列")),
                        ("value", models.CharField(blank=True, max_length=100, verbose_name="内容")),
                        ("zh", models.CharField(max_length=500)),
                        ("en", models.CharField(max_length=500)),
                        (
                            "intake",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="flaws", to="series.intake"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="Correction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("by", models.CharField(max_length=100, verbose_name="数据来源")),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        ("cells", models.JSONField()),
                        (
                            "block",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="corrections",
                                to="series.block",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="更正人",
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="corrections",
                                to="series.delivery",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "更正",
                        "ordering": ("-at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryCells",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("owners", models.BinaryField()),
                        ("starts", models.BinaryField()),
                        ("bits", models.BinaryField()),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="cells", to="series.delivery"
                            ),
                        ),
                        (
                            "layout",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="series.layout"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                    },
                ),
            ]
        ),
    ]
