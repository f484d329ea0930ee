"""All migrations so far in one step, as a new database takes it; see core's."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lantian.site.core.clock
from lantian.site.core.at_once import CreateTables


class Migration(migrations.Migration):
    replaces = [
        ("air", "0001_initial"),
        ("air", "0002_suspicions"),
        ("air", "0003_reviews"),
        ("air", "0004_diary"),
        ("air", "0005_rankings"),
        ("air", "0006_events"),
        ("air", "0007_bulletins"),
        ("air", "0008_months"),
    ]

    initial = True

    dependencies = [
        ("org", "0005_declarations"),
        ("org", "__first__"),
        ("series", "0001_initial"),
        ("series", "0003_archives"),
    ]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Station",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="站点编码")),
                        ("name", models.CharField(max_length=100, verbose_name="站点名称")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("national", "国控站"),
                                    ("provincial", "省（市）控站"),
                                    ("district", "区县站"),
                                    ("town", "镇街站"),
                                    ("micro", "微型站"),
                                    ("dust", "扬尘监测点"),
                                ],
                                max_length=12,
                                verbose_name="站点类别",
                            ),
                        ),
                        (
                            "longitude",
                            models.FloatField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(70),
                                    django.core.validators.MaxValueValidator(140),
                                ],
                                verbose_name="经度",
                            ),
                        ),
                        (
                            "latitude",
                            models.FloatField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(60),
                                ],
                                verbose_name="纬度",
                            ),
                        ),
                        ("factors", models.JSONField(default=list, verbose_name="监测因子")),
                        ("counts", models.BooleanField(default=True, verbose_name="参与评价")),
                        ("background", models.BooleanField(default=False, verbose_name="清洁对照点")),
                        ("valid_from", models.DateField(blank=True, null=True, verbose_name="启用日期")),
                        ("valid_to", models.DateField(blank=True, null=True, verbose_name="停用日期")),
                        ("source", models.CharField(blank=True, max_length=300, verbose_name="资料来源")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stations",
                                to="org.area",
                                verbose_name="行政区",
                            ),
                        ),
                        (
                            "owner",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="station", to="series.owner"
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stations",
                                to="org.unit",
                                verbose_name="运维单位",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "站点",
                        "ordering": ("kind", "code"),
                    },
                ),
                migrations.CreateModel(
                    name="ReviewMonth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(verbose_name="月份")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "审核中"), ("locked", "已锁定"), ("sent", "已报市级")],
                                default="open",
                                max_length=8,
                                verbose_name="状态",
                            ),
                        ),
                        ("behind", models.PositiveIntegerField(default=0, verbose_name="未复审小时数")),
                        ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("locked_at", models.DateTimeField(blank=True, null=True, verbose_name="锁定时间")),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="报市级时间")),
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
                            "locked_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "月度审核",
                        "ordering": ("-month",),
                        "constraints": [models.UniqueConstraint(fields=("area", "month"), name="air_month_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Ranking",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("metric", models.CharField(max_length=60, verbose_name="指标")),
                        ("first", models.DateField(verbose_name="起始日期")),
                        ("last", models.DateField(verbose_name="终止日期")),
                        ("edition", models.CharField(default="auto", max_length=20, verbose_name="标准版本")),
                        (
                            "source",
                            models.CharField(
                                choices=[("own", "本区监测站点"), ("city", "市级通报")],
                                max_length=10,
                                verbose_name="数据来源",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=1000, verbose_name="说明")),
                        (
                            "state",
                            models.CharField(
                                choices=[("draft", "草稿"), ("released", "已发布"), ("replaced", "已被更正")],
                                default="draft",
                                max_length=20,
                                verbose_name="状态",
                            ),
                        ),
                        ("rows", models.JSONField(blank=True, default=list)),
                        ("text", models.JSONField(blank=True, default=list)),
                        ("worked_out_at", models.DateTimeField(verbose_name="计算时间")),
                        ("released_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                        ("reason", models.TextField(blank=True, max_length=1000, verbose_name="更正理由")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rankings",
                                to="org.area",
                                verbose_name="行政区",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "released_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="air.ranking",
                                verbose_name="代替",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "排名",
                        "ordering": ("-last", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="Bulletin",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=40, verbose_name="种类")),
                        ("first", models.DateField(verbose_name="起始日期")),
                        ("last", models.DateField(verbose_name="终止日期")),
                        ("issuer", models.CharField(blank=True, max_length=200, verbose_name="发布单位或文号")),
                        (
                            "total",
                            models.PositiveIntegerField(
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(100000),
                                ],
                                verbose_name="参加排名总数",
                            ),
                        ),
                        ("made_at", models.DateTimeField(verbose_name="录入时间")),
                        (
                            "area",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bulletins",
                                to="org.area",
                                verbose_name="行政区",
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
                    ],
                    options={
                        "verbose_name": "市级通报",
                        "ordering": ("-last", "kind"),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kind", "area", "first", "last"),
                                name="air_bulletin_once",
                                violation_error_message="这一时段的同类通报已经录入。更正的，请先删除原来的一份。",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Watch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("looked_at", models.DateTimeField()),
                        (
                            "station",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE, related_name="watch", to="air.station"
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Suspicion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("factor", models.CharField(max_length=20, verbose_name="监测因子")),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("range", "超出量程"),
                                    ("flat", "数值不变"),
                                    ("spike", "孤立突跳"),
                                    ("inversion", "PM2.5 高于 PM10"),
                                    ("ratio", "PM2.5 与 PM10 之比过低"),
                                    ("neighbour", "与邻近站长时间不符"),
                                    ("micro", "微站与标准站不符"),
                                    ("step", "骤降而邻站平稳"),
                                    ("plateau", "夜间低值平台"),
                                    ("failed_check", "质控检查不合格"),
                                ],
                                max_length=20,
                                verbose_name="疑点类型",
                            ),
                        ),
                        ("first", models.DateTimeField(verbose_name="起")),
                        ("last", models.DateTimeField(verbose_name="止")),
                        ("score", models.FloatField(default=0, verbose_name="分值")),
                        ("evidence", models.JSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待判断"),
                                    ("kept", "保留原值"),
                                    ("corrected", "已更正"),
                                    ("invalid", "判为无效"),
                                    ("lapsed", "已消失"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "found_at",
                            models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="发现时间"),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="判断时间")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                        ("before", models.JSONField(blank=True, default=list)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="判断人",
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="suspicions",
                                to="air.station",
                                verbose_name="站点",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "数据疑点",
                        "ordering": ("-first", "station", "pk"),
                        "indexes": [
                            models.Index(fields=["station", "factor", "rule", "last"], name="air_suspicion_span"),
                            models.Index(fields=["state", "first"], name="air_suspicion_queue"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CityResult",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(verbose_name="日期")),
                        (
                            "verdict",
                            models.CharField(
                                choices=[("accepted", "采用"), ("refused", "退回")], max_length=8, verbose_name="结果"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                        ("at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="登记时间")),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="city_results",
                                to="air.station",
                                verbose_name="站点",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "市级审核结果",
                        "ordering": ("-day", "station"),
                        "constraints": [
                            models.UniqueConstraint(fields=("station", "day"), name="air_city_result_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "初审"), (2, "复审")], verbose_name="审核级别"
                            ),
                        ),
                        ("first", models.DateField(verbose_name="起")),
                        ("last", models.DateField(verbose_name="止")),
                        ("hours", models.PositiveIntegerField(default=0, verbose_name="小时数")),
                        ("at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="审核时间")),
                        (
                            "by",
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
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reviews",
                                to="air.station",
                                verbose_name="站点",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "小时数据审核",
                        "ordering": ("-at", "-pk"),
                        "indexes": [models.Index(fields=["station", "level", "last"], name="air_review_span")],
                    },
                ),
                migrations.CreateModel(
                    name="CheckDue",
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
                                choices=[("zero", "零点检查"), ("span", "跨度检查"), ("flow", "流量检查")],
                                max_length=12,
                                verbose_name="事项",
                            ),
                        ),
                        ("factor", models.CharField(max_length=20, verbose_name="监测因子")),
                        ("last", models.DateField(verbose_name="上次")),
                        ("due", models.DateField(db_index=True, verbose_name="到期日")),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="checks_due",
                                to="air.station",
                                verbose_name="站点",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "到期质控",
                        "ordering": ("due", "station", "kind", "factor"),
                        "constraints": [
                            models.UniqueConstraint(fields=("station", "kind", "factor"), name="air_check_due_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AirEvent",
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
                                    ("sand-dust", "沙尘天气"),
                                    ("fireworks", "烟花爆竹"),
                                    ("other", "其他特殊过程"),
                                ],
                                max_length=12,
                                verbose_name="过程类型",
                            ),
                        ),
                        ("first", models.DateTimeField(verbose_name="起")),
                        ("last", models.DateTimeField(verbose_name="止")),
                        ("removes", models.JSONField(default=list, verbose_name="扣除因子")),
                        ("evidence", models.CharField(blank=True, max_length=1000, verbose_name="依据")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "草稿"),
                                    ("claimed", "已申报扣除"),
                                    ("dropped", "不申报"),
                                    ("approved", "批准扣除"),
                                    ("refused", "不予扣除"),
                                ],
                                default="draft",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        ("claimed_at", models.DateTimeField(blank=True, null=True, verbose_name="申报时间")),
                        ("decided_by", models.CharField(blank=True, max_length=200, verbose_name="审批单位和文号")),
                        ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="审批登记时间")),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                        ("made_at", models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="登记时间")),
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
                            "made_by",
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
                            "stations",
                            models.ManyToManyField(
                                blank=True, related_name="events", to="air.station", verbose_name="站点"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "特殊过程",
                        "ordering": ("-first", "-pk"),
                    },
                ),
                migrations.CreateModel(
                    name="BulletinRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("district", models.CharField(blank=True, max_length=100, verbose_name="区")),
                        ("name", models.CharField(max_length=100, verbose_name="名称")),
                        ("value", models.FloatField(blank=True, null=True, verbose_name="数值")),
                        ("place", models.PositiveIntegerField(verbose_name="排名")),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bulletin_rows",
                                to="org.area",
                            ),
                        ),
                        (
                            "bulletin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="air.bulletin"
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("place", "pk"),
                        "constraints": [
                            models.UniqueConstraint(fields=("bulletin", "district", "name"), name="air_bulletin_row")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DiaryEntry",
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
                                    ("visit", "例行巡检"),
                                    ("zero", "零点检查"),
                                    ("span", "跨度检查"),
                                    ("flow", "流量检查"),
                                    ("calibration", "校准"),
                                    ("spot", "区级抽检"),
                                    ("power", "停电"),
                                    ("fault", "仪器故障"),
                                    ("other", "其他"),
                                ],
                                max_length=12,
                                verbose_name="事项",
                            ),
                        ),
                        ("at", models.DateTimeField(verbose_name="时间")),
                        ("until", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                        ("factor", models.CharField(blank=True, max_length=20, verbose_name="监测因子")),
                        ("reference", models.FloatField(blank=True, null=True, verbose_name="标准值")),
                        ("reading", models.FloatField(blank=True, null=True, verbose_name="仪器读数")),
                        ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位（量）")),
                        ("passed", models.BooleanField(blank=True, null=True, verbose_name="合格")),
                        ("note", models.CharField(blank=True, max_length=1000, verbose_name="情况")),
                        (
                            "state",
                            models.CharField(
                                choices=[("recorded", "有效"), ("struck", "已作废")],
                                default="recorded",
                                max_length=12,
                                verbose_name="状态",
                            ),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(default=lantian.site.core.clock.now, verbose_name="记录时间"),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="记录人",
                            ),
                        ),
                        (
                            "station",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="diary",
                                to="air.station",
                                verbose_name="站点",
                            ),
                        ),
                        (
                            "suspicion",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="raised_by",
                                to="air.suspicion",
                                verbose_name="数据疑点",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "站点日志",
                        "ordering": ("-at", "-pk"),
                        "indexes": [models.Index(fields=["station", "kind", "factor", "at"], name="air_diary_last")],
                    },
                ),
            ]
        ),
    ]
