"""What a letter says: a template of the rulebook filled in for one unit. Pure, over loaded rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.plandoc.export.words import number_text
from lantian.rulebook import loader
from lantian.rulebook.schemas.letters import LetterTemplate
from lantian.site.core import clock
from lantian.site.core.faults import Invalid
from lantian.site.plans.models import Plan, TaskQuantity

PREFIX = "letter-"
OPEN_END = "方案规定的任务全部完成之日"  # letters are Chinese documents, whoever's page they are made on


@dataclass(frozen=True)
class Duty:
    """A task that a unit answers for, as its letter lists it."""

    number: str
    task: str
    role: str
    amount: str
    due: str


def templates() -> list[LetterTemplate]:
    """Templates that hold today, a district's own among them, in their order."""
    ids = [one for one in loader.ids() if one.startswith(PREFIX)]
    found = [rulebook.get(one, as_=LetterTemplate, on=clock.today()) for one in ids]
    return sorted(found, key=lambda one: (one.order, one.id))


def template(id: str) -> LetterTemplate:
    """One template; raises `Invalid` where there is none of the name."""
    found = next((one for one in templates() if one.id == id), None)
    if found is None:
        raise Invalid(_("没有这个模板。"), fields={"template": _("请重新选择模板。")})
    return found


def written(
    form: LetterTemplate, plan: Plan, unit: str, *, site: str, serial: int, day: dt.date, duties: Sequence[Duty]
) -> dict[str, Any]:
    """The content of a letter, as `Letter.content` keeps it and pages and files show it."""
    places = {
        "district": plan.area.name,
        "year": str(day.year),
        "plan": plan.title,
        "doc_number": f"（{plan.doc_number}）" if plan.doc_number else "",
        "unit": unit,
        "site": site,
        "place": site or unit,
        "begins": date_words(plan.period_start or plan.issued_on or day),
        "ends": date_words(plan.period_end) if plan.period_end else OPEN_END,
        "tasks": str(len(duties)),
        "serial": str(serial),
        "issuer": "",
    }
    places["issuer"] = form.issuer.format_map(places)

    def filled(text: str) -> str:
        return text.format_map(places)

    return {
        "heading": filled(form.heading),
        "number": filled(form.number),
        "parties": [filled(text) for text in form.parties],
        "opening": [filled(text) for text in form.opening],
        "tasks_heading": filled(form.tasks_heading) if duties else "",
        "tasks": [vars(one) for one in duties] if form.tasks_heading else [],
        "sections": [
            {"heading": filled(one.heading), "entries": [filled(t) for t in one.item]} for one in form.section
        ],
        "closing": [filled(text) for text in form.closing],
        "signatures": [{"party": filled(one.party), "lines": [filled(t) for t in one.line]} for one in form.signature],
        "issuer": places["issuer"],
        "day": day.isoformat(),
    }


def amount(quantities: Sequence[TaskQuantity], *, town: int | None, leads: bool) -> str:
    """Numbers of a task in one cell: 淘汰国四柴油货车 ≥ 120 辆；…

    A town that does not lead finds its own share, and of a number that is not shared out that it is the whole; whoever
    answers for the whole finds no shares beside the sum.
    """
    whole = {one.unit for one in quantities if not one.town_name}
    said = []
    for one in quantities:
        if one.town_name and (town is None or leads) and one.unit in whole:
            continue
        sign = "" if one.op == "=" else f"{one.get_op_display()} "
        place = one.town_name if one.town_id != town or town is None else ""
        text = f"{place}{one.what} {sign}{number_text(one.value)} {one.unit}".strip()
        said.append(text if leads or town is None or one.town_name else f"{text}（总数）")
    return "；".join(said)


def date_words(day: dt.date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"
