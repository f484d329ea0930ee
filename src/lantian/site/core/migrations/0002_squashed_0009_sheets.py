"""All from the second migration to the ninth in one step, as a new database takes it: a tenth of the time.

A database that has some of the replaced ones and not all goes on with them one by one.
"""

import uuid

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lantian.site.core.clock
from lantian.site.core import triggers
from lantian.site.core.at_once import CreateTables


def lay_down(apps, schema_editor):
    """The chain's end and the triggers of the audit trail."""
    apps.get_model("core", "AuditHead").objects.get_or_create(pk=1)
    triggers.install(schema_editor.connection)


def take_away(apps, schema_editor):
    triggers.lift(schema_editor.connection)


class Migration(migrations.Migration):
    replaces = [
        ("core", "0002_audit_append_only"),
        ("core", "0003_audit_segments"),
        ("core", "0004_notices"),
        ("core", "0005_tick"),
        ("core", "0006_attachments"),
        ("core", "0007_api"),
        ("core", "0008_tour"),
        ("core", "0009_sheets"),
    ]

    dependencies = [
        ("core", "0001_initial"),
        ("org", "__first__"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="AuditEvent",
            index=models.Index(fields=["person_name", "seq"], name="core_audit_person"),
        ),
        migrations.AddIndex(
            model_name="AuditEvent",
            index=models.Index(fields=["unit_name", "seq"], name="core_audit_unit"),
        ),
        migrations.AddIndex(
            model_name="AuditEvent",
            index=models.Index(fields=["action", "seq"], name="core_audit_action"),
        ),
        migrations.AddIndex(
            model_name="AuditEvent",
            index=models.Index(fields=["at", "seq"], name="core_audit_time"),
        ),
        migrations.AddIndex(
            model_name="AuditEvent",
            index=models.Index(fields=["request_id", "seq"], name="core_audit_request"),
        ),
        CreateTables(
            [
                migrations.CreateModel(
                    name="AuditSegment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_seq", models.BigIntegerField(unique=True)),
                        ("last_seq", models.BigIntegerField(unique=True)),
                        ("first_at", models.DateTimeField(verbose_name="自")),
                        ("last_at", models.DateTimeField(verbose_name="至")),
                        ("prev_hash", models.CharField(max_length=64)),
                        ("last_hash", models.CharField(max_length=64)),
                        ("file_name", models.CharField(max_length=100)),
                        ("size", models.BigIntegerField(verbose_name="大小")),
                        ("sha256", models.CharField(max_length=64)),
                        ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
                    ],
                    options={
                        "ordering": ["first_seq"],
                    },
                ),
                migrations.CreateModel(
                    name="AuditTouch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seq", models.BigIntegerField()),
                        ("kind", models.CharField(max_length=100)),
                        ("ident", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["kind", "ident", "seq"], name="core_audit_touch")],
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=100, verbose_name="类别")),
                        ("title", models.CharField(max_length=200, verbose_name="标题")),
                        ("body", models.TextField(blank=True, verbose_name="内容")),
                        ("url", models.CharField(blank=True, max_length=300, verbose_name="办理地址")),
                        ("created_at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="时间")),
                        ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                        ("key", models.CharField(blank=True, max_length=200)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="收件人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "消息",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["person", "-id"], name="core_notice_inbox"),
                            models.Index(
                                condition=models.Q(("read_at", None)), fields=["person"], name="core_notice_unread"
                            ),
                            models.Index(fields=["key"], name="core_notice_key"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                fields=("person", "key"),
                                name="core_notice_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeSettings",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                        ("mobile", models.CharField(blank=True, max_length=20, verbose_name="手机号")),
                        (
                            "choices",
                            models.JSONField(
                                blank=True,
                                default=dict,
                                encoder=django.core.serializers.json.DjangoJSONEncoder,
                                verbose_name="通知方式",
                            ),
                        ),
                        (
                            "person",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notice_settings",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ScheduleRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="定时任务")),
                        ("due_at", models.DateTimeField(verbose_name="应运行时间")),
                        (
                            "started_at",
                            models.DateTimeField(default=lantian.site.core.clock.real_now, verbose_name="开始时间"),
                        ),
                        ("by_hand", models.BooleanField(default=False, verbose_name="手动")),
                        ("tries", models.PositiveSmallIntegerField(default=1, verbose_name="次数")),
                        (
                            "job",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="schedule_run",
                                to="core.job",
                                verbose_name="后台任务",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["name", "-id"], name="core_schedule_last")],
                        "constraints": [models.UniqueConstraint(fields=("name", "due_at"), name="core_schedule_once")],
                    },
                ),
                migrations.CreateModel(
                    name="AttachmentLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("caption", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                        (
                            "added_at",
                            models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="上传时间"),
                        ),
                        ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="移除时间")),
                        ("removed_because", models.CharField(blank=True, max_length=300, verbose_name="移除理由")),
                        (
                            "added_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="上传人",
                            ),
                        ),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="links", to="core.attachment"
                            ),
                        ),
                        (
                            "ref",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.ref",
                                verbose_name="所属",
                            ),
                        ),
                        (
                            "removed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="移除人",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pk"],
                    },
                ),
                migrations.CreateModel(
                    name="AttachmentMeta",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("width", models.PositiveIntegerField(verbose_name="宽")),
                        ("height", models.PositiveIntegerField(verbose_name="高")),
                        ("taken_at", models.DateTimeField(null=True, verbose_name="拍摄时间")),
                        ("latitude", models.FloatField(null=True, verbose_name="纬度")),
                        ("longitude", models.FloatField(null=True, verbose_name="经度")),
                        ("camera", models.CharField(blank=True, max_length=100, verbose_name="设备")),
                        (
                            "attachment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="meta", to="core.attachment"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="ApiCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        ("minute", models.BigIntegerField()),
                        ("count", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["minute"], name="core_api_count_minute")],
                        "constraints": [models.UniqueConstraint(fields=("key", "minute"), name="core_api_count_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100, verbose_name="用途")),
                        ("prefix", models.CharField(max_length=16, verbose_name="令牌开头")),
                        ("hash", models.CharField(max_length=64, unique=True)),
                        ("scopes", models.JSONField(default=list, verbose_name="范围")),
                        (
                            "created_at",
                            models.DateTimeField(default=lantian.site.core.clock.real_now, verbose_name="建立时间"),
                        ),
                        ("expires_at", models.DateTimeField(verbose_name="有效至")),
                        ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="最近使用")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="吊销时间")),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="人员",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "接口令牌",
                        "ordering": ["-pk"],
                    },
                ),
                migrations.CreateModel(
                    name="ApiAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("request_hash", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField(default=0)),
                        ("location", models.CharField(blank=True, max_length=300)),
                        ("body", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField(db_index=True, default=lantian.site.core.clock.real_now)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("person", "key"), name="core_api_answer_once")],
                    },
                ),
                migrations.CreateModel(
                    name="TourSeen",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seen_at", models.DateTimeField(default=lantian.site.core.clock.real_now)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("person",), name="tour_seen_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SheetImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("book", models.CharField(max_length=100)),
                        (
                            "params",
                            models.JSONField(
                                blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="名称")),
                        ("file_name", models.CharField(max_length=255, verbose_name="文件")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "读取中"),
                                    ("preview", "待确认"),
                                    ("writing", "写入中"),
                                    ("done", "已写入"),
                                    ("failed", "没有读取"),
                                    ("discarded", "已放弃"),
                                ],
                                db_index=True,
                                default="uploaded",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=0)),
                        ("moved", models.PositiveIntegerField(default=0)),
                        ("counts", models.JSONField(blank=True, default=dict)),
                        ("notes", models.JSONField(blank=True, default=list)),
                        ("fault", models.JSONField(blank=True, null=True)),
                        (
                            "created_at",
                            models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="导入时间"),
                        ),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
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
                    ],
                    options={
                        "ordering": ["-pk"],
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
                        ("kind", models.CharField(max_length=100, verbose_name="类别")),
                        ("channel", models.CharField(max_length=50, verbose_name="通知方式")),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="地址")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "待发送"),
                                    ("sending", "发送中"),
                                    ("failed", "未成功，待重试"),
                                    ("sent", "已发出"),
                                    ("unknown", "不确定是否发出"),
                                    ("given_up", "已放弃"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                        (
                            "next_try_at",
                            models.DateTimeField(default=lantian.site.core.clock.real_now, verbose_name="下次发送"),
                        ),
                        ("claimed_by", models.CharField(blank=True, max_length=40)),
                        ("claimed_at", models.DateTimeField(blank=True, null=True)),
                        ("last_error", models.CharField(blank=True, max_length=500, verbose_name="原因")),
                        (
                            "created_at",
                            models.DateTimeField(default=lantian.site.core.clock.real_now, verbose_name="建立时间"),
                        ),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发出时间")),
                        (
                            "person",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="收件人",
                            ),
                        ),
                        (
                            "notices",
                            models.ManyToManyField(related_name="deliveries", to="core.notice", verbose_name="消息"),
                        ),
                    ],
                    options={
                        "verbose_name": "外发消息",
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "failed"])),
                                fields=["next_try_at"],
                                name="core_delivery_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("state", "sending")),
                                fields=["claimed_at"],
                                name="core_delivery_claimed",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SheetRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("rank", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("bad", "有问题"),
                                    ("changed", "修改"),
                                    ("new", "新增"),
                                    ("vanished", "文件中没有"),
                                    ("same", "未变"),
                                ],
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("sheet", models.CharField(max_length=100)),
                        ("grid", models.PositiveIntegerField(default=0)),
                        ("grid_title", models.CharField(blank=True, max_length=100)),
                        ("row", models.PositiveIntegerField(default=0)),
                        ("ident", models.CharField(blank=True, max_length=64)),
                        ("title", models.CharField(max_length=300, verbose_name="内容")),
                        (
                            "values",
                            models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder),
                        ),
                        ("was", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                        ("problems", models.JSONField(default=list)),
                        (
                            "sheet_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="core.sheetimport"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["position"],
                        "indexes": [
                            models.Index(fields=["sheet_import", "rank", "position"], name="core_sheetrow_order")
                        ],
                    },
                ),
            ]
        ),
        migrations.RunPython(lay_down, take_away),
    ]
