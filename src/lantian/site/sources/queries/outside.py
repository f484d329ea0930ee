"""Lists that others keep: those a person may see, those that count, and how ledgers stand against one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from lantian.ledgers import outside
from lantian.ledgers.outside import Firm, Held, Outsider
from lantian.site.core.faults import Text
from lantian.site.core.policy import Actor
from lantian.site.org.models import Area
from lantian.site.org.models.tree import subtree
from lantian.site.sources import reading
from lantian.site.sources.models import Listing, OutsideList, OutsideRow


def kind_label(name: str) -> Text:
    """A kind of list for the reader; its key where its rule is gone."""
    kind = outside.kind_of(name)
    return reading.said_later(kind.label) if kind else name


def lists(person: Actor) -> QuerySet[OutsideList]:
    """Lists that the person may see, with how many entries each has."""
    rows = OutsideList.objects.visible_to(person).select_related("area", "made_by")
    return rows.annotate(count=Count("rows"))


def counting(day: dt.date) -> list[OutsideList]:
    """Of every kind and area the last list that holds something on a day."""
    rows = OutsideList.objects.filter(withdrawn_at=None, as_of__lte=day, rows__isnull=False).distinct()
    found: dict[tuple[str, int], OutsideList] = {}
    for one in rows.select_related("area").order_by("-as_of", "-pk"):
        found.setdefault((one.kind, one.area_id), one)
    return list(found.values())


def is_last(one: OutsideList) -> bool:
    """Whether checks ask this list, and not a later one of its kind and area."""
    later = OutsideList.objects.filter(kind=one.kind, area=one.area_id, withdrawn_at=None, rows__isnull=False)
    return later.order_by("-as_of", "-pk").values_list("pk", flat=True).first() == one.pk


def place_names() -> list[str]:
    """Names of areas, with which firms' names begin; longer ones first."""
    rows = Area.objects.values_list("name", "aliases")
    return sorted({one for name, aliases in rows for one in (name, *aliases) if len(one) > 1}, key=len, reverse=True)


@dataclass(frozen=True)
class Matched:
    """A list held against ledgers, in figures; `silent` where too few stand on it for anybody to be called missing.

    `lines` are ledgers that have a firm on it or need one there: title, firms that run, those that stand on it.
    """

    lines: list[tuple[str, int, int]]
    missing: int
    ended: int
    unlisted: int
    silent: bool
    share: int


def matched(held: Held) -> Matched:
    """How ledgers stand against a list."""
    runs, found = Counter[str](), Counter[str]()
    for one in held.firms:
        if one.runs:
            runs[one.ledger] += 1
            found[one.ledger] += bool(held.entries_of(one))
    lines = [
        (reading.title_of(name), n, found[name])
        for name, n in runs.most_common()
        if found[name] or name in held.kind.needed_by
    ]
    return Matched(
        lines,
        missing=len(list(held.missing())),
        ended=len(list(held.ended())),
        unlisted=len(list(held.unlisted())),
        silent=held.share < outside.rules().least_share,
        share=round(100 * held.share),
    )


def entry_of(ident: str) -> OutsideRow | None:
    """An entry of a list by its key, with its list."""
    return OutsideRow.objects.select_related("outside_list").filter(pk=ident).first()


def where_to_list(row: OutsideRow) -> list[tuple[str, str]]:
    """Ledgers on which an entry should stand, each with the form in which what is known of it is filled in."""
    kind = outside.kind_of(row.outside_list.kind)
    if kind is None:
        return []
    entry = Outsider(row.pk, row.name, "", row.credit_code, row.trade, row.state, row.valid_to)
    known = {"name": row.name, "firm": row.name, "credit_code": row.credit_code, "address": row.address,
             "area": row.area_id}  # fmt: skip
    asked = urlencode({name: value for name, value in known.items() if value})
    wanted = outside.ledgers_for(kind, entry)
    return [
        (reading.said(one.label), f"{reverse('sources:listing_new', args=[one.name])}?{asked}")
        for one in reading.all_ledgers()
        if one.name in wanted
    ]


def held(of: OutsideList, day: dt.date) -> Held | None:
    """The ledgers of a list's area held against it: three SQL queries. None where nobody knows its kind."""
    kind = outside.kind_of(of.kind)
    if kind is None:
        return None
    places = place_names()
    inside = subtree(dict(Area.objects.values_list("pk", "parent")), {of.area_id})
    rows = Listing.objects.filter(source__area__in=inside).exclude(means="gone")
    columns = ("pk", "ledger", "means", "source__name", "source__firm", "source__credit_code")
    firms = [
        Firm(pk, ledger, outside.mark_of(firm or name, places), code.upper(), means == "open")
        for pk, ledger, means, name, firm, code in rows.order_by("pk").values_list(*columns).iterator(chunk_size=5000)
    ]
    asked = ("pk", "name", "credit_code", "trade", "state", "valid_to")
    entries = [
        Outsider(pk, name, outside.mark_of(name, places), code.upper(), trade, state, valid_to)
        for pk, name, code, trade, state, valid_to in of.rows.values_list(*asked).iterator(chunk_size=5000)
    ]
    return Held(kind, firms, entries, day)
