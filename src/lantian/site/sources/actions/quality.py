"""The quality of lists, as far as it is kept beside them."""

from __future__ import annotations

from lantian.ledgers import gaps
from lantian.rulebook import RuleError
from lantian.site.core import clock
from lantian.site.core.change import change
from lantian.site.core.policy import Actor
from lantian.site.org.queries import root_area
from lantian.site.sources import reading
from lantian.site.sources.models import Listing
from lantian.site.sources.rows import row_of

CHUNK = 2000


def recount_gaps(actor: Actor) -> int:
    """Count anew what listings lack, as the rules hold today: one audit event, where any number changed.

    Returns
    -------
    How many listings have another number now.
    """
    root, today = root_area(), clock.today()
    rows = Listing.objects.exclude(means="gone").select_related("source", "source__area").order_by("pk")
    changed = []
    for one in rows.iterator(chunk_size=CHUNK):  # reads alone, before anything is locked
        try:
            number = len(gaps(reading.ledger_of(one.ledger), row_of(one), on=today))
        except RuleError:
            continue  # its ledger is gone: nothing asks for anything
        if number != one.gaps:
            one.gaps = number
            changed.append(one)
    if root is None or not changed:
        return 0
    with change(actor, root, "sources.gaps.count", changed=len(changed)):
        Listing.objects.bulk_update(changed, ["gaps"], batch_size=CHUNK)
    return len(changed)
