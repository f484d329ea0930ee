"""Projects that live on cuts which are proven no more, which hold less than is used, or which do not suffice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.checking import Hit
from lantian.site.sources import gating, reading
from lantian.site.sources.models import CutUse, Listing
from lantian.site.sources.models.offsets import STANDING
from lantian.site.sources.queries import offsets
from lantian.site.sources.queries.listings import added
from lantian.site.sources.queries.offsets import DUST
from lantian.site.sources.zoning import Zones


def broken_offsets(day: dt.date) -> Iterable[Hit]:
    """Every project and cut that do not add up."""
    rules = gating.rules()
    labels = {one.name: reading.said_later(one.label) for one in rules.offset}
    uses = list(CutUse.objects.filter(STANDING).select_related("project__source", "cut__source").order_by("pk"))
    used: dict[tuple[int, str], float] = {}
    for use in uses:
        key = (use.cut_id, use.pollutant)
        used[key] = added(used.get(key, 0.0) + use.tonnes)
    for use in uses:
        one = rules.pollutant(use.pollutant)
        held = float(use.cut.attributes.get(one.cut) or 0.0) if one and use.cut.means == "done" else 0.0
        taken = used[use.cut_id, use.pollutant]
        if taken > held + DUST:
            yield _hit(use, labels.get(use.pollutant, use.pollutant), held, taken)
    yield from _short()


def _hit(use: CutUse, pollutant: Any, held: float, taken: float) -> Hit:
    proven = use.cut.means == "done"
    text = (
        _("“{project}”占用的减排量“{cut}”已减少，不够用了。")
        if proven
        else _("“{project}”占用的减排量“{cut}”已不再是核实状态。")
    )
    facts = {_("污染物"): pollutant, _("这个项目占用"): f"{use.tonnes:g} t"}
    facts |= {_("核实的减排量"): f"{held:g} t", _("全部占用"): f"{taken:g} t"}
    said = format_lazy(text, project=use.project.source.name, cut=use.cut.source.name)
    things = (use.project, use.cut)
    return Hit(f"{use.project_id}-{use.cut_id}-{use.pollutant}", use.project.source.area_id, said, things, facts)


def _short() -> Iterator[Hit]:
    """Projects that are admitted and add more than was cut for them: their figures were changed afterwards, or they
    were admitted before there was a gate."""
    zones, given = Zones(), offsets.given()
    rules = gating.rules()  # what was let through lacks them knowingly
    rows = Listing.objects.filter(ledger=rules.project, means="done").exclude(state=rules.special)
    for one in rows.select_related("source__area").order_by("pk").iterator(chunk_size=500):
        for line in gating.verdict_of(one, zones, given.get(one.pk, {})).lines:
            if line.kind == "offset" and line.stands == "not_met":
                text = format_lazy(
                    _("已准入的“{project}”替代量不足：{pollutant}。"),
                    project=one.source.name,
                    pollutant=reading.said_later(line.label),
                )
                facts = {_("需要"): f"{line.needed:g} t", _("已安排"): f"{line.given:g} t"}
                facts |= {_("依据"): line.clause} if line.clause else {}
                yield Hit(f"{one.pk}-{line.name}", one.source.area_id, text, (one,), facts)
