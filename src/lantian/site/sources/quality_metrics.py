"""The quality of lists as figures for goals, rankings and scores: as lists stand now, whatever the period."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.site.core.metrics import Metric, Period, Reading
from lantian.site.core.registries import metrics
from lantian.site.sources.metrics import subtrees
from lantian.site.sources.models import Listing
from lantian.site.sources.queries import quality


def register() -> None:
    """Offer one figure a measure; called once from `ready()`."""
    for measure, label, _lack in quality.MEASURES:
        title = format_lazy(_("清单质量：{measure}的比例"), measure=label)
        metrics.register(f"sources.quality_{measure}", Metric(title, "%", 1, "higher", partial(_share, measure)))


def _share(measure: str, areas: Sequence[Any], period: Period, edition: str) -> dict[int, Reading]:
    found = quality.counted(Listing.objects.all())
    readings = {}
    for area_id, within in subtrees(areas).items():
        whole = quality.totals(row for row in found if row["source__area"] in within)
        good, of = getattr(whole, measure), whole.of(measure)
        said = format_lazy(_("{part} / {of} 条上账记录，现在的情况"), part=good, of=of)
        url = f"{reverse('sources:quality')}?area={area_id}"
        readings[area_id] = Reading(whole.share(measure), of, of, said, url)
    return readings
