"""What columns are called, and how values look in a cell."""

from __future__ import annotations

from lantian.plandoc.plan import Quantity, Task

PARTS = {"body": "正文", "body-table": "正文表格", "annex-table": "附件表格"}
RECURRENCES = {
    "once": "一次性", "daily": "每日", "weekly": "每周", "monthly": "每月", "quarterly": "每季度", "yearly": "每年",
    "heating-season": "采暖季", "long-term": "长期",
}  # fmt: skip
KINDS = {
    "target": "目标", "limit": "限值", "scope": "范围", "trigger": "触发条件", "frequency": "频次", "context": "背景",
}  # fmt: skip
OPS = {
    "<": "＜", "<=": "≤", "=": "等于", "~": "约", ">=": "≥", ">": "＞", "decrease": "下降", "decrease_pct>=": "降幅≥",
    "improve": "改善", "complete": "完成", "not_in_bottom": "不进末位",
}  # fmt: skip
SEVERITIES = {"error": "错误", "warning": "警告", "note": "提示"}
CODES = {
    "split_sum": "分项合计不符", "body_annex_number": "正文与附件数字不一", "body_annex_date": "正文与附件时限不一",
    "duplicate_row": "重复行", "missing_unit": "缺责任单位", "missing_deadline": "缺完成时限",
    "before_issue": "时限早于印发", "outside_period": "时限超出期间", "role_conflict": "职责冲突",
    "missing_annex": "附件缺失", "count_mismatch": "项数不符", "unit_typo": "单位名称疑误", "placeholder": "未填内容",
    "bad_character": "异常字符",
}  # fmt: skip
# what a spreadsheet program takes for the start of a formula; full-width signs count in East Asian editions
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def number_text(value: float) -> str:
    """A value without a needless '.0': 5, 58.5."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def quantities_text(task: Task) -> str:
    """The quantities of a task for one cell: '拆除小煤炉 507 台；松溪镇 8 台'."""
    return "；".join(_quantity_text(q) for q in task.quantities)


def _quantity_text(quantity: Quantity) -> str:
    sign = "" if quantity.op == "=" else f"{OPS[quantity.op]} "
    return f"{quantity.town or quantity.what or ''} {sign}{number_text(quantity.value)} {quantity.unit}".strip()
