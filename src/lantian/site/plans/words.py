"""The closed vocabularies of the plan contract, in the reader's language."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

ROLES = [("lead", _("牵头")), ("responsible", _("责任")), ("assist", _("协办")), ("leaders", _("牵头领导"))]

PARTS = [("body", _("正文")), ("body-table", _("正文表格")), ("annex-table", _("附表"))]

RECURRENCES = [
    ("once", _("一次")),
    ("daily", _("每日")),
    ("weekly", _("每周")),
    ("monthly", _("每月")),
    ("quarterly", _("每季度")),
    ("yearly", _("每年")),
    ("heating-season", _("采暖季")),
    ("long-term", _("长期")),
]

COMPARISONS = [
    ("<", "<"),
    ("<=", "≤"),
    ("=", "="),
    ("~", "≈"),
    (">=", "≥"),
    (">", ">"),
    ("decrease", _("下降")),
    ("decrease_pct>=", _("下降率≥")),
    ("improve", _("改善")),
    ("complete", pgettext_lazy("comparison", "完成")),
    ("not_in_bottom", _("不列末位")),
]

KINDS = [
    ("target", _("目标数")),
    ("limit", _("限值")),
    ("scope", _("范围")),
    ("trigger", _("触发条件")),
    ("frequency", _("频次")),
    ("context", _("背景")),
]

# A number that a revised document has no more, though units reported on it: kept, counted no longer.
STORED_KINDS = [*KINDS, ("withdrawn", pgettext_lazy("quantity", "已取消"))]

REVISED = [("head", _("方案信息")), ("goal", _("目标")), ("task", _("任务"))]

REVISIONS = [
    ("added", pgettext_lazy("revision", "新增")),
    ("removed", pgettext_lazy("revision", "删去")),
    ("changed", pgettext_lazy("revision", "修改")),
]

PURPOSES = [("plan", _("本级方案")), ("revision", _("修订稿")), ("upper", _("上级方案"))]

ANSWERS = [("task", _("有任务对应")), ("apart", _("与本区无关"))]

INDICATORS = [
    ("PM2.5_mean", _("PM2.5 平均浓度")),
    ("PM10_mean", _("PM10 平均浓度")),
    ("NO2_mean", _("NO₂ 平均浓度")),
    ("SO2_mean", _("SO₂ 平均浓度")),
    ("CO_P95", _("CO 第 95 百分位数")),
    ("O3_P90", _("O₃ 第 90 百分位数")),
    ("TSP_mean", _("TSP 平均浓度")),
    ("composite_index", _("综合指数")),
    ("good_days", _("优良天数")),
    ("heavy_days", _("重污染天数")),
    ("dustfall", _("降尘量")),
    ("road_dust", _("道路尘负荷")),
    ("VOCs_reduction", _("VOCs 减排")),
    ("NOx_reduction", _("NOx 减排")),
    ("SO2_reduction", _("SO₂ 减排")),
    ("PM_reduction", _("颗粒物减排")),
    ("coal_reduction", _("压减燃煤")),
    ("PM2.5_rank", _("PM2.5 排名")),
    ("TSP_rank", _("TSP 排名")),
    ("road_dust_rank", _("道路尘负荷排名")),
    ("city_rank", _("全市排名")),
    ("other", _("其他")),
]

FINDING_CODES = [
    ("split_sum", _("分解合计不符")),
    ("body_annex_number", _("正文与附表数字不一")),
    ("body_annex_date", _("正文与附表时限不一")),
    ("duplicate_row", _("重复行")),
    ("missing_unit", _("缺少单位")),
    ("missing_deadline", _("缺少时限")),
    ("before_issue", _("时限早于发文")),
    ("outside_period", _("超出方案时段")),
    ("role_conflict", _("职责重复")),
    ("missing_annex", _("附件缺失")),
    ("count_mismatch", _("项数不符")),
    ("unit_typo", _("单位名称疑误")),
    ("placeholder", _("未填占位")),
    ("bad_character", _("异常字符")),
]

SEVERITIES = [("error", _("错误")), ("warning", _("警告")), ("note", _("提示"))]

DUE_RULES = {
    "text-date": _("原文写明了日期。"),
    "month-end": _("原文写明了月份，按当月最后一天计。"),
    "year-end": _("“年底前”按方案年度的 12 月 31 日计。"),
    "quarter-end": _("按季度最后一天计。"),
    "half-year-end": _("按半年的最后一天计。"),
    "ten-days-end": _("按该旬最后一天计。"),
    "before-month": _("“某月前”按上月最后一天计。"),
    "before-year": _("“某年前”按上年最后一天计。"),
    "before-heating-season": _("“采暖季前”按当地采暖季开始前一天计。"),
    "heating-season-end": _("按当地采暖季最后一天计。"),
    "before-season": _("按该季节开始前一天计。"),
    "before-holiday": _("按节假日前一天计。"),
    "days-after-issue": _("从发文日起算的天数。"),
    "at-once": _("立即办理，按发文日计。"),
    "plan-end": _("按方案的终止日期计。"),
    "by-hand": _("到期日由审核人填写。"),
}

ORIGINS = [("plan", _("方案任务")), ("breakdown", _("分解任务")), ("instruction", _("领导批示"))]

# Progress

EVERY = [("month", _("每月")), ("quarter", _("每季度")), ("week", _("每周"))]

SHIFTS = [("none", _("不变")), ("before", _("提前到前一个工作日")), ("after", _("顺延到后一个工作日"))]

REQUESTS = [("extension", _("延期")), ("exemption", _("免报"))]

CLOSINGS = [
    ("asked", _("待核查")),
    ("closed", _("已销号")),
    ("returned", _("已退回")),
    ("withdrawn", _("已撤回")),
    ("reopened", _("已重新打开")),
]

EVIDENCE = [
    ("photo", _("现场照片")),
    ("acceptance", _("验收材料")),
    ("reading", _("监测或计量读数")),
    ("document", _("其他证明材料")),
]

# Deliverables

DELIVERABLES = [
    ("subplan", _("分方案")),
    ("list", _("清单")),
    ("exemption", _("豁免申请")),
    ("other", _("其他")),
]

TURNS = [
    ("owner", _("待填报单位")),
    ("party", _("待审核部门")),
    ("assign", _("待指定审核部门")),
    ("parts", _("待各单位报齐")),
    ("office", _("待大气办")),
    ("leader", _("待领导同意")),
    ("outside", _("待上级回执")),
]


def period(every: str, start: dt.date) -> str:
    """A period in words: 2026年3月, 2026年第1季度, 2026年3月2日起一周."""
    if every == "month":
        return gettext("{year}年{month}月").format(year=start.year, month=start.month)
    if every == "quarter":
        return gettext("{year}年第{quarter}季度").format(year=start.year, quarter=(start.month + 2) // 3)
    return gettext("{year}年{month}月{day}日起一周").format(year=start.year, month=start.month, day=start.day)
