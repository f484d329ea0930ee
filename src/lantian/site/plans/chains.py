"""Filing chains as life cycles: the table of a chain's steps, built from the rulebook's data.

A deliverable that each of several units owes is filed in parts, which a chain's gathering step makes one whole; any
other is filed by itself ("single"). Each of the three walks its own stretch of the chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.loader import all_entries
from lantian.rulebook.schemas.chains import ChainStep, FilingChain, Said
from lantian.site.core import clock
from lantian.site.core.faults import Invalid, Text
from lantian.site.core.lifecycle import Lifecycle, Step

Shape = Literal["single", "part", "whole"]
OWNERS = ("liaison", "firm", "contractor")
ROLES = {
    "owner": OWNERS,
    "party": ("liaison",),
    "office": ("air_office",),
    "leader": ("leader",),
    "outside": ("air_office",),  # records what the unit above answered
}
OFFICE = ("air_office",)
ENDS: dict[str, Text] = {
    "filed": _("已备案"),
    "gathered": _("已汇总"),
    "refused": _("未批准"),
    "cancelled": _("不再要求"),
}
STEPS: dict[str, Text] = {
    "pass": _("办理"),
    "back": _("退回上一环节"),
    "return": _("退回填报单位"),
    "refuse": _("不批准"),
    "withdraw": _("撤回"),
    "cancel": pgettext_lazy("step", "不再要求"),
    "renew": _("提交新版本"),
    "reopen": _("恢复"),
}


def offered(kind: str = "") -> list[FilingChain]:
    """Chains that hold today, of a kind or of any, those of the district among them."""
    found = [loaded.entry for loaded in all_entries() if isinstance(loaded.entry, FilingChain)]
    held = [one for one in found if one.holds(clock.today(), None) and kind in ("", *one.kinds)]
    return sorted(held, key=lambda one: (len(one.step), one.id))


def chain(id: str) -> FilingChain:
    """A chain by its id; `Invalid` where there is none."""
    if id not in {one.id for one in offered()}:
        raise Invalid(_("没有这条报送流程。"), fields={"chain": _("请选择报送流程。")})
    return rulebook.get(id, as_=FilingChain, on=clock.today())


def fitting(kind: str, text: str) -> str:
    """The chain that a plan's words ask for; else the first that asks for none of its own."""
    found = offered(kind)
    asked = (one.id for one in found if any(all(word in text for word in words) for words in one.words))
    return next(asked, next((one.id for one in found if not one.words), found[0].id if found else ""))


def said(words: Said) -> str:
    """A name of the rulebook in the reader's language."""
    return words.en if get_language() == "en" else words.zh


said_later: Callable[[Said], Text] = lazy(said, str)  # in the language of whoever reads it, not of who acts


def stretch(steps: Iterable[ChainStep], shape: Shape, *, update: bool = False) -> tuple[ChainStep, ...]:
    """The steps that a filing of a shape walks; an `update` only those that ask for it."""
    steps = tuple(steps)
    at = next((k for k, one in enumerate(steps) if one.gathers), None)
    if at is None or shape == "single":
        found = tuple(one for one in steps if not one.gathers)
    else:
        found = steps[:at] if shape == "part" else steps[at:]
    return tuple(one for one in found if one.update) if update else found


@lru_cache(maxsize=256)
def life_cycle(steps: tuple[ChainStep, ...], *, end: str, renews: bool, gatherers: tuple[str, ...] = ()) -> Lifecycle:
    """The table of a stretch of a chain.

    Parameters
    ----------
    end : state behind the last step: 'filed', or 'gathered' for parts
    renews : whether a new version may follow
    gatherers : roles of those who gather parts and may give one back
    """
    first = steps[0]
    rows: list[Step] = []
    for k, one in enumerate(steps):
        by = ROLES[one.by]
        after = steps[k + 1].name if k + 1 < len(steps) else end
        rows.append(Step("pass", one.name, after, by=by, needs=one.needs, label=STEPS["pass"], tone="primary"))
        if k > 1:
            rows.append(_back("back", one.name, steps[k - 1].name, by))
        if k:
            rows.append(_back("return", one.name, first.name, by))
        if k == 1:
            rows.append(Step("withdraw", one.name, first.name, by=ROLES[first.by], label=STEPS["withdraw"]))
        if one.may_refuse:
            rows.append(Step("refuse", one.name, "refused", by=by, needs=["reason"], label=STEPS["refuse"]))
        rows.append(
            Step("cancel", one.name, "cancelled", by=OFFICE, needs=["reason"], label=STEPS["cancel"], tone="danger")
        )
    rows.append(Step("reopen", "cancelled", first.name, by=OFFICE, label=STEPS["reopen"]))
    if gatherers:
        rows.append(_back("return", end, first.name, gatherers))
    if renews:
        rows.append(Step("renew", end, first.name, by=(*ROLES[first.by], *OFFICE), label=STEPS["renew"]))
    labels: dict[str, Text] = {**{one.name: said_later(one.label) for one in steps}, **ENDS}
    return Lifecycle("plans.filing", first.name, rows, labels=labels, register=False)


def _back(name: str, source: str, target: str, by: tuple[str, ...]) -> Step:
    return Step(name, source, target, by=by, needs=["reason"], label=STEPS[name])
