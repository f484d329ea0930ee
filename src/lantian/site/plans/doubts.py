"""What a reader should ask about in a report: numbers that do not fit target, earlier report or sum. Nothing is refused
for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.plandoc.export.words import number_text
from lantian.rulebook.schemas.progress import ProgressReview
from lantian.site.core.faults import Text
from lantian.site.plans.models import TaskQuantity

Key = tuple[int, int | None]  # quantity and town


def doubts(
    quantities: Iterable[TaskQuantity],
    values: Mapping[Key, float],
    earlier: Mapping[Key, float],
    *,
    percent: int | None = None,
    earlier_percent: int | None = None,
) -> list[Text]:
    """Sentences for what is odd in a report's numbers.

    Parameters
    ----------
    values, earlier : what this report and the last accepted one say was done in all, by quantity and town
    """
    above = rulebook.get("progress-review", as_=ProgressReview).above
    rows = list(quantities)
    known = {q.pk: q for q in rows}
    found: list[Text] = []
    for (key, _town), value in values.items():
        q = known.get(key)
        if q is None:
            continue
        if q.kind == "target" and q.value > 0 and value > above * q.value:
            text = _("“{what}”填报 {value}，远多于目标 {target}。")
            found.append(_said(text, q, value=value, target=q.value))
    for share, value in values.items():
        last = earlier.get(share)
        if last is not None and value < last and share[0] in known:
            text = _("“{what}”累计 {value}，少于上次的 {last}。")
            found.append(_said(text, known[share[0]], value=value, last=last))
    if percent is not None and earlier_percent is not None and percent < earlier_percent:
        text = _("完成率 {value}%，低于上次的 {last}%。")
        found.append(format_lazy(text, value=percent, last=earlier_percent))
    return [*found, *_sums(rows, values)]


def _sums(rows: list[TaskQuantity], values: Mapping[Key, float]) -> list[Text]:
    """Headlines that the towns' numbers of the same report do not add up to."""
    found: list[Text] = []
    head: TaskQuantity | None = None
    parts: dict[int, list[float]] = {}
    heads: dict[int, TaskQuantity] = {}
    for q in rows:
        if not q.town_name:
            head = q
            heads[q.pk] = q
        elif head is not None and head.unit == q.unit and (value := _of(values, q.pk)) is not None:
            parts.setdefault(head.pk, []).append(value)
    for key, said in parts.items():
        whole = values.get((key, None))
        total = round(sum(said), 6)
        if whole is not None and abs(whole - total) > 1e-6 * max(1.0, abs(whole)):
            text = _("“{what}”合计填 {whole}，各镇街之和是 {total}。")
            found.append(_said(text, heads[key], whole=whole, total=total))
    return found


def _of(values: Mapping[Key, float], quantity: int) -> float | None:
    return next((value for (key, _town), value in values.items() if key == quantity), None)


def _said(text: Text, q: TaskQuantity, **numbers: float) -> Text:
    return format_lazy(text, what=q.what or q.text, **{name: number_text(value) for name, value in numbers.items()})
