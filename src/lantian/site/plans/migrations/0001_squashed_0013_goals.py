"""All migrations so far in one step, as a new database takes it; see core's."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lantian.site.core.clock
from lantian.site.core.at_once import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("plans", "0001_initial"),
        ("plans", "0002_progress"),
        ("plans", "0003_parts_of_tasks"),
        ("plans", "0004_deliverables"),
        ("plans", "0005_parts_may_lack_a_clause"),
        ("plans", "0006_letters"),
        ("plans", "0007_versions"),
        ("plans", "0008_instructions"),
        ("plans", "0009_milestones"),
        ("plans", "0010_upstream"),
        ("plans", "0011_money"),
        ("plans", "0012_splitting"),
        ("plans", "0013_goals"),
    ]

    initial = True

    dependencies = [
        ("core", "0003_audit_segments"),
        ("core", "0005_tick"),
        ("core", "0008_tour"),
        ("core", "0009_sheets"),
        ("org", "0001_initial"),
        ("org", "0002_units_in_time"),
        ("org", "0005_declarations"),
        ("org", "__first__"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="方案名称")),
                        ("notice_title", models.CharField(blank=True, max_length=300, verbose_name="通知名称")),
                        ("issuer", models.CharField(blank=True, max_length=200, verbose_name="发文单位")),
                        ("doc_number", models.CharField(blank=True, max_length=100, verbose_name="文号")),
                        ("issued_on", models.DateField(blank=True, null=True, verbose_name="发文日期")),
                        ("district", models.CharField(blank=True, max_length=100, verbose_name="适用地区")),
                        ("period_start", models.DateField(blank=True, null=True, verbose_name="起始日期")),
                        ("period_end", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                        ("schema_version", models.CharField(max_length=16)),
                        ("source", models.TextField()),
                        ("blocks", models.JSONField()),
                        ("spans", models.JSONField(blank=True, default=dict)),
                        ("confirmed_at", models.DateTimeField(verbose_name="确认时间")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plans",
                                to="org.area",
                                verbose_name="行政区",
                            ),
                        ),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.attachment",
                                verbose_name="原文件",
                            ),
                        ),
                        (
                            "confirmed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="确认人",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "方案",
                        "ordering": ("-issued_on", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="PlanImport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("file_name", models.CharField(max_length=255, verbose_name="文件")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "已上传"),
                                    ("parsing", "解析中"),
                                    ("review", "待审核"),
                                    ("failed", "失败"),
                                    ("confirmed", "已确认"),
                                    ("discarded", "已放弃"),
                                ],
                                default="uploaded",
                                max_length=16,
                                verbose_name="状态",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=300, verbose_name="方案名称")),
                        ("error_zh", models.TextField(blank=True)),
                        ("error_en", models.TextField(blank=True)),
                        ("created_at", models.DateTimeField(verbose_name="导入时间")),
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
                            "attachment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
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
                        (
                            "plan",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="origin",
                                to="plans.plan",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("plan", "本级方案"), ("revision", "修订稿"), ("upper", "上级方案")],
                                default="plan",
                                max_length=8,
                                verbose_name="用途",
                            ),
                        ),
                        (
                            "revises",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="plans.plan",
                                verbose_name="修订的方案",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "方案导入",
                        "ordering": ("-created_at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Goal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("text", models.TextField(verbose_name="原文")),
                        (
                            "indicator",
                            models.CharField(
                                choices=[
                                    ("PM2.5_mean", "PM2.5 平均浓度"),
                                    ("PM10_mean", "PM10 平均浓度"),
                                    ("NO2_mean", "NO₂ 平均浓度"),
                                    ("SO2_mean", "SO₂ 平均浓度"),
                                    ("CO_P95", "CO 第 95 百分位数"),
                                    ("O3_P90", "O₃ 第 90 百分位数"),
                                    ("TSP_mean", "TSP 平均浓度"),
                                    ("composite_index", "综合指数"),
                                    ("good_days", "优良天数"),
                                    ("heavy_days", "重污染天数"),
                                    ("dustfall", "降尘量"),
                                    ("road_dust", "道路尘负荷"),
                                    ("VOCs_reduction", "VOCs 减排"),
                                    ("NOx_reduction", "NOx 减排"),
                                    ("SO2_reduction", "SO₂ 减排"),
                                    ("PM_reduction", "颗粒物减排"),
                                    ("coal_reduction", "压减燃煤"),
                                    ("PM2.5_rank", "PM2.5 排名"),
                                    ("TSP_rank", "TSP 排名"),
                                    ("road_dust_rank", "道路尘负荷排名"),
                                    ("city_rank", "全市排名"),
                                    ("other", "其他"),
                                ],
                                max_length=20,
                                verbose_name="指标",
                            ),
                        ),
                        (
                            "op",
                            models.CharField(
                                choices=[
                                    ("<", "<"),
                                    ("<=", "≤"),
                                    ("=", "="),
                                    ("~", "≈"),
                                    (">=", "≥"),
                                    (">", ">"),
                                    ("decrease", "下降"),
                                    ("decrease_pct>=", "下降率≥"),
                                    ("improve", "改善"),
                                    ("complete", "完成"),
                                    ("not_in_bottom", "不列末位"),
                                ],
                                max_length=16,
                                verbose_name="关系",
                            ),
                        ),
                        ("value", models.FloatField(null=True, verbose_name="数值")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                        ("baseline", models.CharField(blank=True, max_length=200, verbose_name="基准")),
                        ("scope", models.CharField(max_length=100, verbose_name="范围")),
                        ("period_start", models.DateField(null=True, verbose_name="起始日期")),
                        ("period_end", models.DateField(null=True, verbose_name="终止日期")),
                        ("where", models.CharField(blank=True, max_length=300, verbose_name="出处")),
                        ("span", models.JSONField(null=True)),
                        (
                            "town",
                            models.ForeignKey(
                                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="org.area"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="goals", to="plans.plan"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "目标",
                        "ordering": ("plan", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="Clause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("kind", models.CharField(choices=[("section", "章节"), ("passage", "段落")], max_length=8)),
                        ("section", models.CharField(blank=True, max_length=300, verbose_name="章节")),
                        ("text", models.TextField(blank=True)),
                        ("span", models.JSONField(null=True)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="clauses", to="plans.plan"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "条款",
                        "ordering": ("plan", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="Deliverable",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("subplan", "分方案"),
                                    ("list", "清单"),
                                    ("exemption", "豁免申请"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="名称")),
                        ("number", models.CharField(blank=True, max_length=100, verbose_name="文号")),
                        ("due", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                        ("each", models.BooleanField(default=False, verbose_name="各单位分别报送")),
                        ("chain", models.CharField(max_length=60, verbose_name="报送流程")),
                        ("content", models.JSONField()),
                        ("quote", models.TextField(blank=True, verbose_name="方案原文")),
                        ("quote_start", models.PositiveIntegerField(blank=True, null=True)),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="自")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="至")),
                        (
                            "created_at",
                            models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="建立时间"),
                        ),
                        (
                            "applicant",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="申请单位",
                            ),
                        ),
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
                                verbose_name="建立人",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliverables",
                                to="plans.plan",
                                verbose_name="方案",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "成果",
                        "ordering": ("due", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="LetterBatch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("template", models.CharField(max_length=60, verbose_name="模板")),
                        ("edition", models.CharField(max_length=40, verbose_name="模板版本")),
                        ("title", models.CharField(max_length=200, verbose_name="名称")),
                        ("due", models.DateField(verbose_name="签回期限")),
                        ("made_at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="发放时间")),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="发放人",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letter_batches",
                                to="plans.plan",
                                verbose_name="方案",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "责任书发放",
                        "ordering": ("-pk",),
                    },
                ),
                migrations.CreateModel(
                    name="ImportDraft",
                    fields=[
                        (
                            "plan_import",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="draft",
                                serialize=False,
                                to="plans.planimport",
                            ),
                        ),
                        ("content", models.JSONField()),
                        ("source", models.TextField()),
                        ("blocks", models.JSONField()),
                    ],
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
                        ("number", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("what", models.CharField(max_length=300)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("finding_key", models.CharField(blank=True, max_length=64)),
                        ("patches", models.JSONField()),
                        ("undone_at", models.DateTimeField(null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "undone_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "plan_import",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="corrections",
                                to="plans.planimport",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("number",),
                        "constraints": [
                            models.UniqueConstraint(fields=("plan_import", "number"), name="correction_number_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Filing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "shape",
                            models.CharField(
                                choices=[("single", "single"), ("part", "part"), ("whole", "whole")], max_length=8
                            ),
                        ),
                        ("state", models.CharField(max_length=20, verbose_name="环节")),
                        (
                            "turn",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("owner", "待填报单位"),
                                    ("party", "待审核部门"),
                                    ("assign", "待指定审核部门"),
                                    ("parts", "待各单位报齐"),
                                    ("office", "待大气办"),
                                    ("leader", "待领导同意"),
                                    ("outside", "待上级回执"),
                                ],
                                max_length=8,
                                verbose_name="待办理",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField(default=1)),
                        ("version", models.PositiveSmallIntegerField(default=0, verbose_name="版本")),
                        ("due", models.DateField(blank=True, null=True, verbose_name="本环节期限")),
                        ("since", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="到达时间")),
                        ("filed_on", models.DateField(blank=True, null=True, verbose_name="备案日期")),
                        (
                            "filed_version",
                            models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="备案版本"),
                        ),
                        (
                            "deliverable",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="filings",
                                to="plans.deliverable",
                                verbose_name="成果",
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
                                verbose_name="填报单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "报送件",
                        "ordering": ("deliverable", "pk"),
                        "indexes": [models.Index(fields=["turn", "due"], name="filing_turn_due")],
                        "constraints": [
                            models.UniqueConstraint(fields=("deliverable", "unit"), name="filing_unit_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("shape", "whole")), fields=("deliverable",), name="filing_one_whole"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Letter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("template", models.CharField(max_length=60, verbose_name="模板")),
                        ("site", models.CharField(blank=True, max_length=100, verbose_name="工地")),
                        ("year", models.PositiveSmallIntegerField()),
                        ("serial", models.PositiveIntegerField()),
                        ("number", models.CharField(max_length=100, verbose_name="文号")),
                        ("title", models.CharField(max_length=200, verbose_name="名称")),
                        ("content", models.JSONField()),
                        ("due", models.DateField(verbose_name="签回期限")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("issued", "待签回"),
                                    ("handed_in", "待确认"),
                                    ("returned", "已退回"),
                                    ("confirmed", "已签"),
                                    ("revoked", "已撤销"),
                                    ("superseded", "已被代替"),
                                ],
                                default="issued",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="上传时间")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="确认人",
                            ),
                        ),
                        (
                            "handed_in_by",
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="plans.plan",
                                verbose_name="方案",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="plans.letter",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="letters",
                                to="plans.letterbatch",
                                verbose_name="发放",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "责任书",
                        "ordering": ("-batch", "serial"),
                        "indexes": [
                            models.Index(fields=["state", "due"], name="letter_state_due"),
                            models.Index(fields=["unit", "state"], name="letter_unit_state"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("issued", "handed_in", "returned", "confirmed"))),
                                fields=("plan", "template", "unit", "site"),
                                name="letter_one_standing",
                                violation_error_message="这个单位已有一份有效的责任书。",
                            ),
                            models.UniqueConstraint(
                                fields=("plan", "template", "year", "serial"), name="letter_serial"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="版次")),
                        ("title", models.CharField(blank=True, max_length=300, verbose_name="方案名称")),
                        ("doc_number", models.CharField(blank=True, max_length=100, verbose_name="文号")),
                        ("issued_on", models.DateField(blank=True, null=True, verbose_name="发文日期")),
                        ("content", models.JSONField()),
                        ("tasks", models.JSONField(blank=True, default=dict)),
                        ("source", models.TextField(blank=True)),
                        ("blocks", models.JSONField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "比对中"), ("done", "已完成"), ("dropped", "已放弃")],
                                default="open",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("created_at", models.DateTimeField(verbose_name="导入时间")),
                        ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="完成时间")),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.attachment",
                                verbose_name="原文件",
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="plans.plan",
                                verbose_name="方案",
                            ),
                        ),
                        (
                            "plan_import",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="version",
                                to="plans.planimport",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "方案版本",
                        "ordering": ("plan", "number"),
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "number"), name="version_number_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "open")),
                                fields=("plan",),
                                name="version_one_open",
                                violation_error_message="这份方案已有一份修订稿在比对。",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UpperPlan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=300, verbose_name="方案名称")),
                        ("issuer", models.CharField(blank=True, max_length=200, verbose_name="发文单位")),
                        ("doc_number", models.CharField(blank=True, max_length=100, verbose_name="文号")),
                        ("issued_on", models.DateField(blank=True, null=True, verbose_name="发文日期")),
                        ("created_at", models.DateTimeField(verbose_name="导入时间")),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="core.attachment",
                                verbose_name="原文件",
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
                            "plan_import",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="upper",
                                to="plans.planimport",
                            ),
                        ),
                        (
                            "upper",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="below",
                                to="plans.upperplan",
                                verbose_name="上级方案",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "上级方案",
                        "ordering": ("-issued_on", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="GoalBinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "待绑定"), ("bound", "已绑定"), ("apart", "不自动评价")],
                                default="waiting",
                                max_length=8,
                                verbose_name="绑定状态",
                            ),
                        ),
                        ("metric", models.CharField(blank=True, max_length=80, verbose_name="度量")),
                        ("first", models.DateField(blank=True, null=True, verbose_name="评价起始")),
                        ("last", models.DateField(blank=True, null=True, verbose_name="评价终止")),
                        (
                            "edition",
                            models.CharField(
                                choices=[
                                    ("auto", "当日执行的版本"),
                                    ("2012", "2012"),
                                    ("2018", "2018"),
                                    ("2026", "2026"),
                                    ("2031", "2031"),
                                ],
                                default="auto",
                                max_length=10,
                                verbose_name="标准版本",
                            ),
                        ),
                        ("about", models.FloatField(blank=True, null=True, verbose_name="“左右”的允许偏差")),
                        ("base", models.FloatField(blank=True, null=True, verbose_name="方案写明的基数")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.area",
                                verbose_name="评价区域",
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
                                verbose_name="确认人",
                            ),
                        ),
                        (
                            "goal",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="binding",
                                to="plans.goal",
                                verbose_name="目标",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "目标绑定",
                    },
                ),
                migrations.CreateModel(
                    name="GoalEvaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField(verbose_name="截至")),
                        ("made_at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="评价时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("missed", "未达成"),
                                    ("lost", "已无法达成"),
                                    ("unlikely", "难以达成"),
                                    ("unsure", "有风险"),
                                    ("likely", "有望达成"),
                                    ("kept", "已确保达成"),
                                    ("met", "已达成"),
                                    ("early", "尚未开始"),
                                    ("nobase", "缺上年数据"),
                                    ("nodata", "暂无数据"),
                                ],
                                max_length=8,
                                verbose_name="展望",
                            ),
                        ),
                        ("value", models.FloatField(null=True, verbose_name="现值")),
                        ("before", models.FloatField(null=True, verbose_name="上年同期")),
                        ("base", models.FloatField(null=True, verbose_name="上年全期")),
                        ("sign", models.CharField(blank=True, max_length=2)),
                        ("limit", models.FloatField(null=True, verbose_name="限值")),
                        ("rest", models.FloatField(null=True, verbose_name="余下允许")),
                        ("days", models.PositiveSmallIntegerField(default=0, verbose_name="余下天数")),
                        ("chance", models.FloatField(null=True, verbose_name="达成把握")),
                        ("years", models.PositiveSmallIntegerField(default=0, verbose_name="往年数")),
                        ("valid", models.PositiveIntegerField(default=0, verbose_name="有效数")),
                        ("expected", models.PositiveIntegerField(null=True, verbose_name="应有数")),
                        ("told", models.JSONField(default=dict)),
                        ("url", models.CharField(blank=True, max_length=500)),
                        (
                            "goal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="evaluations", to="plans.goal"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "目标评价",
                        "ordering": ("goal", "-on"),
                        "constraints": [
                            models.UniqueConstraint(fields=("goal", "on"), name="plans_goal_evaluated_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("number", models.CharField(blank=True, max_length=40, verbose_name="编号")),
                        ("upstream_number", models.CharField(blank=True, max_length=40, verbose_name="上级编号")),
                        (
                            "part",
                            models.CharField(
                                choices=[("body", "正文"), ("body-table", "正文表格"), ("annex-table", "附表")],
                                max_length=12,
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=300, verbose_name="任务")),
                        ("text", models.TextField(verbose_name="内容")),
                        ("deadline_text", models.CharField(blank=True, max_length=200, verbose_name="完成时限")),
                        ("deadline", models.DateField(blank=True, null=True, verbose_name="文中日期")),
                        ("due", models.DateField(blank=True, db_index=True, null=True, verbose_name="到期日")),
                        ("due_rule", models.CharField(blank=True, max_length=200)),
                        (
                            "recurrence",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("once", "一次"),
                                    ("daily", "每日"),
                                    ("weekly", "每周"),
                                    ("monthly", "每月"),
                                    ("quarterly", "每季度"),
                                    ("yearly", "每年"),
                                    ("heating-season", "采暖季"),
                                    ("long-term", "长期"),
                                ],
                                max_length=16,
                                verbose_name="频次",
                            ),
                        ),
                        ("inherited", models.JSONField(blank=True, default=list)),
                        ("spans", models.JSONField(blank=True, default=dict)),
                        ("draft_task", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.area"
                            ),
                        ),
                        (
                            "clause",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="tasks",
                                to="plans.clause",
                                verbose_name="章节",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="tasks",
                                to="plans.plan",
                                verbose_name="方案",
                            ),
                        ),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="销号日期")),
                        ("percent", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="完成率")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "办理中"),
                                    ("closing", "申请销号"),
                                    ("closed", "已销号"),
                                    ("withdrawn", "已撤销"),
                                ],
                                default="open",
                                max_length=9,
                                verbose_name="办理状态",
                            ),
                        ),
                        (
                            "late_reason",
                            models.CharField(blank=True, max_length=300, verbose_name="晚于上级任务的理由"),
                        ),
                        ("officer", models.CharField(blank=True, max_length=50, verbose_name="责任人")),
                        (
                            "origin",
                            models.CharField(
                                choices=[("plan", "方案任务"), ("breakdown", "分解任务"), ("instruction", "领导批示")],
                                default="plan",
                                max_length=12,
                                verbose_name="来源",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="parts",
                                to="plans.task",
                                verbose_name="上级任务",
                            ),
                        ),
                        ("rest_open", models.BooleanField(default=False, verbose_name="其余待分解")),
                        (
                            "version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="plans.planversion",
                            ),
                        ),
                        (
                            "allotted",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="下达（元）"
                            ),
                        ),
                        (
                            "budget",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="预算（元）"
                            ),
                        ),
                        ("fund_source", models.CharField(blank=True, max_length=60, verbose_name="资金来源")),
                        (
                            "paid",
                            models.DecimalField(
                                blank=True, decimal_places=2, max_digits=13, null=True, verbose_name="支付（元）"
                            ),
                        ),
                        ("gave", models.JSONField(blank=True, default=dict)),
                        (
                            "joined_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="joined",
                                to="plans.task",
                                verbose_name="并入",
                            ),
                        ),
                        (
                            "split_from",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="split_off",
                                to="plans.task",
                                verbose_name="拆分自",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "任务",
                        "ordering": ("plan", "position"),
                        "indexes": [models.Index(fields=["area", "due"], name="task_area_due")],
                    },
                ),
                migrations.CreateModel(
                    name="FilingParty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("step", models.CharField(max_length=20)),
                        ("name", models.CharField(blank=True, max_length=100)),
                        (
                            "filing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="parties", to="plans.filing"
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
                    ],
                    options={
                        "ordering": ("pk",),
                        "indexes": [models.Index(fields=["unit", "step"], name="filingparty_unit_step")],
                    },
                ),
                migrations.CreateModel(
                    name="FilingReceipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("step", models.CharField(max_length=20, verbose_name="环节")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("pass", "办理"),
                                    ("back", "退回上一环节"),
                                    ("return", "退回填报单位"),
                                    ("refuse", "不批准"),
                                    ("withdraw", "撤回"),
                                    ("cancel", "不再要求"),
                                    ("renew", "提交新版本"),
                                    ("reopen", "恢复"),
                                ],
                                max_length=10,
                                verbose_name="办理",
                            ),
                        ),
                        ("round", models.PositiveSmallIntegerField()),
                        ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                        ("person_name", models.CharField(blank=True, max_length=150)),
                        ("unit_name", models.CharField(blank=True, max_length=200, verbose_name="单位")),
                        ("at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="办理时间")),
                        ("number", models.CharField(blank=True, max_length=100, verbose_name="文号")),
                        ("on", models.DateField(blank=True, null=True, verbose_name="文件日期")),
                        ("signer", models.CharField(blank=True, max_length=50, verbose_name="签字人")),
                        ("text", models.TextField(blank=True, max_length=2000, verbose_name="意见")),
                        ("late", models.BooleanField(default=False, verbose_name="逾期")),
                        (
                            "filing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="receipts", to="plans.filing"
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
                                verbose_name="办理人",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="LetterCopy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("turn", models.PositiveSmallIntegerField(default=1)),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.attachment"
                            ),
                        ),
                        (
                            "letter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="plans.letter"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="UpperItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("number", models.CharField(blank=True, max_length=40, verbose_name="编号")),
                        ("title", models.CharField(blank=True, max_length=300, verbose_name="任务")),
                        ("text", models.TextField(verbose_name="内容")),
                        ("units", models.CharField(blank=True, max_length=500, verbose_name="单位")),
                        ("deadline_text", models.CharField(blank=True, max_length=200, verbose_name="完成时限")),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="items", to="plans.upperplan"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("plan", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="Finding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("split_sum", "分解合计不符"),
                                    ("body_annex_number", "正文与附表数字不一"),
                                    ("body_annex_date", "正文与附表时限不一"),
                                    ("duplicate_row", "重复行"),
                                    ("missing_unit", "缺少单位"),
                                    ("missing_deadline", "缺少时限"),
                                    ("before_issue", "时限早于发文"),
                                    ("outside_period", "超出方案时段"),
                                    ("role_conflict", "职责重复"),
                                    ("missing_annex", "附件缺失"),
                                    ("count_mismatch", "项数不符"),
                                    ("unit_typo", "单位名称疑误"),
                                    ("placeholder", "未填占位"),
                                    ("bad_character", "异常字符"),
                                ],
                                max_length=24,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "severity",
                            models.CharField(
                                choices=[("error", "错误"), ("warning", "警告"), ("note", "提示")],
                                max_length=8,
                                verbose_name="程度",
                            ),
                        ),
                        ("message", models.TextField(verbose_name="说明")),
                        ("message_en", models.TextField()),
                        ("task_numbers", models.JSONField(blank=True, default=list)),
                        ("spans", models.JSONField(blank=True, default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待处理"),
                                    ("accepted", "已接受"),
                                    ("corrected", "已更正"),
                                    ("dismissed", "不是问题"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="plans.plan"
                            ),
                        ),
                        ("tasks", models.ManyToManyField(blank=True, related_name="findings", to="plans.task")),
                    ],
                    options={
                        "verbose_name": "疑点",
                        "ordering": ("plan", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="TaskQuantity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("text", models.CharField(max_length=300, verbose_name="原文")),
                        ("what", models.CharField(blank=True, max_length=200, verbose_name="内容")),
                        ("value", models.FloatField(verbose_name="数值")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                        ("town_name", models.CharField(blank=True, max_length=100, verbose_name="镇街")),
                        (
                            "op",
                            models.CharField(
                                choices=[
                                    ("<", "<"),
                                    ("<=", "≤"),
                                    ("=", "="),
                                    ("~", "≈"),
                                    (">=", "≥"),
                                    (">", ">"),
                                    ("decrease", "下降"),
                                    ("decrease_pct>=", "下降率≥"),
                                    ("improve", "改善"),
                                    ("complete", "完成"),
                                    ("not_in_bottom", "不列末位"),
                                ],
                                max_length=16,
                                verbose_name="关系",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("target", "目标数"),
                                    ("limit", "限值"),
                                    ("scope", "范围"),
                                    ("trigger", "触发条件"),
                                    ("frequency", "频次"),
                                    ("context", "背景"),
                                    ("withdrawn", "已取消"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        ("span", models.JSONField(null=True)),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="quantities", to="plans.task"
                            ),
                        ),
                        (
                            "town",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="org.area",
                                verbose_name="镇街",
                            ),
                        ),
                        (
                            "of",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.RESTRICT,
                                related_name="shares",
                                to="plans.taskquantity",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("task", "position"),
                    },
                ),
                migrations.CreateModel(
                    name="TaskRole",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("lead", "牵头"),
                                    ("responsible", "责任"),
                                    ("assist", "协办"),
                                    ("leaders", "牵头领导"),
                                ],
                                max_length=12,
                                verbose_name="职责",
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=200, verbose_name="名称")),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="roles", to="plans.task"
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="task_roles",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("task", "position"),
                        "indexes": [models.Index(fields=["unit", "role"], name="taskrole_unit_role")],
                    },
                ),
                migrations.CreateModel(
                    name="Closing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=4000, verbose_name="完成情况")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("asked", "待核查"),
                                    ("closed", "已销号"),
                                    ("returned", "已退回"),
                                    ("withdrawn", "已撤回"),
                                    ("reopened", "已重新打开"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="结果",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                        ("signer", models.CharField(blank=True, max_length=50, verbose_name="签字人")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="申请人",
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
                                verbose_name="办理人",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="closings",
                                to="plans.task",
                                verbose_name="任务",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "销号申请",
                        "ordering": ("-asked_at", "-pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("outcome", "asked")),
                                fields=("task",),
                                name="closing_one_open",
                                violation_error_message="这项任务已在申请销号。",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExtensionRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("extension", "延期"), ("exemption", "免报")],
                                default="extension",
                                max_length=10,
                                verbose_name="类别",
                            ),
                        ),
                        ("until", models.DateField(blank=True, null=True, verbose_name="申请至")),
                        ("old_due", models.DateField(blank=True, null=True, verbose_name="原到期日")),
                        ("text", models.TextField(max_length=4000, verbose_name="申请理由")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "待大气办办理"),
                                    ("consenting", "待领导同意"),
                                    ("consented", "领导已同意"),
                                    ("refused", "未批准"),
                                    ("granted", "已批准"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="asked",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("asked_at", models.DateTimeField(verbose_name="申请时间")),
                        ("consent_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办理时间")),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="办理意见")),
                        (
                            "asked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="申请人",
                            ),
                        ),
                        (
                            "consent_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="同意的领导",
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
                                verbose_name="办理人",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="extensions",
                                to="plans.task",
                                verbose_name="任务",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "延期免报申请",
                        "ordering": ("-asked_at", "-pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("asked", "consenting", "consented"))),
                                fields=("task", "unit", "kind"),
                                name="extension_one_open",
                                violation_error_message="这项任务已有一份同类申请在办理。",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportCycle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="名称")),
                        (
                            "every",
                            models.CharField(
                                choices=[("month", "每月"), ("quarter", "每季度"), ("week", "每周")],
                                max_length=8,
                                verbose_name="频次",
                            ),
                        ),
                        ("due_day", models.PositiveSmallIntegerField(verbose_name="截止日")),
                        (
                            "after",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(6)],
                                verbose_name="顺延期数",
                            ),
                        ),
                        (
                            "shift",
                            models.CharField(
                                choices=[
                                    ("none", "不变"),
                                    ("before", "提前到前一个工作日"),
                                    ("after", "顺延到后一个工作日"),
                                ],
                                default="none",
                                max_length=6,
                                verbose_name="遇休息日",
                            ),
                        ),
                        ("first", models.DateField(verbose_name="开始日期")),
                        ("last", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                        ("reporters", models.JSONField(default=list, verbose_name="报送单位")),
                        ("needs", models.JSONField(blank=True, default=list, verbose_name="必附材料")),
                        ("quote", models.TextField(blank=True, verbose_name="方案原文")),
                        ("quote_start", models.PositiveIntegerField(blank=True, null=True)),
                        ("quote_end", models.PositiveIntegerField(blank=True, null=True)),
                        ("sure", models.BooleanField(default=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("suggested", "待确认"),
                                    ("active", "执行中"),
                                    ("dismissed", "不采用"),
                                    ("stopped", "已停止"),
                                ],
                                default="suggested",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cycles",
                                to="plans.plan",
                                verbose_name="方案",
                            ),
                        ),
                        ("tasks", models.ManyToManyField(blank=True, related_name="cycles", to="plans.task")),
                    ],
                    options={
                        "verbose_name": "调度周期",
                        "ordering": ("plan", "pk"),
                    },
                ),
                migrations.CreateModel(
                    name="FilingFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(choices=[("file", "文件"), ("receipt", "回执")], max_length=8)),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.attachment"
                            ),
                        ),
                        (
                            "receipt",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="plans.filingreceipt",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                    },
                ),
                migrations.CreateModel(
                    name="RevisionPiece",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("head", "方案信息"), ("goal", "目标"), ("task", "任务")], max_length=5
                            ),
                        ),
                        (
                            "op",
                            models.CharField(
                                choices=[("added", "新增"), ("removed", "删去"), ("changed", "修改")], max_length=8
                            ),
                        ),
                        ("field", models.CharField(blank=True, max_length=20)),
                        ("new", models.PositiveIntegerField(null=True)),
                        ("near", models.CharField(blank=True, max_length=300)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                        ("granted", models.DateField(null=True, verbose_name="已批准延期至")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "待定"), ("accepted", "已采纳"), ("refused", "不采纳")],
                                default="open",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
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
                            "goal",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="plans.goal",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="pieces",
                                to="plans.task",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pieces",
                                to="plans.planversion",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "修订处",
                        "ordering": ("version", "position"),
                        "indexes": [models.Index(fields=["version", "state"], name="piece_version_state")],
                    },
                ),
                migrations.CreateModel(
                    name="Instruction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("leader_name", models.CharField(max_length=50, verbose_name="批示领导")),
                        ("given_at", models.DateTimeField(verbose_name="批示时间")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("given", "待答复"),
                                    ("answered", "已答复"),
                                    ("returned", "已退回"),
                                    ("settled", "已办结"),
                                    ("withdrawn", "已撤回"),
                                ],
                                default="given",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("answer", models.TextField(blank=True, max_length=4000, verbose_name="办理情况")),
                        ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                        (
                            "answered_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="答复人",
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
                                verbose_name="办理人",
                            ),
                        ),
                        (
                            "given_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="录入人",
                            ),
                        ),
                        (
                            "leader",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="批示领导",
                            ),
                        ),
                        (
                            "task",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="instruction",
                                to="plans.task",
                                verbose_name="任务",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="承办单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "批示",
                        "ordering": ("-given_at", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Milestone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="节点")),
                        (
                            "before",
                            models.PositiveSmallIntegerField(
                                validators=[django.core.validators.MaxValueValidator(1000)], verbose_name="提前天数"
                            ),
                        ),
                        ("working", models.BooleanField(default=False, verbose_name="按工作日")),
                        ("date", models.DateField(db_index=True, verbose_name="节点日期")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="完成说明")),
                        (
                            "done_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="登记人",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="milestones",
                                to="plans.task",
                                verbose_name="任务",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "节点",
                        "ordering": ["task", "date", "pk"],
                    },
                ),
                migrations.CreateModel(
                    name="UpperAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, verbose_name="上级编号")),
                        (
                            "kind",
                            models.CharField(choices=[("task", "有任务对应"), ("apart", "与本区无关")], max_length=5),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                        ("decided_at", models.DateTimeField()),
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="plans.plan"
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="plans.task",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "对应关系",
                        "ordering": ("plan", "number", "pk"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "number", "task"),
                                name="answer_once",
                                violation_error_message="这项任务已对应到这个上级编号。",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "apart")),
                                fields=("plan", "number"),
                                name="answer_apart_once",
                                violation_error_message="这个上级编号已标为与本区无关。",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "task"), ("task__isnull", False)),
                                    models.Q(("kind", "apart"), ("task", None)),
                                    _connector="OR",
                                ),
                                name="answer_of_its_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProgressReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("start", models.DateField(verbose_name="本期开始")),
                        ("end", models.DateField(verbose_name="本期结束")),
                        ("due", models.DateField(verbose_name="截止日期")),
                        ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                        ("revision", models.PositiveIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("returned", "已退回"),
                                    ("submitted", "待审核"),
                                    ("accepted", "已通过"),
                                    ("superseded", "已被更正"),
                                    ("dropped", "已放弃"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("text", models.TextField(blank=True, max_length=10000, verbose_name="进展情况")),
                        (
                            "percent",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="累计完成百分比，0–100。",
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="完成率",
                            ),
                        ),
                        ("late", models.BooleanField(default=False, verbose_name="逾期报送")),
                        ("created_at", models.DateTimeField(default=lantian.site.core.clock.now)),
                        ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                        ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                        ("reason", models.CharField(blank=True, max_length=500, verbose_name="退回理由")),
                        (
                            "reviewed_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="审核人",
                            ),
                        ),
                        (
                            "submitted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="报送人",
                            ),
                        ),
                        (
                            "task",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reports",
                                to="plans.task",
                                verbose_name="任务",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.unit",
                                verbose_name="单位",
                            ),
                        ),
                        (
                            "cycle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reports",
                                to="plans.reportcycle",
                                verbose_name="调度周期",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "进展",
                        "ordering": ("-start", "task", "unit", "-version"),
                        "indexes": [
                            models.Index(fields=["state", "submitted_at"], name="report_queue"),
                            models.Index(fields=["cycle", "start", "state"], name="report_window"),
                            models.Index(fields=["unit", "state"], name="report_unit_state"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("task", "unit", "cycle", "start", "version"), name="report_version"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("draft", "submitted", "returned"))),
                                fields=("task", "unit", "cycle", "start"),
                                name="report_one_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "accepted")),
                                fields=("task", "unit", "cycle", "start"),
                                name="report_one_accepted",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evidence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("photo", "现场照片"),
                                    ("acceptance", "验收材料"),
                                    ("reading", "监测或计量读数"),
                                    ("document", "其他证明材料"),
                                ],
                                max_length=12,
                                verbose_name="类别",
                            ),
                        ),
                        (
                            "attachment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.attachment"
                            ),
                        ),
                        (
                            "closing",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidence",
                                to="plans.closing",
                            ),
                        ),
                        (
                            "extension",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidence",
                                to="plans.extensionrequest",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="evidence",
                                to="plans.progressreport",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("pk",),
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closing", None), ("extension", None), ("report__isnull", False)),
                                    models.Q(("closing", None), ("extension__isnull", False), ("report", None)),
                                    models.Q(("closing__isnull", False), ("extension", None), ("report", None)),
                                    _connector="OR",
                                ),
                                name="evidence_of_one_thing",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportedNumber",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.FloatField(verbose_name="累计完成")),
                        ("unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                        (
                            "quantity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reported",
                                to="plans.taskquantity",
                            ),
                        ),
                        (
                            "report",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="numbers",
                                to="plans.progressreport",
                            ),
                        ),
                        (
                            "town",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.area",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("report", "quantity__position", "town"),
                    },
                ),
            ]
        ),
        migrations.AddField(
            model_name="Plan",
            name="upper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="plans",
                to="plans.upperplan",
                verbose_name="上级方案",
            ),
        ),
    ]
