"""Tags of this room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lantian.plandoc.export.words import number_text
from lantian.site.core import policy
from lantian.site.core.registries import metrics
from lantian.site.plans import goal_words, words
from lantian.site.plans.queries.goals import Stood
from lantian.site.plans.queries.progress import Cell as Asked
from lantian.site.plans.source_view import Piece
from lantian.site.plans.standing import Standing
from lantian.site.plans.states import REPORT
from lantian.site.plans.timeline import Bar, Timeline
from lantian.site.plans.wallchart import Cell

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
def goal_figure(one: Stood) -> str:
    """What a goal's metric gave, with its unit."""
    return goal_words.value_of(one)


@register.simple_tag
def goal_before(one: Stood) -> str:
    """What the same days gave a year earlier, and the change."""
    return goal_words.before_of(one)


@register.simple_tag
def goal_base(one: Stood) -> str:
    """The figure of the whole period a year earlier."""
    return goal_words.figure(one.last.base if one.last else None, one.decimals)


@register.simple_tag
def goal_limit(one: Stood) -> str:
    """What must be kept in the end."""
    return goal_words.limit_of(one)


@register.simple_tag
def goal_allowed(one: Stood) -> str:
    """What the rest of the period may still bring."""
    return str(goal_words.allowed(one))


@register.simple_tag
def goal_chance(one: Stood) -> str:
    """The chance, with the years it rests on."""
    return str(goal_words.chance_of(one))


@register.filter
def goal_valid(one: Stood) -> str:
    """Valid values of those there could be."""
    return goal_words.valid_of(one)


@register.simple_tag
def goal_share(share: float) -> str:
    """A share in percent."""
    return f"{number_text(round(share * 100, 2))}%"


@register.filter
def of_key(mapping: Mapping[int, Any] | None, key: int) -> Any:
    """What a mapping has for a key; None for nothing."""
    return mapping.get(key) if mapping else None


@register.simple_tag
def metric_title(name: str) -> str:
    """A metric's name for the reader."""
    return str(metrics[name].title) if name in metrics else name


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


# Written in code, as a page has hundreds or thousands of them and a template takes many times as long for each.


@register.simple_tag
def standing(value: Standing) -> SafeString:
    """How a task stands: shape and words in the level's colour."""
    return format_html(
        '<span class="bd-stand is-{}"><i aria-hidden="true">{}</i>{}</span>', value.level, value.shape, _said(value)
    )


def _said(value: Standing) -> str:
    if value.state == "overdue":
        return gettext("过期 %(n)s 天") % {"n": value.days_off}
    if value.state == "soon":
        return gettext("还有 %(n)s 天") % {"n": value.days_off}
    return str(value.words)


@register.simple_tag
def light(value: Standing) -> SafeString:
    """How a task stands, with the days to its date and its percent: the ledger's first column."""
    said = gettext("还有 %(n)s 天") % {"n": value.days_off} if value.state == "later" else _said(value)
    percent = f" · {value.percent}%" if value.percent is not None and value.state != "closed" else ""
    return format_html(
        '<span class="pl-light is-{}" title="{}"><i aria-hidden="true">{}</i><span>{}{}</span></span>',
        value.state,
        value.words,
        value.shape,
        said,
        percent,
    )


@register.simple_tag
def chart_cells(cells: Iterable[Cell | None], last: Cell, *, sums: bool = False) -> SafeString:
    """A row of the wall chart with its sum at the end; in the row of `sums` all are sums."""
    label = escape(gettext("完成 %(done)s/%(total)s，红灯 %(red)s"))
    drawn = [_chart_cell(cell, label, "is-sum" if sums else "") if cell else "<td></td>" for cell in cells]
    return SafeString("".join([*drawn, _chart_cell(last, label, "is-sum")]))


def _chart_cell(cell: Cell, label: str, more: str) -> str:
    done, total, red, percent, heat = cell.done, cell.of.total, cell.red, cell.of.percent, cell.heat
    label %= {"done": done, "total": total, "red": red}
    share, sign = '<span class="bd-unsaid">—</span>', ""
    if percent is not None:
        label, share = f"{label} {percent}%", f"<span>{percent}%</span>"
    if red:
        sign = f"<i>■{red}</i>"
    elif heat == "amber":
        sign = f"<i>▲{cell.of.levels['amber']}</i>"
    elif heat == "done":
        sign = "<i>✓</i>"
    inner = f'<a href="{escape(cell.url)}" aria-label="{label}"><b>{done}/{total}</b>{share}{sign}</a>'
    return f'<td class="{" ".join(filter(None, (f"is-{heat}", more)))}">{inner}</td>'


@register.simple_tag
def squares(cells: Sequence[Asked]) -> SafeString:
    """What a unit is asked for in a window, a coloured square each that leads to the report or, without one, the
    task."""
    report_url, task_url = reverse("plans:report", args=[0])[:-1], reverse("plans:task", args=[0])[:-1]

    labels = {state: str(label) for state, label in REPORT.labels.items()}
    drawn = []
    for cell in cells:
        title, url = str(cell.task), f"{task_url}{cell.task.pk}"
        if cell.report and cell.state != "draft":
            title, url = f"{title}：{labels[cell.report.state]}", f"{report_url}{cell.report.pk}"
        drawn.append(f'<a class="pr-square is-{cell.state}" href="{url}" title="{escape(title)}"></a>')
    return SafeString("".join(drawn))


@register.simple_tag
def drawn_bar(line: Timeline, bar: Bar) -> SafeString:
    """A task of the timeline, drawn over the months and under the line of today, which are on the page once."""
    level, parts = bar.standing.level, ['<use href="#bd-months"/>']
    if bar.width:
        parts.append(f'<rect class="b-bar is-{level}" x="{bar.x}" y="7" width="{bar.width}" height="12"/>')
        if bar.done:
            parts.append(f'<rect class="b-part is-{level}" x="{bar.x}" y="10" width="{bar.done}" height="6"/>')
    parts += [f'<line class="b-mark is-{state}" x1="{x}" x2="{x}" y1="4" y2="22"/>' for x, state in bar.marks]
    if line.today is not None:
        parts.append('<use href="#bd-now"/>')
    return SafeString(f'<svg viewBox="0 0 {line.width} 26" preserveAspectRatio="none">{"".join(parts)}</svg>')
