"""Closings whose proof is older than the listing: an old closing counted as a new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Min
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lantian.ledgers.similar import rules
from lantian.site.core.checking import Hit
from lantian.site.sources.models import Listing


def old_proofs(day: dt.date) -> Iterable[Hit]:
    """Listings that are done, whose earliest photo or whose source's closing lies long before they were listed."""
    gap = dt.timedelta(days=rules().old_proof_days)
    rows = Listing.objects.filter(means="done").select_related("source").annotate(first=Min("steps__proofs__at"))
    for one in rows.order_by("pk").iterator(chunk_size=2000):
        facts = {}
        if one.first is not None and one.first.date() < one.listed_on - gap:
            facts[_("材料拍摄时间")] = one.first.date().isoformat()
        if one.source.ended is not None and one.source.ended < one.listed_on - gap:
            facts[_("关闭日期")] = one.source.ended.isoformat()
        if facts:
            facts[_("上账日期")] = one.listed_on.isoformat()
            text = format_lazy(_("“{name}”的销号材料早于上账，疑似以前已关停。"), name=one.source.name)
            yield Hit(str(one.pk), one.source.area_id, text, (one,), facts)
