"""A month of dustfall: entered, confirmed, corrected with a reason, and what sand-dust takes off it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.airquality.dustfall import dustfall
from lantian.rulebook.schemas.air import DustfallRule
from lantian.site.air.dustfall_states import DUSTFALL
from lantian.site.air.models import DustfallEarlier, DustfallPoint, DustfallResult
from lantian.site.air.models.dustfall import last_day
from lantian.site.core import clock
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person


@dataclass(frozen=True)
class Weighing:
    """What a laboratory weighed: masses in g, days outside, the jar's mouth in cm² where it is not the point's own."""

    loaded: float | None = None
    empty: float | None = None
    blank: float | None = None
    days: float | None = None
    mouth: float | None = None

    @property
    def given(self) -> bool:
        """Whether anything was weighed; the mouth alone is nothing."""
        return any(value is not None for value in (self.loaded, self.empty, self.blank, self.days))


@dataclass(frozen=True)
class Found:
    """What is entered of a point's month: the result, or the weighing that it follows from, and a note."""

    raw: float | None = None
    weighing: Weighing = Weighing()
    note: str = ""

    @property
    def given(self) -> bool:
        """Whether there is anything to keep."""
        return self.raw is not None or self.weighing.given or bool(self.note.strip())


@dataclass(frozen=True)
class Deduction:
    """What is claimed of a result for sand-dust, and what of that was approved."""

    claimed: float | None = None
    approved: float | None = None


def enter_results(actor: Actor, area: Area, month: dt.date, found: Mapping[DustfallPoint, Found]) -> int:
    """Enter a month of an area's points; what is empty takes a draft away. All of them or none; how many changed.

    Raises
    ------
    Refused : the actor may not for a point's area
    WrongState : a result that would change is confirmed
    Invalid : the month is not over, a point did not stand in it, a figure cannot be
    """
    _month_over(month)
    there = {one.point_id: one for one in DustfallResult.objects.filter(month=month, point__in=found)}
    changed = {point: one for point, one in found.items() if _differs(there.get(point.pk), point, one)}
    if not changed:
        return 0
    with change_many(actor, area, "air.dustfall.enter", month=f"{month:%Y-%m}"):
        for point, one in changed.items():
            _enter(actor, there.get(point.pk) or DustfallResult(point=point, month=month), one)
    return len(changed)


def enter_result(actor: Actor, point: DustfallPoint, month: dt.date, found: Found) -> bool:
    """Enter one point's month, as `enter_results` does; whether anything changed."""
    _month_over(month)
    there = DustfallResult.objects.filter(month=month, point=point).first()
    if not _differs(there, point, found):
        return False
    _enter(actor, there or DustfallResult(point=point, month=month), found)
    return True


def confirm_month(actor: Actor, area: Area, month: dt.date, results: list[DustfallResult]) -> int:
    """Confirm drafts of a month: they count from now on. Those that are confirmed already are left as they are."""
    drafts = [one for one in results if one.state == "draft" and one.month == month]
    if not drafts:
        raise WrongState(_("本月没有待确认的结果。"), remedy=_("请刷新页面后再看。"))
    with change_many(actor, area, "air.dustfall.confirm", month=f"{month:%Y-%m}"):
        for one in drafts:
            with change(actor, one, "air.dustfall.confirm") as current:
                DUSTFALL.step(current, "confirm")
                current.confirmed_by, current.confirmed_at = _person(actor), clock.now()
    return len(drafts)


def correct_result(actor: Actor, result: DustfallResult, found: Found, *, reason: str) -> DustfallResult:
    """Correct a confirmed result. What it was is kept beside it; a deduction must still fit.

    Raises
    ------
    WrongState : it is a draft
    Invalid : no reason, nothing differs, a figure cannot be
    """
    with change(actor, result, "air.dustfall.correct", note=reason.strip()) as current:
        DUSTFALL.step(current, "correct", reason=reason.strip())
        if not _differs(current, current.point, found):
            raise Invalid(_("与现有结果相同，没有更正。"))
        _keep_earlier(actor, current, reason)
        _fill(current, found)
        current.confirmed_by, current.confirmed_at = _person(actor), clock.now()
    return current


def write_deductions(
    actor: Actor,
    area: Area,
    month: dt.date,
    asked: Mapping[DustfallResult, Deduction],
    *,
    why: str,
    decided_by: str = "",
) -> int:
    """Enter what of a month's results is claimed for sand-dust, and what of that was approved; how many changed.

    `why` is the evidence of a claim, or the reason of a change; `decided_by` who approved, with the document's number.
    """
    changed = {one: new for one, new in asked.items() if (one.claimed, one.approved) != (new.claimed, new.approved)}
    if not changed:
        return 0
    with change_many(actor, area, "air.dustfall.deduct", note=why.strip(), month=f"{month:%Y-%m}"):
        for one, new in changed.items():
            _deduct(actor, one, new, why.strip(), decided_by.strip())
    return len(changed)


def _month_over(month: dt.date) -> None:
    if month.day != 1:
        raise Invalid(_("月份须写成该月的第一天。"), fields={"month": _("请核对月份。")})
    if last_day(month) >= clock.today():
        raise Invalid(_("这个月还没有结束，结果要到月末取样后才有。"), fields={"month": _("请核对月份。")})


def _differs(there: DustfallResult | None, point: DustfallPoint, found: Found) -> bool:
    if there is None:
        return found.given
    new = DustfallResult(point=point, month=there.month)
    _fill(new, found)
    names = ("raw", *WEIGHED, "note")
    return any(getattr(there, name) != getattr(new, name) for name in names)


WEIGHED = tuple(one.name for one in fields(Weighing))


def _enter(actor: Actor, result: DustfallResult, found: Found) -> None:
    point = result.point
    if not point.stood_in(result.month):
        raise Invalid(_("“{point}”在这个月不在用。").format(point=point), fields={f"raw_{point.pk}": _("不在用。")})
    try:
        with change(actor, result, "air.dustfall.enter") as current:
            if current.state != "draft":
                raise WrongState(
                    _("“{point}”{month} 的结果已经确认。").format(point=point, month=f"{current.month:%Y-%m}"),
                    remedy=_("要改请到该结果的页面更正，并写明理由。"),
                )
            if current.claimed and not found.given:
                raise Invalid(_("这个结果已申报扣除，不能清空。"), fields={"raw": _("请先去掉扣除。")})
            if not found.given:
                current.delete()
            else:
                _fill(current, found)
                current.entered_by, current.entered_at = _person(actor), clock.now()
    except Invalid as wrong:
        # a form shows many points: each field goes by its point
        told = {f"{name}_{point.pk}": text for name, text in wrong.fields.items()}
        raise Invalid(_("“{point}”：{what}").format(point=point, what=wrong.message), fields=told) from wrong


def _fill(result: DustfallResult, found: Found) -> None:
    weighing = found.weighing
    result.note = found.note.strip()
    if not weighing.given:
        result.raw = found.raw
        for name in WEIGHED:
            setattr(result, name, None)
        return
    rule = rulebook.get("dustfall", as_=DustfallRule, on=result.month)
    mouth = weighing.mouth or result.point.mouth or rule.mouth
    for name, value in (asdict(weighing) | {"mouth": mouth}).items():
        setattr(result, name, value)
    needed = ("loaded", "empty", "blank", "days")
    if lacking := [name for name in needed if getattr(weighing, name) is None]:
        raise Invalid(_("称量数据不全。"), fields={name: _("请填写。") for name in lacking})
    if not 0 < (weighing.days or 0) <= MOST_DAYS:
        raise Invalid(_("采样天数不对。"), fields={"days": _("请填 1 到 {n} 天。").format(n=MOST_DAYS)})
    raw = dustfall(weighing.loaded, weighing.empty, weighing.blank, area=mouth, days=weighing.days, rounded=True)
    if not math.isfinite(raw) or raw < 0:
        raise Invalid(_("算出的降尘量小于 0。"), fields={"loaded": _("请核对称量数据。")})
    result.raw = float(raw)


MOST_DAYS = 62  # a jar that hung over two months


def _deduct(actor: Actor, result: DustfallResult, new: Deduction, why: str, decided_by: str) -> None:
    point = result.point
    try:
        with change(actor, result, "air.dustfall.deduct", note=why) as current:
            was = (current.claimed, current.approved)
            if not why and (new.claimed != was[0] or was[1] is not None):
                raise Invalid(_("请写明扣除的依据或改动的理由。"), fields={"why": _("请填写。")})
            if any(value is not None for value in was):
                _keep_earlier(actor, current, why or str(_("登记批准扣除")))
            current.claimed, current.approved = new.claimed, new.approved
            if new.claimed != was[0]:
                current.deducted_why = why if new.claimed is not None else ""
            if new.approved != was[1]:
                current.decided_by = decided_by if new.approved is not None else ""
    except Invalid as wrong:
        shared = {"deducted_why": "why", "decided_by": "decided_by", "why": "why"}
        told = {shared.get(name, f"{name}_{point.pk}"): text for name, text in wrong.fields.items()}
        raise Invalid(_("“{point}”：{what}").format(point=point, what=wrong.message), fields=told) from wrong


def _keep_earlier(actor: Actor, result: DustfallResult, reason: str) -> None:
    DustfallEarlier.objects.create(
        result=result, raw=result.raw, claimed=result.claimed, approved=result.approved,
        reason=reason.strip()[:300], by=_person(actor), at=clock.now(),
    )  # fmt: skip


def _person(actor: Actor) -> Person | None:
    return actor if isinstance(actor, Person) else None
