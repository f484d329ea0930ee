"""All since the first in one step, as a new database takes it; see core's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lantian.site.core.clock


class Migration(migrations.Migration):
    replaces = [
        ("org", "0002_units_in_time"),
        ("org", "0003_roles"),
        ("org", "0004_log_in"),
        ("org", "0005_declarations"),
        ("org", "0006_outlines"),
    ]

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
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("group", "unit"), name="org_group_member")],
            },
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
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("group", "unit"), name="org_group_exception")],
            },
        ),
        migrations.RemoveField(
            model_name="unit",
            name="members",
        ),
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
            options={
                "ordering": ["-on", "-pk"],
            },
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
            options={
                "ordering": ["-decided_at", "-pk"],
            },
        ),
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("system_admin", "系统管理员"),
                    ("security_admin", "安全管理员"),
                    ("audit_admin", "审计管理员"),
                    ("air_office", "大气办"),
                    ("duty_officer", "值班员"),
                    ("leader", "领导"),
                    ("liaison", "联络员"),
                    ("grid_officer", "网格员"),
                    ("inspector", "检查员"),
                    ("auditor", "审计人员"),
                    ("firm", "企业"),
                    ("contractor", "施工单位"),
                    ("station_operator", "运维单位"),
                ],
                max_length=20,
                verbose_name="角色",
            ),
        ),
        migrations.CreateModel(
            name="RoleProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("audit_admin", "审计管理员"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("until", models.DateField(blank=True, null=True, verbose_name="有效至")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待复核"),
                            ("confirmed", "已生效"),
                            ("refused", "未通过"),
                            ("withdrawn", "已撤回"),
                        ],
                        db_index=True,
                        default="proposed",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="提出时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_proposals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("person", "role"),
                        name="org_role_proposed_once",
                        violation_error_message="这个角色已经提出，正在等待复核。",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="person",
            name="password_set_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="口令设置时间"),
        ),
        migrations.AddField(
            model_name="person",
            name="totp_secret",
            field=models.CharField(blank=True, max_length=64, verbose_name="动态口令密钥"),
        ),
        migrations.AddField(
            model_name="person",
            name="totp_step",
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="LoginSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(blank=True, db_index=True, max_length=40)),
                ("ip", models.CharField(blank=True, max_length=45, verbose_name="地址")),
                ("agent", models.CharField(blank=True, max_length=200, verbose_name="浏览器")),
                ("began_at", models.DateTimeField(default=lantian.site.core.clock.real_now, verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(default=lantian.site.core.clock.real_now, verbose_name="最近使用")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="logins",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="PastPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128)),
                ("at", models.DateTimeField(default=lantian.site.core.clock.real_now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="FirmDeclaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("firm", "企业"), ("contractor", "施工单位"), ("station_operator", "运维单位")],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("unit_name", models.CharField(max_length=100, verbose_name="单位全称")),
                ("code", models.CharField(db_index=True, max_length=18, verbose_name="统一社会信用代码")),
                ("person_name", models.CharField(max_length=50, verbose_name="联系人")),
                ("phone", models.CharField(max_length=30, verbose_name="电话")),
                ("password", models.CharField(max_length=128)),
                (
                    "state",
                    models.CharField(
                        choices=[("declared", "待核实"), ("verified", "已启用"), ("refused", "已退回")],
                        db_index=True,
                        default="declared",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("declared_at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="申报时间")),
                ("ip", models.CharField(blank=True, max_length=45, verbose_name="地址")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="核实时间")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="org.area",
                        verbose_name="所在镇街",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
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
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AreaOutline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("geometry", models.JSONField(verbose_name="边界")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="资料来源")),
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outline",
                        to="org.area",
                        verbose_name="行政区",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区边界",
            },
        ),
    ]
