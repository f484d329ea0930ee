"""Values coming in: from a person's file as one audited delivery, from a machine's feed one batch after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lantian.site.core.change import change
from lantian.site.core.faults import Invalid
from lantian.site.core.models import Attachment
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area, Person, Unit
from lantian.site.series import states  # noqa: F401 - declares the policies
from lantian.site.series.batch import Batch, Written
from lantian.site.series.grid import aware
from lantian.site.series.models import Delivery, Intake, Owner, Stage
from lantian.site.series.rollups import mark, settle
from lantian.site.series.storing import Why, merge


@dataclass(frozen=True)
class Delivered:
    """A delivery and what became of its values."""

    delivery: Delivery
    written: Written


def deliver(
    actor: Actor,
    batches: Iterable[Batch],
    *,
    title: str,
    source: str,
    area: Area,
    unit: Unit | None = None,
    stage: Stage = Stage.REALTIME,
    attachment: Attachment | None = None,
    reason: str = "",
    intake: Intake | None = None,
) -> Delivered:
    """Write values as one delivery: all of them or none, with one audit event.

    Raises
    ------
    Refused : the actor may not deliver for this area, or not for every owner
    Invalid : there is nothing to write
    """
    made = Delivery(
        title=title[:300], source=source[:100], area=area, unit=unit, stage=stage, attachment=attachment, intake=intake
    )
    done = Written()
    with change(actor, made, "series.deliver", note=reason) as made:
        made.person = actor if isinstance(actor, Person) else None
        why = Why(by=source[:100], person=made.person, reason=reason or title, delivery=made)
        owners: set[int] = set()
        ends: list[np.datetime64] = []
        for batch in batches:
            if not len(batch.times):
                continue
            keys = set(np.unique(batch.owners).tolist())
            _require(actor, keys - owners)
            owners |= keys
            if not ends:  # what is written refers to it
                made.interval = batch.interval
                made.save()
            ends += [batch.times.min(), batch.times.max()]
            _add(done, merge(batch, stage=stage, why=why))
        if not ends:
            raise Invalid(_("没有可写入的数据。"), remedy=_("请检查文件中的时间和数值。"))
        made.since, made.until, made.owners = aware(min(ends)), aware(max(ends)), len(owners)
        settle(done, actor=actor)
        for name in ("new", "replaced", "same", "kept", "locked", "missing"):
            setattr(made, name, getattr(done, name))
    return Delivered(made, done)


def take_in(batch: Batch, *, source: str) -> Written:
    """Write what a machine's feed sends, at the lowest stage. What it replaces is kept; the feed itself is audited by
    whoever configures it, not each of its messages."""
    with transaction.atomic():
        written = merge(batch, stage=Stage.REALTIME, why=Why(by=source[:100]))
        mark(written.blocks)
    return written


def _require(actor: Actor, owners: set[int]) -> None:
    """Refuse owners that the actor does not see."""
    seen = Owner.objects.visible_to(actor).filter(pk__in=owners).count() if owners else 0
    if seen != len(owners):
        raise Invalid(_("有的监测对象不存在，或不由您填报。"), remedy=_("请核对文件中的站点编码。"))


def _add(total: Written, more: Written) -> None:
    for field in fields(Written):
        setattr(total, field.name, getattr(total, field.name) + getattr(more, field.name))
