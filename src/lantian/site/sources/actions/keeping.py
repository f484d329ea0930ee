"""What a check finds, kept as findings: many at a time, in short transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import transaction

from lantian.site.core import clock
from lantian.site.core.audit import kind_of
from lantian.site.core.checking import Hit
from lantian.site.core.locks import locked
from lantian.site.core.refs import refs_to
from lantian.site.core.sheets.problems import both
from lantian.site.org.models import Area
from lantian.site.sources.finding_states import FINDING
from lantian.site.sources.models import Finding

SOME = 500  # hits that are kept in one transaction: whoever writes meanwhile waits for a moment, not for the whole run
TOLD = ("area_id", "text", "facts", "state")


def keep(root: Area, name: str, hits: Iterable[Hit]) -> int:
    """Keep what a check finds, as it finds it, and let lapse what it does not find any more; the number of hits.

    A run that breaks off has kept what it found so far, and lets nothing lapse; the next one ends its work.
    """
    seen: set[int] = set()
    number, every = 0, iter(hits)
    while some := list(islice(every, SOME)):
        number += len(some)
        with _writing(root):
            seen |= _keep(name, {hit.key: hit for hit in some})
    waiting = Finding.objects.filter(check_name=name, state__in=("open", "confirmed")).order_by("pk")
    gone = iter([pk for pk in waiting.values_list("pk", flat=True) if pk not in seen])
    while lapsed := list(islice(gone, SOME)):
        with _writing(root):
            _lapse(lapsed)
    return number


@contextmanager
def _writing(root: Area) -> Iterator[None]:
    """One transaction, and one at a time: two runs at once would find the same thing twice."""
    with transaction.atomic():
        locked(Area.objects.filter(pk=root.pk)).get()
        yield


def _keep(name: str, hits: dict[str, Hit]) -> set[int]:
    """Keys of the findings of these hits."""
    now = clock.now()
    there = {one.key: one for one in locked(Finding.objects.filter(check_name=name, key__in=hits))}
    changed = [one for one in there.values() if _tell(one, hits[one.key])]
    Finding.objects.bulk_update(changed, ["area", "text", "facts", "state"], batch_size=100)
    Finding.objects.filter(pk__in=[one.pk for one in there.values()]).update(seen_at=now)
    new = [Finding(check_name=name, key=key, found_at=now, seen_at=now) for key in hits if key not in there]
    for one in new:
        _tell(one, hits[one.key])
    found = [*there.values(), *Finding.objects.bulk_create(new)]
    _point({one.pk: hits[one.key].things for one in found})
    return {one.pk for one in found}


def _tell(finding: Finding, hit: Hit) -> bool:
    """Let the finding say what was found; whether it did not say so before."""
    before = [getattr(finding, name) for name in TOLD]
    if finding.state == "over":
        FINDING.step(finding, "return")
    finding.area_id, finding.text = hit.area_id, both(hit.text)
    finding.facts = [{"label": both(label), "value": value} for label, value in hit.facts.items()]
    return before != [getattr(finding, name) for name in TOLD]


def _point(things: dict[int, Sequence[Any]]) -> None:
    """Let findings be about these things."""
    through: Any = Finding.things.through
    refs = refs_to(thing for several in things.values() for thing in several)
    wanted = {(pk, refs[kind_of(one), str(one.pk)].pk) for pk, several in things.items() for one in several}
    rows = through.objects.filter(finding__in=list(things)).values_list("pk", "finding_id", "ref_id")
    kept = {(finding, ref): pk for pk, finding, ref in rows}
    through.objects.filter(pk__in=[kept[pair] for pair in kept.keys() - wanted]).delete()
    new = sorted(wanted - kept.keys())
    through.objects.bulk_create(through(finding_id=finding, ref_id=ref) for finding, ref in new)


def _lapse(keys: list[int]) -> None:
    now = clock.now()
    over = [one for one in locked(Finding.objects.filter(pk__in=keys)) if one.state in ("open", "confirmed")]
    for one in over:
        FINDING.step(one, "lapse")
        one.seen_at = now
    Finding.objects.bulk_update(over, ["state", "seen_at"])
