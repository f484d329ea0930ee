"""Rankings: drafted from metrics, released, replaced by a corrected edition."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lantian.site.air import ranking as engine
from lantian.site.air.models import Ranking
from lantian.site.air.states import RANKING
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.faults import Invalid, WrongState
from lantian.site.core.locks import locked
from lantian.site.core.metrics import Period
from lantian.site.core.policy import Actor
from lantian.site.core.registries import metrics
from lantian.site.org.models import Area, Person


class NothingToRank(Invalid):
    """No part of the area has a value in the period."""


def draft_ranking(
    actor: Actor, *, metric: str, area: Area, period: Period, edition: str = "auto", source: str = "own", note: str = ""
) -> Ranking:
    """Work out a ranking and keep it as a draft.

    Raises
    ------
    Refused : the actor may not for this area
    Invalid : there is no such metric, or the period has not begun
    NothingToRank : no part of the area has a value
    """
    made = Ranking(metric=metric, area=area, first=period.first, last=period.last)
    made.edition, made.source, made.note = edition, source, note.strip()
    with change(actor, made, "air.ranking.make") as made:
        made.made_by = actor if isinstance(actor, Person) else None
        _work_out(made)
    return made


def change_ranking(actor: Actor, ranking: Ranking, *, source: str, note: str) -> Ranking:
    """Name another source or change the note of a draft."""
    with change(actor, ranking, "air.ranking.change") as current:
        _expect_draft(current)
        current.source, current.note = source, note.strip()
    return current


def refresh_ranking(actor: Actor, ranking: Ranking) -> Ranking:
    """Work a draft out anew, after data came late or were corrected."""
    with change(actor, ranking, "air.ranking.refresh") as current:
        RANKING.step(current, "refresh")
        _work_out(current)
    return current


def discard_ranking(actor: Actor, ranking: Ranking) -> None:
    """Remove a draft."""
    with change(actor, ranking, "air.ranking.discard") as current:
        _expect_draft(current)
        current.delete()


def release_ranking(actor: Actor, ranking: Ranking) -> Ranking:
    """Release the figures as they stand in the draft, with the bulletin's text; what it corrects is replaced by it."""
    with change(actor, ranking, "air.ranking.release", note=ranking.reason) as current:
        RANKING.step(current, "release")
        if current.replaces is not None:
            old = locked(Ranking.objects.filter(pk=current.replaces.pk)).get()
            RANKING.step(old, "replace")
            old.save(update_fields=["state"])
        current.released_by = actor if isinstance(actor, Person) else None
        current.released_at = clock.now()
        current.text = engine.written(current, clock.today())
    return current


def correct_ranking(actor: Actor, ranking: Ranking, *, reason: str) -> Ranking:
    """Draft a corrected edition of a released ranking; the released one holds until this one is released."""
    if not reason.strip():
        raise Invalid(_("请写明理由。"), fields={"reason": _("更正已发布的排名须写明理由。")})
    made = Ranking(metric=ranking.metric, area=ranking.area, first=ranking.first, last=ranking.last)
    made.edition, made.source, made.note = ranking.edition, ranking.source, ranking.note
    with change(actor, made, "air.ranking.make", note=reason) as made:
        RANKING.find(ranking, "replace")
        if Ranking.objects.filter(replaces=ranking).exists():
            raise WrongState(_("这份排名已有更正稿。"), remedy=_("请在更正稿上办理。"))
        made.replaces, made.reason = ranking, reason.strip()
        made.made_by = actor if isinstance(actor, Person) else None
        _work_out(made)
    return made


def _expect_draft(ranking: Ranking) -> None:
    if ranking.state != RANKING.start:
        raise WrongState(_("已发布的排名不能改动。"), remedy=_("确有错误的，请用“更正”另出一份。"))


def _work_out(ranking: Ranking) -> None:
    if ranking.metric not in metrics:
        raise Invalid(_("没有这个指标。"), fields={"metric": _("请从列表中选择。")})
    if ranking.first > clock.today():
        raise Invalid(_("时段还没有开始。"), fields={"first": _("请选择已经开始的时段。")})
    if ranking.last < ranking.first:
        raise Invalid(_("终止日期早于起始日期。"), fields={"last": _("终止日期早于起始日期。")})
    period = Period(ranking.first, ranking.last)
    ranking.rows = engine.worked_out(metrics[ranking.metric], ranking.area, period, ranking.edition)
    ranking.worked_out_at = clock.now()
    if not ranking.rows:
        raise NothingToRank(_("“{area}”没有可以排名的下级行政区。").format(area=ranking.area.name))
    if all(row["value"] is None for row in ranking.rows):
        raise NothingToRank(_("没有一个下级行政区有有效数据，无法排名。"), remedy=_("请先导入数据，或换时段、指标。"))
