"""Tags of this room."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core import policy
from lantian.site.plans import words
from lantian.site.plans.source_view import Piece

register = template.Library()

# "≥ 5 家", but "下降 5 %" and no sign for a plain number
PLAIN = "="
ACTIONS = {
    "plans.import.confirm": _("确认方案"),
    "plans.import": _("上传文件"),
    "plans.import.correct": _("更正"),
    "plans.finding.accept": _("接受疑点"),
    "plans.finding.dismiss": _("认定不是问题"),
    "plans.finding.correct": _("标为已更正"),
    "plans.finding.reopen": _("重新打开疑点"),
    "plans.version.decide": _("按修订稿处理"),
    "plans.task.restore": _("恢复任务"),
}


@register.simple_tag
def pieces(cut: list[Piece]) -> SafeString:
    """Text of a document, escaped, each piece with its place and marks; a whole document has thousands."""
    return format_html_join(
        "",
        '<span data-start="{}" data-end="{}" class="{}">{}</span>',
        ((p.start, p.end, p.marks, p.text) for p in cut),
    )


@register.filter
def number(value: float | None) -> str:
    """A number without a needless '.0'."""
    return "" if value is None else number_text(round(value, 6))


@register.simple_tag
def quantity_value(quantity: Any) -> str:
    """Comparison, value and unit of a quantity."""
    sign = "" if quantity.op == PLAIN else f"{quantity.get_op_display()} "
    return f"{sign}{number(quantity.value)} {quantity.unit}".strip()


@register.simple_tag
def goal_value(goal: Any) -> str:
    """Comparison, value and unit of a goal; a goal without a number says what is to happen."""
    if goal.value is None:
        return str(goal.get_op_display())
    return quantity_value(goal)


@register.simple_tag
def action_label(action: str) -> str:
    """An action's name for the reader."""
    return str(ACTIONS.get(action) or policy.title(action))


@register.simple_tag
def edit(plan_import: Any, card: Any, field: str) -> str:
    """The attributes of a button that opens the form of a task's field."""
    address = reverse("plans:review_field", args=[plan_import.pk, card.id, field])
    return format_html(
        'hx-get="{}" hx-target="#task-{} .pl-form-slot" hx-swap="innerHTML" data-field="{}"', address, card.id, field
    )


@register.simple_tag
def contract_goal(goal: Any) -> str:
    """A goal of a draft in one line."""
    scope = _("全区") if goal.scope == "district" else goal.scope
    sign = "" if goal.op == PLAIN else dict(words.COMPARISONS)[goal.op]
    value = "" if goal.value is None else number(goal.value)
    return f"{dict(words.INDICATORS)[goal.indicator]}（{scope}） {sign} {value} {goal.unit or ''}".strip()


@register.filter
def unlocalised(value: float | None) -> str:
    """A number as HTML attributes take it."""
    return "" if value is None else f"{value:.4f}"
