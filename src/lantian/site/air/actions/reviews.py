"""Hours reviewed at two levels, months locked and handed in, the city's answer entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext_lazy as _

from lantian import rulebook
from lantian.rulebook.schemas.air_review import AirReview
from lantian.site.air.models import CityResult, Review, ReviewMonth, Station, Suspicion
from lantian.site.air.models.reviews import FIRST, SECOND, VERDICTS
from lantian.site.air.queries import reviews as queries
from lantian.site.air.review_days import next_month
from lantian.site.air.review_states import MONTH
from lantian.site.core import clock
from lantian.site.core.change import change, change_many
from lantian.site.core.faults import Invalid, Refused, WrongState
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person
from lantian.site.series import actions as series
from lantian.site.series.grid import aware
from lantian.site.series.models import Stage

STAGES = {FIRST: Stage.CHECKED, SECOND: Stage.REVIEWED}
NAMES = {FIRST: "air.review.first", SECOND: "air.review.second"}
MOST_DAYS = 92


def review_days(actor: Actor, stations: Sequence[Station], first: dt.date, last: dt.date, *, level: int) -> int:
    """Mark the hours of whole days as looked over at a level: all stations or none; how many hours rose.

    Raises
    ------
    Refused : not this person's station; or the second look would be by who had the first
    WrongState : suspicions of these days wait for a judgement, or hours lack the first look
    Invalid : no station, or days that are not over
    """
    if not stations:
        raise Invalid(_("请先勾选站点。"))
    if last < first or (last - first).days >= MOST_DAYS:
        raise Invalid(_("起止日期不对：止不早于起，一次不超过三个月。"), fields={"last": _("请核对日期。")})
    if last >= clock.today():
        raise Invalid(_("只能审核已经过完的日子。"), fields={"last": _("请填昨天或更早的日期。")})
    rose = 0
    # told of the first station; each review is stored by itself
    with change_many(actor, stations[0], NAMES[level], first=str(first), last=str(last)):
        for station in stations:
            rose += _review(actor, station, first, last, level)
    return rose


def _review(actor: Actor, station: Station, first: dt.date, last: dt.date, level: int) -> int:
    since, until = _span(first, last)
    made = Review(station=station, level=level, first=first, last=last)
    with change(actor, made, NAMES[level]) as made:
        mine = Suspicion.objects.visible_to(actor)  # of signs that point at an operator, the operator learns nothing
        waiting = mine.filter(station=station, state="open", first__lte=until, last__gt=since).count()
        if waiting:
            raise WrongState(
                _("“{name}”在这些日子还有 {n} 条疑点没有判断。").format(name=station, n=waiting),
                remedy=_("请先到数据审核逐条判断。"),
            )
        if level == SECOND:
            _fit_for_second(actor, station, first, last)
        made.by = actor if isinstance(actor, Person) else None
        made.at = clock.now()
        made.hours = series.review(actor, station.owner, "1h", since, until, stage=STAGES[level])
    return made.hours


def _fit_for_second(actor: Actor, station: Station, first: dt.date, last: dt.date) -> None:
    unseen = queries.below(station, first, last, Stage.CHECKED)
    if unseen:
        raise WrongState(
            _("“{name}”还有 {n} 个小时没有初审。").format(name=station, n=unseen), remedy=_("请先完成初审。")
        )
    if not rulebook.get("air-review", as_=AirReview, on=last).different_person or not isinstance(actor, Person):
        return
    own = Review.objects.filter(station=station, level=FIRST, by=actor, first__lte=last, last__gte=first)
    if own.exists():
        raise Refused(_("“{name}”的初审是您做的，复审须由另一人进行。").format(name=station))


def lock_month(actor: Actor, area: Area, month: dt.date, *, reason: str = "") -> ReviewMonth:
    """Lock an area's month before it goes to the city: no value of its stations changes any more.

    Raises
    ------
    Refused : not for this person
    Invalid : hours lack the second look and no reason is given for locking them all the same
    WrongState : the month is not over, or is locked already
    """
    month = month.replace(day=1)
    until = next_month(month)
    if clock.today() < until:
        raise WrongState(_("这个月还没有过完，不能锁定。"))
    target = ReviewMonth.objects.filter(area=area, month=month).first() or ReviewMonth(area=area, month=month)
    with change_many(actor, target, "air.month.lock", note=reason) as current:
        MONTH.step(current, "lock")
        stations = list(queries.stations_of(area, month))
        current.behind = queries.behind(stations, month, until - dt.timedelta(days=1))
        if current.behind and not reason.strip():
            raise Invalid(
                _("还有 {n} 个小时没有复审。").format(n=current.behind),
                fields={"reason": _("仍要锁定的，请写明理由。")},
            )
        current.note = reason.strip()[:300]
        current.locked_by, current.locked_at = actor if isinstance(actor, Person) else None, clock.now()
        end = _span(month, until - dt.timedelta(days=1))[1]
        for station in stations:
            if station.owner.locked_until is None or station.owner.locked_until < end:
                series.lock(actor, station.owner, end, reason=reason)
    return current


def send_month(actor: Actor, month: ReviewMonth) -> ReviewMonth:
    """Note that the locked month has been handed in to the city."""
    with change(actor, month, "air.month.send") as current:
        MONTH.step(current, "send")
        current.sent_at = clock.now()
    return current


def enter_city_result(
    actor: Actor, station: Station, first: dt.date, last: dt.date, *, verdict: str, reason: str = ""
) -> int:
    """Enter what the city made of a station's days; a later answer replaces an earlier one. How many days.

    Raises
    ------
    Invalid : a refusal without its reason, days that are not over, or too many
    """
    if verdict not in dict(VERDICTS):
        raise Invalid(_("请选择采用或退回。"), fields={"verdict": _("请选择。")})
    if verdict == "refused" and not reason.strip():
        raise Invalid(_("退回须写明市级的理由。"), fields={"reason": _("请填写理由。")})
    if last < first or (last - first).days > 31 or last >= clock.today():
        raise Invalid(_("日期不对：须是已过完的日子，一次不超过一个月。"), fields={"last": _("请核对日期。")})
    there = {one.day: one for one in CityResult.objects.filter(station=station, day__gte=first, day__lte=last)}
    number = (last - first).days + 1
    with change_many(actor, station, "air.city_result.enter", note=reason, first=str(first), last=str(last)):
        for k in range(number):
            day = first + dt.timedelta(days=k)
            target = there.get(day) or CityResult(station=station, day=day)
            with change(actor, target, "air.city_result.enter") as current:
                current.verdict, current.reason = verdict, reason.strip()[:300]
                current.by, current.at = actor if isinstance(actor, Person) else None, clock.now()
    return number


def _span(first: dt.date, last: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The midnights around whole days."""
    return aware(np.datetime64(first, "s")), aware(np.datetime64(last, "s") + np.timedelta64(1, "D"))
